// Owns a document in memory: built from its rows, with what the rows it came from say of it.
// A client id lives as long as one of these (S08). Never writes to the disk (write.ts) and never joins a room (room.ts).
import * as Y from "yjs";
import { collectionsOf } from "../../policy/inventory.ts";
import { defineRoots } from "../../shared/check.ts";
import { classOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import type { DocRow, StudioDb, UpdateRow } from "./db.ts";
import { createLedger } from "./ledger.ts";
import type { Item, Ledger } from "./ledger.ts";

/** A document in memory. The numbers say up to where its rows are in it. */
export type Live = {
  readonly id: DocId;
  readonly doc: Y.Doc;
  readonly ledger: Ledger;
  /** The replacement it was built after; rows of another one must not be mixed in. Rule: S27. */
  readonly epoch: number;
  rev: number;
  lastRow: number;
  /** How many rows wait for compaction, about. */
  rows: number;
  /** True when the server gave it to this device: for granted classes that is the grant. */
  isFromServer: boolean;
  /** True when its content was let go for want of space (space.ts) and has not come back: what it holds is not what there is. */
  isEvicted: boolean;
  /** True when stored bytes could not be read or have gaps (S07). */
  isDamaged: boolean;
};

/** What is stored of a document. */
export type Stored = { readonly row: DocRow | undefined; readonly rows: readonly UpdateRow[] };

/** The origin of what comes from the disk: stored already, never to be stored again. Rule: S22. */
export type StoredOrigin = { readonly source: "store"; readonly items: readonly Item[] };

/** Tells whether a transaction brought what the disk already has. */
export const isStoredOrigin = (origin: unknown): origin is StoredOrigin =>
  typeof origin === "object" && origin !== null && "source" in origin && origin.source === "store";

/** Reads what is stored of documents, in one transaction. */
export async function readStored(db: StudioDb, ids: readonly DocId[]): Promise<Map<DocId, Stored>> {
  // Hint: `async` at every entry, so that Dexie keeps its transaction over native awaits.
  return db.transaction("r", db.docs, db.updates, async () => readStoredHere(db, ids));
}

/** The same inside a running transaction over `docs` and `updates`. */
export async function readStoredHere(db: StudioDb, ids: readonly DocId[]): Promise<Map<DocId, Stored>> {
  const rows = await db.docs.bulkGet([...ids]);
  // Hint: a document without a row has no updates; asked one by one, because a search over many keys walks them in turn.
  const stored = rows.map(async (row): Promise<Stored> => {
    if (row === undefined) return { row, rows: [] };
    // Hint: an index gives equal keys by primary key, so the rows come in the order they were written.
    return { row, rows: await db.updates.where("doc").equals(row.doc).toArray() };
  });
  const all = await Promise.all(stored);
  return new Map(ids.map((id, index) => [id, all[index] ?? { row: undefined, rows: [] }]));
}

/** A document without content. Named by hand: yjs would roll 31 dice for a name that nobody reads. Rule: S10. */
export const newDoc = (): Y.Doc => new Y.Doc({ gc: true, guid: "lumiso" });

/** Builds a document from what is stored, under a new client id. Rules: S07, S08. */
export function makeLive(id: DocId, stored: Stored): Live {
  const live: Live = {
    id,
    doc: newDoc(),
    ledger: createLedger(),
    epoch: stored.row?.epoch ?? 0,
    rev: 0,
    lastRow: 0,
    rows: 0,
    isFromServer: false,
    isEvicted: stored.row?.evicted === 1,
    isDamaged: false,
  };
  // Hint: defined before anything is applied, so that no update can give a root another type.
  defineRoots(live.doc, collectionsOf(classOf(id)));
  catchUp(live, stored);
  live.isDamaged ||= hasPending(live.doc);
  return live;
}

/** Applies what the disk has and the document lacks; rows it has seen are left out. Rules: S22, S26. */
export function catchUp(live: Live, { row, rows }: Stored): void {
  live.isFromServer ||= (row?.seq ?? 0) > 0;
  if (row?.state !== undefined && row.rev > live.rev) {
    live.isDamaged ||= !applySafely(live.doc, { update: row.state, format: "v2" });
    live.rev = row.rev;
  }
  for (const each of rows) {
    if (each.id <= live.lastRow) continue;
    const items = each.unsent === 1 ? [{ row: each.id }] : [];
    live.ledger.hold(items);
    live.isDamaged ||= !applySafely(live.doc, { update: each.update, format: "v1", items });
    live.lastRow = each.id;
    live.rows += 1;
  }
  if (row !== undefined && row.evicted === undefined) live.isEvicted = false;
}

/** Bytes of an update and how they are written. */
export type Bytes = {
  readonly update: Uint8Array;
  readonly format: "v1" | "v2";
  readonly items?: readonly Item[];
};

/** Applies stored bytes; false when they are no update, as a damaged disk may give. */
export function applySafely(doc: Y.Doc, { update, format, items = [] }: Bytes): boolean {
  const origin: StoredOrigin = { source: "store", items };
  try {
    if (format === "v1") Y.applyUpdate(doc, update, origin);
    else Y.applyUpdateV2(doc, update, origin);
    return true;
  } catch {
    // Hint: yjs throws on bytes that are no update; the rest of the document is still read.
    return false;
  }
}

/** Tells whether something in a document waits for what is missing (S07). */
export const hasPending = (doc: Y.Doc): boolean => doc.store.pendingStructs !== null || doc.store.pendingDs !== null;

/** A document of the given rows alone, for the state and the rows of people; not for editing. */
export function documentOf(stored: Stored): Y.Doc {
  const doc = newDoc();
  applyStored(doc, stored);
  return doc;
}

/** The collected state (Yjs V2) of the given rows; null when it would have gaps or cannot be read whole. Rules: S07, S10. */
export function stateOf(stored: Stored): Uint8Array | null {
  const doc = newDoc();
  const isWhole = applyStored(doc, stored) && !hasPending(doc);
  const state = isWhole ? Y.encodeStateAsUpdateV2(doc) : null;
  doc.destroy();
  return state;
}

function applyStored(doc: Y.Doc, { row, rows }: Stored): boolean {
  const state: Bytes[] = row?.state === undefined ? [] : [{ update: row.state, format: "v2" }];
  const updates = rows.map(({ update }): Bytes => ({ update, format: "v1" }));
  return [...state, ...updates].map((bytes) => applySafely(doc, bytes)).every(Boolean);
}
