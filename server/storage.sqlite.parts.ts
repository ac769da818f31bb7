// Owns what the parts of the SQLite storage share while its files are open, and the points where a test may stop it.
// Never opens or closes anything.
import { randomText } from "./clock.ts";
import type { RandomBytes } from "./clock.ts";
import type { Sqlite } from "./sqlite.ts";
import type { DocumentKeys } from "./storage.keys.ts";
import type { Address, Statements } from "./storage.sqlite.statements.ts";
import type { StorageAlarm } from "./storage.ts";
import type { CountersTable, DocumentsTable } from "./storage.tables.ts";
import { classOf, isSubjectClass, subjectOf } from "../shared/document.ts";
import type { DocId } from "../shared/document.ts";

/** The points between which a machine may stop; each name says what is on disk by then, except `states_written`. */
export type StorageStep =
  /** The keys of new documents are on disk. */
  | "keys_written"
  /** The states are written, their transaction is still open. */
  | "states_written"
  | "committed"
  | "tombstones_written"
  | "keys_destroyed"
  /** A WAL could not be emptied; the next attempt follows. */
  | "wal_busy"
  | "wals_emptied"
  | "erasure_done";

/** How often emptying the WALs is tried, and how long between. Rule: ST16. */
export type Patience = { readonly attempts: number; readonly waitMs: number };

/** The open files of one organisation. */
export type StorageParts = {
  readonly org: string;
  readonly data: Sqlite;
  readonly keyFile: Sqlite;
  readonly keys: DocumentKeys;
  readonly statements: Statements;
  readonly random: RandomBytes;
  readonly patience: Patience;
  readonly step: (step: StorageStep) => void;
  readonly alarm: (alarm: StorageAlarm) => void;
};

/** Class and subject of a document as its row holds them; only the documents of a person have a subject there. */
export function columnsOf(doc: DocId): Pick<DocumentsTable, "doc" | "class" | "subject"> {
  const docClass = classOf(doc);
  return { doc, class: docClass, subject: isSubjectClass(docClass) ? subjectOf(doc) : null };
}

/** The number of the tombstone that bars a document, null when none does. Rule: ST9, ST12. */
export const barredAt = ({ doc, subject }: Address, { statements }: StorageParts): number | null =>
  statements.barred.get({ doc, subject })?.seq ?? null;

/** The organisation's newest number and its history. Throws: when the file was never started (it always is at opening). */
export function countersOf({ statements, org }: StorageParts): CountersTable {
  const counters = statements.counters.get();
  if (counters === undefined) throw new Error(`no counters in ${org}`);
  return counters;
}

/** How long a history is. Units: bytes of chance. */
const HISTORY_BYTES = 16;

/** A random history. */
export const newHistory = (random: RandomBytes): string => randomText(random, HISTORY_BYTES);

/** Begins another history. Rule: ST43. Units: `at` is an instant. */
export function renewHistory(at: string, { statements, random }: StorageParts): string {
  const history = newHistory(random);
  statements.renewHistory.run({ history, restored_at: at });
  return history;
}

/** The organisation's newest number. */
export const headOf = (parts: StorageParts): number => countersOf(parts).seq;
