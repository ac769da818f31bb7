// Owns the way out for mail, and it is the only one: by SMTP, or into the outbox folder when there is no SMTP.
// Never keeps a caller waiting and never fails one: a mail that cannot go is reported without its address.
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import type { Locale } from "../shared/studio.ts";
import { createBackground } from "./background.ts";
import { randomText, toInstant } from "./clock.ts";
import type { Clock, RandomBytes } from "./clock.ts";
import { writeLetter } from "./mail.texts.ts";
import type { Letter } from "./mail.texts.ts";

/** One mail to one person. */
export type Mail = { readonly to: string; readonly locale: Locale; readonly letter: Letter };

/** What is told of a mail that could not go: no address, no text. */
export type MailFailure = { readonly type: "mail_failed"; readonly kind: Letter["kind"]; readonly code: string };

/** Sends mail behind the caller's back. */
export type Mailer = {
  /** Takes a mail on; never waits and never throws. Rule: AU19. */
  readonly post: (mail: Mail) => void;
  /** Resolves when nothing is on its way. */
  readonly idle: () => Promise<void>;
  /** Waits for what is on its way, then closes the connections. */
  readonly close: () => Promise<void>;
};

/** What a mailer is made of. */
export type MailerOptions = {
  readonly smtpUrl: string | undefined;
  readonly from: string | undefined;
  /** Start of every link, such as `https://lumiso.example`. */
  readonly linkBase: string;
  /** Folder of the `.eml` files when there is no SMTP. */
  readonly outboxDir: string;
  /** Gets the line with the link when there is no SMTP: standard output, never the log. */
  readonly announce: (line: string) => void;
  readonly report: (failure: MailFailure) => void;
  /** Hears of each mail that went out. */
  readonly onSent?: () => void;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Most mails on their way at once; more are reported as failed. */
  readonly maxInFlight: number;
};

/** What goes out; policy/inventory.ts classifies each part. */
export type Message = {
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
};

type Way = { readonly send: (message: Message, link: string) => Promise<void>; readonly close: () => void };

/** Makes a mailer. Rule: AU19, AU20. */
export function createMailer(options: MailerOptions): Mailer {
  const way = options.smtpUrl === undefined ? outboxWay(options) : smtpWay(options.smtpUrl);
  const { run, size, idle } = createBackground(() => undefined);
  const post = (mail: Mail): void => {
    if (size() >= options.maxInFlight) options.report(failureOf(mail, { code: "EQUEUE" }));
    else run(() => deliver(mail, way, options));
  };
  const close = async (): Promise<void> => {
    await idle();
    way.close();
  };
  return { post, idle, close };
}

async function deliver(mail: Mail, way: Way, options: MailerOptions): Promise<void> {
  try {
    const { subject, text, html, link } = writeLetter(mail.letter, mail.locale, options.linkBase);
    const from = options.from ?? `Lumiso <no-reply@${new URL(options.linkBase).hostname}>`;
    // Asks automatic repliers not to answer. Source: RFC 3834.
    const headers = { "Auto-Submitted": "auto-generated" };
    await way.send({ from, to: mail.to, subject, text, html, headers }, link);
    options.onSent?.();
  } catch (error) {
    // Hint: whatever the disk or the other server said, it must not reach the request, and its text may hold the address.
    options.report(failureOf(mail, error));
  }
}

function failureOf(mail: Mail, error: unknown): MailFailure {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown";
  return { type: "mail_failed", kind: mail.letter.kind, code };
}

// A template holds no files and no addresses to fetch, so neither is allowed.
const closed = { disableFileAccess: true, disableUrlAccess: true } as const;
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 } as const;

function smtpWay(url: string): Way {
  const transport = createTransport({ url, pool: true, maxConnections: 2, ...timeouts, ...closed });
  return {
    send: async (message) => void (await transport.sendMail(message)),
    close: () => transport.close(),
  };
}

function outboxWay({ outboxDir, announce, clock, random }: MailerOptions): Way {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: "unix", ...closed });
  const send = async (message: Message, link: string): Promise<void> => {
    const { message: bytes } = await transport.sendMail(message);
    if (!Buffer.isBuffer(bytes)) throw new Error("a buffered mail is a buffer");
    const name = `${toInstant(clock()).replaceAll(":", "-")}-${randomText(random, 6)}.eml`;
    await writeOnce(outboxDir, { name, bytes });
    announce(link);
  };
  return { send, close: () => transport.close() };
}

// Readable by the server's own account only: a mail holds an address and a link.
async function writeOnce(folder: string, { name, bytes }: { name: string; bytes: Buffer }): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = await open(join(folder, name), "wx", 0o600);
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
}
