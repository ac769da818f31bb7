// Owns the questions of the people list to the projected rows: order, search, count. Reads rows only, so it needs no yjs.
// Never joins documents: one row holds what a person's documents say.
import { Dexie } from "dexie";
import type { PersonRow } from "../../shared/projection.ts";
import { tokensOf } from "../../shared/turkish.ts";
import type { StudioDb } from "./db.ts";

/** Which people a list shows: all words of `search` are beginnings of words of theirs. */
export type PeopleQuery = { readonly search?: string; readonly statusId?: string };

/** Up to so many matches are sorted by their rows; beyond, walking the ordered index is faster. */
const SORTED_BY_ROWS = 500;

/** The subjects of listed people, in Turkish alphabetical order. Rule: S40. */
export async function peopleIds(db: StudioDb, query: PeopleQuery = {}): Promise<string[]> {
  const words = tokensOf(query.search ?? "");
  if (words.length === 0) return listedIds(db, query.statusId);
  const matches = await matchAll(db, words);
  if (matches.size > SORTED_BY_ROWS) return (await listedIds(db, query.statusId)).filter((id) => matches.has(id));
  const rows = await peopleRows(db, [...matches]);
  return rows
    .filter((row) => row.listed === 1 && (query.statusId === undefined || row.statusId === query.statusId))
    .toSorted(byName)
    .map(({ id }) => id);
}

/** The rows of these subjects, in the order asked; those without a row are left out. */
export async function peopleRows(db: StudioDb, ids: readonly string[]): Promise<PersonRow[]> {
  const rows = await db.people.bulkGet([...ids]);
  return rows.filter((row) => row !== undefined);
}

/** How many people the list shows without any filter. */
export async function peopleCount(db: StudioDb): Promise<number> {
  return listed(db).count();
}

const listed = (db: StudioDb) => db.people.where("[listed+nameKey]").between([1, Dexie.minKey], [1, Dexie.maxKey]);

async function listedIds(db: StudioDb, statusId?: string): Promise<string[]> {
  if (statusId === undefined) return listed(db).primaryKeys();
  return db.people
    .where("[listed+statusId+nameKey]")
    .between([1, statusId, Dexie.minKey], [1, statusId, Dexie.maxKey])
    .primaryKeys();
}

async function matchAll(db: StudioDb, words: readonly string[]): Promise<Set<string>> {
  let matches: Set<string> | null = null;
  for (const word of words) {
    const found = new Set(await db.people.where("tokens").startsWith(word).primaryKeys());
    matches = matches === null ? found : shared(matches, found);
  }
  return matches ?? new Set();
}

const shared = (some: ReadonlySet<string>, others: ReadonlySet<string>): Set<string> =>
  new Set([...some].filter((id) => others.has(id)));

function byName(one: PersonRow, other: PersonRow): number {
  if (one.nameKey !== other.nameKey) return one.nameKey < other.nameKey ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}
