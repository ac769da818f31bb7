import { readdir, stat, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import { roles } from "../policy/roles.ts";
import { createBrowser, createTestAccount, createTestAuth, tokenOfLink } from "./auth/testing.ts";
import type { TestAuth, TestAuthOptions } from "./auth/testing.ts";
import { writeLetter } from "./mail.texts.ts";
import type { Letter } from "./mail.texts.ts";

const token = "A".repeat(43);
const base = "https://lumiso.example";
const form = { email: "ayse@example.test", password: "kırmızı balon 42", name: "Ayşe Yılmaz", studio: "Işık Stüdyo" };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function setup(options?: TestAuthOptions): Promise<TestAuth> {
  const test = await createTestAuth(options);
  closing.push(test.close);
  return test;
}

type Received = { from: string; to: string[]; content: string };

/** A real SMTP server in this process; `refuse` turns recipients away. */
async function setupSmtp({ refuse = false } = {}): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    onRcptTo: (_address, _session, done) => done(refuse ? new Error("no such mailbox ayse@example.test") : null),
    onData: async (stream, { envelope }, done) => {
      const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
      received.push({ from, to: envelope.rcptTo.map(({ address }) => address), content: await text(stream) });
      done();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise<void>((resolve) => server.close(resolve)));
  // Hint: a TCP server that listens has an AddressInfo.
  const { port } = server.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, received };
}

// The part of a multipart mail with this type, decoded.
function partOf(content: string, type: string): string {
  const [headers = "", body = ""] =
    content
      .split(/\r?\n--[^\r\n]+\r?\n/)
      .find((part) => part.includes(`Content-Type: ${type}`))
      ?.split(/\r?\n\r?\n(.*)/s) ?? [];
  if (/base64/i.test(headers)) return Buffer.from(body, "base64").toString("utf8");
  const unfolded = body.replaceAll(/=\r?\n/g, "");
  const bytes = unfolded.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1").toString("utf8");
}

const headerOf = (content: string, name: string): string => {
  const unfolded = (content.split(/\r?\n\r?\n/)[0] ?? "").replaceAll(/\r?\n[ \t]+/g, " ");
  return (
    unfolded
      .split(/\r?\n/)
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? ""
  );
};

