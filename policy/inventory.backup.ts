// Owns the classes of what a backup holds: copies of the server's files, the lists of their contents, the register of disposals.
// Never imports the server: server/inventory.test.ts compares these names with its types, both ways.
import { nonPersonal, personal } from "./entry.ts";
import type { About, DelegatedField, StoreEntry } from "./entry.ts";

const original: DelegatedField = { classifiedBy: "original", mask: "hide" };

const ofBackups = {
  subject: "user",
  controller: "operator",
  source: "generated",
  purposes: [{ id: "p3.2.1", basis: "legitimate_interest" }],
  retention: ["bak.full"],
  recipients: ["hosting"],
} as const satisfies About;

const afterErasure = "random id of what is gone";

/** The copies of a backup; each column is classified where it was copied from. Rule: IN3. Source: R46, server/backup/. */
export const backupCopies = {
  ...ofBackups,
  fields: { main: original, data: original, keys: original },
} as const satisfies StoreEntry;

/** What a backup says of itself, and the register that is applied when one is restored. Rule: IN3. Source: server/backup/. */
export const backupLists = {
  manifest: {
    nonPersonal: "contents of a backup",
    fields: {
      format: nonPersonal("version of the form"),
      model: nonPersonal("version of the model"),
      at: nonPersonal("when the backup was made"),
      files: nonPersonal("names, lengths and hashes of files"),
      rows: nonPersonal("how many documents each studio has"),
    },
  },
  documents: {
    nonPersonal: afterErasure,
    fields: {
      org: nonPersonal("random id of a studio"),
      doc: nonPersonal(afterErasure),
      rule: nonPersonal("rule of retention, or command"),
      at: nonPersonal("when it was erased"),
    },
  },
  subjects: {
    nonPersonal: afterErasure,
    fields: {
      org: nonPersonal("random id of a studio"),
      subject: nonPersonal(afterErasure),
      rule: nonPersonal("rule of retention, or command"),
      at: nonPersonal("when it was erased"),
    },
  },
  roles: {
    ...ofBackups,
    retention: ["acc.roles"],
    fields: {
      org: personal("2.1.5", "keep"),
      user: personal("2.1.4", "keep"),
      role: personal("2.1.5", "keep"),
      by: personal("2.3.1", "keep"),
      at: personal("2.1.5", "keep"),
    },
  },
} as const satisfies Readonly<Record<string, StoreEntry>>;
