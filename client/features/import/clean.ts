// Owns what may stand in a field of an imported contact: cleaning of text, its limits, and reading one number or address.
// Never reports: the caller turns `null` and error types into problems with a line.
import * as v from "valibot";
import { emailText, phoneText } from "../../../shared/fields.ts";
import { err, ok } from "../../../shared/result.ts";
import type { Result } from "../../../shared/result.ts";

/** The longest values that are taken. Units: UTF-16 code units. Rule: I7. Source: shared/fields.ts, shared/text.ts. */
export const importLimits = { name: 255, phone: 20, email: 254, address: 1000, note: 20_000 } as const;

/** Why a telephone number or e-mail address is left out. */
export type ValueError = "field_too_long" | "bad_phone" | "bad_email";

/** A text on one line, cleaned; null when it is longer than the limit. Rule: I6, I7. */
export function cleanLine(raw: string, limit: number): string | null {
  if (raw.length <= limit && plainWords.test(raw)) return raw;
  return composed(
    visible(raw)
      .replaceAll(/[\s\u0085]+/g, " ")
      .trim(),
    limit,
  );
}

/** A text of several lines, cleaned; null when it is longer than the limit. Rule: I6, I7. */
export function cleanBlock(raw: string, limit: number): string | null {
  const lines = visible(raw)
    .replaceAll(/\r\n?|[\v\f\u0085\u2028\u2029]/g, "\n")
    .replaceAll(/[^\S\n]+/g, " ")
    .replaceAll(/ ?\n ?/g, "\n")
    .replaceAll(/\n{3,}/g, "\n\n");
  return composed(lines.trim(), limit);
}

// Most values are clean already, and this is much quicker than cleaning. Hint: only for short ones, it needs stack.
const plainWords = /^(?:[!-~]+(?: [!-~]+)*)?$/;

// Control characters but white space, marks that turn the direction of writing, and two that nobody sees.
const hidden = /(?![\t-\r\u0085])\p{Cc}|[\u200B\uFEFF]|\p{Bidi_Control}/gu;

const visible = (raw: string): string => raw.replaceAll(hidden, "");

function composed(text: string, limit: number): string | null {
  // A letter never takes more than four units apart, so this cannot fit; composing megabytes would only cost time.
  if (text.length > limit * 4) return null;
  // Hint: endless accents on one letter are no writing and cost quadratic time. Source: UAX 15, stream-safe text.
  const safe = text.length > 30 ? text.replaceAll(/(\p{M}{30})\p{M}+/gu, "$1") : text;
  const whole = safe.toWellFormed().normalize("NFC");
  return whole.length > limit ? null : whole;
}

/** One telephone number in a form that a contact may hold. Fails: `field_too_long`, `bad_phone`. Rule: I7. */
export function readPhone(raw: string): Result<string, ValueError> {
  const line = cleanLine(unwrap(raw), 100);
  if (line === null) return err("field_too_long");
  const plain = line
    .replaceAll(/[\u2010-\u2015\u2212]/g, "-")
    .replaceAll(/[./]/g, " ")
    .replaceAll(/ +/g, " ")
    .trim();
  if (!/^[+\d ()-]+$/.test(plain)) return err("bad_phone");
  // Without formatting: what is too long only by its brackets and spaces is still one number.
  const number = plain.length > importLimits.phone ? plain.replaceAll(/[^+\d]/g, "") : plain;
  if (number.length > importLimits.phone) return err("field_too_long");
  const digits = digitsOf(number).length;
  const isNumber = digits >= 3 && digits <= (line.includes("/") ? 12 : 15);
  return isNumber && v.is(phoneText, number) ? ok(number) : err("bad_phone");
}

/** One e-mail address, also out of `Name <address>`. Fails: `field_too_long`, `bad_email`. Rule: I7. */
export function readEmail(raw: string): Result<string, ValueError> {
  const line = cleanLine(raw.replace(/^\s*mailto:/i, ""), importLimits.name + importLimits.email);
  if (line === null) return err("field_too_long");
  const address = line.endsWith(">") ? line.slice(line.lastIndexOf("<") + 1, -1).trim() : line;
  if (address.length > importLimits.email) return err("field_too_long");
  return v.is(emailText, address) ? ok(address) : err("bad_email");
}

/** The digits of a number as written. */
export const digitsOf = (text: string): string => text.replaceAll(/\D/g, "");

/** Tells whether a number is a Turkish mobile number, which WhatsApp and messages need. Rule: I8. */
export const isTurkishMobile = (phone: string): boolean =>
  /^(?:00|\+)?(?:90)?0?5\d{9}$/.test(phone.replaceAll(/[ ()-]/g, ""));

const separators = { phone: /[\n,;/|]/, email: /[\s,;|]/ } as const;

/** The values of one cell or property, split only where every part is complete by itself. Rule: I8. */
export function splitValues(raw: string, kind: "phone" | "email"): string[] {
  if (raw.length > 2000 || (!separators[kind].test(raw) && !raw.includes(" ::: "))) return [raw];
  const whole = raw.split(" ::: ");
  const parts = whole.flatMap((part) => part.split(separators[kind])).filter((part) => part.trim());
  const complete = parts.every((part) => (kind === "phone" ? digitsOf(part).length >= 7 : part.includes("@")));
  return parts.length > 1 && complete ? parts : whole;
}

/** Takes off what a spreadsheet or a `tel:` address puts around a number. */
function unwrap(raw: string): string {
  const text = raw.trim();
  if (text.startsWith('="') && text.endsWith('"')) return text.slice(2, -1);
  if (text.startsWith("'")) return text.slice(1);
  return /^tel:/i.test(text) ? (text.slice(4).split(";", 1)[0] ?? "") : text;
}
