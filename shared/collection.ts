// Owns what a collection is: a strict schema of records that live in one class of document, and how a record is read and written.
// A record is a nested Y.Map under its id in the root map named like the collection, so that two people can edit two fields.
// Never decides whether a change is allowed (check.ts) nor what a field is for (policy/inventory.ts).
import * as v from "valibot";
import * as Y from "yjs";
import { isUuid } from "./document.ts";
import type { DocClass } from "./document.ts";
import { richText } from "./text.ts";

type Field = v.GenericSchema;

/** What the record ids of a collection look like: one record `self`, random ids, or random ids beside the server's seeded keys. */
export type IdKind = "self" | "random" | "seeded";

/**
 * A kind of record.
 * Shape: `getMap(name): id → Y.Map of entries`, plus flat keys `<prefix><suffix>` for families such as `custom:<fieldId>`.
 */
export type Collection<
  Name extends string = string,
  Entries extends Record<string, Field> = Record<string, Field>,
  Prefix extends string = string,
> = {
  readonly name: Name;
  readonly class: DocClass;
  readonly ids: IdKind;
  readonly entries: Entries;
  readonly families: Readonly<Record<Prefix, Field>>;
  /** Fields that are set with the record and never again. */
  readonly immutable: readonly (keyof Entries & string)[];
  /** Fields that must name the member who makes the record. */
  readonly author: readonly (keyof Entries & string)[];
  /** Null: any field may change. Otherwise only these may be set, never cleared, and only by the record's author. */
  readonly appendOnly: null | { readonly mutable: readonly string[] };
};

export type AnyCollection = Collection;

type Options<E, P extends string> = {
  readonly class: DocClass;
  readonly ids: IdKind;
  readonly entries: E;
  readonly families?: Readonly<Record<P, Field>>;
  readonly immutable?: readonly (keyof E & string)[];
  readonly author?: readonly (keyof E & string)[];
  readonly appendOnly?: { readonly mutable: readonly string[] };
};

/** Declares a collection. Throws: never; a wrong field name is a compile error. */
export function collection<N extends string, E extends Record<string, Field>, P extends string = never>(
  name: N,
  options: Options<E, P>,
): Collection<N, E, P> {
  const { immutable = [], author = [], appendOnly = null } = options;
  // Hint: without families there is no prefix, so nothing is missing in an empty object.
  const families = options.families ?? ({} as Record<P, Field>);
  return {
    name,
    class: options.class,
    ids: options.ids,
    entries: options.entries,
    families,
    immutable,
    author,
    appendOnly,
  };
}

/** The values of one record as its schema gives them, without the flat keys of families. */
export type RecordOf<C extends AnyCollection> = v.InferOutput<v.ObjectSchema<C["entries"], undefined>>;

/** A record that passed its schema, with its id and the flat keys of its families. */
export type Stored<C extends AnyCollection> = {
  readonly id: string;
  readonly record: RecordOf<C>;
  readonly flat: Readonly<Record<string, unknown>>;
};

const seededKey = /^[a-z][a-z0-9_]{0,31}$/;
const flatSuffix = /^[A-Za-z0-9_-]{1,64}$/;

/** Tells whether a text may follow the prefix of a family; a name that every object has may not. Rule: M3. */
export const isFlatSuffix = (text: string): boolean => flatSuffix.test(text) && !(text in Object.prototype);

/** Tells whether an id fits a collection; seeded keys are made by the server only. Rule: M2. */
export function isRecordId(target: AnyCollection, id: string, bySystem: boolean): boolean {
  if (target.ids === "self") return id === "self";
  return isUuid(id) || (target.ids === "seeded" && bySystem && seededKey.test(id));
}

/** The schema of one field, by its name or its family; null when the field is not registered. Rule: M3. */
export function fieldSchema(target: AnyCollection, field: string): Field | null {
  if (Object.hasOwn(target.entries, field)) return target.entries[field] ?? null;
  const colon = field.indexOf(":") + 1;
  const family = field.slice(0, colon);
  if (colon === 0 || !Object.hasOwn(target.families, family) || !isFlatSuffix(field.slice(colon))) return null;
  return target.families[family] ?? null;
}

/** Tells whether a record cannot be without a field; those of a family always may be missing. Rule: C4. */
export function isRequired(target: AnyCollection, field: string): boolean {
  const schema = Object.hasOwn(target.entries, field) ? target.entries[field] : undefined;
  return schema !== undefined && !v.is(schema, undefined);
}

