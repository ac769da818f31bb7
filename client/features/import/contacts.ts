// Owns the one door of reading a contacts file: bytes in, contacts and problems out.
// Never touches a screen, a document or the network, so that it runs in the page and in a web worker alike.
import { readTable } from "./csv.ts";
import type { TableMapping, TableOptions } from "./csv.ts";
import { decodeText } from "./decode.ts";
import type { DecodeError, FileEncoding } from "./decode.ts";
import { noteDuplicates } from "./duplicates.ts";
import type { ImportedContact, ImportProblem, Reading } from "./entry.ts";
import { isNamedVcard, isVcard, readCards } from "./vcard.ts";
import { err, ok } from "../../../shared/result.ts";
import type { Result } from "../../../shared/result.ts";

/** The most cards or rows that one file may have. Rule: I21. */
export const MAX_ENTRIES = 100_000;

/** Why nothing of a file is taken. */
export type ImportError =
  | DecodeError
  | { readonly type: "no_contacts" }
  | { readonly type: "too_many"; readonly limit: number };

/** What a person may change before a file is read again, and the limits. Units: bytes. Rule: I18. */
export type ReadOptions = TableOptions & { readonly limitBytes?: number };

/** What a file holds. `entries` = contacts + problems whose fate is `not_taken`; both lists are in the order of lines. */
export type ContactsFile = {
  readonly contacts: readonly ImportedContact[];
  readonly problems: readonly ImportProblem[];
  readonly entries: number;
  readonly encoding: FileEncoding;
} & ({ readonly source: "vcard" } | { readonly source: "csv"; readonly mapping: TableMapping });

/** Reads a contacts file, vCard or CSV. Fails: `empty`, `too_large`, `not_text`, `no_contacts`, `too_many`. Rule: I1–I21. */
export function readContacts(
  fileName: string,
  bytes: Uint8Array,
  options: ReadOptions = {},
): Result<ContactsFile, ImportError> {
  const decoded = decodeText(bytes, options.limitBytes);
  if (!decoded.ok) return decoded;
  const { encoding } = decoded.value;
  const text = decoded.value.text.replaceAll(/\r\n?/g, "\n");
  const reading: Reading = { contacts: [], problems: [] };
  if (isVcard(fileName, text)) {
    const entries = readCards(text, encoding, { reading, limit: MAX_ENTRIES });
    return finish({ ...reading, entries, encoding, source: "vcard" });
  }
  const { entries, mapping } = readTable(text, options, { reading, limit: MAX_ENTRIES });
  // What calls itself a vCard and holds neither a card nor a person is no table to be mapped by hand.
  if (isNamedVcard(fileName) && reading.contacts.length === 0) return err({ type: "no_contacts" });
  return finish({ ...reading, entries, encoding, source: "csv", mapping });
}

function finish(file: ContactsFile): Result<ContactsFile, ImportError> {
  if (file.entries > MAX_ENTRIES) return err({ type: "too_many", limit: MAX_ENTRIES });
  if (file.entries === 0) return err({ type: "no_contacts" });
  const contacts = file.contacts.toSorted((one, other) => one.line - other.line);
  const problems = [...file.problems, ...noteDuplicates(contacts)].toSorted((one, other) => one.line - other.line);
  return ok({ ...file, contacts, problems });
}
