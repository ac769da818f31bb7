// Owns what the server asks of the place where one organisation's documents live, and the errors of that place.
// Never says how they are stored (storage.memory.ts, storage.sqlite.ts) nor who may read them (policy/roles.ts).
import type { DocClass, DocId } from "../shared/document.ts";
import type { FeedEntry } from "../shared/protocol.ts";

/** What is stored under a document id. Units: `state` is a garbage-collected Yjs V2 state. */
export type StoredDocument =
  | { readonly kind: "state"; readonly state: Uint8Array; readonly version: number; readonly seq: number }
  | { readonly kind: "absent" }
  | { readonly kind: "erased"; readonly seq: number }
  | { readonly kind: "key_missing" };

/** Which member wrote first under which Yjs client id of a document. */
export type Writers = ReadonlyMap<number, string>;

/**
 * A new whole state of a document; `expectedVersion` is the version it was made from, 0 to create. `writers` names the members
 * whose client ids are new in it.
 */
export type Change = {
  readonly doc: DocId;
  readonly state: Uint8Array;
  readonly expectedVersion: number;
  readonly writers?: Writers;
};

/** What became of one change. A `conflict` merges with what is stored now and tries again; the others are final. */
export type CommitResult =
  | { readonly kind: "committed"; readonly seq: number; readonly version: number }
  | { readonly kind: "conflict" }
  | { readonly kind: "erased" }
  | { readonly kind: "key_missing" };

/** Which entries of the feed: numbers above `after` upwards or, with `before`, below it downwards; both make a range. */
export type FeedRange = { readonly after?: number; readonly before?: number; readonly classes: readonly DocClass[] };

/** A page of the feed. Units: `maxBytes` counts the bytes of the states. */
export type PageQuery = FeedRange & { readonly limit: number; readonly maxBytes: number };

/** Entries in the order asked for, the cursor to go on from, and whether there is more now. Rule: ST17, ST18. */
export type Page = { readonly entries: FeedEntry[]; readonly next: number; readonly more: boolean };

/** The first answer to a command, kept so that a repeat gets the same. Units: `result` is JSON text, `at` an instant. */
export type CommandEntry = {
  readonly id: string;
  readonly member: string;
  readonly name: string;
  readonly result: string;
  readonly at: string;
};

/** A device that has erased its copy of an erased document. Units: `at` is an instant. */
export type ErasureConfirmation = {
  readonly doc: DocId;
  readonly member: string;
  readonly device: string;
  readonly at: string;
};

/** What a backup holds of a document: its state, and the wrapped key that the row was sealed with. Units: `wrapped` is a sealed blob. */
export type BackedUp = {
  readonly state: Uint8Array;
  readonly key: { readonly id: string; readonly kekVersion: number; readonly wrapped: Uint8Array };
};

/** How a document was mended, by its key or by the backup's state; or why there was nothing to mend. */
export type Mended = "key" | "state" | "readable" | "absent" | "erased";

