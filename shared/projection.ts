// Owns the projection: documents → rows, the only form in which lists, search and reports read a document.
// Pure; used on the device in the transaction that stores an update, and on the server where it may read. Drop and project again gives equal rows.
import type * as Y from "yjs";
import { readRecord } from "./collection.ts";
import type { DocClass } from "./document.ts";
import { contacts, persons } from "./people.ts";
import { fold, phoneKey, phoneTokens, sortKey, tokensOf } from "./turkish.ts";

/** What the contact document says in a row of people. */
export type ContactColumns = {
  readonly name: string;
  readonly nameKey: string;
  readonly phone: string;
  readonly phoneKey: string;
  readonly email: string;
  readonly tokens: readonly string[];
};

/** What the client document says in a row of people. */
export type ClientColumns = {
  readonly statusId: string;
  readonly source: string;
  readonly createdAt: string;
  readonly trashedAt: string;
  readonly mergedInto: string;
};

/**
 * One row per subject; contact and client each write their own columns.
 * Shape: Dexie table `people`, key `id` = subject; `listed` is 1 for whom the list shows, 0 otherwise.
 */
export type PersonRow = { readonly id: string; readonly listed: 0 | 1 } & ContactColumns & ClientColumns;

const emptyRow = {
  name: "",
  nameKey: "",
  phone: "",
  phoneKey: "",
  email: "",
  tokens: [],
  statusId: "",
  source: "",
  createdAt: "",
  trashedAt: "",
  mergedInto: "",
} as const;

/** The columns a contact document gives; empty ones when it holds no contact. Rule: R5. */
export function contactColumns(doc: Y.Doc): ContactColumns {
  const { name = "", phone = "", email = "" } = readRecord(doc, contacts, "self")?.record ?? {};
  const tokens = [...new Set([...tokensOf(name), ...phoneTokens(phone), ...(email === "" ? [] : [fold(email)])])];
  return { name, nameKey: sortKey(name), phone, phoneKey: phone === "" ? "" : phoneKey(phone), email, tokens };
}

/** The columns a client document gives; empty ones when it holds no person. Rule: R5. */
export function clientColumns(doc: Y.Doc): ClientColumns {
  const person = readRecord(doc, persons, "self")?.record;
  const { statusId = "", source = "", createdAt = "", trashedAt = "", mergedInto = "" } = person ?? {};
  return { statusId, source, createdAt, trashedAt, mergedInto };
}

/** A row with the columns of one document renewed. Rule: R5. */
export function mergePersonRow(
  id: string,
  before: PersonRow | undefined,
  columns: ContactColumns | ClientColumns,
): PersonRow {
  const row = { ...emptyRow, ...before, ...columns, id };
  const isListed = row.name !== "" && row.trashedAt === "" && row.mergedInto === "";
  return { ...row, listed: isListed ? 1 : 0 };
}

/** The columns a document of a class gives to the rows of people; null for classes that give none. */
export function personColumns(docClass: DocClass, doc: Y.Doc): ContactColumns | ClientColumns | null {
  if (docClass === "contact") return contactColumns(doc);
  return docClass === "client" ? clientColumns(doc) : null;
}
