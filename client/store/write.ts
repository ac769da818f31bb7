// Owns the one transaction that makes a change "saved here": update rows with what made them, unsent marks, rows of people.
// Never retries and never queues (writer.ts).
import * as Y from "yjs";
import type { DocId } from "../../shared/document.ts";
import type { DocRow, Made, StudioDb, UpdateRow } from "./db.ts";
import type { Item } from "./ledger.ts";
import { catchUp, documentOf, stateOf } from "./live.ts";
import type { Live } from "./live.ts";
import { project, putOver, readRows } from "./projection.ts";
import type { Projected } from "./projection.ts";

/** An update that a document in memory emitted, to be stored. `made` is null for what came from outside: it is stored as sent. */
export type Entry = {
  readonly live: Live;
  readonly update: Uint8Array;
  readonly at: number;
  readonly made: Made | null;
  readonly change: string;
  readonly inRoom: boolean;
  readonly item: Item;
  /** True when it removes a record: what that held is to leave the disk as soon as this is on it. Rule: S71. */
  readonly removes: boolean;
};

/** What became of an entry. `stale`: the document was replaced; `gone`: it was erased or revoked; nothing was written then. */
export type Outcome = "stored" | "stale" | "gone";

/** Updates to store, and changes that the server has answered for: they are on its disk. */
export type Batch = { readonly entries: readonly Entry[]; readonly marks: readonly (readonly Item[])[] };

/** Stores a batch. Throws: what the disk says; nothing of the batch is written then. Rules: S21–S23, S26–S28. */
export async function writeBatch(db: StudioDb, { entries, marks }: Batch): Promise<Map<Entry, Outcome>> {
  const byLive = Map.groupBy(entries, ({ live }) => live);
  // Hint: projected before anything is awaited, when memory holds exactly what this batch brings to the disk.
  const projected = new Map([...byLive.keys()].map((live) => [live, project(live.id, live.doc)]));
  const readAt = new Map([...byLive.keys()].map(({ id, lastRow, rev }) => [id, { lastRow, rev }]));
  const written = await db.transaction("rw", db.docs, db.updates, db.people, async () => {
    // Hint: asked for together, because each answer of the disk that is waited for costs a turn of the page.
    const [{ outcomes, known }, keys, before] = await Promise.all([
      judge(db, byLive),
      keysOf(db, [...byLive.keys()]),
      readRows(db, [...projected.values()]),
    ]);
    const whole = await fillEvicted(db, known, entries);
    const stored = entries.filter((entry) => outcomes.get(entry.live) === "stored" && !isNeedless(entry, known, whole));
    const behind = await catchUpAll(db, { known, keys, readAt });
    const sent = new Set(marks.flat());
    const rows = stored.map((entry) => ({ ...toRow(entry, sent), ...whole.get(entry) }));
    const lives = [...byLive.keys()].filter((live) => outcomes.get(live) === "stored");
    const adding = rows.length === 0 ? [] : db.updates.bulkAdd(rows, { allKeys: true });
    // Hint: what another tab wrote is projected from the disk, which must hold this batch then.
    if (behind.size > 0) await adding;
    const rowsOf = await Promise.all(lives.map((live) => projectOne(db, { live, behind, projected })));
    const [ids] = await Promise.all([adding, putOver(db, rowsOf, before), markSent(db, sent)]);
    return { outcomes, stored, ids };
  });
  written.stored.forEach((entry, index) => settle(entry, written.ids[index] ?? null));
  return new Map(entries.map((entry) => [entry, written.outcomes.get(entry.live) ?? "stored"]));
}

type Judged = {
  readonly outcomes: ReadonlyMap<Live, Outcome>;
  /** The documents that may be written and were there before, with their rows. */
  readonly known: ReadonlyMap<Live, DocRow>;
};

/** Sees which documents may still be written, and gives a new one its row. */
async function judge(db: StudioDb, byLive: ReadonlyMap<Live, unknown>): Promise<Judged> {
  const lives = [...byLive.keys()];
  const rows = await db.docs.bulkGet(lives.map(({ id }) => id));
  const outcomes = new Map(lives.map((live, index) => [live, judgeOne(live, rows[index])]));
  const added = lives.filter((live, index) => outcomes.get(live) === "stored" && rows[index] === undefined);
  const fresh: DocRow[] = added.map(({ id, epoch }) => ({ doc: id, seq: 0, rev: 0, epoch }));
  if (fresh.length > 0) await db.docs.bulkPut(fresh);
  const known = lives.flatMap((live, index): [Live, DocRow][] => {
    const row = rows[index];
    return row !== undefined && outcomes.get(live) === "stored" ? [[live, row]] : [];
  });
  return { outcomes, known: new Map(known) };
}

function judgeOne(live: Live, row: DocRow | undefined): Outcome {
  if (row?.gone !== undefined) return "gone";
  // Hint: nothing may build on what is not here; the screens say so before (act.ts).
  if (row?.evicted === 1 && live.isEvicted) return "gone";
  return row !== undefined && row.epoch !== live.epoch ? "stale" : "stored";
}

type Whole = { readonly update: Uint8Array };

/**
 * A document that was let go while this tab had it in memory is brought back by the first change made here: its row then holds
 * the whole document and not the change alone, which nothing on the disk would carry. Rule: S66.
 */
