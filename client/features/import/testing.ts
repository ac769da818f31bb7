// Owns what the tests of reading contacts files share: fixtures, bytes in any encoding, and reading that must succeed.
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { readContacts } from "./contacts.ts";
import type { ContactsFile, ReadOptions } from "./contacts.ts";
import { problemFates } from "./entry.ts";

/** The bytes of a file in `fixtures/`. */
export const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));

/** A text as UTF-8 bytes. */
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A text as UTF-16 bytes, with or without its mark as the text has it. */
export function utf16(text: string, order: "le" | "be"): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at += 1) view.setUint16(at * 2, text.charCodeAt(at), order === "le");
  return bytes;
}

/** A text as Windows-1254 bytes. Throws: on a letter that this encoding has not. */
export function windows1254(text: string): Uint8Array {
  const table = new TextDecoder("windows-1254").decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  return Uint8Array.from(text, (letter) => {
    const byte = table.indexOf(letter);
    if (byte < 0) throw new Error(`not in Windows-1254: ${letter}`);
    return byte;
  });
}

/** Reads a file that must be readable. Throws: when it is refused. */
export function read(name: string, source: string | Uint8Array, options: ReadOptions = {}): ContactsFile {
  const result = readContacts(name, typeof source === "string" ? utf8(source) : source, options);
  if (!result.ok) throw new Error(`refused: ${result.error.type}`);
  return result.value;
}

/** Reads one card from its lines between begin and end. */
export const readCard = (...lines: string[]): ContactsFile =>
  read("one.vcf", ["BEGIN:VCARD", ...lines, "END:VCARD", ""].join("\r\n"));

/** The problems of a file as short words, such as `3 bad_phone phone`. */
export const shortProblems = ({ problems }: Pick<ContactsFile, "problems">): string[] =>
  problems.map(({ line, type, field }) => [line, type, field].filter((part) => part !== undefined).join(" "));

/** Asserts that every entry is one contact or one problem that it was not taken, and that problems name taken ones. Rule: I4. */
export function expectCounted(file: ContactsFile): void {
  const notTaken = file.problems.filter(({ type }) => problemFates[type] === "not_taken");
  expect(file.contacts.length + notTaken.length).toBe(file.entries);
  const lines = new Set(file.contacts.map(({ line }) => line));
  expect(lines.size).toBe(file.contacts.length);
  const astray = file.problems.filter(({ contactLine }) => contactLine !== undefined && !lines.has(contactLine));
  expect(astray).toEqual([]);
}
