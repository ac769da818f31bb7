// Owns how a backup is made while a server writes: copies of data, then of keys, then the register; checked; then each into its place.
// Never holds the key-encryption key. A stop at any moment leaves what was there before valid.
import { existsSync, mkdirSync, realpathSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { toInstant } from "../clock.ts";
import type { Clock, RandomBytes } from "../clock.ts";
import type { Keyring } from "../keyring.ts";
import { organisationFiles } from "../organisations.files.ts";
import type { Folders } from "../organisations.files.ts";
import { MODEL_VERSION } from "../../shared/document.ts";
import type { Result } from "../../shared/result.ts";
import { checkData, checkKeys, mainPlace } from "./check.ts";
import { attempt, stop } from "./errors.ts";
import type { BackupError } from "./errors.ts";
import { lockFolder } from "./lock.ts";
import { FORMAT, readManifest, writeManifest } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import { sealParcel } from "./parcel.ts";
import {
  freshFolder,
  MAIN,
  nameOfSet,
  placeFolder,
  printOf,
  registerFile,
  setFolder,
  setsOf,
  slotFolder,
  stagedSet,
  stagedSlot,
  timeOfSet,
  writeWhole,
} from "./places.ts";
import type { Slot } from "./places.ts";
import { extendRegister, registerOf } from "./register.ts";
import { copyData, copyKeys, copyMain, dataName, keysName, lookIntoMain, mainFile, studiosOfMain } from "./source.ts";
import { syncDirectory } from "../sqlite.ts";
import { isSwapping } from "./swap.ts";

/** The points between which a machine may stop; each name says what is done by then. */
export type BackupStep =
  | "data_copied"
  | "keys_copied"
  | "checked"
  | "register_written"
  | "slot_placed"
  | "set_placed"
  | "old_removed";

/** What a backup is made from, and where. */
export type BackupOptions = {
  readonly folders: Folders;
  /** The folder of the backup. */
  readonly folder: string;
  readonly keyring: Keyring;
  /** The file of the key-encryption key, when it lies in one. */
  readonly keyFile?: string | undefined;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Tells the operator how far it is; counts only. */
  readonly report?: (line: string) => void;
  /** For tests: called at each step. */
  readonly step?: (step: BackupStep) => void;
};

/** What was made. Units: documents that can be opened. */
export type MadeBackup = { readonly set: string; readonly studios: number; readonly documents: number };

/** How long a set is kept. Source: D24. Units: milliseconds. */
const KEPT_MS = 35 * 24 * 60 * 60 * 1000;

/** How often copying begins again because a studio came to its end meanwhile. */
const TRIES = 3;

/**
 * Makes a backup. Rules: BK1–BK7.
 * Fails: `no_data`, `folder_inside_data`, `key_in_backup`, `backup_running`, `restore_running`, `disk_full`,
 * `not_writable`, `restore_unfinished`, and what the check of the copies says.
 */
export const makeBackup = (options: BackupOptions): Promise<Result<MadeBackup, BackupError>> =>
  attempt(async () => {
    const { folders, folder } = options;
    if (!existsSync(mainFile(folders))) stop("no_data");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    refuseFolder(options);
    const mine = lockFolder(folders.dataDir, "alone", "backup") ?? stop("backup_running");
    try {
      return await withData(options);
    } finally {
      for (const staged of [stagedSet(folder), stagedSlot(folder)]) rmSync(staged, { recursive: true, force: true });
      mine.release();
    }
  });

/** A backup within the data would be lost with it, and one beside its key would be open to whoever takes it. Rule: BK6. */
function refuseFolder({ folders, folder, keyFile }: BackupOptions): void {
  const place = realpathSync(folder);
  const isInside = (path: string, outer: string): boolean => {
    const way = relative(existsSync(outer) ? realpathSync(outer) : resolve(outer), path);
    return way === "" || (!way.startsWith("..") && !way.startsWith("/"));
  };
  if ([folders.dataDir, folders.keysDir].some((outer) => isInside(place, outer))) stop("folder_inside_data");
  if (keyFile !== undefined && existsSync(keyFile) && isInside(realpathSync(keyFile), place)) stop("key_in_backup");
}

async function withData(options: BackupOptions): Promise<MadeBackup> {
  const using = lockFolder(options.folders.dataDir, "shared") ?? stop("restore_running");
  try {
    if (isSwapping(options.folders)) stop("restore_unfinished");
    return await copyAndPlace(options);
  } finally {
    using.release();
  }
}

async function copyAndPlace(options: BackupOptions): Promise<MadeBackup> {
  const { folders, folder, keyring, random, report = ignore, step = ignore } = options;
  const set = nameOfSet(options.clock());
  const studios = await copyPatiently(options, set);
  report("checking");
  const data = stagedSet(folder);
  const keys = stagedSlot(folder);
  await checkData({ set, data, keyring });
  const addition = registerOf(folders);
  const { documents } = await checkKeys({ set, data, keys, studios, register: addition, keyring });
  step("checked");
  // Hint: in this order each stop between two leaves a set with its keys, and a register that knows why one is gone.
  extendRegister({ path: registerFile(folder), keyring }, addition, random);
  step("register_written");
  placeFolder(keys, slotFolder(folder, slotToWrite(options)));
  step("slot_placed");
  placeFolder(data, setFolder(folder, set));
  step("set_placed");
  removeOld(options);
  step("old_removed");
  return { set, studios: studios.length, documents };
}

const ignore = (): void => undefined;

/** Copies data, then keys; again when a studio came to its end in between. Rule: BK2. */
async function copyPatiently(options: BackupOptions, set: string): Promise<string[]> {
  for (let tries = 1; ; tries += 1) {
    const studios = lookIntoMain(copyMain(options.folders), studiosOfMain);
    const copied = await attempt(() => copyAll(options, set));
    const now = new Set(lookIntoMain(copyMain(options.folders), studiosOfMain));
    const isSame = studios.every((org) => now.has(org));
    if (copied.ok && isSame) return copied.value;
    if (!copied.ok && (isSame || tries === TRIES)) return stop(copied.error.type, copied.error.detail);
    if (tries === TRIES && copied.ok) return copied.value;
  }
}

async function copyAll(options: BackupOptions, set: string): Promise<string[]> {
  const { folders, folder, keyring, random, step = ignore } = options;
  const main = copyMain(folders);
  const studios = lookIntoMain(main, studiosOfMain);
  const data = stagedSet(folder);
  freshFolder(data);
  writeWhole(join(data, MAIN), sealParcel(main, { keyring, place: mainPlace(set) }, random));
  await copyStudios(options, { studios, kind: "data", folder: data, place: set });
  step("data_copied");
  const keys = stagedSlot(folder);
  freshFolder(keys);
  await copyStudios(options, { studios, kind: "keys", folder: keys, place: "keys" });
  step("keys_copied");
  return studios;
}

const kinds = {
  data: { copy: copyData, nameOf: dataName },
  keys: { copy: copyKeys, nameOf: keysName },
} as const;

/** What is copied of each studio, where to, and what its list is sealed to. */
type Copying = {
  readonly studios: readonly string[];
  readonly kind: keyof typeof kinds;
  readonly folder: string;
  readonly place: string;
};

/** Copies a file of each studio and lists the folder. Throws: a stop with `studio_without_files`. */
async function copyStudios(options: BackupOptions, { studios, kind, folder, place }: Copying): Promise<void> {
  const { folders, keyring, clock, random, report = ignore } = options;
  const { copy, nameOf } = kinds[kind];
  const files: Manifest["files"] = kind === "data" ? [await printOf(folder, MAIN)] : [];
  const rows: Manifest["rows"] = {};
  for (const [index, org] of studios.entries()) {
    report(`${kind} of studio ${index + 1} of ${studios.length}`);
    if (!existsSync(organisationFiles(folders, org)[kind])) stop("studio_without_files", nameOf(org));
    const copied = await copy(folders, org, folder);
    files.push(copied.print);
    rows[org] = copied.rows;
  }
  const manifest = { format: FORMAT, model: MODEL_VERSION, at: toInstant(clock()), files, rows } as const;
  writeManifest({ folder, place, keyring }, manifest, random);
  syncDirectory(folder);
}

/** The slot that is empty, damaged or the older one; the newer keys stay until the new ones are in place. Rule: BK2. */
function slotToWrite({ folder, keyring }: BackupOptions): Slot {
  const age = (slot: Slot): string => {
    const manifest = readManifest({ folder: slotFolder(folder, slot), place: "keys", keyring });
    return manifest.ok ? manifest.value.at : "";
  };
  return age("a") <= age("b") ? "a" : "b";
}

/** Removes sets that are too old; the one just made is not. Rule: BK7. */
function removeOld({ folder, clock }: BackupOptions): void {
  const [, ...older] = setsOf(folder);
  for (const set of older) {
    if (timeOfSet(set) < clock() - KEPT_MS) rmSync(setFolder(folder, set), { recursive: true, force: true });
  }
}
