// Owns a person of the studio: how to reach them (`contact`), how they stand (`client`) and the actions on both.
// Never joins the two: each document holds its own data, rows are joined by the projection.
import * as v from "valibot";
import { action, done, inverseCall } from "./action.ts";
import type { ActionCall, ActionContext, ActionResult } from "./action.ts";
import { changeFields, collection, putRecord, recordMap, setFields, setTrashed } from "./collection.ts";
import type { AnyCollection } from "./collection.ts";
import {
  emailText,
  instant,
  languageTag,
  longText,
  memberId,
  phoneText,
  reference,
  shortText,
  uuid,
} from "./fields.ts";
import { err } from "./result.ts";

/** Where a person came from. Source: domain.md §3.1. */
export const personSources = ["referral", "instagram", "web", "fair", "other"] as const;

const contactFields = {
  name: shortText,
  phone: v.optional(phoneText),
  email: v.optional(emailText),
  address: v.optional(longText),
  language: v.optional(languageTag),
};

/** How to reach a person. Shape: `contact/<subject>`, root `contact`, one record `self`. Rule: M7. */
export const contacts = collection("contact", {
  class: "contact",
  ids: "self",
  entries: { ...contactFields, createdAt: instant, createdBy: memberId },
  immutable: ["createdAt", "createdBy"],
  author: ["createdBy"],
});

/** A value of a custom field; which of these fits is the field's business and a finding, never a refusal. */
const customValue = v.union([
  longText,
  v.pipe(v.number(), v.finite()),
  v.boolean(),
  v.pipe(v.array(shortText), v.maxLength(50)),
]);

/** How a person stands. Shape: `client/<subject>`, root `person`, one record `self`, flat keys `custom:<fieldId>`. Rule: M7. */
export const persons = collection("person", {
  class: "client",
  ids: "self",
  entries: {
    statusId: reference,
    source: v.optional(v.picklist(personSources)),
    createdAt: instant,
    createdBy: memberId,
    importBatchId: v.optional(uuid),
    archivedAt: v.optional(instant),
    trashedAt: v.optional(instant),
    mergedInto: v.optional(uuid),
  },
  families: { "custom:": customValue },
  immutable: ["createdAt", "createdBy", "importBatchId"],
  author: ["createdBy"],
});

/** A change of a person's status, append-only. Shape: `client/<subject>`, root `statusMoves`. */
export const statusMoves = collection("statusMoves", {
  class: "client",
  ids: "random",
  entries: { from: v.optional(reference), to: reference, at: instant, by: memberId },
  author: ["by"],
  appendOnly: { mutable: [] },
});

/** Makes the contact of a new person. Fails: `exists`. */
export const createContact = action({
  name: "contact.create",
  version: 1,
  class: "contact",
  args: v.strictObject(contactFields),
  activity: () => ({ entity: "contact", fields: [] }),
  run: ({ doc, at, by }, args) => createSelf(doc, contacts, { ...args, createdAt: at, createdBy: by }),
});

/** Sets or (with null) clears contact fields. Fails: `not_found`. */
export const editContact = action({
  name: "contact.edit",
  version: 1,
  class: "contact",
  args: v.strictObject({
    name: v.optional(shortText),
    phone: v.nullish(phoneText),
    email: v.nullish(emailText),
    address: v.nullish(longText),
    language: v.nullish(languageTag),
  }),
  activity: (args) => ({ entity: "contact", fields: Object.keys(args) }),
  run: (context, args) =>
    editSelf(context, contacts, { args, inverse: (before) => inverseCall("contact.edit", before) }),
});

/** Makes the standing of a new person, with its first status. Fails: `exists`. */
export const createPerson = action({
  name: "person.create",
  version: 1,
  class: "client",
  args: v.strictObject({
    statusId: reference,
    source: v.optional(v.picklist(personSources)),
    importBatchId: v.optional(uuid),
  }),
  activity: () => ({ entity: "person", fields: [] }),
  run: ({ doc, at, by }, args) => createSelf(doc, persons, { ...args, createdAt: at, createdBy: by }),
});

