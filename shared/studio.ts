// Owns the studio's own document: profile, person statuses, custom field definitions, and how a new one is seeded.
// Only the server seeds it, at sign-up; a device never makes a studio document.
import * as v from "valibot";
import type * as Y from "yjs";
import { action, done, inverseCall } from "./action.ts";
import { changeFields, collection, putRecord, recordMap, rootOf, setTrashed } from "./collection.ts";
import { colour, emailText, instant, longText, memberId, phoneText, rank, shortText, uuid } from "./fields.ts";
import { recordLimits } from "./limits.ts";
import { err } from "./result.ts";

/** The languages of the interface and of what the studio sends. */
export const locales = ["tr", "en"] as const;

export type Locale = (typeof locales)[number];

const profileFields = {
  businessName: shortText,
  email: v.optional(emailText),
  phone: v.optional(phoneText),
  address: v.optional(longText),
  locale: v.picklist(locales),
  timeZone: v.pipe(v.string(), v.regex(/^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/), v.maxLength(64)),
};

/** The studio's profile. Shape: `studio`, root `profile`, one record `self`. Source: domain.md §3.12. */
export const studioProfile = collection("profile", {
  class: "studio",
  ids: "self",
  entries: { ...profileFields, createdAt: instant },
  immutable: ["createdAt"],
});

/** What a status says of a person's way through the studio. */
export const lifecycles = ["active", "completed", "cancelled"] as const;

/** Person statuses; the six seeded ones carry a key and get their word from the language file. Shape: `studio`, root `personStatuses`. */
export const personStatuses = collection("personStatuses", {
  class: "studio",
  ids: "seeded",
  entries: {
    key: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,31}$/))),
    label: v.optional(shortText),
    color: colour,
    rank,
    lifecycle: v.picklist(lifecycles),
    isInitial: v.boolean(),
    isRequired: v.boolean(),
    trashedAt: v.optional(instant),
  },
  immutable: ["key"],
});

/** The types of a custom field. Source: domain.md §3.1. */
export const customFieldTypes = ["text", "textarea", "email", "phone", "date", "select", "checkbox", "number"] as const;

/** The categories of the privacy policy that a custom field about a person may have. Source: domain.md §2. */
export const customFieldCategories = ["contact", "shoot", "notes", "delivery"] as const;

/** Definitions of custom fields; a field cannot be saved without its category. Shape: `studio`, root `customFields`. Rule: M8. */
export const customFields = collection("customFields", {
  class: "studio",
  ids: "random",
  entries: {
    label: shortText,
    type: v.picklist(customFieldTypes),
    category: v.picklist(customFieldCategories),
    options: v.optional(v.pipe(v.array(shortText), v.maxLength(50))),
    isRequired: v.boolean(),
    rank,
    createdAt: instant,
    createdBy: memberId,
    trashedAt: v.optional(instant),
  },
  immutable: ["createdAt", "createdBy", "type"],
  author: ["createdBy"],
});

/** The six seeded statuses, in order: key, colour, lifecycle. Source: domain.md §2. */
const seededStatuses = [
  ["new", "#4B5563", "active"],
  ["qualified", "#FACC15", "active"],
  ["proposal", "#3B82F6", "active"],
  ["negotiation", "#A855F7", "active"],
  ["won", "#22C55E", "completed"],
  ["lost", "#DC2626", "cancelled"],
] as const;

/** The status a person starts with when the studio has not chosen another. */
export const INITIAL_STATUS = "new";

/** Fills a new studio document. Shape: one profile, six statuses, no custom fields. Throws: on a document that has content. Rule: M9. */
export function seedStudio(doc: Y.Doc, studio: { businessName: string; locale: Locale; at: string }): void {
  // Hint: before the transaction, because a throw inside it would leave what was written until then.
  if (rootOf(doc, studioProfile).size + rootOf(doc, personStatuses).size > 0)
    throw new Error("studio is seeded already");
  doc.transact(() => {
    const { businessName, locale, at } = studio;
    const values = { businessName, locale, timeZone: "Europe/Istanbul", createdAt: at };
    putRecord(doc, studioProfile, { id: "self", values });
    for (const [index, [key, color, lifecycle]] of seededStatuses.entries()) {
      const isFirst = index === 0;
      const status = { key, color, lifecycle, rank: `a${index}`, isInitial: isFirst, isRequired: isFirst };
      putRecord(doc, personStatuses, { id: key, values: status });
    }
  });
}

/** Sets or clears fields of the studio's profile. Fails: `not_found`. */
export const editProfile = action({
  name: "studio.editProfile",
  version: 1,
  class: "studio",
  args: v.strictObject({
    businessName: v.optional(shortText),
    email: v.nullish(emailText),
    phone: v.nullish(phoneText),
    address: v.nullish(longText),
    locale: v.optional(profileFields.locale),
    timeZone: v.optional(profileFields.timeZone),
  }),
  activity: (args) => ({ entity: "profile", fields: Object.keys(args) }),
  run: ({ doc }, args) => {
    const map = recordMap(doc, studioProfile, "self");
    if (map === null) return err({ type: "not_found" });
    const before = changeFields(map, args);
    return done(before === null ? null : inverseCall("studio.editProfile", before));
  },
});

/** Defines a custom field of people; its id is the call's. Fails: `exists`, `limit`. */
export const createCustomField = action({
  name: "customFields.create",
  version: 1,
  class: "studio",
  args: v.strictObject({
    label: shortText,
    type: v.picklist(customFieldTypes),
    category: v.picklist(customFieldCategories),
    options: v.optional(v.pipe(v.array(shortText), v.maxLength(50))),
    isRequired: v.optional(v.boolean(), false),
    rank,
  }),
  activity: (_args, id) => ({ entity: "customField", record: id, fields: [] }),
  run: ({ doc, id, at, by }, args) => {
    if (recordMap(doc, customFields, id)) return err({ type: "exists" });
    const limit = recordLimits.customFieldsPerStudio;
    if (rootOf(doc, customFields).size >= limit) return err({ type: "limit", of: "customFields", limit });
    putRecord(doc, customFields, { id, values: { ...args, createdAt: at, createdBy: by } });
    return done(inverseCall("customFields.trash", { fieldId: id, isTrashed: true }));
  },
});

/** Puts a custom field into the trash or takes it out; the values stay with the people. Fails: `not_found`. */
export const trashCustomField = action({
  name: "customFields.trash",
  version: 1,
  class: "studio",
  isTidy: true,
  args: v.strictObject({ fieldId: uuid, isTrashed: v.boolean() }),
  activity: ({ fieldId }) => ({ entity: "customField", record: fieldId, fields: ["trashedAt"] }),
  run: ({ doc, at }, { fieldId, isTrashed }) => {
    const map = recordMap(doc, customFields, fieldId);
    if (map === null) return err({ type: "not_found" });
    const inverse = inverseCall("customFields.trash", { fieldId, isTrashed: !isTrashed });
    return done(setTrashed(map, isTrashed ? at : null) ? inverse : null);
  },
});
