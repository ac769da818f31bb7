// Owns where a change of a document comes from: a call, an editor, a room or the disk. The origin of a transaction says it.
// Never writes; it names what writer.ts stores beside the update.
import type * as Y from "yjs";
import { collectionsOf } from "../../policy/inventory.ts";
import type { RecordedCall } from "../../shared/action.ts";
import { classOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createPlaces } from "../../shared/place.ts";
import type { Place } from "../../shared/place.ts";
import type { Made, TextPlace } from "./db.ts";
import type { Entry } from "./write.ts";

/** The origin of a call: what is recorded with the update, and where the entries of an act are gathered. */
export type UserOrigin = {
  readonly source: "user";
  readonly call: RecordedCall;
  /** One id for all that a member would call one change. */
  readonly change: string;
  readonly entries: Entry[];
};

/** Tells whether a transaction is a call of an action. */
export const isUserOrigin = (origin: unknown): origin is UserOrigin =>
  typeof origin === "object" && origin !== null && "source" in origin && origin.source === "user";

/** What made a local update. Whatever is no call is an editor or its undo: it is stored with the text it touched. Rule: S33. */
export function madeBy(doc: DocId, origin: unknown, transaction: Y.Transaction): { made: Made; change: string } {
  if (isUserOrigin(origin)) return { made: { call: origin.call }, change: origin.change };
  const text = textOf(doc, transaction);
  return { made: { text }, change: `${doc}:${text.record}` };
}

function textOf(doc: DocId, transaction: Y.Transaction): TextPlace {
  const placeOf = createPlaces(transaction.doc, collectionsOf(classOf(doc)));
  const places = [...transaction.changed.keys()].map(placeOf).filter((place) => place !== null);
  return toTextPlace(places.find(({ kind }) => kind === "text") ?? places[0]);
}

function toTextPlace(place: Place | undefined): TextPlace {
  return {
    collection: place?.target.name ?? "",
    record: place !== undefined && place.kind !== "root" ? place.id : "",
    field: place?.kind === "text" ? place.field : "",
  };
}

/** Tells whether a transaction removed a whole record, whose text must leave the disk at once. Rule: S29. */
export function removesRecord(doc: DocId, transaction: Y.Transaction): boolean {
  return collectionsOf(classOf(doc)).some((target) => {
    const root = transaction.doc.getMap(target.name);
    // Hint: the keys of `changed` are shared types of any kind, the map among them.
    const keys = new Map<unknown, Set<string | null>>(transaction.changed).get(root) ?? new Set();
    return [...keys].some((key) => key !== null && !root.has(key));
  });
}
