// Owns the judgement of a change: `checkChange` looks only at the records a transaction touched and refuses what it makes worse.
// Its rules are closed under merging: two accepted changes, applied in either order, are never refused (property test).
// Never repairs and never filters: a change is taken whole or refused whole. Never judges rules over several fields.
import * as v from "valibot";
import * as Y from "yjs";
import { fieldSchema, isRecordId, isTextField } from "./collection.ts";
import type { AnyCollection } from "./collection.ts";
import type { Refusal, RefusalReason } from "./errors.ts";
import { isLawfulText } from "./text.ts";

/** Who made a change: a member, or the server itself, which seeds and removes. */
export type Author = { readonly member: string; readonly isServer?: true };

/** Everything a change is judged by. */
export type CheckContext = { readonly collections: readonly AnyCollection[]; readonly author: Author };

type KeyChange = { readonly action: "add" | "update" | "delete"; readonly oldValue: unknown };
type Place = { readonly target: AnyCollection; readonly id: string; readonly field?: string };

/** Defines all roots of a class on a fresh document, so that no update can give them another type. Rule: C1. */
export function defineRoots(doc: Y.Doc, collections: readonly AnyCollection[]): void {
  for (const target of collections) doc.getMap(target.name);
}

/**
 * Judges a transaction in its `afterTransaction` event, while old values can still be read.
 * Fails: the first refusal found, or null. Rules: C1–C9.
 */
export function checkChange(transaction: Y.Transaction, context: CheckContext): Refusal | null {
  const unknownRoot = findUnknownRoot(transaction.doc, context.collections);
  if (unknownRoot) return { reason: "root" };
  for (const [type, keys] of transaction.changed) {
    const refusal = checkType({ transaction, context, type, keys });
    if (refusal !== null) return refusal;
  }
  return null;
}

type ChangedType = Y.Transaction["changed"] extends Map<infer T, unknown> ? T : never;

type Touched = {
  readonly transaction: Y.Transaction;
  readonly context: CheckContext;
  readonly type: ChangedType;
  readonly keys: ReadonlySet<string | null>;
};

function findUnknownRoot(doc: Y.Doc, collections: readonly AnyCollection[]): boolean {
  for (const name of doc.share.keys()) if (!collections.some((target) => target.name === name)) return true;
  return false;
}

function checkType(touched: Touched): Refusal | null {
  const path = pathOf(touched.type);
  const target = path === null ? undefined : touched.context.collections.find(({ name }) => name === path.root);
  if (path === null || target === undefined) return { reason: "root" };
  if (path.keys.length === 0) return checkRoot(touched, target);
  const [id = "", field] = path.keys;
  if (path.keys.length === 1) return checkRecord(touched, { target, id });
  return checkText(touched, { target, id, field: field ?? "" });
}

type Path = { readonly root: string; readonly keys: readonly string[] };

/** From a type up to its root: the map keys on the way; list positions are left out, since texts are judged as a whole. */
function pathOf(type: Touched["type"]): Path | null {
  const keys: string[] = [];
  let at = type;
  while (at._item !== null) {
    if (at._item.parentSub !== null) keys.unshift(at._item.parentSub);
    const above = at._item.parent;
    if (!(above instanceof Y.AbstractType)) return null;
    at = above;
  }
  for (const [root, shared] of at.doc?.share ?? []) if (shared === at) return { root, keys };
  return null;
}

function keyChanges(touched: Touched): Map<string, KeyChange> {
  return new Y.YEvent(touched.type, touched.transaction).changes.keys;
}

function checkRoot(touched: Touched, target: AnyCollection): Refusal | null {
  if (touched.keys.has(null)) return { reason: "root", collection: target.name };
  for (const [id, change] of keyChanges(touched)) {
    const isNew = change.action === "add";
    const refusal = isNew ? checkNewRecord(touched, { target, id }) : checkRemoval(touched, { target, id });
    if (refusal !== null) return refusal;
  }
  return null;
}

/** Clients trash records; only the server removes or replaces one. Rule: C7. */
const checkRemoval = (touched: Touched, place: Place): Refusal | null =>
  touched.context.author.isServer ? null : refuse("destructive", place);

function checkNewRecord(touched: Touched, place: Place): Refusal | null {
  const { target, id } = place;
  const { author } = touched.context;
  const known = isRecordId(target, id, author.isServer ?? false);
  // Hint: the id itself is left out, it may be anything a hostile client wrote.
  if (!known) return { reason: "record_id", collection: target.name };
  const map: unknown = touched.transaction.doc.getMap(target.name).get(id);
  if (!(map instanceof Y.Map) || map._start !== null) return refuse("schema", place);
  return checkNewFields(map, place) ?? checkAuthor(map, place, author);
}

function checkNewFields(map: Y.Map<unknown>, place: Place): Refusal | null {
  for (const [field, value] of map) {
    const reason = judgeValue(place.target, field, value);
    if (reason !== null) return refuse(reason, place, field);
  }
  for (const [field, schema] of Object.entries(place.target.entries)) {
    if (!map.has(field) && !v.is(schema, undefined)) return refuse("schema", place, field);
  }
  return null;
}

function checkAuthor(map: Y.Map<unknown>, place: Place, author: Author): Refusal | null {
  if (author.isServer) return null;
  const wrong = place.target.author.find((field) => map.get(field) !== author.member);
  return wrong === undefined ? null : refuse("author", place, wrong);
}

function checkRecord(touched: Touched, place: Place): Refusal | null {
  const map = touched.type;
  if (touched.keys.has(null) || !(map instanceof Y.Map)) return refuse("schema", place);
  for (const [field, change] of keyChanges(touched)) {
    const reason = judgeField({ map, field, change }, place, touched.context.author);
    if (reason !== null) return refuse(reason, place, field);
  }
  return null;
}

type FieldChange = { readonly map: Y.Map<unknown>; readonly field: string; readonly change: KeyChange };

function judgeField({ map, field, change }: FieldChange, { target }: Place, author: Author): RefusalReason | null {
  const schema = fieldSchema(target, field);
  if (schema === null) return "field";
  if (author.isServer) return null;
  if (isTextField(target, field) || target.immutable.includes(field)) return "immutable";
  if (target.appendOnly !== null) {
    if (!isMutable(target.appendOnly.mutable, field)) return "append_only";
    if (target.author.some((by) => map.get(by) !== author.member)) return "author";
  }
  if (change.action === "delete") return v.is(schema, undefined) ? null : "schema";
  return judgeValue(target, field, map.get(field));
}

/** A mutable entry names a field, or a family by its prefix with the colon. */
const isMutable = (mutable: readonly string[], field: string): boolean =>
  mutable.some((name) => name === field || (name.endsWith(":") && field.startsWith(name)));

function judgeValue(target: AnyCollection, field: string, value: unknown): RefusalReason | null {
  const schema = fieldSchema(target, field);
  if (schema === null) return "field";
  if (!v.is(schema, value)) return "schema";
  return isTextField(target, field) && !isLawfulText(value) ? "text" : null;
}

function checkText(touched: Touched, place: Place): Refusal | null {
  const { target, field = "" } = place;
  if (!isTextField(target, field)) return refuse("field", place, field);
  if (target.appendOnly !== null && !touched.context.author.isServer) return refuse("append_only", place, field);
  return isLawfulText(touched.type) ? null : refuse("text", place, field);
}

function refuse(reason: RefusalReason, place: Place, field?: string): Refusal {
  const known = field !== undefined && fieldSchema(place.target, field) !== null;
  return { reason, collection: place.target.name, record: place.id, ...(known ? { path: field } : {}) };
}
