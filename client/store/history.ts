// Owns which entry of the readable history a call or an editing spell leaves, and in which document.
// Never holds a value: names of fields only (shared/activity.ts). Never runs anything (act.ts).
import type { Action, ActionCall, ActivityOf } from "../../shared/action.ts";
import { recordPersonActivity, recordStudioActivity } from "../../shared/activity.ts";
import { classOf, docId, isSubjectClass, subjectOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import type { TextPlace } from "./db.ts";

/** A call on a document. */
export type DocCall = { readonly doc: DocId; readonly call: ActionCall };

/** The document that holds the history of another: a person's is in `client`, everything else's in `studio`. */
export function historyDoc(doc: DocId): DocId {
  return isSubjectClass(classOf(doc)) ? docId("client", subjectOf(doc)) : docId("studio");
}

/** The entry a call leaves; null for an entry of the history itself. Rule: S38; R14. */
export function historyOf(action: Action, made: DocCall & { readonly id: string }): DocCall | null {
  const activity = action.activity(made.call, made.id);
  return activity === null ? null : entryOf(made.doc, action.name, activity);
}

/** What a text of a collection is called in the history. */
const textEntities: Readonly<Record<string, string>> = { notes: "note" };

/** The entry an editing spell leaves; null for texts that have no history. Rule: S39. */
export function historyOfText(doc: DocId, { collection, record, field }: TextPlace): DocCall | null {
  const entity = textEntities[collection];
  return entity === undefined ? null : entryOf(doc, `${collection}.edit`, { entity, record, fields: [field] });
}

function entryOf(doc: DocId, verb: string, { entity, record, fields }: ActivityOf): DocCall {
  const target = historyDoc(doc);
  const { name, version } = classOf(target) === "client" ? recordPersonActivity : recordStudioActivity;
  const args = { verb, entity, fields: [...fields], ...(record === undefined ? {} : { record }) };
  return { doc: target, call: { action: name, version, args } };
}

/** How often a spell that goes on is noted; shared/activity.ts lengthens its entry. Units: ms. */
const NOTE_EVERY_MS = 60_000;

/** Tells whether an update of a text is to be noted now: the first of a spell, then once a minute. Rule: S39. */
export function makeSpells(clock: () => number): (doc: DocId, place: TextPlace) => boolean {
  const notedAt = new Map<string, number>();
  return (doc, { collection, record, field }) => {
    const key = `${doc} ${collection} ${record} ${field}`;
    const now = clock();
    const last = notedAt.get(key);
    if (last !== undefined && now - last < NOTE_EVERY_MS) return false;
    notedAt.set(key, now);
    return true;
  };
}
