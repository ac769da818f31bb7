// Owns the classes of every column that a device keeps: the database of a member's studio, and what the browser remembers.
// Never imports the client: client/store/inventory.test.ts compares these names with its rows, both ways.
// What a device holds is a copy and ends with its original, with the member's sign-out, or when the server says so.
import { nonPersonal, personal } from "./entry.ts";
import type { About, DelegatedField, StoreEntry } from "./entry.ts";

const ofCustomers = {
  subject: "customer",
  controller: "tenant",
  source: "studio",
  purposes: [{ id: "p3.1.3", basis: "contract" }],
  retention: ["cus.lead", "cus.identity"],
  recipients: [],
} as const satisfies About;

const ofMembers = {
  subject: "user",
  controller: "operator",
  source: "generated",
  purposes: [{ id: "p3.1.2", basis: "contract" }],
  retention: ["acc.identity", "acc.settings"],
  recipients: [],
} as const satisfies About;

const content: DelegatedField = { classifiedBy: "collections", mask: "hide" };
// The id of a document holds the random id of a person or the id of a member.
const documentId = personal("2.2.1", "keep");
const count = nonPersonal("running number");

/** The tables of a member's database of one studio. Rule: IN3. Source: client/store/db.ts. */
export const deviceStudioTables = {
  docs: {
    ...ofCustomers,
    fields: {
      doc: documentId,
      seq: count,
      rev: count,
      epoch: count,
      state: content,
      fill: nonPersonal("random id of a filling"),
      gone: nonPersonal("word of a closed list"),
      evicted: nonPersonal("state of storage"),
    },
  },
  opened: {
    ...ofCustomers,
    fields: { doc: documentId, at: personal("2.3.1", "keep") },
  },
  updates: {
    ...ofCustomers,
    fields: {
      id: count,
      doc: documentId,
      update: content,
      at: personal("2.3.1", "keep"),
      unsent: nonPersonal("state of sending"),
      made: content,
      change: documentId,
      inRoom: nonPersonal("state of sending"),
    },
  },
  people: {
    ...ofCustomers,
    fields: {
      id: documentId,
      listed: nonPersonal("whether the list shows the row"),
      name: personal("2.2.1", "initials"),
      nameKey: personal("2.2.1", "hide"),
      phone: personal("2.2.1", "phone"),
      phoneKey: personal("2.2.1", "phone"),
      email: personal("2.2.1", "email"),
      tokens: personal("2.2.1", "hide"),
      statusId: personal("2.2.2", "keep"),
      source: personal("2.2.3", "keep"),
      createdAt: personal("2.3.1", "keep"),
      trashedAt: personal("2.2.2", "keep"),
      mergedInto: personal("2.2.1", "keep"),
    },
  },
  members: {
    ...ofMembers,
    fields: {
      userId: personal("2.1.4", "keep"),
      name: personal("2.1.1", "initials"),
      colour: nonPersonal("drawn by the server"),
      role: personal("2.1.5", "keep"),
      active: personal("2.1.5", "keep"),
    },
  },
  meta: {
    nonPersonal: "how far the feed was read, and that this copy was made",
    fields: { key: nonPersonal("name of a setting"), value: nonPersonal("cursor of the feed, or a time") },
  },
  outbox: {
    ...ofMembers,
    retention: ["log.history"],
    fields: {
      id: nonPersonal("random id of a command"),
      n: count,
      name: nonPersonal("word of a closed list"),
      args: personal("2.3.1", "hide"),
      at: personal("2.3.1", "keep"),
    },
  },
  refused: {
    ...ofCustomers,
    fields: { doc: documentId, reason: nonPersonal("word of a closed list"), at: personal("2.3.1", "keep") },
  },
  quarantine: {
    ...ofCustomers,
    fields: {
      id: count,
      doc: documentId,
      at: personal("2.3.1", "keep"),
      refusedAt: personal("2.3.1", "keep"),
      reason: nonPersonal("word of a closed list"),
      collection: nonPersonal("kind of record"),
      record: documentId,
      path: nonPersonal("name of a field"),
      call: content,
      text: content,
      update: content,
      row: count,
    },
  },
} as const satisfies Readonly<Record<string, StoreEntry>>;

/** The tables of the browser's own database: who is signed in offline. Rule: IN3. Source: client/store/db.ts, session-cache.ts. */
export const deviceTables = {
  meta: {
    ...ofMembers,
    // The key of a copy that is on this device holds the ids of its member and studio (client/store/here.ts).
    fields: { key: personal("2.1.4", "keep"), value: personal("2.1.4", "hide") },
  },
} as const satisfies Readonly<Record<string, StoreEntry>>;

/** What the browser remembers of the page's look before anybody signs in. Rule: IN3. Source: client/preferences.ts. */
export const browserStorage = {
  nonPersonal: "look of the page, equal for everybody at this browser",
  fields: {
    "lumiso.locale": nonPersonal("language before sign-in"),
    "lumiso.theme": nonPersonal("light or dark"),
    "lumiso.folded": nonPersonal("whether the navigation is folded"),
    "lumiso.install": nonPersonal("whether installing was offered, and how often the app was opened before"),
  },
} as const satisfies StoreEntry;

/** Files that another app shared, until the import screen has read them, at most an hour. Source: client/public/share-target.js. */
export const sharedFiles = {
  ...ofCustomers,
  fields: { file: personal("2.2.1", "hide"), name: personal("2.2.1", "hide"), at: personal("2.3.1", "keep") },
} as const satisfies StoreEntry;

/** The cookies. Rule: IN3. Source: design §7. */
export const cookies = {
  ...ofMembers,
  purposes: [{ id: "p3.2.1", basis: "contract" }],
  retention: ["acc.secrets"],
  fields: {
    lumiso_session: personal("2.3.2", "hide"),
    lumiso_here: nonPersonal("that somebody is signed in"),
  },
} as const satisfies StoreEntry;
