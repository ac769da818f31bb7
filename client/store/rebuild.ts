// Owns the one transaction that replaces a refused document on the disk: the server's state, the unsent changes run again on it
// under a new client id, and what cannot be run put aside. All tabs then take it anew, because its epoch is another.
import * as Y from "yjs";
import { collectionsOf } from "../../policy/inventory.ts";
import { defineRoots } from "../../shared/check.ts";
import { classOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import type { DocRow, StudioDb, UpdateRow } from "./db.ts";
import { applySafely, documentOf, hasPending, newDoc, readStoredHere } from "./live.ts";
import { project, putProjected } from "./projection.ts";
import { toQuarantine } from "./quarantine.ts";
import type { Now, Refused } from "./quarantine.ts";
import { actOf, isHistory, replay, toCalls, withTyped } from "./replay.ts";
import type { Replayed, TextSources } from "./replay.ts";

/** A row the server does not take. */
export type Bad = { readonly row: number; readonly reason: string; readonly place: Refused["place"] };

export type Rebuilding = {
  readonly doc: DocId;
  /** The server's state; null when it has none, or does not show it. */
  readonly server: { readonly seq: number; readonly state: Uint8Array } | null;
  /** True when the server does not show the document: what this device has of it stays. */
  readonly isUnreadable: boolean;
  readonly bad: readonly Bad[];
  readonly by: string;
  readonly uuid: () => string;
  readonly now: Now;
};

/** Replaces a document; for a transaction over the tables of a page. Rules: RE11–RE13, S27. */
export async function rebuild(db: StudioDb, how: Rebuilding): Promise<void> {
  const { doc, server, now } = how;
  const stored = (await readStoredHere(db, [doc])).get(doc) ?? { row: undefined, rows: [] };
  // Hint: what is gone leaves with every trace (RE6); nothing of it is run again.
  if (stored.row?.gone !== undefined) return void (await db.updates.where("doc").equals(doc).delete());
  const seen = documentOf(stored);
  const base = how.isUnreadable
    ? { state: stored.row?.state, seq: stored.row?.seq ?? 0 }
    : (server ?? { state: undefined, seq: 0 });
  const fresh = freshDocument(doc, base.state);
  const { again, aside, kept } = sort(stored.rows, { how, seen, fresh });
  const without = aside.flatMap(({ call, change = "" }) => (call === undefined ? [] : actOf({ call, change })));
  const replayed = replay(fresh, again, { by: how.by, without });
  const refused = [...aside, ...failures(doc, replayed)].filter(({ call }) => call === undefined || !isHistory(call));
  // Hint: the copies of what could not be read are no longer needed: the changes run again, or are put aside below.
  await db.quarantine
    .where("doc")
    .equals(doc)
    .and(({ row }) => row !== undefined)
    .delete();
  await db.quarantine.bulkAdd(refused.map((each) => toQuarantine(each, now)));
  await db.updates.where("doc").equals(doc).delete();
  await db.updates.bulkAdd([...kept, ...replayed.ran.map((each) => toRow(doc, each))]);
  await db.docs.put(nextRow(doc, { before: stored.row, base }));
  await putProjected(db, [project(doc, fresh)]);
  seen.destroy();
  fresh.destroy();
}

function freshDocument(doc: DocId, state: Uint8Array | undefined): Y.Doc {
  const fresh = newDoc();
  defineRoots(fresh, collectionsOf(classOf(doc)));
  if (state !== undefined) applySafely(fresh, { update: state, format: "v2" });
  return fresh;
}

type Sorting = { readonly how: Rebuilding; readonly seen: Y.Doc; readonly fresh: Y.Doc };
type Sorted = {
  readonly again: ReturnType<typeof toCalls>;
  readonly aside: readonly Refused[];
  /** Rows without a call that joined as they are. */
  readonly kept: readonly NewRow[];
};
type NewRow = Omit<UpdateRow, "id">;

/** Parts the unsent rows: those the server has already, those to run again, those to put aside. */
function sort(rows: readonly UpdateRow[], { how, seen, fresh }: Sorting): Sorted {
  const { doc, bad, uuid } = how;
  const badById = new Map(bad.map((each) => [each.row, each]));
  const snapshot = Y.snapshot(fresh);
  const unsent = rows.filter((row) => row.unsent === 1 && !isContained(snapshot, row));
  // Hint: a bad text is not put aside letter by letter: its words go on as a note, and that is judged anew.
  const isAside = (row: UpdateRow): boolean => badById.has(row.id) && !isText(row);
  const sources = { doc, seen, server: fresh, uuid };
  const aside = unsent.filter(isAside).flatMap((row) => {
    const refused = toRefused(doc, row, badById.get(row.id));
    return withWords(refused, { row, unsent, sources });
  });
  const left = unsent.filter((row) => !isAside(row));
  const again = toCalls(left, sources);
  const joined = Map.groupBy(left.filter(isRest), (row) => joins(fresh, row));
  const homeless = (joined.get(false) ?? []).map((row) => toRefused(doc, row, undefined));
  const kept = (joined.get(true) ?? []).map(({ id: _id, ...row }) => row);
  return { again, aside: [...aside, ...homeless], kept };
}

const isText = ({ made }: UpdateRow): boolean => made !== undefined && "text" in made;
const isRest = ({ made }: UpdateRow): boolean => made === undefined || "rest" in made;

function isContained(snapshot: Y.Snapshot, { update }: UpdateRow): boolean {
  try {
    return Y.snapshotContainsUpdate(snapshot, update);
  } catch {
    // Hint: yjs throws on bytes that are no update; what was recorded beside them is run again.
    return false;
  }
}

/** Tells whether a row without a call can join as it is. */
function joins(fresh: Y.Doc, { update }: UpdateRow): boolean {
  const probe = newDoc();
  applySafely(probe, { update: Y.encodeStateAsUpdate(fresh), format: "v1" });
  const isWhole = applySafely(probe, { update, format: "v1" }) && !hasPending(probe);
  probe.destroy();
  if (isWhole) applySafely(fresh, { update, format: "v1" });
  return isWhole;
}

function toRefused(doc: DocId, row: UpdateRow, bad: Bad | undefined): Refused {
  const call = row.made !== undefined && "call" in row.made ? row.made.call : undefined;
  return {
    doc,
    reason: bad?.reason ?? "gap",
    place: bad?.place,
    change: row.change,
    ...(call === undefined ? { update: row.update } : { call }),
  };
}

type Wording = { readonly row: UpdateRow; readonly unsent: readonly UpdateRow[]; readonly sources: TextSources };

/** A refused note is put aside with its words, typed after it was made. */
function withWords(refused: Refused, { row, unsent, sources }: Wording): Refused[] {
  const { call, change = "" } = refused;
  if (call === undefined) return [refused];
  return withTyped({ call, at: row.at, change }, unsent, sources).map((again) => ({ ...refused, call: again.call }));
}

const failures = (doc: DocId, { failed }: Replayed): Refused[] =>
  failed.map(({ again, reason }) => ({ doc, reason, call: again.call }));

function toRow(doc: DocId, { update, again }: Replayed["ran"][number]): NewRow {
  return { doc, update, at: again.at, unsent: 1, made: { call: again.call }, change: again.change };
}

type Base = { readonly state: Uint8Array | undefined; readonly seq: number };

function nextRow(doc: DocId, { before, base }: { before: DocRow | undefined; base: Base }): DocRow {
  const { state, seq } = base;
  const numbers = { rev: (before?.rev ?? 0) + 1, epoch: (before?.epoch ?? 0) + 1 };
  const fill = before?.fill === undefined ? {} : { fill: before.fill };
  return { doc, seq, ...numbers, ...fill, ...(state === undefined ? {} : { state }) };
}