/** Sets or clears the source. Fails: `not_found`. */
export const editPerson = action({
  name: "person.edit",
  version: 1,
  class: "client",
  args: v.strictObject({ source: v.nullish(v.picklist(personSources)) }),
  activity: (args) => ({ entity: "person", fields: Object.keys(args) }),
  run: (context, args) => editSelf(context, persons, { args, inverse: (before) => inverseCall("person.edit", before) }),
});

/** Sets or clears the value of one custom field. Fails: `not_found`. */
export const setCustomValue = action({
  name: "person.setCustom",
  version: 1,
  class: "client",
  args: v.strictObject({ fieldId: uuid, value: v.nullable(customValue) }),
  activity: ({ fieldId }) => ({ entity: "person", fields: [`custom:${fieldId}`] }),
  run: (context, { fieldId, value }) =>
    editSelf(context, persons, {
      args: { [`custom:${fieldId}`]: value },
      inverse: (before) => inverseCall("person.setCustom", { fieldId, value: before[`custom:${fieldId}`] }),
    }),
});

/** Moves a person to a status and records the move. Fails: `not_found`. */
export const moveStatus = action({
  name: "person.moveStatus",
  version: 1,
  class: "client",
  isTidy: true,
  args: v.strictObject({ to: reference }),
  activity: () => ({ entity: "person", fields: ["statusId"] }),
  run: ({ doc, id, at, by }, { to }) => {
    const map = recordMap(doc, persons, "self");
    const from = map?.get("statusId");
    if (!map || typeof from !== "string") return err({ type: "not_found" });
    if (from === to) return done(null);
    putRecord(doc, statusMoves, { id, values: { from, to, at, by } });
    setFields(map, { statusId: to });
    return done(inverseCall("person.moveStatus", { to: from }));
  },
});

/** Puts a person into the trash; the server removes what stays there. Fails: `not_found`. */
export const trashPerson = action({
  name: "person.trash",
  version: 1,
  class: "client",
  isTidy: true,
  args: v.strictObject({}),
  activity: () => ({ entity: "person", fields: ["trashedAt"] }),
  run: (context) => trashSelf(context, { trashedAt: context.at, inverse: inverseCall("person.restore", {}) }),
});

/** Takes a person out of the trash. Fails: `not_found`. */
export const restorePerson = action({
  name: "person.restore",
  version: 1,
  class: "client",
  isTidy: true,
  args: v.strictObject({}),
  activity: () => ({ entity: "person", fields: ["trashedAt"] }),
  run: (context) => trashSelf(context, { trashedAt: null, inverse: inverseCall("person.trash", {}) }),
});

function createSelf(doc: ActionContext["doc"], target: AnyCollection, values: Record<string, unknown>): ActionResult {
  if (recordMap(doc, target, "self")) return err({ type: "exists" });
  putRecord(doc, target, { id: "self", values });
  return done(null);
}

type Edit = {
  readonly args: Readonly<Record<string, unknown>>;
  readonly inverse: (before: Readonly<Record<string, unknown>>) => ActionCall;
};

function editSelf({ doc }: ActionContext, target: AnyCollection, { args, inverse }: Edit): ActionResult {
  const map = recordMap(doc, target, "self");
  if (map === null) return err({ type: "not_found" });
  const before = changeFields(map, args);
  return done(before === null ? null : inverse(before));
}

type Trashing = { readonly trashedAt: string | null; readonly inverse: ActionCall };

function trashSelf({ doc }: ActionContext, { trashedAt, inverse }: Trashing): ActionResult {
  const map = recordMap(doc, persons, "self");
  if (map === null) return err({ type: "not_found" });
  return done(setTrashed(map, trashedAt) ? inverse : null);
}