describe("words", () => {
  const letters: Letter[] = [
    { kind: "verify", token },
    { kind: "reset", token },
    ...roles.map((role): Letter => ({ kind: "invitation", token, studio: "Işık Stüdyo", role })),
  ];

  it.each(letters)("[AU18] $kind is there in both languages, with its link", (letter) => {
    const [turkish, english] = [writeLetter(letter, "tr", base), writeLetter(letter, "en", base)];
    expect(turkish.subject).not.toBe(english.subject);
    for (const { text: plain, html, link } of [turkish, english]) {
      expect(link).toBe(`${base}/${letter.kind}#token=${token}`);
      expect(plain).toContain(link);
      expect(html).toContain(`href="${link}"`);
      expect(plain).not.toMatch(/undefined|\[object/);
    }
    expect(turkish.html).toContain('<html lang="tr">');
  });

  it("[AU18] show what a person typed on one line, escaped and shortened", () => {
    const studio = `<img src=x onerror=alert(1)> "A" & 'B'\r\nBcc: b@example.test\u202Egnp ${"x".repeat(300)}`;
    for (const locale of ["tr", "en"] as const) {
      const {
        subject,
        html,
        text: plain,
      } = writeLetter({ kind: "invitation", token, studio, role: "viewer" }, locale, base);
      expect(subject).not.toMatch(/[\r\n\u202E]/);
      expect(subject.length).toBeLessThan(140);
      expect(html).not.toContain("<img");
      expect(html).toContain("&#60;img src=x onerror=alert(1)&#62;");
      expect(plain).not.toContain("\u202E");
      expect(plain).not.toMatch(/^Bcc:/m);
    }
  });
});

describe("SMTP", () => {
  it("[AU18] carries the mail in the language of who gets it, with one recipient", async () => {
    const smtp = await setupSmtp();
    const test = await setup({ smtpUrl: smtp.url, publicUrl: base });
    await createBrowser(test).post("/api/auth/sign-up", form);
    await createBrowser(test).post("/api/auth/sign-up", { ...form, email: "john@example.test", locale: "en" });
    await test.links();
    expect(smtp.received.map((mail) => mail.to)).toEqual([["ayse@example.test"], ["john@example.test"]]);
    const [turkish, english] = smtp.received;
    expect(turkish?.from).toBe("no-reply@lumiso.example");
    expect(partOf(turkish?.content ?? "", "text/plain")).toContain("doğrulamanızı rica ederiz");
    expect(partOf(turkish?.content ?? "", "text/html")).toContain('lang="tr"');
    expect(partOf(english?.content ?? "", "text/plain")).toContain("please confirm");
    expect(headerOf(english?.content ?? "", "Subject")).toBe("Lumiso: confirm your e-mail address");
    const link = /https:\S+#token=[A-Za-z0-9_-]{43}/.exec(partOf(turkish?.content ?? "", "text/plain"))?.[0];
    expect((await createBrowser(test).post("/api/auth/verify", { token: tokenOfLink(link) })).status).toBe(204);
  });

  it("[AU21] [AU18] says nothing of a stranger to an address nobody has confirmed, and sends no copies", async () => {
    const smtp = await setupSmtp();
    const test = await setup({ smtpUrl: smtp.url, publicUrl: base });
    const hostile = { ...form, name: "KAZANDINIZ evil.example", studio: "Bcc: b@example.test" };
    await createBrowser(test).post("/api/auth/sign-up", hostile);
    await test.links();
    const { content = "", to } = smtp.received[0] ?? {};
    expect(to).toEqual(["ayse@example.test"]);
    expect(content).not.toMatch(/KAZANDINIZ|evil|Bcc/);
    expect(partOf(content, "text/plain")).not.toMatch(/KAZANDINIZ|evil|Bcc/);
  });

  it("[AU18] an invitation carries the studio's name in subject and text, and cannot add a header", async () => {
    const smtp = await setupSmtp();
    const test = await setup({ smtpUrl: smtp.url, publicUrl: base });
    const owner = await createTestAccount(test.auth, { studio: "Şule & Oğlu\r\nBcc: b@example.test" });
    const body = { email: "m@example.test", role: "viewer" };
    await createBrowser(test, owner).post(`/api/orgs/${owner.orgId}/invitations`, body);
    await test.links();
    const { content = "", to } = smtp.received[0] ?? {};
    expect(to).toEqual(["m@example.test"]);
    expect(headerOf(content, "Bcc")).toBe("");
    expect(headerOf(content, "Auto-Submitted")).toBe("auto-generated");
    expect(partOf(content, "text/plain")).toContain(
      "Şule & Oğlu Bcc: b@example.test sizi stüdyo ekibine “Salt okunur”",
    );
    expect(partOf(content, "text/html")).toContain("Şule &#38; Oğlu");
  });

  it("[AU19] that refuses loses no account: the answer stands, and the mail can be asked for again", async () => {
    const refusing = await setupSmtp({ refuse: true });
    const test = await setup({ smtpUrl: refusing.url, publicUrl: base });
    const browser = createBrowser(test);
    expect((await browser.post("/api/auth/sign-up", form)).status).toBe(201);
    await test.links();
    expect(test.mailFailures).toEqual([{ type: "mail_failed", kind: "verify", code: "EENVELOPE" }]);
    expect((await browser.post("/api/auth/resend-verification")).status).toBe(204);
    await test.links();
    expect(test.mailFailures).toHaveLength(2);
    expect(JSON.stringify(test.mailFailures)).not.toContain("example");
  });

  it("[AU19] that is not there loses no account", async () => {
    const test = await setup({ smtpUrl: "smtp://127.0.0.1:1", publicUrl: base });
    expect((await createBrowser(test).post("/api/auth/sign-up", form)).status).toBe(201);
    await test.links();
    expect(test.mailFailures).toMatchObject([{ kind: "verify" }]);
    expect(test.failures).toEqual([]);
  });

  it("[AU19] with too much on its way takes no more", async () => {
    const smtp = await setupSmtp();
    const test = await setup({ smtpUrl: smtp.url, publicUrl: base, limits: { mailsInFlight: 1 } });
    const mail = { to: "a@example.test", locale: "tr", letter: { kind: "reset", token } } as const;
    test.auth.mailer.post(mail);
    test.auth.mailer.post(mail);
    await test.links();
    expect([smtp.received.length, test.mailFailures]).toEqual([
      1,
      [{ type: "mail_failed", kind: "reset", code: "EQUEUE" }],
    ]);
  });
});

describe("outbox", () => {
  it("[AU20] holds each mail as a file for the server alone, named without personal data", async () => {
    const test = await setup();
    await createBrowser(test).post("/api/auth/sign-up", form);
    const [link = ""] = await test.links();
    const [content = ""] = await test.outbox();
    expect(headerOf(content, "To")).toBe("ayse@example.test");
    expect(partOf(content, "text/plain")).toContain(link);
    const folder = join(test.folder, "outbox");
    const [name = ""] = await readdir(folder);
    expect(name).toMatch(/^2026-01-15T09-00-00\.000Z-[A-Za-z0-9_-]{8}\.eml$/);
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it("[AU19] that cannot be written loses no account", async () => {
    const test = await setup();
    await writeFile(join(test.folder, "outbox"), "a file where the folder should be");
    expect((await createBrowser(test).post("/api/auth/sign-up", form)).status).toBe(201);
    expect(await test.links()).toEqual([]);
    expect([test.failures, test.mailFailures]).toEqual([[], [{ type: "mail_failed", kind: "verify", code: "EEXIST" }]]);
  });
});
