// Owns the classes of every field of every collection of documents. A new collection or field gets its class here.
// Never says which collections a document may hold (inventory.ts).
import { personActivity, studioActivity } from "../shared/activity.ts";
import { notes } from "../shared/notes.ts";
import { contacts, persons, statusMoves } from "../shared/people.ts";
import { customFields, personStatuses, studioProfile } from "../shared/studio.ts";
import type { customFieldCategories } from "../shared/studio.ts";
import { classify, freeText, nonPersonal, personal } from "./entry.ts";
import type { About } from "./entry.ts";
import type { Category } from "./vocabulary.ts";

const ofCustomers = {
  subject: "customer",
  controller: "tenant",
  source: "studio",
  purposes: [{ id: "p3.1.3", basis: "contract" }],
  retention: ["cus.lead", "cus.identity"],
  recipients: ["hosting"],
} as const satisfies About;

const ofStudio = {
  subject: "user",
  controller: "operator",
  source: "user_entered",
  purposes: [{ id: "p3.1.2", basis: "contract" }],
  retention: ["acc.settings"],
  recipients: ["hosting"],
} as const satisfies About;

const ofHistory = {
  subject: "user",
  controller: "tenant",
  source: "generated",
  purposes: [{ id: "p3.1.2", basis: "legitimate_interest" }],
  retention: ["log.history"],
  recipients: ["hosting"],
} as const satisfies About;

const made = {
  createdAt: personal("2.3.1", "keep"),
  createdBy: personal("2.3.1", "keep"),
} as const;

/** How to reach a person. */
export const contactEntry = classify(contacts, {
  ...ofCustomers,
  fields: {
    name: personal("2.2.1", "initials"),
    phone: personal("2.2.1", "phone"),
    email: personal("2.2.1", "email"),
    address: personal("2.2.1", "hide"),
    language: personal("2.2.3", "keep"),
    ...made,
  },
});

/** How a person stands. The class of a custom value is its definition's. */
export const personEntry = classify(persons, {
  ...ofCustomers,
  fields: {
    statusId: personal("2.2.2", "keep"),
    source: personal("2.2.3", "keep"),
    importBatchId: personal("2.3.1", "keep"),
    archivedAt: personal("2.2.2", "keep"),
    trashedAt: personal("2.2.2", "keep"),
    mergedInto: personal("2.2.1", "keep"),
    "custom:": { classifiedBy: "custom_field", mask: "hide" },
    ...made,
  },
});

/** The way of a person through the statuses. */
export const statusMoveEntry = classify(statusMoves, {
  ...ofCustomers,
  fields: {
    from: personal("2.2.2", "keep"),
    to: personal("2.2.2", "keep"),
    at: personal("2.2.2", "keep"),
    by: personal("2.3.1", "keep"),
  },
});

/** Notes about a person. */
export const noteEntry = classify(notes, {
  ...ofCustomers,
  retention: ["cus.lead", "cus.notes"],
  fields: { body: freeText("2.2.3"), trashedAt: personal("2.2.3", "keep"), ...made },
});

const historyFields = {
  at: personal("2.3.1", "keep"),
  endedAt: personal("2.3.1", "keep"),
  by: personal("2.3.1", "keep"),
  verb: personal("2.3.1", "keep"),
  entity: personal("2.3.1", "keep"),
  record: personal("2.3.1", "keep"),
  "field:": personal("2.3.1", "keep"),
} as const;

/** What was done to a person's records, told by the devices: names of fields, never values. */
export const personActivityEntry = classify(personActivity, { ...ofHistory, fields: historyFields });

/** What was done to the studio's settings. */
export const studioActivityEntry = classify(studioActivity, { ...ofHistory, fields: historyFields });

/** The studio's profile: of a sole trader it is personal. */
export const profileEntry = classify(studioProfile, {
  ...ofStudio,
  retention: ["acc.identity", "acc.settings"],
  fields: {
    businessName: personal("2.1.4", "initials"),
    email: personal("2.1.2", "email"),
    phone: personal("2.1.3", "phone"),
    address: personal("2.1.4", "hide"),
    locale: nonPersonal("language of the studio, not of a person"),
    timeZone: nonPersonal("time zone of the studio, not of a person"),
    createdAt: nonPersonal("when the studio was opened"),
  },
});

const wording = { nonPersonal: "wording of the studio's own lists", freeText: true } as const;

/** The statuses of people. */
export const personStatusEntry = classify(personStatuses, {
  ...ofStudio,
  fields: {
    key: nonPersonal("name of a seeded status"),
    label: wording,
    color: nonPersonal("look of a status"),
    rank: nonPersonal("place in a list"),
    lifecycle: nonPersonal("meaning of a status"),
    isInitial: nonPersonal("meaning of a status"),
    isRequired: nonPersonal("meaning of a status"),
    trashedAt: nonPersonal("state of a status"),
  },
});

/** The definitions of custom fields. */
export const customFieldEntry = classify(customFields, {
  ...ofStudio,
  fields: {
    label: wording,
    type: nonPersonal("form of a field"),
    category: nonPersonal("class of a field's values"),
    options: wording,
    isRequired: nonPersonal("form of a field"),
    rank: nonPersonal("place in a list"),
    trashedAt: nonPersonal("state of a field"),
    ...made,
  },
});

/** The category of a custom field's values, by what its definition says. Rule: IN6. */
export const customFieldCategory: Readonly<Record<(typeof customFieldCategories)[number], Category>> = {
  contact: "2.2.1",
  shoot: "2.2.2",
  notes: "2.2.3",
  delivery: "2.2.5",
};
