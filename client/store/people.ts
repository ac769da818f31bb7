// Owns the questions of the people list to the projected rows: order, search, count. Reads rows only, so it needs no yjs.
// Never joins documents: one row holds what a person's documents say.
import { Dexie, RangeSet, rangesOverlap } from "dexie";
import type { ObservabilitySet } from "dexie";
import type { PersonRow } from "../../shared/projection.ts";
import { tokensOf } from "../../shared/turkish.ts";
import type { StudioDb } from "./db.ts";
import type { Cancel } from "./parts.ts";

/** Which people a list shows: all words of `search` are beginnings of words of theirs. */
export type PeopleQuery = { readonly search?: string; readonly statusId?: string };

/** Up to so many matches are sorted by their rows; beyond, walking the ordered index is faster. */
const SORTED_BY_ROWS = 500;

/** All listed subjects in Turkish alphabetical order. Rule: S40. */
export const peopleOrder = async (db: StudioDb): Promise<string[]> => listed(db).primaryKeys();

/** The rows of the first of them: what a start shows, whatever their number. One question to the disk. Rule: SP1. */
export const firstPeople = async (db: StudioDb, count: number): Promise<PersonRow[]> =>
  listed(db).limit(count).toArray();

/** The subjects that match, in the order of the list; `order` spares the disk when the caller has it. Rules: S40, SP3. */
export async function peopleIds(
  db: StudioDb,
  { search = "", statusId }: PeopleQuery = {},
  order?: readonly string[],
): Promise<readonly string[]> {
  const words = tokensOf(search);
  const ordered = statusId === undefined ? order : await statusIds(db, statusId);
  if (words.length === 0) return ordered ?? peopleOrder(db);
  const matches = await matchAll(db, words);
  if (ordered !== undefined) return ordered.filter((id) => matches.has(id));
  if (matches.size > SORTED_BY_ROWS) return (await peopleOrder(db)).filter((id) => matches.has(id));
  const rows = await peopleRows(db, [...matches]);
  return rows
    .filter(({ listed: isListed }) => isListed === 1)
    .toSorted(byName)
    .map(({ id }) => id);
}

/** The rows of these subjects, in the order asked; those without a row are left out. */
export async function peopleRows(db: StudioDb, ids: readonly string[]): Promise<PersonRow[]> {
  const rows = await db.people.bulkGet([...ids]);
  return rows.filter((row) => row !== undefined);
}

/** Tells of changes to rows, whichever tab or worker made them, and which subjects they may concern. */
export function watchPeopleRows(db: StudioDb, hear: (isChanged: (id: string) => boolean) => void): Cancel {
  const listen = (parts: ObservabilitySet): void => {
    const changed = parts[`idb://${db.name}/people/`];
    if (changed !== undefined) hear((id) => rangesOverlap(changed, new RangeSet(id)));
  };
  Dexie.on("storagemutated", listen);
  const stop = db.disk.onReopened(() => hear(() => true));
  return () => {
    Dexie.on.storagemutated.unsubscribe(listen);
    stop();
  };
}

/** How many people the list shows without any filter. */
export async function peopleCount(db: StudioDb): Promise<number> {
  return listed(db).count();
}

/** What a list depends on: who is listed in which order, their standing, or the words they are found by. */
export type PeopleMark = "order" | "status" | "words";

/**
 * Reads next to nothing, but such that a live question that asks it is asked again after every change of its kind.
 * Hint: Dexie notes each key that a live question was answered with; for thousands that takes longer than reading them.
 */
export async function peopleMark(db: StudioDb, mark: PeopleMark): Promise<void> {
  const { people } = db;
  // Hint: a count sees every removal, wherever it counts.
  await people.where("[listed+nameKey]").equals([2, ""]).count();
  if (mark === "order") await listed(db).limit(1).primaryKeys();
  if (mark === "status") await withStatus(db).limit(1).primaryKeys();
  if (mark === "words") await people.where("tokens").startsWith("").limit(1).primaryKeys();
}

const listed = (db: StudioDb) => db.people.where("[listed+nameKey]").between([1, Dexie.minKey], [1, Dexie.maxKey]);

const withStatus = (db: StudioDb) =>
  db.people
    .where("[listed+statusId+nameKey]")
    .between([1, Dexie.minKey, Dexie.minKey], [1, Dexie.maxKey, Dexie.maxKey]);

const statusIds = (db: StudioDb, statusId: string): PromiseLike<string[]> =>
  db.people
    .where("[listed+statusId+nameKey]")
    .between([1, statusId, Dexie.minKey], [1, statusId, Dexie.maxKey])
    .primaryKeys();

async function matchAll(db: StudioDb, words: readonly string[]): Promise<Set<string>> {
  const found = await Promise.all(words.map((word) => db.people.where("tokens").startsWith(word).primaryKeys()));
  const [fewest = [], ...others] = found.toSorted((one, other) => one.length - other.length);
  const sets = others.map((ids) => new Set(ids));
  return new Set(fewest.filter((id) => sets.every((ids) => ids.has(id))));
}

function byName(one: PersonRow, other: PersonRow): number {
  if (one.nameKey !== other.nameKey) return one.nameKey < other.nameKey ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}