async function fillEvicted(
  db: StudioDb,
  known: Judged["known"],
  entries: readonly Entry[],
): Promise<Map<Entry, Whole>> {
  const whole = new Map<Entry, Whole>();
  for (const [live, { evicted, ...row }] of known) {
    const first = evicted === 1 ? entries.find((entry) => entry.live === live && entry.made !== null) : undefined;
    if (first === undefined) continue;
    whole.set(first, { update: Y.encodeStateAsUpdate(live.doc) });
    await db.docs.put(row);
  }
  return whole;
}

/** What came from outside to a document that was let go comes again with the feed. */
const isNeedless = ({ live, made }: Entry, known: Judged["known"], whole: ReadonlyMap<Entry, Whole>): boolean =>
  made === null && known.get(live)?.evicted === 1 && ![...whole.keys()].some((entry) => entry.live === live);

/** The rows of each document, by their keys. */
async function keysOf(db: StudioDb, lives: readonly Live[]): Promise<Map<Live, readonly number[]>> {
  const keys = await Promise.all(lives.map(({ id }) => db.updates.where("doc").equals(id).primaryKeys()));
  return new Map(lives.map((live, index) => [live, keys[index] ?? []]));
}

type Catching = {
  readonly known: ReadonlyMap<Live, DocRow>;
  readonly keys: ReadonlyMap<Live, readonly number[]>;
  /** Up to where the documents held the disk when they were projected. */
  readonly readAt: ReadonlyMap<DocId, Pick<Live, "lastRow" | "rev">>;
};

/** Brings in what other tabs wrote meanwhile, so that rows of people never go back; answers with the documents that lacked some. */
async function catchUpAll(db: StudioDb, { known, keys, readAt }: Catching): Promise<Set<Live>> {
  const behind = new Set<Live>();
  const catchUpOne = async ([live, row]: [Live, DocRow]): Promise<void> => {
    const all = keys.get(live) ?? [];
    const from = readAt.get(live.id) ?? live;
    // Hint: since it was projected, its watch may have brought in what another tab wrote.
    if (row.rev > from.rev || all.some((key) => key > from.lastRow)) behind.add(live);
    const unseen = all.filter((key) => key > live.lastRow);
    const rows = unseen.length === 0 ? [] : await db.updates.bulkGet(unseen);
    catchUp(live, { row, rows: rows.filter((each) => each !== undefined) });
  };
  await Promise.all([...known].map(catchUpOne));
  return behind;
}

type Projecting = {
  readonly live: Live;
  readonly behind: ReadonlySet<Live>;
  readonly projected: ReadonlyMap<Live, Projected | null>;
};

/** The rows of people as the disk now has the document. */
async function projectOne(db: StudioDb, { live, behind, projected }: Projecting): Promise<Projected | null> {
  if (!behind.has(live)) return projected.get(live) ?? null;
  const row = await db.docs.get(live.id);
  const rows = await db.updates.where("doc").equals(live.id).toArray();
  return project(live.id, documentOf({ row, rows }));
}

function toRow(entry: Entry, sent: ReadonlySet<Item>): Omit<UpdateRow, "id"> {
  const { live, update, at, made, change, inRoom, item } = entry;
  const row = { doc: live.id, update, at };
  if (made === null || sent.has(item)) return row;
  return { ...row, unsent: 1, made, change, ...(inRoom ? { inRoom: 1 as const } : {}) };
}

/** Takes the unsent mark away, and with it what made the update: the server has it. Rule: S28. */
async function markSent(db: StudioDb, items: ReadonlySet<Item>): Promise<void> {
  const ids = [...items].flatMap(({ row }) => row ?? []);
  if (ids.length > 0) await markRowsSent(db, ids);
}

/** Marks rows as sent; for a transaction over `updates`. */
export async function markRowsSent(db: StudioDb, ids: readonly number[]): Promise<void> {
  const rows = await db.updates.bulkGet([...ids]);
  const sent = rows.flatMap((row) =>
    row?.unsent === 1 ? { id: row.id, doc: row.doc, update: row.update, at: row.at } : [],
  );
  await db.updates.bulkPut(sent);
}

function settle({ live, item }: Entry, row: number | null): void {
  item.row = row;
  if (row === null) return;
  live.lastRow = Math.max(live.lastRow, row);
  live.rows += 1;
}

/** Compacts a document: what the server has becomes one collected state; unsent rows stay as they are. Rule: S29. */
export async function compact(db: StudioDb, doc: DocId): Promise<void> {
  await db.transaction("rw", db.docs, db.updates, async () => {
    const row = await db.docs.get(doc);
    const rows = await db.updates.where("doc").equals(doc).toArray();
    const sent = rows.filter(({ unsent }) => unsent === undefined);
    if (row === undefined || row.gone !== undefined || row.evicted === 1 || sent.length === 0) return;
    await rewrite(db, { row, sent });
  });
}

type Rewriting = { readonly row: DocRow; readonly sent: readonly UpdateRow[] };

async function rewrite(db: StudioDb, { row, sent }: Rewriting): Promise<void> {
  const state = stateOf({ row, rows: sent });
  // Hint: a row from outside may build on one of ours whose answer has not come; then it is too early.
  if (state === null) return;
  await db.docs.put({ ...row, state, rev: row.rev + 1 });
  await db.updates.bulkDelete(sent.map(({ id }) => id));
}
