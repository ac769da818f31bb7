// Owns how a document and a page of the feed are read from the data file, and what happens when one cannot be opened.
// Never shows an unreadable document as empty.
import { SEAL_OVERHEAD, unseal } from "./seal.ts";
import type { DataKey, Unreadable } from "./storage.keys.ts";
import { boundsOf, cutPage, rowsFor } from "./storage.page.ts";
import type { FeedRow, States } from "./storage.page.ts";
import { barredAt, columnsOf, headOf } from "./storage.sqlite.parts.ts";
import type { StorageParts } from "./storage.sqlite.parts.ts";
import type { StoredState } from "./storage.sqlite.statements.ts";
import { storageError } from "./storage.ts";
import type { FeedRange, Page, PageQuery, StoredDocument, Writers } from "./storage.ts";
import type { DocClass, DocId } from "../shared/document.ts";
import { err } from "../shared/result.ts";
import type { Result } from "../shared/result.ts";

/** Reads one document. Rule: ST1, ST9, K5. Throws: StorageError `damaged`. */
export function readDocument(doc: DocId, parts: StorageParts): StoredDocument {
  const row = parts.statements.find.get(doc);
  if (row === undefined) {
    const seq = barredAt(columnsOf(doc), parts);
    return seq === null ? { kind: "absent" } : { kind: "erased", seq };
  }
  const state = openState({ doc, state: row.state }, parts.keys.find(doc, row.key_id), parts);
  if (state.ok) return { kind: "state", state: state.value, version: row.version, seq: row.seq };
  if (state.error === "key_missing") return { kind: "key_missing" };
  throw storageError("damaged", "sealed state");
}

/** Reads who wrote first under each client id of a document. Rule: ST45. */
export const writersOf = (doc: DocId, { statements }: StorageParts): Writers =>
  new Map(statements.writers.all(doc).map(({ client, member }) => [client, member]));

function openState(
  { doc, state: sealed }: Omit<StoredState, "key_id">,
  key: Result<DataKey, Unreadable>,
  { org, alarm }: StorageParts,
): Result<Uint8Array, Unreadable> {
  const state = key.ok ? unseal(sealed, key.value.box) : key;
  if (!state.ok) alarm({ type: state.error, org, doc });
  return state;
}

/** Reads a page of the feed; beside the states of the page, only the same ones sealed are in memory. Rule: ST17–ST22. */
export function readPage(query: PageQuery, parts: StorageParts): Page {
  const { after, before, downwards } = boundsOf(query);
  const { statements } = parts;
  const classes = JSON.stringify(query.classes);
  const range = { after, before, classes, rows: rowsFor(query) };
  const found = (downwards ? statements.downwards : statements.upwards).all(range);
  const load = (rows: readonly FeedRow[]): States => loadStates(rows, classes, parts);
  return cutPage(found.map(feedRow), query, { load, head: headOf(parts) });
}

/** Opens the states between the first and the last of some rows: all of them are in the page. Units: `classes` is a JSON array. */
function loadStates(rows: readonly FeedRow[], classes: string, parts: StorageParts): States {
  const [first, last] = [rows[0]?.seq ?? 0, rows.at(-1)?.seq ?? 0];
  const range = { after: Math.min(first, last) - 1, before: Math.max(first, last) + 1, classes };
  const found = rows.length === 0 ? [] : parts.statements.states.all(range);
  const keysById = parts.keys.findAll(found.map(({ doc, key_id: id }) => ({ doc, id })));
  const states = new Map<DocId, Uint8Array>();
  for (const stored of found) {
    const state = openState(stored, keysById.get(stored.key_id) ?? err("key_missing"), parts);
    if (state.ok) states.set(stored.doc, state.value);
  }
  return states;
}

const feedRow = ({ erased, bytes, ...row }: Omit<FeedRow, "erased"> & { readonly erased: 0 | 1 }): FeedRow => ({
  ...row,
  erased: erased === 1,
  bytes: erased === 1 ? 0 : bytes - SEAL_OVERHEAD,
});

/** Counts the documents of some classes. Rule: ST23. */
export const countDocuments = (classes: readonly DocClass[], { statements }: StorageParts): number =>
  statements.living.get(JSON.stringify(classes))?.count ?? 0;

/** Counts the entries of a range. Rule: ST23. */
export function countEntries(range: FeedRange, { statements }: StorageParts): number {
  const { after, before } = boundsOf(range);
  return statements.count.get({ after, before, classes: JSON.stringify(range.classes) })?.count ?? 0;
}
