// Owns which organisations have their files open: opened at the first call, closed when others need the room, made and removed.
// Never lets a caller notice: what it hands out opens the files again whenever it is used.
import { existsSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { isOrganisationId, organisationFiles, withSideFiles } from "./organisations.files.ts";
import type { Folders } from "./organisations.files.ts";
import { migrate, openSqlite, syncDirectory, truncateWal } from "./sqlite.ts";
import { whenFree } from "./sqlite.locked.ts";
import { createSqliteStorage, openSqliteStorage } from "./storage.sqlite.ts";
import { lockWaitOf } from "./storage.sqlite.open.ts";
import type { SqliteStorageOptions } from "./storage.sqlite.open.ts";
import { keyMigrations } from "./storage.sqlite.schema.ts";
import { storageError } from "./storage.ts";
import type { DocumentStorage } from "./storage.ts";

/** The storages of all organisations of a server. */
export interface Organisations {
  /** The storage of an organisation, null when there is none. Rule: ST27, ST28. Throws: StorageError of ST31, K9. */
  open(org: string): Promise<DocumentStorage | null>;
  /** Makes an organisation, or opens the one that is there. Rule: ST27. Throws: when the text is no id of one; like `open`. */
  create(org: string): Promise<DocumentStorage>;
  /** Destroys the keys of an organisation and removes its files. Rule: ST29. Throws: StorageError `erasure_pending`. */
  remove(org: string): Promise<void>;
  /** Waits for what is running and closes all files; later calls reject with `closed`. */
  close(): Promise<void>;
}

/** What every storage needs, the folders, and how many organisations may have their files open. */
export type OrganisationsOptions = Folders &
  Omit<SqliteStorageOptions, "org" | "files"> & { readonly maxOpen?: number };

const MAX_OPEN = 200;

/** One organisation with open files, and the calls that are using them. */
type Slot = { readonly storage: Promise<DocumentStorage | null>; readonly running: Set<Promise<unknown>> };

type Shelf = {
  readonly options: OrganisationsOptions;
  /** In the order of their last use, the oldest first. */
  readonly slots: Map<string, Slot>;
  /** Organisations whose files are being closed or removed: an opening waits for the end of it. */
  readonly closing: Map<string, Promise<void>>;
  /** The histories of those that were handed out; one handle renews it for all. */
  readonly histories: Map<string, History>;
  closed: boolean;
};

type History = Pick<DocumentStorage, "history" | "restoredAt">;

/** Makes the storages of a server. Nothing is opened yet. */
export function createOrganisations(options: OrganisationsOptions): Organisations {
  const shelf: Shelf = { options, slots: new Map(), closing: new Map(), histories: new Map(), closed: false };
  const open = async (org: string): Promise<DocumentStorage | null> =>
    isOrganisationId(org) ? handleOf(org, { shelf, how: openSqliteStorage }) : null;
  const create = async (org: string): Promise<DocumentStorage> => {
    const handle = (await open(org)) ?? (await handleOf(org, { shelf, how: createSqliteStorage }));
    if (handle === null) throw storageError("closed", org);
    return handle;
  };
  const close = async (): Promise<void> => {
    shelf.closed = true;
    await Promise.all([...shelf.slots.keys()].map((org) => release(org, { shelf })));
    await Promise.all(shelf.closing.values());
  };
  const remove = (org: string): Promise<void> =>
    release(org, {
      shelf,
      after: () => removeFiles({ ...options, org, files: organisationFiles(options, org) }),
    }).finally(() => shelf.histories.delete(org));
  return { open, create, remove, close };
}

type How = (options: SqliteStorageOptions) => Promise<DocumentStorage | null>;
type Opening = { readonly shelf: Shelf; readonly how: How };

/** Opens the files once, and hands out a storage that opens them again when they were closed meanwhile. Rule: ST28. */
async function handleOf(org: string, { shelf, how }: Opening): Promise<DocumentStorage | null> {
  const first = await use(org, { shelf, how, run: async (storage) => storage && note(org, { shelf, storage }) });
  return first === null ? null : createHandle(org, { shelf, first });
}

function note(org: string, { shelf, storage }: { shelf: Shelf; storage: DocumentStorage }): History {
  const noted: History = { history: storage.history, restoredAt: storage.restoredAt };
  shelf.histories.set(org, noted);
  return noted;
}

function createHandle(org: string, { shelf, first }: { shelf: Shelf; first: History }): DocumentStorage {
  const noted = (): History => shelf.histories.get(org) ?? first;
  const call = <T>(run: (storage: DocumentStorage) => Promise<T>): Promise<T> =>
    use(org, {
      shelf,
      how: openSqliteStorage,
      run: (storage) => (storage === null ? Promise.reject(storageError("closed", org)) : run(storage)),
    });
  return {
    get history() {
      return noted().history;
    },
    get restoredAt() {
      return noted().restoredAt;
    },
    renewHistory: (at) =>
      call(async (storage) => {
        await storage.renewHistory(at);
        return note(org, { shelf, storage }).history;
      }),
    confirmErasure: (confirmation) => call((storage) => storage.confirmErasure(confirmation)),
    erasureConfirmations: (doc) => call((storage) => storage.erasureConfirmations(doc)),
    read: (doc) => call((storage) => storage.read(doc)),
    writersOf: (doc) => call((storage) => storage.writersOf(doc)),
    commit: (changes) => call((storage) => storage.commit(changes)),
    mend: (doc, backup) => call((storage) => storage.mend(doc, backup)),
    page: (query) => call((storage) => storage.page(query)),
    remaining: (range) => call((storage) => storage.remaining(range)),
    count: (classes) => call((storage) => storage.count(classes)),
    head: () => call((storage) => storage.head()),
    erase: (docs, rule, at) => call((storage) => storage.erase(docs, rule, at)),
    eraseSubject: (subject, rule, at) => call((storage) => storage.eraseSubject(subject, rule, at)),
    command: (id) => call((storage) => storage.command(id)),
    rememberCommand: (entry) => call((storage) => storage.rememberCommand(entry)),
    preference: (member, key) => call((storage) => storage.preference(member, key)),
    setPreference: (member, key, value) => call((storage) => storage.setPreference(member, key, value)),
    preferences: (member) => call((storage) => storage.preferences(member)),
    close: () => release(org, { shelf }),
  };
}

type Run<T> = (storage: DocumentStorage | null) => Promise<T>;

/** Runs one call on an organisation's open files; while it runs they stay open. */
async function use<T>(org: string, { shelf, how, run }: Opening & { readonly run: Run<T> }): Promise<T> {
  const slot = slotOf(org, { shelf, how });
  const running = slot.storage.then(run);
  slot.running.add(running);
  try {
    return await running;
  } finally {
    slot.running.delete(running);
    // Hint: only after many were in use at once are there more than may stay open.
    await makeRoom(shelf, { wanted: 0 });
  }
}

/** The slot of an organisation, now the last one used. Throws: StorageError `closed` when the server is stopping. */
function slotOf(org: string, { shelf, how }: Opening): Slot {
  if (shelf.closed) throw storageError("closed", org);
  const slot = shelf.slots.get(org) ?? openSlot(org, { shelf, how });
  shelf.slots.delete(org);
  shelf.slots.set(org, slot);
  return slot;
}

function openSlot(org: string, { shelf, how }: Opening): Slot {
  const { options } = shelf;
  const room = Promise.all([shelf.closing.get(org), makeRoom(shelf, { wanted: 1 })]);
  const storage = room.then(() => how({ ...options, org, files: organisationFiles(options, org) }));
  const slot: Slot = { storage, running: new Set() };
  const forget = (): void => {
    if (shelf.slots.get(org) === slot) shelf.slots.delete(org);
  };
  void storage.then((opened) => (opened === null ? forget() : undefined), forget);
  return slot;
}

/** Closes files that nobody is using until there is room; those in use stay, even when they are too many. */
async function makeRoom(shelf: Shelf, { wanted }: { wanted: number }): Promise<void> {
  const tooMany = shelf.slots.size + wanted - (shelf.options.maxOpen ?? MAX_OPEN);
  if (tooMany <= 0) return;
  const idle = [...shelf.slots].filter(([, slot]) => slot.running.size === 0).slice(0, tooMany);
  await Promise.all(idle.map(([org]) => release(org, { shelf })));
}

/** Takes an organisation off the shelf: waits for what is running, closes its files, then does what must follow. */
async function release(org: string, { shelf, after }: { shelf: Shelf; after?: () => Promise<void> }): Promise<void> {
  const slot = shelf.slots.get(org);
  shelf.slots.delete(org);
  const released = closeSlot(slot, shelf.closing.get(org)).then(after);
  const settled = released.then(nothing, nothing);
  shelf.closing.set(org, settled);
  await released.finally(() => {
    if (shelf.closing.get(org) === settled) shelf.closing.delete(org);
  });
}

const nothing = (): void => undefined;

async function closeSlot(slot: Slot | undefined, earlier: Promise<void> | undefined): Promise<void> {
  await earlier;
  if (slot === undefined) return;
  await Promise.allSettled(slot.running);
  const [opened] = await Promise.allSettled([slot.storage]);
  if (opened?.status === "fulfilled") await opened.value?.close();
}

/** Destroys the keys, then removes both files. Rule: ST29. */
async function removeFiles(options: SqliteStorageOptions): Promise<void> {
  const { data, keys } = options.files;
  if (existsSync(keys)) await whenFree(() => destroyKeys(keys), lockWaitOf(options));
  for (const path of [...withSideFiles(keys), ...withSideFiles(data)]) rmSync(path, { force: true });
  for (const path of [keys, data]) if (existsSync(dirname(path))) syncDirectory(dirname(path));
}

async function destroyKeys(path: string): Promise<void> {
  const db = openSqlite(path, { create: false, busyTimeoutMs: 0 });
  try {
    // A stop during creation may have left a file without its table.
    await migrate(db, keyMigrations);
    db.exec("DELETE FROM keys");
    if (!truncateWal(db)) throw storageError("erasure_pending", "keys of a removed organisation");
  } finally {
    db.close();
  }
}