/** Tells whether a field holds long text. */
export const isTextField = (target: AnyCollection, field: string): boolean => fieldSchema(target, field) === richText;

/** The root map of a collection in a document. */
export const rootOf = (doc: Y.Doc, target: AnyCollection): Y.Map<unknown> => doc.getMap(target.name);

/** The map of one record, or null. */
export function recordMap(doc: Y.Doc, target: AnyCollection, id: string): Y.Map<unknown> | null {
  const value = rootOf(doc, target).get(id);
  return value instanceof Y.Map ? value : null;
}

/** Reads one record through its schema; null when it is absent or does not pass. Rule: M13. */
export function readRecord<C extends AnyCollection>(doc: Y.Doc, target: C, id: string): Stored<C> | null {
  const map = recordMap(doc, target, id);
  return map === null ? null : parseRecord(target, id, map);
}

/** Reads all records of a collection; those that do not pass are counted, never hidden. Rule: M13. */
export function readRecords<C extends AnyCollection>(doc: Y.Doc, target: C): { records: Stored<C>[]; skipped: number } {
  const records: Stored<C>[] = [];
  let skipped = 0;
  for (const [id, value] of rootOf(doc, target)) {
    const stored = value instanceof Y.Map ? parseRecord(target, id, value) : null;
    if (stored === null) skipped += 1;
    else records.push(stored);
  }
  return { records, skipped };
}

const schemas = new WeakMap<AnyCollection, v.GenericSchema>();

function schemaOf(target: AnyCollection): v.GenericSchema {
  const known = schemas.get(target) ?? v.object(target.entries);
  schemas.set(target, known);
  return known;
}

function parseRecord<C extends AnyCollection>(target: C, id: string, map: Y.Map<unknown>): Stored<C> | null {
  const values: Record<string, unknown> = {};
  const flat: Record<string, unknown> = {};
  for (const [field, value] of map) {
    if (Object.hasOwn(target.entries, field)) values[field] = value;
    else if (isLawfulFlat(target, field, value)) flat[field] = value;
  }
  const parsed = v.safeParse(schemaOf(target), values);
  // Hint: the schema was built from these entries, which valibot's generic type cannot follow.
  return parsed.success ? { id, record: parsed.output as RecordOf<C>, flat } : null;
}

function isLawfulFlat(target: AnyCollection, field: string, value: unknown): boolean {
  const schema = fieldSchema(target, field);
  return schema !== null && v.is(schema, value);
}

/** Puts a new record under its id, with its nested types, in one step. Throws: when the id is taken, which would lose a side. Rule: M14. */
export function putRecord(
  doc: Y.Doc,
  target: AnyCollection,
  entry: { id: string; values: Record<string, unknown> },
): void {
  const root = rootOf(doc, target);
  if (root.has(entry.id)) throw new Error(`record exists in ${target.name}`);
  const map = new Y.Map<unknown>();
  for (const [field, value] of Object.entries(entry.values)) if (value !== undefined) map.set(field, value);
  root.set(entry.id, map);
}

type Fields = Readonly<Record<string, unknown>>;

/** Sets or (with null) clears fields of a record; fields that already hold the value are left alone. Rule: M11. */
export function setFields(map: Y.Map<unknown>, fields: Fields): void {
  changeFields(map, fields);
}

/**
 * Like `setFields`; gives back what the changed fields held before, with null for nothing, so that it can be set again.
 * Null when nothing changed. Rules: M11, A3.
 */
export function changeFields(map: Y.Map<unknown>, fields: Fields): Fields | null {
  const changed = Object.entries(fields).filter(([field, value]) => value !== undefined && !holds(map, field, value));
  const before = changed.map(([field]) => [field, map.get(field) ?? null]);
  for (const [field, value] of changed) {
    if (value === null) map.delete(field);
    else map.set(field, value);
  }
  return changed.length === 0 ? null : Object.fromEntries(before);
}

function holds(map: Y.Map<unknown>, field: string, value: unknown): boolean {
  const held = map.get(field);
  if (!Array.isArray(held) || !Array.isArray(value)) return value === null ? !map.has(field) : held === value;
  return held.length === value.length && held.every((each, index) => each === value[index]);
}

/** Puts a record into the trash (an instant) or takes it out (null). Fails: false when it is there already. Rule: M12. */
export function setTrashed(map: Y.Map<unknown>, trashedAt: string | null): boolean {
  if (map.has("trashedAt") === (trashedAt !== null)) return false;
  setFields(map, { trashedAt });
  return true;
}
