// Owns the list of every table and column of an organisation's two files; policy/inventory.ts classifies each of them.
// Never creates them (storage.sqlite.schema.ts): a test compares this list with the real files. Rule: ST42.

/** The current state of each document, sealed. Units: `state` is a sealed Yjs V2 state; `seq` the organisation's number. */
export type DocumentsTable = {
  doc: string;
  class: string;
  /** The person or household; null for documents that do not belong to one. */
  subject: string | null;
  version: number;
  seq: number;
  key_id: string;
  state: Uint8Array;
};

/** What was erased, kept for good. Units: `at` is an instant; `rule` names the rule of retention or the command. */
export type TombstonesTable = {
  doc: string;
  class: string;
  seq: number;
  rule: string;
  at: string;
  /** `pending` until the key is destroyed and the bytes are gone from both files. */
  status: "pending" | "done";
};

/** The persons that were erased: bars every later document of the subject. Units: `at` is an instant. */
export type SubjectTombstonesTable = { subject: string; rule: string; at: string; seq: number };

/** One row: the organisation's newest number, and the random value that a restore renews. Units: `restored_at` is an instant. */
export type CountersTable = { id: number; seq: number; history: string; restored_at: string | null };

/** Which devices of which members have erased their copy of what was erased. Units: `at` is an instant. */
export type ErasureConfirmationsTable = { doc: string; member: string; device: string; at: string };

/** Which member wrote first under which Yjs client id of a document. */
export type WritersTable = { doc: string; client: number; member: string };

/** The first result of each command. Units: `result` is JSON text, `at` an instant. */
export type CommandsTable = { id: string; member: string; name: string; result: string; at: string };

/** What a member set for themselves. Units: `value` is JSON text. */
export type PreferencesTable = { member: string; key: string; value: string };

/** The data file of an organisation, `<DATA_DIR>/orgs/<org>.db`. */
export interface OrganisationTables {
  documents: DocumentsTable;
  tombstones: TombstonesTable;
  subject_tombstones: SubjectTombstonesTable;
  counters: CountersTable;
  erasure_confirmations: ErasureConfirmationsTable;
  writers: WritersTable;
  commands: CommandsTable;
  preferences: PreferencesTable;
}

/** The data keys of documents, wrapped by the key-encryption key. Units: `created_at` is an instant. */
export type KeysTable = { key_id: string; doc: string; kek_version: number; created_at: string; wrapped: Uint8Array };

/** One sealed constant per version of the key-encryption key: tells a wrong one before anything is read with it. */
export type KekChecksTable = { kek_version: number; sealed: Uint8Array };

/** The key file of an organisation, `<KEYS_DIR>/<org>.keys.db`. */
export interface KeyTables {
  keys: KeysTable;
  kek_checks: KekChecksTable;
}
