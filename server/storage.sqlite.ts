// Owns an organisation's storage on two SQLite files: puts its parts together and guards their life.
// Never says which organisations are open (organisations.ts) nor where their files lie (organisations.files.ts).
import { existsSync } from "node:fs";
import { commitChanges } from "./storage.sqlite.commit.ts";
import { buryDocuments, burySubject, finishErasures } from "./storage.sqlite.erase.ts";
import { keyFileHoldsKeys, openParts } from "./storage.sqlite.open.ts";
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
    return storageOf(await openParts(options, { create: false }));
  }
  if (hasKeyFile && (await keyFileHoldsKeys(files.keys))) throw storageError("data_missing", org);
  return null;
}

/** Makes an organisation's storage, or opens the one that is there. Rule: ST27. Throws: like `openSqliteStorage`. */
export async function createSqliteStorage(options: SqliteStorageOptions): Promise<DocumentStorage> {
  return (await openSqliteStorage(options)) ?? storageOf(await openParts(options, { create: true }));
}

/** Runs one thing after the other; a failed one does not stop the next. */
type Queue = { readonly add: (run: () => Promise<void>) => Promise<void>; readonly idle: () => Promise<void> };

function storageOf(parts: StorageParts): DocumentStorage {
  const life = createLife(parts);
  let { history, restored_at: restoredAt } = countersOf(parts);
  return {
    get history() {
      return history;
    },
    get restoredAt() {
      return restoredAt;
    },
    renewHistory: async (at) => {
      history = renewHistory(at, life.parts());
      restoredAt = at;
      return history;
    },
    ...documentsOf(life),
    ...recordsOf(life),
  };
}

/** The open files, as long as they are: `parts` throws `closed` afterwards. Rule: ST26. */
type Life = { readonly parts: () => StorageParts; readonly erasures: Queue; readonly end: () => Promise<void> };

function createLife(parts: StorageParts): Life {
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
  return { parts: live, erasures, end };
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

// Hint: every method is async, so what SQLite throws becomes a rejection; inside, each runs without a pause until its erasure part.
const documentsOf = ({ parts, erasures, end }: Life): Documents => ({
  read: async (doc) => readDocument(doc, parts()),
  writersOf: async (doc) => writersOf(doc, parts()),
  commit: async (changes) => commitChanges(changes, parts()),
  mend: async (doc, backup) => mendDocument(doc, backup, parts()),
  page: async (query) => readPage(query, parts()),
  remaining: async (range) => countEntries(range, parts()),
  count: async (classes) => countDocuments(classes, parts()),
  head: async () => headOf(parts()),
  erase: async (docs, rule, at) => {
    const open = parts();
    const buried = buryDocuments(docs, { rule, at }, open);
    await erasures.add(() => finishErasures(open));
    return buried;
  },
  eraseSubject: async (subject, rule, at) => {
    const open = parts();
    burySubject(subject, { rule, at }, open);
    await erasures.add(() => finishErasures(open));
  },
  close: end,
});

const recordsOf = ({ parts }: Life): StorageRecords => ({
  confirmErasure: async (confirmation) => confirmErasure(confirmation, parts()),
  erasureConfirmations: async (doc) => confirmationsOf(doc, parts()),
  command: async (id) => findCommand(id, parts()),
  rememberCommand: async (entry) => rememberCommand(entry, parts()),
  preference: async (member, key) => parts().statements.preference.get(member, key)?.value ?? null,
  setPreference: async (member, key, value) => void parts().statements.setPreference.run({ member, key, value }),
  preferences: async (member) => preferencesOf(member, parts()),
});