/** The documents of one organisation. Asynchronous, so that a database server can stand behind it. Rule: ST1–ST29, ST43–ST46. */
export interface DocumentStorage {
  /** Random; another value than a device remembers means that a restore happened. */
  readonly history: string;
  /** When the history was renewed last; null when it never was. Units: an instant. */
  readonly restoredAt: string | null;
  /** Begins another history, as a restore from a backup must; answers with it. Rule: ST43. */
  renewHistory(at: string): Promise<string>;
  /** Reads one document. Throws: StorageError `damaged` when its state cannot be opened: it is never shown as empty. */
  read(doc: DocId): Promise<StoredDocument>;
  /**
   * Commits all changes in one transaction; a conflict, an erased or a keyless one drops out and the rest commits.
   * Answers come in the order of the changes, after they are on disk. Rejects when nothing was committed.
   * Throws: when a document is named twice.
   */
  commit(changes: readonly Change[]): Promise<CommitResult[]>;
  /** Who wrote first under each client id, as far as it was told with a change; nobody for what was erased. Rule: ST45. */
  writersOf(doc: DocId): Promise<Writers>;
  /** Mends a document that cannot be read; one that can be is left as it is. Rule: ST46. */
  mend(doc: DocId, backup: BackedUp): Promise<Mended>;
  /** Reads a page of the feed by number. A document that cannot be read is left out and raises an alarm. Rule: ST17–ST22. */
  page(query: PageQuery): Promise<Page>;
  /** Counts the entries of a range. */
  remaining(range: FeedRange): Promise<number>;
  /** Counts the documents of some classes; what was erased is none. Rule: ST23. */
  count(classes: readonly DocClass[]): Promise<number>;
  /** The newest number of the organisation; 0 when nothing was ever stored. */
  head(): Promise<number>;
  /**
   * Erases documents for good and bars their ids; answers with the number of each tombstone. A repeat keeps the first date.
   * Throws: StorageError `erasure_pending` when bytes could not be cleaned up yet: rows and keys are gone, a repeat or the next start finishes it.
   */
  erase(docs: readonly DocId[], rule: string, at: string): Promise<{ seq: number }[]>;
  /** Erases all documents of a person and bars every later one under that subject. Throws: like `erase`. */
  eraseSubject(subject: string, rule: string, at: string): Promise<void>;
  /** Notes that a device has erased its copy; false when the document is not erased. The first note stays. Rule: ST44. */
  confirmErasure(confirmation: ErasureConfirmation): Promise<boolean>;
  /** Who has confirmed the erasure of a document, in the order they did. */
  erasureConfirmations(doc: DocId): Promise<ErasureConfirmation[]>;
  /** The stored result of a command, null when it never ran. Units: JSON text. */
  command(id: string): Promise<string | null>;
  /** Keeps the result of a command; the first one wins and is the answer. */
  rememberCommand(entry: CommandEntry): Promise<string>;
  /** A preference of a member, null when not set. Units: JSON text. */
  preference(member: string, key: string): Promise<string | null>;
  /** Sets a preference of a member. Units: `value` is JSON text. */
  setPreference(member: string, key: string, value: string): Promise<void>;
  /** All preferences of a member by key. Units: JSON text. */
  preferences(member: string): Promise<Record<string, string>>;
  /** Waits for what is running and lets the files go. */
  close(): Promise<void>;
}

/** Why a storage could not do what was asked; none of it is caused by what a client sends. */
export type StorageErrorType =
  /** The files of the organisation's documents are not there, its keys are. */
  | "data_missing"
  /** The file of the organisation's keys is not there, its documents are: often a wrong KEYS_DIR. */
  | "keys_missing"
  /** The key-encryption key is not the one the organisation's keys were wrapped with. */
  | "wrong_key"
  /** The organisation's keys were wrapped with a version of the key-encryption key that was not given. */
  | "key_version_missing"
  /** A sealed state or key cannot be opened: damaged, swapped or foreign. */
  | "damaged"
  /** Bytes of erased documents could not be cleaned up yet. */
  | "erasure_pending"
  /** The storage was closed or removed. */
  | "closed";

/** What an operator must hear of: a document that cannot be read, or an erasure that a start could not finish. */
export type StorageAlarm =
  | { readonly type: "key_missing" | "damaged"; readonly org: string; readonly doc: DocId }
  | { readonly type: "erasure_pending"; readonly org: string };

/** An error of the storage; its message names places and ids, never content. */
export type StorageError = Error & { readonly type: StorageErrorType };

/** Makes an error of the storage. */
export function storageError(type: StorageErrorType, detail: string): StorageError {
  return Object.assign(new Error(`storage: ${type.replaceAll("_", " ")} (${detail})`), { name: "StorageError", type });
}

/** Tells whether something thrown is an error of the storage. */
export const isStorageError = (error: unknown): error is StorageError =>
  error instanceof Error && error.name === "StorageError" && "type" in error;

/** What the storage keeps beside documents: confirmations, results of commands, preferences. */
export type StorageRecords = Pick<
  DocumentStorage,
  | "confirmErasure"
  | "erasureConfirmations"
  | "command"
  | "rememberCommand"
  | "preference"
  | "setPreference"
  | "preferences"
>;
