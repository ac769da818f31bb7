// Owns the judgement of a change: `checkChange` looks only at what a transaction added, replaced or deleted, and refuses what it makes worse.
// Every added item is judged alone, by where it stands and what it holds, so its rules are closed under merging: two accepted
// changes, applied in either order, are never refused (property test).
// Never repairs and never filters: a change is taken whole or refused whole. Never judges rules over several fields.
// What still waits for a predecessor is not in the document yet, so it is not judged: the caller looks for it (S07).
import * as v from "valibot";
import * as Y from "yjs";
import { fieldSchema, isRecordId, isRequired, isTextField } from "./collection.ts";
import type { AnyCollection } from "./collection.ts";
import { addedItems, isExactly, singleValue, typeIn } from "./content.ts";
import type { SharedType } from "./content.ts";
import type { Refusal, RefusalReason } from "./errors.ts";
import { createNeighbours } from "./neighbours.ts";
import { createPlaces, refusalAt } from "./place.ts";
import type { Place, Places, RecordPlace, RootPlace } from "./place.ts";
import { judgeTextItem } from "./text.ts";

/**
 * Who made a change: a member, or the server itself, which seeds and removes. After a restore a device brings back what others wrote:
 * then `mayBring` tells whose records it may carry.
 */
export type Author = {
  readonly member: string;
  readonly isServer?: true;
  readonly mayBring?: (member: string) => boolean;
};

/** Everything a change is judged by. */
export type CheckContext = { readonly collections: readonly AnyCollection[]; readonly author: Author };

type Change = { readonly transaction: Y.Transaction; readonly author: Author; readonly places: Places };

/** Defines all roots of a class on a fresh document, so that no update can give them another type. Rule: C1. */
export function defineRoots(doc: Y.Doc, collections: readonly AnyCollection[]): void {
  for (const target of collections) doc.getMap(target.name);
}

/**
 * Judges a transaction in its `afterTransaction` event, while old values can still be read. The roots must be defined.
 * Fails: the first refusal found, or null. Rules: C1–C10.
 */
export function checkChange(transaction: Y.Transaction, { collections, author }: CheckContext): Refusal | null {
  const change = { transaction, author, places: createPlaces(transaction.doc, collections) };
  return checkAdded(change) ?? checkTouched(change);
}

function checkAdded(change: Change): Refusal | null {
  const standsWhereItSays = createNeighbours(change.transaction);
  for (const item of addedItems(change.transaction)) {
    const { parent } = item;
    if (!(parent instanceof Y.AbstractType) || !standsWhereItSays(item)) return { reason: "malformed" };
    // Hint: what lies in something deleted goes with it, its keys included.
    const refusal = parent._item?.deleted === true ? null : judgeItem(change, { item, place: change.places(parent) });
    if (refusal !== null) return refusal;
  }
  return null;
}

type Added = { readonly item: Y.Item; readonly place: Place | null };

function judgeItem(change: Change, { item, place }: Added): Refusal | null {
  if (place === null) return { reason: "root" };
  if (place.kind === "root") return judgeRecord(change, place, item);
  if (place.kind === "record") return judgeField(place, item);
  if (!isTextField(place.target, place.field)) return refusalAt(place, "field");
  const reason = judgeTextItem(item, place.depth);
  return reason === null ? null : refusalAt(place, reason);
}

/** A new record, put whole. Rules: C2, C3. */
function judgeRecord({ author }: Change, root: RootPlace, item: Y.Item): Refusal | null {
  const { target } = root;
  if (item.parentSub === null) return refusalAt(root, "root");
  if (!isRecordId(target, item.parentSub, author.isServer ?? false)) return refusalAt(root, "record_id");
  if (item.deleted) return null;
  if (isRevived(item) && target.ids !== "self" && !author.isServer) return refusalAt(root, "record_id");
  const place: RecordPlace = { kind: "record", target, id: item.parentSub };
  const map = typeIn(item);
  if (!(map instanceof Y.Map) || !isExactly(map, Y.Map)) return refusalAt(place, "schema");
  return checkRequired(map, place) ?? checkAuthor(map, place, author);
}

