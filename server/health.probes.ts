// Owns how a server looks at what it stands on: its database, its key, its disks, its event loop.
// Never judges what an answer means (health.ts) and asks the disk only as often as a moment allows.
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { briefly } from "./briefly.ts";
import type { RandomBytes } from "./clock.ts";
import { isWell } from "./health.ts";
import type { Probes } from "./health.ts";
import { makeKey, unwrapKey, wrapKey } from "./keyring.ts";
import type { Keyring } from "./keyring.ts";
import type { Limits } from "./limits.ts";
import type { LoopDelay } from "./loop-delay.ts";

export type ProbeDeps = {
  /** Writes into main.db at once, without waiting for a lock. */
  readonly canWrite: () => boolean;
  readonly keyring: Keyring;
  readonly random: RandomBytes;
  readonly folders: readonly string[];
  readonly limits: Limits;
  readonly loop: () => LoopDelay;
};

/** Makes the probes; those that cost something answer from the last moment. Rule: OB4. */
export function createProbes({ canWrite, keyring, random, folders, limits, loop }: ProbeDeps): Probes {
  // Hint: a bad answer is kept like a good one, or a broken disk would be asked by everybody.
  const seldom = (probe: () => boolean | Promise<boolean>) => briefly(limits.healthMs, () => isWell(probe));
  return {
    database: seldom(canWrite),
    keys: seldom(() => canSeal(keyring, random)),
    disk: seldom(() => hasSpace(folders, limits.diskFreeBytes)),
    loop: () => loop().max * 1000 < limits.loopDelayMs,
  };
}

function canSeal(keyring: Keyring, random: RandomBytes): boolean {
  const key = makeKey(random);
  const opened = unwrapKey(keyring, wrapKey(keyring, { key, address: "health" }, random), "health");
  return opened.ok && opened.value.equals(key);
}

async function hasSpace(folders: readonly string[], least: number): Promise<boolean> {
  // Hint: the folder of keys is made with the first studio.
  const free = await Promise.all(folders.filter((folder) => existsSync(folder)).map(async (folder) => statfs(folder)));
  return free.every(({ bavail, bsize }) => bavail * bsize >= least);
}
