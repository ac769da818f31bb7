// Owns how a document and a page of the feed are read from the data file, and what happens when one cannot be opened.
// Never shows an unreadable document as empty.
import { SEAL_OVERHEAD, unseal } from "./seal.ts";
import type { Unreadable } from "./storage.keys.ts";
import { boundsOf, cutPage, rowsFor } from "./storage.page.ts";
import type { FeedRow } from "./storage.page.ts";
import { barredAt, columnsOf, headOf } from "./storage.sqlite.parts.ts";
import type { StorageParts } from "./storage.sqlite.parts.ts";
import { storageError } from "./storage.ts";
import type { FeedRange, Page, PageQuery, StoredDocument, Writers } from "./storage.ts";
import type { DocumentsTable } from "./storage.tables.ts";
import type { DocClass, DocId } from "../shared/document.ts";
import type { Result } from "../shared/result.ts";

/** Reads one document. Rule: ST1, ST9, K5. Throws: StorageError `damaged`. */
export function readDocument(doc: DocId, parts: StorageParts): StoredDocument {
  const row = parts.statements.find.get(doc);
  if (row === undefined) {
    const seq = barredAt(columnsOf(doc), parts);
    return seq === null ? { kind: "absent" } : { kind: "erased", seq };
  }
  const state = openState({ doc, row }, parts);
  if (state.ok) return { kind: "state", state: state.value, version: row.version, seq: row.seq };
  if (state.error === "key_missing") return { kind: "key_missing" };
  throw storageError("damaged", "sealed state");
}

/** Reads who wrote first under each client id of a document. Rule: ST45. */
export const writersOf = (doc: DocId, { statements }: StorageParts): Writers =>
  new Map(statements.writers.all(doc).map(({ client, member }) => [client, member]));

type Stored = { readonly doc: DocId; readonly row: DocumentsTable };

function openState({ doc, row }: Stored, { org, keys, alarm }: StorageParts): Result<Uint8Array, Unreadable> {
  const key = keys.find(doc, row.key_id);
  const state = key.ok ? unseal(row.state, key.value.box) : key;
  if (!state.ok) alarm({ type: state.error, org, doc });
  return state;
}

/** Reads a page of the feed; one state is in memory at a time beside those of the page. Rule: ST17–ST22. */
export function readPage(query: PageQuery, parts: StorageParts): Page {
  const { after, before, downwards } = boundsOf(query);
  const { statements } = parts;
  const range = { after, before, classes: JSON.stringify(query.classes), rows: rowsFor(query) };
  const found = (downwards ? statements.downwards : statements.upwards).all(range);
  const load = (doc: DocId): Uint8Array | null => {
    const row = statements.find.get(doc);
    const state = row === undefined ? null : openState({ doc, row }, parts);
    return state?.ok === true ? state.value : null;
  };
  return cutPage(found.map(feedRow), query, { load, head: headOf(parts) });
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
