// Owns what a page of the changes feed does to the disk: states merged, rows projected, ended documents dropped, cursor moved,
// all in one transaction. Needs Dexie and yjs only, so that a web worker can run it. Never asks the network (feed.ts).
import type { Table } from "dexie";
import * as Y from "yjs";
import type { Role } from "../../policy/roles.ts";
import { classOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { personColumns } from "../../shared/projection.ts";
import type { FeedEntry } from "../../shared/protocol.ts";
import type { DocRow, Gone, StudioDb, UpdateRow } from "./db.ts";
import { applySafely, documentOf, hasPending, newDoc, readStoredHere } from "./live.ts";
import type { Stored } from "./live.ts";
import { project, putProjected } from "./projection.ts";
import type { Projected } from "./projection.ts";
import { rightTo } from "./rights.ts";

/** Where a device is in the feed. Shape: table `meta`, key `feed`. */
export type Cursor = {
  readonly history: string;
  readonly access: string;
  /** Names the filling that runs or ran last. */
  readonly fill: string;
  /** Down to where it is filled; null when it is done. */
  readonly before: number | null;
  /** Up to where changes are followed: the head when the filling began, then the newest number seen. */
  readonly after: number;
  /** The server's history is another one: what it lacks is sent again. */
  readonly isRestoring: boolean;
  /** Rights changed: what this filling does not bring is dropped where a class is granted one by one. */
  readonly isSweeping: boolean;
};

/** One page and what is to be done with it; plain values, so that it can be posted to a worker. */
export type PageWork = {
  readonly entries: readonly FeedEntry[];
  /** Null for a document asked for by its name. */
  readonly cursor: Cursor | null;
  readonly member: string;
  readonly role: Role;
  /** Units: ms since 1970. */
  readonly now: number;
};

/** The tables a page touches. */
export const pageTables = (db: StudioDb): Table[] => [
  db.docs,
  db.updates,
  db.people,
  db.meta,
  db.quarantine,
  db.refused,
];

type StateEntry = Extract<FeedEntry, { kind: "state" }>;

/** Applies a page in one strict transaction. Rules: RE2, RE3, RE6, RE7. */
export async function applyPage(db: StudioDb, work: PageWork): Promise<void> {
  await db.transaction("rw", pageTables(db), async () => {
    const states = work.entries.filter((entry): entry is StateEntry => entry.kind === "state");
    const stored = await readStoredHere(
      db,
      states.map(({ doc }) => doc),
    );
    const merged = states.flatMap((entry) => merge(entry, stored.get(entry.doc), work) ?? []);
    await db.docs.bulkPut(merged.map(({ row }) => row));
    await db.updates.bulkDelete(merged.flatMap(({ covered }) => covered));
    await db.updates.bulkAdd(merged.flatMap(({ lacking }) => lacking));
    await putProjected(
      db,
      merged.map(({ projected }) => projected),
    );
    for (const { doc, kind, seq } of work.entries) {
      if (kind === "erased" || kind === "revoked") await dropDocument(db, doc, { why: kind, seq });
    }
    if (work.cursor !== null) await db.meta.put({ key: "feed", value: work.cursor });
  });
}

type NewRow = Omit<UpdateRow, "id">;

type Merged = {
  readonly row: DocRow;
  /** Ids of sent rows that the new state holds. */
  readonly covered: readonly number[];
  /** What a restored server does not have, to be sent again. */
  readonly lacking: readonly NewRow[];
  readonly projected: Projected | null;
};

function merge(entry: StateEntry, stored: Stored | undefined, work: PageWork): Merged | null {
  const before = stored?.row;
  const fill = work.cursor?.fill ?? before?.fill;
  const marked = fill === undefined ? {} : { fill };
  if (before?.gone === "erased") return null;
  // Hint: what was let go for want of space comes back when it changes or is asked for by its name.
  const isWanted = before?.evicted === 1 && work.cursor === null;
  const isKnown = before !== undefined && before.gone === undefined && before.seq >= entry.seq && !isWanted;
  if (isKnown && work.cursor?.isRestoring !== true) {
    return { row: { ...before, ...marked }, covered: [], lacking: [], projected: null };
  }
  return mergeState({ entry, before, rows: stored?.rows ?? [], work, marked });
}

type Merging = {
  readonly entry: StateEntry;
  readonly before: DocRow | undefined;
  readonly rows: readonly UpdateRow[];
  readonly work: PageWork;
  readonly marked: { readonly fill?: string };
};

function mergeState({ entry, before, rows, work, marked }: Merging): Merged {
  const { doc, seq } = entry;
  const sent = rows.filter(({ unsent }) => unsent === undefined);
  const unsent = rows.filter(({ unsent: mark }) => mark === 1);
  const ydoc = withServerState({ row: before, rows: sent }, entry.state);
  const isRestoring = work.cursor?.isRestoring === true;
  const lacking = isRestoring && mayWrite(doc, work) ? lackingRow(ydoc, { entry, now: work.now }) : [];
  const row: DocRow = {
    doc,
    seq,
    rev: (before?.rev ?? 0) + 1,
    epoch: before?.epoch ?? 0,
    state: Y.encodeStateAsUpdateV2(ydoc),
    ...marked,
  };
  for (const { update } of unsent) applySafely(ydoc, { update, format: "v1" });
  const projected = project(doc, ydoc);
  ydoc.destroy();
  return { row, covered: sent.map(({ id }) => id), lacking, projected };
}

/** What the device has of the server's, and the server's state; that alone when the device's bytes are damaged (S07). */
function withServerState(stored: Stored, state: Uint8Array): Y.Doc {
  const ydoc = documentOf(stored);
  applySafely(ydoc, { update: state, format: "v2" });
  if (!hasPending(ydoc)) return ydoc;
  ydoc.destroy();
  const server = newDoc();
  applySafely(server, { update: state, format: "v2" });
  return server;
}

/** Deletions count too, so snapshots are compared and not state vectors alone. Rule: RE7. */
function lackingRow(ydoc: Y.Doc, { entry, now }: { entry: StateEntry; now: number }): NewRow[] {
  const server = newDoc();
  applySafely(server, { update: entry.state, format: "v2" });
  const isSame = Y.equalSnapshots(Y.snapshot(ydoc), Y.snapshot(server));
  const update = Y.encodeStateAsUpdate(ydoc, Y.encodeStateVector(server));
  server.destroy();
  return isSame ? [] : [restRow(entry.doc, { update, now })];
}

const restRow = (doc: DocId, { update, now }: { update: Uint8Array; now: number }): NewRow => ({
  doc,
  update,
  at: now,
  unsent: 1,
  made: { rest: true },
  change: `rest:${doc}`,
});

function mayWrite(doc: DocId, { member, role }: PageWork): boolean {
  return rightTo(doc, { member, role, isFromServer: true }) === "write";
}

/** Drops a document with every trace but its id, which keeps a late tab from bringing it back. Rule: RE6. */
export async function dropDocument(db: StudioDb, doc: DocId, { why, seq }: { why: Gone; seq: number }): Promise<void> {
  const before = await db.docs.get(doc);
  // Hint: an erasure stays one, whatever comes later.
  const gone = before?.gone === "erased" ? "erased" : why;
  await db.docs.put({ doc, seq, rev: 0, epoch: (before?.epoch ?? 0) + 1, gone });
  await db.updates.where("doc").equals(doc).delete();
  await db.quarantine.where("doc").equals(doc).delete();
  await db.refused.delete(doc);
  const columns = personColumns(classOf(doc), newDoc());
  await putProjected(db, columns === null ? [] : [{ doc, columns }]);
}

/** How many documents are looked at in one go. */
const PIECE = 200;

/** Ends a filling that followed a change of rights or of the server's history. Rules: RE7, RE8. */
export async function endFill(db: StudioDb, work: PageWork): Promise<void> {
  const { cursor } = work;
  if (cursor === null || !(cursor.isRestoring || cursor.isSweeping)) return;
  const ids = await db.docs.toCollection().primaryKeys();
  for (let from = 0; from < ids.length; from += PIECE) {
    await db.transaction("rw", pageTables(db), async () => {
      const stored = await readStoredHere(db, ids.slice(from, from + PIECE));
      for (const [doc, each] of stored) await endFillOne(db, { doc, stored: each, work, fill: cursor.fill });
    });
  }
}

type Ending = { readonly doc: DocId; readonly stored: Stored; readonly work: PageWork; readonly fill: string };

async function endFillOne(db: StudioDb, { doc, stored, work, fill }: Ending): Promise<void> {
  const { row } = stored;
  const sent = stored.rows.filter(({ unsent }) => unsent === undefined);
  if (row === undefined || row.gone !== undefined || row.fill === fill) return;
  // Hint: what the server has never had waits to be sent, and is nobody's loss.
  if (row.state === undefined && sent.length === 0 && row.evicted === undefined) return;
  const asking = { member: work.member, role: work.role, isFromServer: false };
  // Hint: what a role reads whole and the feed no longer has was lost by the server; what it reads by grant was taken away.
  if (rightTo(doc, asking) === "none") return dropDocument(db, doc, { why: "revoked", seq: row.seq });
  if (work.cursor?.isRestoring !== true) return;
  // Hint: its number belonged to the history that is gone; the server will give it a new one.
  await db.docs.put({ ...row, seq: 0 });
  if (row.evicted === 1 || !mayWrite(doc, work)) return;
  const ydoc = documentOf({ row, rows: sent });
  await db.updates.add(restRow(doc, { update: Y.encodeStateAsUpdate(ydoc), now: work.now }));
  ydoc.destroy();
}
