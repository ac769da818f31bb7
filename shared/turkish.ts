// Owns the Turkish rules of text: folding for search, the order of a list, telephone numbers as one key.
// Never formats for a screen (client/i18n).

const order = "0123456789abcçdefgğhıijklmnoöpqrsştuüvwxyz";
const plain: Readonly<Record<string, string>> = {
  ç: "c",
  ğ: "g",
  ı: "i",
  ö: "o",
  ş: "s",
  ü: "u",
  â: "a",
  î: "i",
  û: "u",
};

/** Lower case by Turkish rules: `I` → `ı`, `İ` → `i`. */
export const toLowerTr = (text: string): string =>
  text.normalize("NFC").replaceAll("I", "ı").replaceAll("İ", "i").toLowerCase();

/** A form for search in which `Şule`, `sule` and `SULE` are the same. Rule: R1. */
export const fold = (text: string): string =>
  Array.from(toLowerTr(text))
    .map((letter) => plain[letter] ?? letter)
    .join("")
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "");

/** A key whose plain comparison is the Turkish alphabetical order. Shape: one character per letter, from a space on; other signs take two. Rule: R2. */
export const sortKey = (text: string): string =>
  Array.from(toLowerTr(text).trim()).slice(0, 80).map(orderLetter).join("");

/** Spaces come first, then signs, figures, the alphabet, and letters of other scripts. */
function orderLetter(letter: string): string {
  if (/\s/.test(letter)) return " ";
  const known = order.includes(letter) ? letter : fold(letter).charAt(0);
  // Hint: a lone accent folds to nothing and counts for nothing.
  if (known === "") return "";
  const position = order.indexOf(known);
  if (position >= 0) return String.fromCharCode(0x40 + position);
  return /[\p{L}\p{N}]/u.test(letter) ? `~${letter}` : `!${letter}`;
}

/** The words of a text as search tokens, folded; each is found by any of its beginnings. Rule: R3. */
export const tokensOf = (text: string): string[] => [
  ...new Set(
    fold(text)
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean),
  ),
];

/** A number as one key: `+90…` for Turkish ones in any writing, otherwise its digits. Rule: R4. Source: domain.md §2. */
export function phoneKey(phone: string): string {
  const digits = phone.replaceAll(/\D/g, "");
  if (phone.trim().startsWith("+")) return international(digits);
  if (digits.startsWith("00")) return international(digits.slice(2));
  if (digits.length === 12 && digits.startsWith("90")) return `+${digits}`;
  if (digits.length === 11 && digits.startsWith("0")) return `+90${digits.slice(1)}`;
  return digits.length === 10 && digits.startsWith("5") ? `+90${digits}` : digits;
}

/** Turkish numbers are often written with the 0 that is only dialled at home: `+90 (0) 532`. */
const international = (digits: string): string => `+${digits.replace(/^900(?=\d{10}$)/, "90")}`;

/** The search tokens of a number: from its area code and its last seven digits. Rule: R4. */
export function phoneTokens(phone: string): string[] {
  const digits = phoneKey(phone).replace(/^\+90/, "").replace(/^\+/, "");
  return digits === "" ? [] : [...new Set([digits, digits.slice(-7), `0${digits}`])];
}
