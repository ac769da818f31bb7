// Owns what a page of the changes feed does to the disk: states merged, rows projected, ended documents dropped, cursor moved,
// all in one transaction. Needs Dexie and yjs only, so that a web worker can run it. Never asks the network (feed.ts).
import type { Table } from "dexie";
import type { Role } from "../../policy/roles.ts";
import { classOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { personColumns } from "../../shared/projection.ts";
import type { FeedEntry } from "../../shared/protocol.ts";
import { writeCursor } from "./cursor.ts";
import type { Cursor } from "./cursor.ts";
import type { DocRow, Gone, StudioDb } from "./db.ts";
import { newDoc, readStoredHere } from "./live.ts";
import type { Stored } from "./live.ts";
import { mergeState, nextRow, readFresh } from "./merge.ts";
import type { Fresh, Merged, StateEntry } from "./merge.ts";
import { confirmErased } from "./outbox.ts";
import { addEach, addProjected, putProjected } from "./projection.ts";
import { rightTo } from "./rights.ts";

/** One page and what is to be done with it. */
export type PageWork = {
  readonly entries: readonly FeedEntry[];
  /** Null for a document asked for by its name. */
  readonly cursor: Cursor | null;
  readonly member: string;
  readonly role: Role;
  /** Units: ms since 1970. */
  readonly now: number;
  /** Names the command that confirms what this page erases. */
  readonly id: string;
  /** States that were read already, as is done while an earlier page is being written. */
  readonly fresh?: ReadonlyMap<DocId, Fresh>;
};

/** What became of a page: the documents whose state could not be read whole; this device keeps what it had of them. */
export type Applied = { readonly damaged: readonly DocId[] };

/** The tables a page touches. */
export const pageTables = (db: StudioDb): Table[] => [
  db.docs,
  db.updates,
  db.opened,
  db.people,
  db.meta,
  db.quarantine,
  db.refused,
  db.outbox,
];

/** Applies a page in one strict transaction. Rules: RE2, RE3, RE6, RE7, RE19. */
export async function applyPage(db: StudioDb, work: PageWork): Promise<Applied> {
  return db.transaction("rw", pageTables(db), async () => {
    const states = work.entries.filter((entry): entry is StateEntry => entry.kind === "state");
    const added = isNewHere(work) ? await addStates(db, states, work) : nobody;
    const left = states.filter(({ doc }) => !added.has(doc));
    const damaged = await putStates(db, left, work);
    await dropEnded(db, work);
    if (work.cursor !== null) await writeCursor(db, work.cursor);
    return { damaged };
  });
}

const nobody: ReadonlySet<DocId> = new Set();

/** Tells whether a page most likely brings what this device has never had: then nothing is read before it is written. */
const isNewHere = ({ cursor }: PageWork): boolean =>
  cursor !== null && cursor.before !== null && cursor.isFirst && !cursor.isRestoring;

/** Adds what is not here yet without looking first; answers with what was added. What is here is refused by the disk. Rule: RE17. */
async function addStates(db: StudioDb, states: readonly StateEntry[], work: PageWork): Promise<Set<DocId>> {
  const taken = states.map((entry) => takeState(entry, nothing, work));
  const merged = taken.filter((each) => each !== null && each !== "damaged");
  const refused = await addEach(
    db.docs,
    merged.map(({ row }) => row),
  );
  const added = merged.filter((_each, index) => !refused.has(index));
  await addProjected(
    db,
    added.map(({ projected }) => projected),
  );
  return new Set(added.map(({ row }) => row.doc));
}

/** Merges states with what is here; answers with those that cannot be read whole. */
async function putStates(db: StudioDb, states: readonly StateEntry[], work: PageWork): Promise<DocId[]> {
  const ids = states.map(({ doc }) => doc);
  if (ids.length === 0) return [];
  const stored = await readStoredHere(db, ids);
  const outcomes = states.map((entry) => takeState(entry, stored.get(entry.doc) ?? nothing, work));
  await putMerged(
    db,
    outcomes.filter((each) => each !== null && each !== "damaged"),
  );
  return ids.filter((_id, index) => outcomes[index] === "damaged");
}

/** Drops what the server says has ended, and confirms what was erased here. Rules: RE6, RE37. */
async function dropEnded(db: StudioDb, { entries, id, now }: PageWork): Promise<void> {
  const erased: DocId[] = [];
  for (const { doc, kind, seq } of entries) {
    if (kind !== "erased" && kind !== "revoked") continue;
    if (kind === "erased" && isHeld(await db.docs.get(doc))) erased.push(doc);
    await dropDocument(db, doc, { why: kind, seq });
  }
  await confirmErased(db, erased, { id, now });
}

/** Tells whether this device has something of a document to erase, and to confirm. Rule: RE37. */
export const isHeld = (row: DocRow | undefined): boolean => row !== undefined && row.gone !== "erased";

const nothing: Stored = { row: undefined, rows: [] };

async function putMerged(db: StudioDb, merged: readonly Merged[]): Promise<void> {
  await db.docs.bulkPut(merged.map(({ row }) => row));
  await db.updates.bulkDelete(merged.flatMap(({ covered }) => covered));
  await db.updates.bulkAdd(merged.flatMap(({ lacking }) => lacking));
  await putProjected(
    db,
    merged.map(({ projected }) => projected),
  );
}

/** What an entry makes of a document; null when nothing is to be written. */
function takeState(entry: StateEntry, stored: Stored, work: PageWork): Merged | "damaged" | null {
  const { row } = stored;
  const fill = work.cursor?.fill ?? row?.fill;
  const isRestoring = work.cursor?.isRestoring === true;
  if (row?.gone === "erased") return null;
  if (row !== undefined && isKnown(entry, row, work) && !isRestoring) return markOf(row, work);
  const isNew = row?.state === undefined && stored.rows.length === 0;
  if (isNew) return takeFresh(entry, { stored, fill, work });
  const restoringAt = isRestoring && mayWrite(entry.doc, work) ? work.now : null;
  return mergeState({ entry, stored, fill, restoringAt }) ?? "damaged";
}

/** Hint: what was let go for want of space comes back when it changes or is asked for by its name. */
const isKnown = (entry: StateEntry, row: DocRow, { cursor }: PageWork): boolean =>
  row.gone === undefined && row.seq >= entry.seq && !(row.evicted === 1 && cursor === null);

/** A filling that drops afterwards what it did not bring marks what it did. */
function markOf(row: DocRow, { cursor }: PageWork): Merged | null {
  const isMarking = cursor !== null && (cursor.isSweeping || cursor.isRestoring) && row.fill !== cursor.fill;
  return isMarking ? { row: { ...row, fill: cursor.fill }, covered: [], lacking: [], projected: null } : null;
}

type Taking = { readonly stored: Stored; readonly fill: string | undefined; readonly work: PageWork };

/** The server's bytes are stored as they came: there is nothing here to merge them with. Rule: RE17. */
function takeFresh(entry: StateEntry, { stored, fill, work }: Taking): Merged | "damaged" {
  const fresh = work.fresh?.get(entry.doc) ?? readFresh(entry);
  if (fresh === "damaged") return fresh;
  const row = nextRow({ entry, stored, fill }, entry.state);
  return { row, covered: [], lacking: [], projected: fresh.projected };
}

/** Tells whether the member of a page may write a document that the server has. */
export function mayWrite(doc: DocId, { member, role }: Pick<PageWork, "member" | "role">): boolean {
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
  await db.opened.delete(doc);
  const columns = personColumns(classOf(doc), newDoc());
  await putProjected(db, columns === null ? [] : [{ doc, columns }]);
}