/** Whoever still has a removed record may put it again; it must not come back. Source: sync.md §2.2. */
const isRevived = (item: Y.Item): boolean => item.left !== null && item.left.content instanceof Y.ContentDeleted;

function checkRequired(map: Y.Map<unknown>, place: RecordPlace): Refusal | null {
  const { target } = place;
  const missing = Object.keys(target.entries).find((field) => !map.has(field) && isRequired(target, field));
  return missing === undefined ? null : refusalAt(place, "schema", missing);
}

function checkAuthor(map: Y.Map<unknown>, place: RecordPlace, author: Author): Refusal | null {
  const wrong = author.isServer ? undefined : place.target.author.find((field) => !isBy(author, map.get(field)));
  return wrong === undefined ? null : refusalAt(place, "author", wrong);
}

/** A new value in a record, new or old. Rule: C4. */
function judgeField(place: RecordPlace, item: Y.Item): Refusal | null {
  const field = item.parentSub;
  if (field === null) return refusalAt(place, "schema");
  const schema = fieldSchema(place.target, field);
  if (schema === null) return refusalAt(place, "field");
  const value = isTextField(place.target, field) ? typeIn(item) : singleValue(item);
  const isLawful = item.deleted || (value !== undefined && v.is(schema, value));
  return isLawful ? null : refusalAt(place, "schema", field);
}

const isBy = ({ member, mayBring }: Author, by: unknown): boolean =>
  by === member || (typeof by === "string" && mayBring?.(by) === true);

function checkTouched(change: Change): Refusal | null {
  for (const type of change.transaction.changed.keys()) {
    const place = change.places(type);
    const refusal = place === null ? { reason: "root" as const } : checkPlace(change, { type, place });
    if (refusal !== null) return refusal;
  }
  return null;
}

type Touched<P extends Place> = { readonly type: SharedType; readonly place: P };

function checkPlace(change: Change, { type, place }: Touched<Place>): Refusal | null {
  if (place.kind === "root") return checkRemoval(change, { type, place });
  if (place.kind === "record") return checkEdit(change, { type, place });
  const isClosed = place.target.appendOnly !== null && !change.author.isServer;
  return isClosed ? refusalAt(place, "append_only") : null;
}

/** Clients trash records; only the server removes or replaces one. Rule: C7. */
function checkRemoval({ transaction, author }: Change, { type, place }: Touched<RootPlace>): Refusal | null {
  if (author.isServer) return null;
  for (const [id, { action }] of new Y.YEvent(type, transaction).keys) {
    if (action !== "add") return refusalAt({ kind: "record", target: place.target, id }, "destructive");
  }
  return null;
}

/** Fields of an old record that were set, replaced or cleared. Rules: C4, C5, C6. */
function checkEdit({ transaction, author }: Change, { type, place }: Touched<RecordPlace>): Refusal | null {
  for (const [field, { action }] of new Y.YEvent(type, transaction).keys) {
    const isCleared = action === "delete";
    const edit = { type, place, field, isCleared };
    const closed = author.isServer ? null : (judgeEdit(edit) ?? judgeEditor(edit, author));
    if (closed !== null) return refusalAt(place, closed, field);
    if (isCleared && isRequired(place.target, field)) return refusalAt(place, "schema", field);
  }
  return null;
}

type Edit = Touched<RecordPlace> & { readonly field: string; readonly isCleared: boolean };

function judgeEdit({ place: { target }, field, isCleared }: Edit): RefusalReason | null {
  if (isTextField(target, field) || target.immutable.includes(field)) return "immutable";
  if (target.appendOnly === null) return null;
  return !isCleared && isMutable(target.appendOnly.mutable, field) ? null : "append_only";
}

/** What may still be set in an append-only record is set by its author. */
function judgeEditor({ type, place }: Edit, author: Author): RefusalReason | null {
  if (place.target.appendOnly === null) return null;
  const isTheirs = type instanceof Y.Map && place.target.author.every((by) => isBy(author, type.get(by)));
  return isTheirs ? null : "author";
}

/** A mutable entry names a field, or a family by its prefix with the colon. */
const isMutable = (mutable: readonly string[], field: string): boolean =>
  mutable.some((name) => name === field || (name.endsWith(":") && field.startsWith(name)));
