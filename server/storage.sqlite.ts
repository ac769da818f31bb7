// Owns an organisation's storage on two SQLite files: puts its parts together and guards their life.
// Never says which organisations are open (organisations.ts) nor where their files lie (organisations.files.ts).
import { existsSync } from "node:fs";
import type { Sqlite } from "./sqlite.ts";
import { whenFree } from "./sqlite.locked.ts";
import type { LockWait } from "./sqlite.locked.ts";
import { commitChanges } from "./storage.sqlite.commit.ts";
import { buryDocuments, burySubject, finishErasures } from "./storage.sqlite.erase.ts";
import { keyFileHoldsKeys, lockWaitOf, openParts } from "./storage.sqlite.open.ts";
import type { SqliteStorageOptions } from "./storage.sqlite.open.ts";
import { countersOf, headOf, renewHistory } from "./storage.sqlite.parts.ts";
import type { StorageParts } from "./storage.sqlite.parts.ts";
import { mendDocument } from "./storage.sqlite.mend.ts";
import { countDocuments, countEntries, readDocument, readPage, writersOf } from "./storage.sqlite.read.ts";
import {
  confirmationsOf,
  confirmErasure,
  findCommand,
  preferencesOf,
  rememberCommand,
} from "./storage.sqlite.records.ts";
import { storageError } from "./storage.ts";
import type { DocumentStorage, StorageRecords } from "./storage.ts";

/**
 * Opens an organisation's storage and finishes what a stop interrupted; null when there is none. Rule: ST14, ST31, K4, K9.
 * Throws: StorageError `data_missing`, `keys_missing`, `wrong_key`, `key_version_missing`.
 */
export async function openSqliteStorage(options: SqliteStorageOptions): Promise<DocumentStorage | null> {
  const { files, org } = options;
  const hasKeyFile = existsSync(files.keys);
  if (existsSync(files.data)) {
    if (!hasKeyFile) throw storageError("keys_missing", org);
    return storageOf(await openParts(options, { create: false }), lockWaitOf(options));
  }
  if (hasKeyFile && (await whenFree(() => keyFileHoldsKeys(files.keys), lockWaitOf(options))))
    throw storageError("data_missing", org);
  return null;
}

/** Makes an organisation's storage, or opens the one that is there. Rule: ST27. Throws: like `openSqliteStorage`. */
export async function createSqliteStorage(options: SqliteStorageOptions): Promise<DocumentStorage> {
  return (
    (await openSqliteStorage(options)) ?? storageOf(await openParts(options, { create: true }), lockWaitOf(options))
  );
}

/** Runs one thing after the other; a failed one does not stop the next. */
type Queue = { readonly add: (run: () => Promise<void>) => Promise<void>; readonly idle: () => Promise<void> };

function storageOf(parts: StorageParts, lock: LockWait): DocumentStorage {
  const life = createLife(parts, lock);
  let { history, restored_at: restoredAt } = countersOf(parts);
  return {
    get history() {
      return history;
    },
    get restoredAt() {
      return restoredAt;
    },
    renewHistory: async (at) => {
      history = await life.call((open) => renewHistory(at, open));
      restoredAt = at;
      return history;
    },
    ...documentsOf(life),
    ...recordsOf(life),
  };
}

/** The open files, as long as they are: a call throws `closed` afterwards, and waits while another program has locked them. Rules: ST26, ST47. */
type Life = {
  readonly call: <T>(run: (parts: StorageParts) => T | Promise<T>) => Promise<T>;
  /** Finishes erasures one after the other, each once its rows are buried; the files stay open for it. */
  readonly finish: (buried: Promise<unknown>) => Promise<void>;
  readonly end: () => Promise<void>;
};

function createLife(parts: StorageParts, lock: LockWait): Life {
  const erasures = createQueue();
  let open = true;
  const end = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await erasures.idle();
    parts.data.close();
    parts.keyFile.close();
  };
  const live = (): StorageParts => {
    if (!open) throw storageError("closed", parts.org);
    return parts;
  };
  // Hint: a commit makes keys before it needs the lock of the data, and must not make new ones at each try.
  const probe = (): void => [live().keyFile, parts.data].forEach(tryLock);
  const finish: Life["finish"] = (buried) =>
    erasures.add(async () => {
      await buried;
      await whenFree(() => finishErasures(parts), lock);
    });
  return { call: (run) => whenFree(() => run(live()), { ...lock, probe }), finish, end };
}

function tryLock(file: Sqlite): void {
  file.exec("BEGIN IMMEDIATE");
  file.exec("ROLLBACK");
}

function createQueue(): Queue {
  let last: Promise<void> = Promise.resolve();
  const nothing = (): void => undefined;
  return {
    add: (run) => {
      const done = last.then(run);
      last = done.then(nothing, nothing);
      return done;
    },
    idle: () => last,
  };
}

type Documents = Omit<DocumentStorage, keyof StorageRecords | "history" | "restoredAt" | "renewHistory">;

// Hint: each runs without a pause until its erasure part, so nothing comes between the statements of one call.
const documentsOf = ({ call, finish, end }: Life): Documents => ({
  read: (doc) => call((parts) => readDocument(doc, parts)),
  writersOf: (doc) => call((parts) => writersOf(doc, parts)),
  commit: (changes) => call((parts) => commitChanges(changes, parts)),
  mend: (doc, backup) => call((parts) => mendDocument(doc, backup, parts)),
  page: (query) => call((parts) => readPage(query, parts)),
  remaining: (range) => call((parts) => countEntries(range, parts)),
  count: (classes) => call((parts) => countDocuments(classes, parts)),
  head: () => call(headOf),
  erase: async (docs, rule, at) => {
    const buried = call((parts) => buryDocuments(docs, { rule, at }, parts));
    const [seqs] = await Promise.all([buried, finish(buried)]);
    return seqs;
  },
  eraseSubject: async (subject, rule, at) => {
    const buried = call((parts) => burySubject(subject, { rule, at }, parts));
    await Promise.all([buried, finish(buried)]);
  },
  close: end,
});

const recordsOf = ({ call }: Life): StorageRecords => ({
  confirmErasure: (confirmation) => call((parts) => confirmErasure(confirmation, parts)),
  erasureConfirmations: (doc) => call((parts) => confirmationsOf(doc, parts)),
  command: (id) => call((parts) => findCommand(id, parts)),
  rememberCommand: (entry) => call((parts) => rememberCommand(entry, parts)),
  preference: (member, key) => call(({ statements }) => statements.preference.get(member, key)?.value ?? null),
  setPreference: (member, key, value) =>
    call(({ statements }) => void statements.setPreference.run({ member, key, value })),
  preferences: (member) => call((parts) => preferencesOf(member, parts)),
});
