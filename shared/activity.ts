// Owns the readable history of a document: who did what, which fields, when; never a value, old or new.
// It is reported by the devices themselves; the access log and the server's records are evidence, this is not.
import * as v from "valibot";
import { action, done } from "./action.ts";
import type { ActionContext, ActionResult } from "./action.ts";
import { collection, isFlatSuffix, putRecord, recordMap, rootOf, setFields } from "./collection.ts";
import type { AnyCollection } from "./collection.ts";
import type { DocClass } from "./document.ts";
import { instant, memberId, reference } from "./fields.ts";
import * as Y from "yjs";

/** How long edits of one member at one thing count as one editing spell, so one entry. Units: minutes. */
export const SPELL_MINUTES = 10;

const verb = v.pipe(v.string(), v.regex(/^[a-z][A-Za-z]{0,31}\.[a-z][A-Za-z]{0,31}$/));
/** A field `custom:<id>` keeps its id only, since a flat key holds one colon. */
const flatName = (field: string): string => field.slice(field.indexOf(":") + 1);

const fieldName = v.pipe(
  v.string(),
  v.maxLength(128),
  v.check((name) => isFlatSuffix(flatName(name))),
);
const entity = v.picklist(["contact", "person", "note", "profile", "customField", "status"]);

const activityIn = (docClass: DocClass) =>
  collection("activity", {
    class: docClass,
    ids: "random",
    entries: { at: instant, endedAt: instant, by: memberId, verb, entity, record: v.optional(reference) },
    families: { "field:": v.literal(true) },
    author: ["by"],
    appendOnly: { mutable: ["endedAt", "field:"] },
  });

/** The history of a person. Shape: `client/<subject>`, root `activity`, flat keys `field:<name>`. Rule: A5. */
export const personActivity: ReturnType<typeof activityIn> = activityIn("client");

/** The history of the studio's settings. Shape: `studio`, root `activity`. Rule: A5. */
export const studioActivity: ReturnType<typeof activityIn> = activityIn("studio");

const recordArgs = v.strictObject({
  verb,
  entity,
  record: v.optional(reference),
  fields: v.pipe(v.array(fieldName), v.maxLength(50)),
});

type RecordArgs = v.InferOutput<typeof recordArgs>;

/** Notes an act in the history of a person, or lengthens the spell it belongs to. */
export const recordPersonActivity = action({
  name: "activity.record",
  version: 1,
  class: "client",
  args: recordArgs,
  activity: null,
  run: (context, args) => recordIn(personActivity, context, args),
});

/** Notes an act in the history of the studio's settings. */
export const recordStudioActivity = action({
  name: "studioActivity.record",
  version: 1,
  class: "studio",
  args: recordArgs,
  activity: null,
  run: (context, args) => recordIn(studioActivity, context, args),
});

function recordIn(target: AnyCollection, context: ActionContext, args: RecordArgs): ActionResult {
  const { doc, id, at, by } = context;
  const { fields, ...what } = args;
  const flat = Object.fromEntries(fields.map((field) => [`field:${flatName(field)}`, true]));
  const spell = findSpell(rootOf(doc, target), context, args);
  if (spell !== null) setFields(spell, { endedAt: at, ...flat });
  else if (recordMap(doc, target, id) === null)
    putRecord(doc, target, { id, values: { at, endedAt: at, by, ...what, ...flat } });
  return done(null);
}

function findSpell(root: Y.Map<unknown>, { at, by }: ActionContext, args: RecordArgs): Y.Map<unknown> | null {
  for (const value of root.values()) {
    if (value instanceof Y.Map && continues(value, { at, by, args })) return value;
  }
  return null;
}

type Now = { readonly at: string; readonly by: string; readonly args: RecordArgs };

function continues(entry: Y.Map<unknown>, { at, by, args }: Now): boolean {
  const same = entry.get("by") === by && entry.get("verb") === args.verb && entry.get("record") === args.record;
  return same && minutesBetween(String(entry.get("endedAt")), at) <= SPELL_MINUTES;
}

/** Minutes from one instant to a later one of the same UTC day; anything else counts as too long ago. */
function minutesBetween(earlier: string, later: string): number {
  if (earlier.slice(0, 10) !== later.slice(0, 10) || earlier > later) return Number.POSITIVE_INFINITY;
  const minutes = (text: string) => Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16));
  return minutes(later) - minutes(earlier);
}
