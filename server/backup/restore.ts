// Owns how a backup becomes the data of a server: checked, made ready beside what is there, the register applied, then swapped in.
// Touches nothing of what is there before all of it is ready on the disk; killed at any step and run again it comes to the same end.
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toInstant } from "../clock.ts";
import type { Clock, RandomBytes } from "../clock.ts";
import type { Keyring } from "../keyring.ts";
import { organisationFiles, organisationsExist } from "../organisations.files.ts";
import type { Folders } from "../organisations.files.ts";
import { syncDirectory } from "../sqlite.ts";
import type { Result } from "../../shared/result.ts";
import { checkBackup } from "./check.ts";
import type { CheckedSet } from "./check.ts";
import { disposeInStudios, updateAccounts } from "./disposals.ts";
import { attempt, stop, valueOf } from "./errors.ts";
import type { BackupError } from "./errors.ts";
import { lockFolder } from "./lock.ts";
import { flush } from "./places.ts";
import { joinRegisters, readRegister, registerOf } from "./register.ts";
import type { Register } from "./register.ts";
import { dataName, keysName, mainFile } from "./source.ts";
import { beginSwap, discardStaged, finishSwap, isSwapping, stagedFolders } from "./swap.ts";

/** The points between which a machine may stop; each name says what is done by then. */
export type RestoreStep =
  | "checked"
  | "keys_staged"
  | "data_staged"
  | "disposed"
  | "accounts_updated"
  | "flushed"
  | "marked"
  | "moved"
  | "phase_done";

/** What is restored, over what. */
export type RestoreOptions = {
  readonly folders: Folders;
  readonly folder: string;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** The set; the newest when none is named. */
  readonly set?: string | undefined;
  /** The file of a register newer than the backup's. */
  readonly register?: string | undefined;
  /** Whether there is no such register any more: what was erased after the backup comes back. Rule: BK15. */
  readonly withoutRegister?: boolean;
  /** Whether data that is there may be replaced. */
  readonly replace?: boolean;
  readonly report?: (line: string) => void;
  /** For tests: called at each step. */
  readonly step?: (step: RestoreStep) => void;
};

/** What was restored. Units: documents that live, and that were erased again because the register says so. */
export type RestoredData = {
  readonly set: string;
  readonly studios: number;
  readonly documents: number;
  readonly erased: number;
  /** Studios whose owner joined after the backup. */
  readonly ownerless: readonly string[];
};

/** A restore, or the end of one that was interrupted. */
export type RestoreResult = RestoredData | { readonly finished: string };

/**
 * Restores a backup. Rules: BK9–BK12.
 * Fails: `server_running`, `data_present`, `register_unknown`, `register_needed`, `mark_damaged`, `disk_full`, `not_writable`, and what the check says; then nothing is changed.
 */
export const restoreBackup = (options: RestoreOptions): Promise<Result<RestoreResult, BackupError>> =>
  attempt(async () => {
    const { folders, step = ignore } = options;
    const lock = lockFolder(folders.dataDir, "alone") ?? stop("server_running");
    try {
      const finished = finishSwap(folders, step);
      return finished === null ? await restoreAll(options) : { finished };
    } finally {
      lock.release();
    }
  });

const ignore = (): void => undefined;

async function restoreAll(options: RestoreOptions): Promise<RestoredData> {
  const { folders, folder, keyring, replace, set, report = ignore, step = ignore } = options;
  report("checking the backup");
  const checked = valueOf(await checkBackup({ folder, keyring }, set));
  const isThere = existsSync(mainFile(folders)) || organisationsExist(folders);
  if (isThere && replace !== true) stop("data_present");
  const register = joinRegisters([...registersAround(options, isThere), checked.register]);
  step("checked");
  try {
    discardStaged(folders);
    const made = await makeReady({ checked, register, options });
    beginSwap(folders, checked.set);
    step("marked");
    report("putting it in place");
    finishSwap(folders, step);
    return { set: checked.set, studios: checked.studios.length, ...made };
  } finally {
    if (!isSwapping(folders)) discardStaged(folders);
  }
}

/** What is known beside the backup's own register: the one named, and what the present data say. Rules: BK10, BK15. */
function registersAround(
  { folders, keyring, register, withoutRegister, report = ignore }: RestoreOptions,
  isThere: boolean,
): Register[] {
  const named = register === undefined ? null : readRegister({ path: register, keyring });
  if (register !== undefined && named === null) stop("file_missing", "register");
  const present = isThere ? registerOfPresent(folders) : null;
  const known = [named, present].filter((each) => each !== null);
  if (known.length > 0) return known;
  if (withoutRegister !== true) stop(isThere ? "register_unknown" : "register_needed");
  report("no newer register was named: what was erased after this backup comes back");
  return [];
}

function registerOfPresent(folders: Folders): Register | null {
  try {
    return registerOf(folders);
  } catch {
    // Hint: present data that cannot be read are a usual reason for a restore; without them a register must be named.
    return null;
  }
}

type Making = { readonly checked: CheckedSet; readonly register: Register; readonly options: RestoreOptions };
type Made = Pick<RestoredData, "documents" | "erased" | "ownerless">;

/** Makes everything ready beside the present data, and flushes it. */
async function makeReady({ checked, register, options }: Making): Promise<Made> {
  const { keyring, clock, random, report = ignore, step = ignore } = options;
  const staged = stagedFolders(options.folders);
  report("copying");
  stageKeys(checked, staged);
  step("keys_staged");
  stageData(checked, staged);
  step("data_staged");
  report("erasing again what was erased");
  const restored = { ...staged, keyring, clock, random, studios: checked.studios, register };
  const erased = await disposeInStudios(restored);
  step("disposed");
  const ownerless = await updateAccounts(staged, register, toInstant(clock()));
  step("accounts_updated");
  for (const folder of [staged.keysDir, staged.dataDir]) flushAll(folder);
  step("flushed");
  return { documents: checked.documents, erased, ownerless };
}

function stageKeys({ studios, keys }: CheckedSet, staged: Folders): void {
  mkdirSync(staged.keysDir, { recursive: true, mode: 0o700 });
  for (const org of studios) copyFileSync(join(keys, keysName(org)), organisationFiles(staged, org).keys);
}

function stageData({ studios, data, main }: CheckedSet, staged: Folders): void {
  mkdirSync(join(staged.dataDir, "orgs"), { recursive: true, mode: 0o700 });
  writeFileSync(mainFile(staged), main, { mode: 0o600 });
  for (const org of studios) copyFileSync(join(data, dataName(org)), organisationFiles(staged, org).data);
}

function flushAll(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) flushAll(path);
    else flush(path);
  }
  syncDirectory(folder);
}
