// Owns the classes of every column of an organisation's two files: documents, tombstones, commands, preferences, keys.
// Never imports the server: server/inventory.test.ts compares these names with its tables, both ways.
import { nonPersonal, personal } from "./entry.ts";
import type { About, StoreEntry } from "./entry.ts";

const ofDocuments = {
  subject: "customer",
  controller: "tenant",
  source: "studio",
  purposes: [{ id: "p3.1.3", basis: "contract" }],
  retention: ["cus.lead", "cus.identity"],
  recipients: ["hosting"],
} as const satisfies About;

const ofMembers = {
  subject: "user",
  controller: "operator",
  source: "generated",
  purposes: [{ id: "p3.1.2", basis: "contract" }],
  retention: ["acc.settings"],
  recipients: ["hosting"],
} as const satisfies About;

// The id of a document holds the random id of a person or the id of a member.
const documentId = personal("2.2.1", "keep");
const afterErasure = "after the erasure the random id leads to nobody, and without it the data could come back";

/** The tables of an organisation's data file. Rule: IN3. Source: server/storage.tables.ts. */
export const organisationTables = {
  documents: {
    ...ofDocuments,
    fields: {
      doc: documentId,
      class: nonPersonal("kind of document"),
      subject: personal("2.2.1", "keep"),
      version: nonPersonal("running number"),
      seq: nonPersonal("running number"),
      key_id: nonPersonal("random id of a key"),
      state: { classifiedBy: "collections", mask: "hide" },
    },
  },
  tombstones: {
    nonPersonal: afterErasure,
    fields: {
      doc: nonPersonal(afterErasure),
      class: nonPersonal("kind of document"),
      seq: nonPersonal("running number"),
      rule: nonPersonal("rule of retention, or command"),
      at: nonPersonal("when it was erased"),
      status: nonPersonal("progress of the erasure"),
    },
  },
  subject_tombstones: {
    nonPersonal: afterErasure,
    fields: {
      subject: nonPersonal(afterErasure),
      rule: nonPersonal("rule of retention, or command"),
      at: nonPersonal("when it was erased"),
      seq: nonPersonal("running number"),
    },
  },
  counters: {
    nonPersonal: "state of the file",
    fields: {
      id: nonPersonal("one row"),
      seq: nonPersonal("running number"),
      history: nonPersonal("random, renewed by a restore"),
      restored_at: nonPersonal("when the file was last restored"),
    },
  },
  erasure_confirmations: {
    ...ofMembers,
    retention: ["log.history"],
    fields: {
      doc: nonPersonal(afterErasure),
      member: personal("2.3.1", "keep"),
      device: personal("2.3.1", "keep"),
      at: personal("2.3.1", "keep"),
    },
  },
  writers: {
    ...ofMembers,
    controller: "tenant",
    purposes: [{ id: "p3.2.1", basis: "legitimate_interest" }],
    retention: ["log.history"],
    fields: {
      doc: documentId,
      client: nonPersonal("random id of an open document, gone with it"),
      member: personal("2.3.1", "keep"),
    },
  },
  commands: {
    ...ofMembers,
    retention: ["log.history"],
    fields: {
      id: nonPersonal("random id of a command"),
      member: personal("2.3.1", "keep"),
      name: personal("2.3.1", "keep"),
      result: personal("2.3.1", "hide"),
      at: personal("2.3.1", "keep"),
    },
  },
  preferences: {
    ...ofMembers,
    source: "user_entered",
    fields: {
      member: personal("2.1.4", "keep"),
      key: personal("2.1.4", "keep"),
      value: personal("2.1.4", "hide"),
    },
  },
} as const satisfies Readonly<Record<string, StoreEntry>>;

/** The tables of an organisation's key file. Rule: IN3. Source: server/storage.tables.ts. */
export const keyTables = {
  keys: {
    ...ofDocuments,
    purposes: [{ id: "p3.2.1", basis: "legal_obligation" }],
    retention: ["acc.secrets"],
    source: "generated",
    fields: {
      key_id: nonPersonal("random id of a key"),
      doc: documentId,
      kek_version: nonPersonal("running number"),
      created_at: nonPersonal("when the key was made"),
      wrapped: nonPersonal("a sealed random key"),
    },
  },
  kek_checks: {
    nonPersonal: "tells a wrong key-encryption key",
    fields: { kek_version: nonPersonal("running number"), sealed: nonPersonal("a sealed constant") },
  },
} as const satisfies Readonly<Record<string, StoreEntry>>;

/** What the migrations of every SQLite file write down about themselves. Rule: IN3. */
export const migrationTables = {
  kysely_migration: {
    nonPersonal: "steps of the file's form",
    fields: { name: nonPersonal("name of a step"), timestamp: nonPersonal("when it ran") },
  },
  kysely_migration_lock: {
    nonPersonal: "lock of the migrations",
    fields: { id: nonPersonal("one row"), is_locked: nonPersonal("state of the lock") },
  },
} as const satisfies Readonly<Record<string, StoreEntry>>;
