// Owns how the bytes of a file become text: which encoding they are in, and when they are no text at all.
// Never reads what the text says (vcard.ts, csv.ts) and needs nothing of a browser but TextDecoder.
import { err, ok } from "../../../shared/result.ts";
import type { Result } from "../../../shared/result.ts";

/** The largest file that is read. Units: bytes. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;

/** The encodings that a contacts file is read in. */
export type FileEncoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1254";

/** What a file that is not text seems to be. */
export type BinaryKind = "spreadsheet" | "pdf" | "image" | "archive" | "unknown";

/** Why a file cannot be read as text. */
export type DecodeError =
  | { readonly type: "empty" }
  | { readonly type: "too_large"; readonly limitBytes: number }
  | { readonly type: "not_text"; readonly looksLike: BinaryKind };

/** The text of a file, without byte order mark. `damaged`: a few bytes could not be read and stand as U+FFFD. */
export type DecodedText = { readonly text: string; readonly encoding: FileEncoding; readonly damaged: boolean };

/** Reads the bytes of a file as text. Fails: `empty`, `too_large`, `not_text`. Rule: I1, I2, I3. */
export function decodeText(bytes: Uint8Array, limitBytes = MAX_FILE_BYTES): Result<DecodedText, DecodeError> {
  if (bytes.length === 0) return err({ type: "empty" });
  if (bytes.length > limitBytes) return err({ type: "too_large", limitBytes });
  const looksLike = binaryKind(bytes);
  if (looksLike !== null) return err({ type: "not_text", looksLike });
  const decoded = decodeAny(bytes);
  if (isBinaryText(decoded.text)) return err({ type: "not_text", looksLike: "unknown" });
  return decoded.text.trim() === "" ? err({ type: "empty" }) : ok(decoded);
}

/** Reads a few bytes in the encoding they name; null for an encoding nobody knows or bytes that are not in it. Rule: I15. */
export function decodeAs(label: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (error) {
    // Hint: RangeError is an unknown label, TypeError are bytes that do not fit it; nothing else is expected here.
    if (error instanceof RangeError || error instanceof TypeError) return null;
    throw error;
  }
}

/** Reads bytes of unknown encoding as UTF-8 or else Windows-1254, the encoding of Turkish Windows. Rule: I1. */
export function decodeGuess(bytes: Uint8Array): DecodedText {
  const whole = decodeAs("utf-8", bytes) ?? decodeAs("utf-8", mendSplitLetters(bytes));
  if (whole !== null) return { text: whole, encoding: "utf-8", damaged: false };
  const encoding = isMostlyUtf8(bytes) ? "utf-8" : "windows-1254";
  return { text: new TextDecoder(encoding).decode(bytes), encoding, damaged: encoding === "utf-8" };
}

function decodeAny(bytes: Uint8Array): DecodedText {
  const encoding = utf16Order(bytes);
  if (encoding === null) return decodeGuess(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  return { text, encoding, damaged: text.includes("\uFFFD") };
}

const SAMPLE_BYTES = 4096;

function utf16Order(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const pairs = Math.min(bytes.length, SAMPLE_BYTES) >> 1;
  let high = 0;
  let low = 0;
  for (let at = 0; at < pairs * 2; at += 2) {
    if (bytes[at] === 0) high += 1;
    if (bytes[at + 1] === 0) low += 1;
  }
  // Letters of European languages leave one byte of most pairs zero; in other text there is no zero at all.
  const many = pairs * 0.4;
  const few = pairs * 0.05;
  if (pairs > 1 && low >= many && high <= few) return "utf-16le";
  return pairs > 1 && high >= many && low <= few ? "utf-16be" : null;
}

const magic: readonly (readonly [start: string, kind: BinaryKind])[] = [
  ["%PDF-", "pdf"],
  ["PK\u0003\u0004", "archive"],
  ["PK\u0005\u0006", "archive"],
  ["\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1", "spreadsheet"],
  ["\u0089PNG", "image"],
  ["\u00FF\u00D8\u00FF", "image"],
  ["GIF87a", "image"],
  ["GIF89a", "image"],
  ["\u001F\u008B", "archive"],
  ["Rar!\u001A", "archive"],
  ["7z\u00BC\u00AF", "archive"],
];

function binaryKind(bytes: Uint8Array): BinaryKind | null {
  const start = latin1(bytes.subarray(0, SAMPLE_BYTES));
  const kind = magic.find(([mark]) => start.startsWith(mark))?.[1] ?? null;
  // A workbook is a ZIP archive whose first parts are named.
  return kind === "archive" && /\[Content_Types\]\.xml|xl\/|content\.xml|spreadsheet/.test(start)
    ? "spreadsheet"
    : kind;
}

const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** Tells by control characters, which no contacts file has in number. Hint: a few are allowed, DOS ends files with one. */
function isBinaryText(text: string): boolean {
  if (text.includes("\0")) return true;
  const sample = text.slice(0, SAMPLE_BYTES * 4);
  const controls = sample.match(/(?!\s)\p{Cc}/gu)?.length ?? 0;
  return controls > Math.max(4, sample.length / 50);
}

/**
 * Joins letters that a careless exporter split over two folded lines, by moving their rest before the fold.
 * Why: RFC 2425 folds by bytes, and a fold inside a letter makes the whole file look as if it were not UTF-8.
 */
function mendSplitLetters(bytes: Uint8Array): Uint8Array {
  const mended = bytes.slice();
  for (let at = 0; at < bytes.length; at += 1) {
    const fold = foldLength(bytes, at);
    const rest = fold === 0 ? 0 : continuationLength(bytes, at + fold);
    if (rest === 0) continue;
    mended.set(bytes.subarray(at + fold, at + fold + rest), at);
    mended.set(bytes.subarray(at, at + fold), at + rest);
    at += fold + rest - 1;
  }
  return mended;
}

function foldLength(bytes: Uint8Array, at: number): number {
  const newline = bytes[at] === 0x0d && bytes[at + 1] === 0x0a ? 2 : Number(bytes[at] === 0x0a);
  const blank = bytes[at + newline];
  return newline > 0 && (blank === 0x20 || blank === 0x09) ? newline + 1 : 0;
}

/** How many bytes here go on with a letter, at most three. */
function continuationLength(bytes: Uint8Array, at: number): number {
  let length = 0;
  while (length < 3 && isContinuation(bytes[at + length])) length += 1;
  return length;
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Tells whether more letters of several bytes are well formed than broken; Turkish Windows text has nearly none. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  let good = 0;
  let broken = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const rest = restLength(bytes[at] ?? 0);
    if (rest === 0) continue;
    let seen = 0;
    while (seen < rest && isContinuation(bytes[at + 1 + seen])) seen += 1;
    if (seen === rest) good += 1;
    else broken += 1;
    at += seen;
  }
  return good > broken;
}

function restLength(lead: number): number {
  if (lead < 0x80) return 0;
  if (lead >= 0xc2 && lead <= 0xdf) return 1;
  if (lead >= 0xe0 && lead <= 0xef) return 2;
  // Hint: 4 cannot be reached by a stray continuation byte, so that one counts as broken.
  return lead >= 0xf0 && lead <= 0xf4 ? 3 : 4;
}
