// Owns what happens when this device is full: documents that nobody has open and that hold nothing unsent are let go, those opened
// longest ago first, and the write is tried again. Their rows of people stay, so that lists and search remain whole.
// Never lets go of anything the server has not confirmed, and never of what a studio cannot be shown without.
import type { Table } from "dexie";
import { classOf, isSubjectClass } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import type { DocRow, StudioDb } from "./db.ts";
import { isFull } from "./failure.ts";
import { dropReserve } from "./reserve.ts";

/** Which documents stay, whatever happens: those about to be written. */
export type Freeing = { readonly keep: ReadonlySet<DocId> };

/** How many documents are let go in one transaction, and how many times before a write counts as one that this does not help. */
const PIECE = 100;
const ROUNDS = 4;

/** Runs a write; when the device is full, makes space and runs it again. Throws: what the write throws. Rule: S64. */
export async function withRoom<T>(db: StudioDb, run: () => Promise<T>): Promise<T> {
  for (let round = 0; ; round += 1) {
    try {
      const value = await run();
      db.disk.noteFull(false);
      return value;
    } catch (error) {
      if (!isFull(error)) throw error;
      if (!(await makeSpace(db, { keep: new Set(), round }))) throw error;
    }
  }
}

/** Makes space for a write that has failed `round` times before; false when there is none to make. Rules: S64–S67. */
export async function makeSpace(db: StudioDb, { keep, round }: Freeing & { round: number }): Promise<boolean> {
  const isWorthIt = round < ROUNDS && !db.disk.isHopeless();
  const hasMade = isWorthIt && ((await letGo(db, keep)) || ((await dropReserve()) && (await letGo(db, keep), true)));
  if (!hasMade) db.disk.noteFull(true);
  return hasMade;
}

/** Lets the next documents go; false when none may go, or the disk does not even take that. */
async function letGo(db: StudioDb, keep: ReadonlySet<DocId>): Promise<boolean> {
  try {
    // Hint: a piece may hold nothing that can go; the next one is then looked at.
    for (const ids of pieces(await candidates(db, keep))) {
      const freed = await evict(db, ids);
      db.disk.noteFreed(freed);
      if (freed > 0) return true;
    }
  } catch {
    // Hint: marking what was let go is a write too; the reserve is there for that.
  }
  return false;
}

/** Documents of people that are here, those opened longest ago first, then those changed longest ago. Reads keys only. */
async function candidates(db: StudioDb, keep: ReadonlySet<DocId>): Promise<DocId[]> {
  return db.transaction("r", tables(db), async () => {
    const [bySeq, opened, evicted, refused] = await Promise.all([
      db.docs.where("seq").above(0).primaryKeys(),
      db.opened.orderBy("at").primaryKeys(),
      db.docs.where("evicted").equals(1).primaryKeys(),
      db.refused.toCollection().primaryKeys(),
    ]);
    const stays = new Set([...evicted, ...refused, ...keep]);
    const places = new Map(opened.map((doc, index) => [doc, index]));
    const placeOf = (doc: DocId): number => places.get(doc) ?? -1;
    return bySeq
      .filter((doc) => !stays.has(doc) && isOfSubject(doc))
      .toSorted((one, other) => placeOf(one) - placeOf(other));
  });
}

const tables = (db: StudioDb): Table[] => [db.docs, db.updates, db.opened, db.refused];

const isOfSubject = (doc: DocId): boolean => isSubjectClass(classOf(doc));

function pieces(ids: readonly DocId[]): DocId[][] {
  const count = Math.ceil(ids.length / PIECE);
  return Array.from({ length: count }, (_each, index) => ids.slice(index * PIECE, (index + 1) * PIECE));
}

/** Lets documents go in one strict transaction; a document with anything unsent stays as it is. Rule: S65. */
async function evict(db: StudioDb, ids: readonly DocId[]): Promise<number> {
  return db.transaction("rw", tables(db), async () => {
    let freed = 0;
    const rows = await db.docs.bulkGet([...ids]);
    for (const row of rows) if (row !== undefined && (await mayGo(db, row))) freed += await evictOne(db, row);
    return freed;
  });
}

async function mayGo(db: StudioDb, row: DocRow): Promise<boolean> {
  const isHere = row.gone === undefined && row.evicted === undefined && row.seq > 0;
  if (!isHere || (await db.refused.get(row.doc)) !== undefined) return false;
  return (await db.updates.where("[doc+unsent]").equals([row.doc, 1]).count()) === 0;
}

async function evictOne(db: StudioDb, { state: _state, ...row }: DocRow): Promise<1> {
  // Hint: the number stays: the feed brings the document whole with its next change, and rights of a granted class stand on it.
  await db.docs.put({ ...row, evicted: 1 });
  await db.updates.where("doc").equals(row.doc).delete();
  return 1;
}

/** Remembers that a document was opened on a screen, for the order in which documents are let go. Fails: silently, on a full disk. */
export async function noteOpened(db: StudioDb, { doc, at }: { doc: DocId; at: number }): Promise<void> {
  try {
    await db.opened.put({ doc, at });
  } catch {
    // Hint: only the order of letting go depends on it.
  }
}
