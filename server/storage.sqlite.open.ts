// Owns how an organisation's two files are opened, checked against each other and recovered after a stop.
// Never makes one of the two anew while the other holds something.
import { toInstant } from "./clock.ts";
import type { Clock, RandomBytes } from "./clock.ts";
import type { Keyring } from "./keyring.ts";
import type { OrganisationFiles } from "./organisations.files.ts";
import { startLimits } from "./limits.ts";
import { migrate, openSqlite } from "./sqlite.ts";
import { whenFree } from "./sqlite.locked.ts";
import type { LockWait } from "./sqlite.locked.ts";
import type { Sqlite } from "./sqlite.ts";
import { createDocumentKeys } from "./storage.keys.ts";
import { finishErasures } from "./storage.sqlite.erase.ts";
import { newHistory } from "./storage.sqlite.parts.ts";
import type { Patience, StorageParts, StorageStep } from "./storage.sqlite.parts.ts";
import { dataMigrations, keyMigrations } from "./storage.sqlite.schema.ts";
import { prepareStatements } from "./storage.sqlite.statements.ts";
import { isStorageError, storageError } from "./storage.ts";
import type { StorageAlarm } from "./storage.ts";

/** What a storage of one organisation is made of; what is optional has usual values. */
export type SqliteStorageOptions = {
  readonly org: string;
  readonly files: OrganisationFiles;
  readonly keyring: Keyring;
  readonly random: RandomBytes;
  readonly clock: Clock;
  /** Hears of what cannot be read or finished; ids only. */
  readonly alarm?: (alarm: StorageAlarm) => void;
  /** Called at each point between which a machine may stop. */
  readonly step?: (step: StorageStep) => void;
  readonly keptKeys?: number;
  readonly patience?: Patience;
  /** How long a write waits for another program's lock. Rule: ST47. */
  readonly lockWaitMs?: number;
  /** Hears when a write has waited for long, and when it went through. Rule: OB6. */
  readonly tellStorage?: (org: string, isWorking: boolean) => void;
};

const KEPT_KEYS = 1000;
const PATIENCE: Patience = { attempts: 20, waitMs: 50 };
const KEY_CACHE_KIB = 512;
const UNUSED_KEY_LIFE_MS = 24 * 60 * 60 * 1000;

/** How the storage of an organisation waits for another program's lock. */
export const lockWaitOf = ({ org, lockWaitMs, tellStorage }: SqliteStorageOptions): LockWait => ({
  forMs: lockWaitMs ?? startLimits.lockWaitMs,
  ...(tellStorage && { tell: (isWorking) => tellStorage(org, isWorking) }),
});

/** Opens both files and finishes what a stop interrupted, as soon as nobody else has locked them. Throws: StorageError of ST31, K9. */
export const openParts = (options: SqliteStorageOptions, how: { readonly create: boolean }): Promise<StorageParts> =>
  whenFree(() => openNow(options, how), lockWaitOf(options));

async function openNow(options: SqliteStorageOptions, { create }: { create: boolean }): Promise<StorageParts> {
  const opened: Sqlite[] = [];
  const open = (path: string, cacheKiB?: number): Sqlite => {
    const db = openSqlite(path, { create, ...(cacheKiB === undefined ? {} : { cacheKiB }), busyTimeoutMs: 0 });
    opened.push(db);
    return db;
  };
  try {
    const parts = await joinFiles(options, open);
    await recover(parts, options.clock);
    return parts;
  } catch (error) {
    for (const db of opened) db.close();
    throw error;
  }
}

async function joinFiles(
  options: SqliteStorageOptions,
  open: (path: string, cacheKiB?: number) => Sqlite,
): Promise<StorageParts> {
  const { org, files, keyring, random, clock, keptKeys, step, alarm, patience } = options;
  const keyFile = open(files.keys, KEY_CACHE_KIB);
  await migrate(keyFile, keyMigrations);
  const keys = createDocumentKeys({ db: keyFile, org, keyring, random, clock, keptKeys: keptKeys ?? KEPT_KEYS });
  const data = open(files.data);
  await migrate(data, dataMigrations);
  const statements = prepareStatements(data);
  const parts = {
    org,
    data,
    keyFile,
    keys,
    statements,
    random,
    patience: patience ?? PATIENCE,
    step: step ?? ignore,
    alarm: alarm ?? ignore,
  };
  if (statements.counters.get() === undefined) startCounters(parts);
  return parts;
}

const ignore = (): void => undefined;

function startCounters({ org, keyFile, statements, random }: StorageParts): void {
  // Keys without a single row ever written: the data file was lost or replaced, and the keys must wait for it.
  if (hasKeys(keyFile)) throw storageError("data_missing", org);
  statements.startCounters.run(newHistory(random));
}

const hasKeys = (keyFile: Sqlite): boolean => keyFile.prepare("SELECT 1 FROM keys LIMIT 1").get() !== undefined;

/** Tells whether a key file that stands alone holds keys; one without any is left by a stop during creation. Rule: ST31. */
export async function keyFileHoldsKeys(path: string): Promise<boolean> {
  const keyFile = openSqlite(path, { create: false, busyTimeoutMs: 0 });
  try {
    await migrate(keyFile, keyMigrations);
    return hasKeys(keyFile);
  } finally {
    keyFile.close();
  }
}

/** Finishes pending erasures and destroys keys that no row uses. Rule: ST14, K4. */
async function recover(parts: StorageParts, clock: Clock): Promise<void> {
  await finishOrAlarm(parts);
  const usedIds = (): string[] => parts.statements.keyIds.all().map((row) => row.key_id);
  parts.keys.sweep(toInstant(clock() - UNUSED_KEY_LIFE_MS), usedIds);
}

async function finishOrAlarm(parts: StorageParts): Promise<void> {
  try {
    await finishErasures(parts);
  } catch (error) {
    // A backup that reads just now must not keep the studio from working; the next start or erasure finishes it.
    if (!isStorageError(error) || error.type !== "erasure_pending") throw error;
    parts.alarm({ type: "erasure_pending", org: parts.org });
  }
}
