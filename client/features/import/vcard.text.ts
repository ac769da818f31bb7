// Owns the values of vCard properties: transfer encodings, charsets, escaped characters and values of several parts.
// Never joins lines (vcard.lines.ts) and never knows what a property means (vcard.ts).
import { decodeAs, decodeGuess } from "./decode.ts";
import type { Property } from "./vcard.lines.ts";

/** A value, and whether its charset is one that we know and that fits it. */
export type PropertyText = { readonly text: string; readonly known: boolean };

/** The parts of a value between semicolons, each a list of what stands between commas. */
export type PropertyParts = { readonly parts: readonly (readonly string[])[]; readonly known: boolean };

/** Reads a value that is one text. Rule: I12, I15. */
export function textOf(property: Property): PropertyText {
  const { text, known } = decode(property, property.value);
  return { text: unescape(text), known };
}

/** Reads a value of several parts, such as a name or an address. Rule: I12. */
export function partsOf(property: Property): PropertyParts {
  // Each part is encoded by itself; only a base64 value, or one whose separators are encoded too, is decoded as a whole.
  const raw = property.encoding === "base64" ? [property.value] : splitAt(property.value, ";");
  const decoded = raw.map((part) => decode(property, part));
  const known = decoded.every((part) => part.known);
  const [only] = decoded;
  const texts = decoded.length === 1 && only ? splitAt(only.text, ";") : decoded.map(({ text }) => text);
  return { parts: texts.map((text) => splitAt(text, ",").map(unescape)), known };
}

function decode({ encoding, charset }: Property, value: string): PropertyText {
  if (encoding === "plain") return { text: value, known: true };
  const bytes = encoding === "base64" ? base64ToBytes(value) : quotedToBytes(value);
  if (charset === null) return { text: decodeGuess(bytes).text, known: true };
  const text = decodeAs(charset, bytes);
  return text === null ? { text: decodeGuess(bytes).text, known: false } : { text, known: true };
}

/** Splits at a separator that is not escaped. */
function splitAt(text: string, separator: string): string[] {
  if (!text.includes("\\")) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** Undoes escaping. Hint: old Apple exports escape colons as well. Source: RFC 6350 §3.4. */
const unescape = (text: string): string =>
  text.includes("\\") ? text.replaceAll(/\\([nN,;:\\])/g, (_, letter: string) => letters[letter] ?? letter) : text;

const letters: Readonly<Record<string, string>> = { n: "\n", N: "\n" };

const encoder = new TextEncoder();

/** Undoes quoted-printable; a broken sequence stays as it is written. Source: RFC 2045 §6.7. */
function quotedToBytes(value: string): Uint8Array {
  const source = encoder.encode(value);
  const bytes = new Uint8Array(source.length);
  let length = 0;
  for (let at = 0; at < source.length; at += 1) {
    const byte = source[at] ?? 0;
    const code = byte === 0x3d ? hexOf(source[at + 1]) * 16 + hexOf(source[at + 2]) : Number.NaN;
    bytes[length] = Number.isNaN(code) ? byte : code;
    length += 1;
    if (!Number.isNaN(code)) at += 2;
  }
  return bytes.subarray(0, length);
}

function hexOf(byte: number | undefined): number {
  if (byte === undefined) return Number.NaN;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Undoes base64; what is not of its alphabet is passed over. Hint: `atob` throws on what exporters write. */
function base64ToBytes(value: string): Uint8Array {
  const bytes = new Uint8Array((value.length * 3) >> 2);
  let length = 0;
  let bits = 0;
  let held = 0;
  for (const letter of value) {
    const six = alphabet.indexOf(letter);
    if (six < 0) continue;
    bits = ((bits << 6) | six) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[length] = (bits >> held) & 0xff;
    length += 1;
  }
  return bytes.subarray(0, length);
}
