// Owns the words of every mail, Turkish and English, as plain text and as simple HTML.
// Never sends (mail.ts). What a person typed (the studio's name) is escaped here and appears in invitations only:
// a message to an address nobody has confirmed holds no words of a stranger.
import type { Role } from "../policy/roles.ts";
import type { Locale } from "../shared/studio.ts";

/** What a mail is about; the token becomes its link. */
export type Letter =
  | { readonly kind: "verify" | "reset"; readonly token: string }
  | { readonly kind: "invitation"; readonly token: string; readonly studio: string; readonly role: Role };

/** A mail in words, ready to be sent. */
export type LetterText = {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly link: string;
};

type Words = {
  readonly subject: string;
  readonly lines: readonly string[];
  readonly button: string;
  readonly after: readonly string[];
};

const roleNames: Record<Locale, Record<Role, string>> = {
  tr: {
    owner: "Sahip",
    manager: "Yönetici",
    photographer: "Fotoğrafçı",
    assistant: "Asistan",
    accountant: "Muhasebe",
    viewer: "Salt okunur",
  },
  en: {
    owner: "Owner",
    manager: "Manager",
    photographer: "Photographer",
    assistant: "Assistant",
    accountant: "Accountant",
    viewer: "Viewer",
  },
};

/** Writes a letter in a language. Rule: AU18. */
export function writeLetter(letter: Letter, locale: Locale, linkBase: string): LetterText {
  const link = `${linkBase}/${letter.kind}#token=${letter.token}`;
  const words = locale === "tr" ? turkish(letter) : english(letter);
  const text = [...words.lines, "", `${words.button}:`, link, "", ...words.after, "", "Lumiso"].join("\n");
  return { subject: oneLine(words.subject), text, html: htmlOf(words, { link, locale }), link };
}

function turkish(letter: Letter): Words {
  switch (letter.kind) {
    case "verify":
      return {
        subject: "Lumiso: e-posta adresinizi doğrulayın",
        lines: [
          "Merhaba,",
          "Lumiso hesabınızı açmak için bu e-posta adresinin size ait olduğunu doğrulamanızı rica ederiz.",
        ],
        button: "E-posta adresimi doğrula",
        after: [
          "Bağlantı 24 saat geçerlidir ve bir kez kullanılabilir.",
          "Bu hesabı siz açmadıysanız bağlantıya dokunmayın; doğrulanmayan hesap 24 saat sonra kendiliğinden silinir.",
        ],
      };
    case "reset":
      return {
        subject: "Lumiso: şifrenizi yenileyin",
        lines: ["Merhaba,", "Lumiso hesabınız için yeni bir şifre belirlemek üzere bir istek aldık."],
        button: "Yeni şifre belirle",
        after: [
          "Bağlantı 1 saat geçerlidir ve bir kez kullanılabilir. Yeni şifreyle birlikte tüm cihazlardaki oturumlarınız kapatılır.",
          "Bu isteği siz yapmadıysanız bu iletiyi dikkate almayın; şifreniz değişmez.",
        ],
      };
    case "invitation":
      return {
        subject: `${shortName(letter.studio)} sizi Lumiso'da ekibine davet ediyor`,
        lines: [
          "Merhaba,",
          `${shortName(letter.studio)} sizi stüdyo ekibine “${roleNames.tr[letter.role]}” rolüyle davet ediyor.`,
          "Lumiso, fotoğraf stüdyolarının müşterilerini, çekimlerini ve ödemelerini birlikte yönettiği bir uygulamadır.",
        ],
        button: "Daveti görüntüle",
        after: [
          "Davet 7 gün geçerlidir ve bir kez kullanılabilir.",
          "Bu stüdyoyu tanımıyorsanız bu iletiyi dikkate almayın; kabul etmediğiniz sürece hiçbir şey değişmez.",
        ],
      };
  }
}

function english(letter: Letter): Words {
  switch (letter.kind) {
    case "verify":
      return {
        subject: "Lumiso: confirm your e-mail address",
        lines: ["Hello,", "To open your Lumiso account, please confirm that this e-mail address is yours."],
        button: "Confirm my e-mail address",
        after: [
          "The link works once, within 24 hours.",
          "If you did not open this account, do not follow the link; an unconfirmed account is deleted after 24 hours.",
        ],
      };
    case "reset":
      return {
        subject: "Lumiso: set a new password",
        lines: ["Hello,", "We were asked to set a new password for your Lumiso account."],
        button: "Set a new password",
        after: [
          "The link works once, within 1 hour. A new password signs you out on all devices.",
          "If you did not ask for it, ignore this message; your password stays as it is.",
        ],
      };
    case "invitation":
      return {
        subject: `${shortName(letter.studio)} invites you to its team on Lumiso`,
        lines: [
          "Hello,",
          `${shortName(letter.studio)} invites you to its studio team with the role “${roleNames.en[letter.role]}”.`,
          "Lumiso is where photography studios manage their clients, shoots and payments together.",
        ],
        button: "See the invitation",
        after: [
          "The invitation works once, within 7 days.",
          "If you do not know this studio, ignore this message; nothing changes unless you accept.",
        ],
      };
  }
}

function htmlOf(words: Words, { link, locale }: { link: string; locale: Locale }): string {
  const paragraphs = (lines: readonly string[]): string => lines.map((line) => `<p>${escapeHtml(line)}</p>`).join("\n");
  return [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escapeHtml(words.subject)}</title></head>`,
    `<body style="font-family:system-ui,sans-serif;line-height:1.5;color:#1f2937">`,
    paragraphs(words.lines),
    `<p><a href="${escapeHtml(link)}" style="color:#0f766e;font-weight:600">${escapeHtml(words.button)}</a></p>`,
    `<p style="word-break:break-all">${escapeHtml(link)}</p>`,
    paragraphs(words.after),
    `<p>Lumiso</p></body></html>`,
  ].join("\n");
}

/** Makes text safe inside HTML, in content and in attributes. Rule: AU18. */
const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

// Control characters and direction marks could end a header or turn a line around.
const oneLine = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u200E\u200F\u2028-\u202E\u2066-\u2069]+/gu, " ").trim();

const shortName = (name: string): string => {
  const line = oneLine(name);
  // Hint: cutting may split a pair of surrogates; toWellFormed mends the half.
  return line.length <= 80 ? line : `${line.slice(0, 79).toWellFormed()}…`;
};
