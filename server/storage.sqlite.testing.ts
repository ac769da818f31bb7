// Owns what tests of the SQLite storage need: a folder of its own, real files, copies of them, and what lies in them.
// Never used by the product.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestClock, seededRandom } from "./clock.testing.ts";
import type { TestClock } from "./clock.testing.ts";
import { parseKeyring } from "./keyring.ts";
import type { Keyring } from "./keyring.ts";
import { organisationFiles } from "./organisations.files.ts";
import type { Folders, OrganisationFiles } from "./organisations.files.ts";
import { openSqlite } from "./sqlite.ts";
import type { Sqlite } from "./sqlite.ts";
import { createSqliteStorage, openSqliteStorage } from "./storage.sqlite.ts";
import type { SqliteStorageOptions } from "./storage.sqlite.open.ts";
import type { DocumentStorage, StorageAlarm } from "./storage.ts";

export const ORG = "org-one-1";
export const OTHER_ORG = "org-two-2";

/** A keyring from one byte per version: `{1: 7}` is version 1 made of sevens. Throws: on an empty one. */
export function testKeyring(bytesByVersion: Record<number, number> = { 1: 1 }): Keyring {
  const entries = Object.entries(bytesByVersion).map(
    ([version, byte]) => `${version}:${Buffer.alloc(32, byte).toString("base64")}`,
  );
  const keyring = parseKeyring(entries.join("\n"));
  if (!keyring.ok) throw new Error(keyring.error.type);
  return keyring.value;
}

/** A data folder in the system's temporary folder, with everything a storage is made of. */
export type Workshop = {
  readonly folders: Folders;
  readonly files: OrganisationFiles;
  readonly clock: TestClock;
  readonly alarms: StorageAlarm[];
  readonly options: SqliteStorageOptions;
  /** Opens or makes the storage, with other options than usual where given. */
  readonly create: (changed?: Partial<SqliteStorageOptions>) => Promise<DocumentStorage>;
  /** Opens the storage. Throws: when there is none. */
  readonly open: (changed?: Partial<SqliteStorageOptions>) => Promise<DocumentStorage>;
  /** Looks into a file with a connection of its own. */
  readonly inFile: <T>(path: string, look: (db: Sqlite) => T) => T;
  /** A copy of everything as it lies on disk now: what a machine that stops now leaves behind. */
  readonly copy: () => Workshop;
  readonly dispose: () => void;
};

/** Makes a folder with usual options; `seed` repeats its random bytes. */
export function createWorkshop(seed: string, root = mkdtempSync(join(tmpdir(), "lumiso-storage-"))): Workshop {
  const folders = { dataDir: join(root, "data"), keysDir: join(root, "keys") };
  const files = organisationFiles(folders, ORG);
  const clock = createTestClock();
  const alarms: StorageAlarm[] = [];
  const opened: DocumentStorage[] = [];
  const options: SqliteStorageOptions = {
    org: ORG,
    files,
    keyring: testKeyring(),
    random: seededRandom(seed),
    clock: clock.now,
    alarm: (alarm) => alarms.push(alarm),
  };
  const track = (storage: DocumentStorage | null): DocumentStorage => {
    if (storage === null) throw new Error("no storage here");
    opened.push(storage);
    return storage;
  };
  return {
    folders,
    files,
    clock,
    alarms,
    options,
    create: async (changed) => track(await createSqliteStorage({ ...options, ...changed })),
    open: async (changed) => track(await openSqliteStorage({ ...options, ...changed })),
    inFile: lookInto,
    copy: () => createWorkshop(`${seed} copy`, copyOf(root)),
    dispose: () => {
      for (const storage of opened) void storage.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function lookInto<T>(path: string, look: (db: Sqlite) => T): T {
  const db = openSqlite(path, { create: false });
  try {
    return look(db);
  } finally {
    db.close();
  }
}

function copyOf(root: string): string {
  const target = mkdtempSync(join(tmpdir(), "lumiso-copy-"));
  // Hint: the shared-memory file is not what a stopped machine leaves; SQLite builds it anew from the WAL.
  cpSync(root, target, { recursive: true, filter: (path) => !path.endsWith("-shm") });
  return target;
}

/** Every file of a data folder and a key folder with its bytes. */
function filesIn({ dataDir, keysDir }: Folders): { path: string; bytes: Buffer }[] {
  const paths = [dataDir, keysDir].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  return paths.filter((path) => statSync(path).isFile()).map((path) => ({ path, bytes: readFileSync(path) }));
}

/** The names of the files that hold a byte sequence. */
export const filesWith = (folders: Folders, needle: Buffer): string[] =>
  filesIn(folders)
    .filter(({ bytes }) => bytes.includes(needle))
    .map(({ path }) => path);

/** The sealed state of a document as it lies in its row. */
export const sealedState = (workshop: Workshop, doc: string): Buffer =>
  workshop.inFile(workshop.files.data, (db) =>
    Buffer.from(pluck(db, "SELECT state FROM documents WHERE doc = ?", doc)),
  );

/** The wrapped key of a document as it lies in its row. */
export const wrappedKey = (workshop: Workshop, doc: string): Buffer =>
  workshop.inFile(workshop.files.keys, (db) => Buffer.from(pluck(db, "SELECT wrapped FROM keys WHERE doc = ?", doc)));

function pluck(db: Sqlite, text: string, doc: string): Uint8Array {
  const value = db.prepare<[string]>(text).pluck().get(doc);
  if (!(value instanceof Uint8Array)) throw new Error(`no bytes of ${doc}`);
  return value;
}

/** How many transactions a WAL holds: frames that end one carry the file's size. Source: SQLite file format §4.1. */
export function transactionsIn(wal: string): number {
  const bytes = readFileSync(wal);
  const frame = 24 + (bytes.length > 0 ? bytes.readUInt32BE(8) : 0);
  let count = 0;
  for (let offset = 32; offset + frame <= bytes.length; offset += frame)
    if (bytes.readUInt32BE(offset + 4) > 0) count += 1;
  return count;
}
