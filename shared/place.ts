// Owns where a shared type of a document stands: a root, a record, or somewhere in a long text.
// Found by climbing, never by recursion, and remembered, since a hostile text may be 20,000 levels deep.
import * as Y from "yjs";
import { fieldSchema } from "./collection.ts";
import type { AnyCollection } from "./collection.ts";
import { isExactly } from "./content.ts";
import type { SharedType } from "./content.ts";
import type { Refusal, RefusalReason } from "./errors.ts";

/** A root map of the class, one record in it, or a type inside a field of that record, with its depth below the field. */
export type Place = RootPlace | RecordPlace | TextPlace;

export type RootPlace = { readonly kind: "root"; readonly target: AnyCollection };

export type RecordPlace = { readonly kind: "record"; readonly target: AnyCollection; readonly id: string };

export type TextPlace = {
  readonly kind: "text";
  readonly target: AnyCollection;
  readonly id: string;
  readonly field: string;
  readonly depth: number;
};

/** Answers where a type stands; null when that is nowhere a collection of the class reaches. */
export type Places = (type: SharedType) => Place | null;

/** Makes the answerer for one transaction. A root that is no plain map counts as unknown. Rule: C1. */
export function createPlaces(doc: Y.Doc, collections: readonly AnyCollection[]): Places {
  const known = new Map<SharedType, Place | null>();
  for (const target of collections) {
    const root = doc.share.get(target.name);
    if (root !== undefined && isExactly(root, Y.Map)) known.set(root, { kind: "root", target });
  }
  return (type) => climb(type, known);
}

function climb(type: SharedType, known: Map<SharedType, Place | null>): Place | null {
  const below: SharedType[] = [];
  let at: SharedType | null = type;
  while (at !== null && !known.has(at)) {
    below.push(at);
    at = parentOf(at);
  }
  let place = at === null ? null : (known.get(at) ?? null);
  for (const each of below.toReversed()) {
    place = placeBelow(place, each);
    known.set(each, place);
  }
  return place;
}

function parentOf(type: SharedType): SharedType | null {
  const parent = type._item?.parent;
  return parent instanceof Y.AbstractType ? parent : null;
}

function placeBelow(above: Place | null, type: SharedType): Place | null {
  const key = type._item?.parentSub ?? null;
  if (above?.kind === "text") return { ...above, depth: above.depth + 1 };
  if (above === null || key === null) return null;
  const { target } = above;
  if (above.kind === "root") return { kind: "record", target, id: key };
  return { kind: "text", target, id: above.id, field: key, depth: 0 };
}

/** A refusal at a place. A name that no collection knows is left out: it may be anything a hostile client wrote. Rule: C2. */
export function refusalAt(place: Place, reason: RefusalReason, field?: string): Refusal {
  const { target } = place;
  if (place.kind === "root") return { reason, collection: target.name };
  const path = field ?? (place.kind === "text" ? place.field : undefined);
  const isKnown = path !== undefined && fieldSchema(target, path) !== null;
  return { reason, collection: target.name, record: place.id, ...(isKnown ? { path } : {}) };
}
