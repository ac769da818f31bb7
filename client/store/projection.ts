// Owns how documents become rows on the device: in the transaction that stores them, or all anew.
// Never decides what a row says (shared/projection.ts) and never reads a screen.
import { Dexie } from "dexie";
import type { Table } from "dexie";
import type * as Y from "yjs";
import { classOf, subjectOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { mergePersonRow, personColumns } from "../../shared/projection.ts";
import type { PersonRow } from "../../shared/projection.ts";
import type { StudioDb } from "./db.ts";
import { documentOf, readStoredHere } from "./live.ts";

type Columns = NonNullable<ReturnType<typeof personColumns>>;

/** What a document gives to the rows of its subject. */
export type Projected = { readonly doc: DocId; readonly columns: Columns };

/** Projects a document; null for classes that give no row. */
export function project(doc: DocId, ydoc: Y.Doc): Projected | null {
  const columns = personColumns(classOf(doc), ydoc);
  return columns === null ? null : { doc, columns };
}

/** Adds rows; answers with the places of those whose key is taken, which stay as they are. */
export async function addEach<Row, Key>(table: Table<Row, Key>, rows: readonly Row[]): Promise<ReadonlySet<number>> {
  try {
    await table.bulkAdd(rows);
    return new Set();
  } catch (error) {
    // Hint: caught, it does not end the transaction, and what could be added stays added.
    if (!(error instanceof Dexie.BulkError) || !error.failures.every(({ name }) => name === "ConstraintError"))
      throw error;
    return new Set(Object.keys(error.failuresByPos).map(Number));
  }
}

/** The same for documents of whose subjects there are most likely no rows yet: adds without looking first. Rule: RE17. */
export async function addProjected(db: StudioDb, projected: readonly (Projected | null)[]): Promise<void> {
  const given = projected.filter((each) => each !== null);
  const rows = [...mergeRows(given, new Map()).values()].filter((row) => !isEmpty(row));
  const refused = await addEach(db.people, rows);
  const here = new Set(rows.filter((_row, index) => refused.has(index)).map(({ id }) => id));
  if (here.size > 0)
    await putProjected(
      db,
      given.filter(({ doc }) => here.has(subjectOf(doc) ?? "")),
    );
}

/**
 * Reads rows that are to be written in the same transaction.
 * Hint: with `cache` Dexie keeps them until then, compares, and tells only those lists whose index has changed; otherwise a moved
 * standing would make every list ask for the order of all people.
 */
async function readForWrite(
  table: Table<PersonRow, string>,
  keys: readonly string[],
): Promise<(PersonRow | undefined)[]> {
  const trans = Dexie.currentTransaction?.idbtrans;
  if (trans === undefined) throw new Error("rows are written in a transaction");
  return table.core.getMany({ trans, keys: [...keys], cache: "immutable" });
}

/** Writes what changed into the rows of people; for a transaction over `people`. Rule: S23. */
export async function putProjected(db: StudioDb, projected: readonly (Projected | null)[]): Promise<void> {
  await putOver(db, projected, await readRows(db, projected));
}

/** Reads the rows that documents give to, as `putOver` takes them. */
export async function readRows(db: StudioDb, projected: readonly (Projected | null)[]): Promise<Rows> {
  const ids = [...new Set(projected.flatMap((each) => (each === null ? [] : (subjectOf(each.doc) ?? ""))))];
  const stored = ids.length === 0 ? [] : await readForWrite(db.people, ids);
  return new Map(ids.map((id, index) => [id, stored[index]]));
}

/** The same as `putProjected` where the rows were read in this transaction before. */
export async function putOver(db: StudioDb, projected: readonly (Projected | null)[], before: Rows): Promise<void> {
  const given = projected.filter((each) => each !== null);
  const after = mergeRows(given, before);
  // Hint: an equal row is not written, so that typing a note does not make every list ask again.
  const changed = [...after.values()].filter((row) => !isEqual(before.get(row.id), row));
  const empty = changed.filter((row) => isEmpty(row) && before.get(row.id) !== undefined).map(({ id }) => id);
  const full = changed.filter((row) => !isEmpty(row));
  if (full.length > 0) await db.people.bulkPut(full);
  if (empty.length > 0) await db.people.bulkDelete(empty);
}

/** Rows of people by id; undefined where there is none. */
export type Rows = ReadonlyMap<string, PersonRow | undefined>;

function mergeRows(given: readonly Projected[], before: Rows): Map<string, PersonRow> {
  const after = new Map<string, PersonRow>();
  for (const { doc, columns } of given) {
    const id = subjectOf(doc) ?? "";
    after.set(id, mergePersonRow(id, after.get(id) ?? before.get(id), columns));
  }
  return after;
}

const isEmpty = (row: PersonRow): boolean => row.name === "" && row.createdAt === "";

const isEqual = (one: PersonRow | undefined, other: PersonRow): boolean =>
  one !== undefined && JSON.stringify(one) === JSON.stringify(other);

/** How many documents one transaction projects. */
const PIECE = 200;

/** Drops all rows of people and projects every document again; gives what was there before. Rule: S24. */
export async function projectAgain(db: StudioDb): Promise<void> {
  await db.people.clear();
  const ids = await db.docs.toCollection().primaryKeys();
  for (let from = 0; from < ids.length; from += PIECE) {
    await db.transaction("rw", db.docs, db.updates, db.people, async () => {
      const stored = await readStoredHere(db, ids.slice(from, from + PIECE));
      const projected = [...stored].map(([id, each]) => project(id, documentOf(each)));
      await putProjected(db, projected);
    });
  }
}
