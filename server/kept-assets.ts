// Owns the old hashed files of the client: a page that was opened before a deployment still finds its parts for 30 days.
// They are named by their content, so nothing is ever replaced. Never holds data of a studio; a lost folder costs an old tab a reload.
import { copyFile, mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "./clock.ts";

/** How long a file stays after it was last part of the served client. Units: ms. Source: sync.md §8. */
export const KEEP_MS = 30 * 24 * 3_600_000;

export type KeptAssets = {
  /** Copies what is served now, and lets go of what has not been served for 30 days. */
  readonly renew: () => Promise<void>;
};

export type KeptAssetsDeps = {
  /** Folder of the built client. */
  readonly pages: string;
  /** Folder above the copies' `assets/`; outlives a deployment. */
  readonly folder: string;
  readonly clock: Clock;
};

/** Makes the keeper of old assets. Rule: ED15. */
export function createKeptAssets({ pages, folder, clock }: KeptAssetsDeps): KeptAssets {
  const kept = join(folder, "assets");
  const renew = async (): Promise<void> => {
    await mkdir(kept, { recursive: true });
    const served = new Set(await filesOf(join(pages, "assets")));
    const copies = new Set(await filesOf(kept));
    const now = clock();
    for (const name of served) {
      if (!copies.has(name)) await copyWhole(join(pages, "assets", name), join(kept, name));
      // Hint: the time of a copy says when it was last part of the client, however long a server ran with it.
      await utimes(join(kept, name), now / 1000, now / 1000);
    }
    for (const name of copies) if (!served.has(name)) await dropOld(join(kept, name), now - KEEP_MS);
  };
  return { renew };
}

/** The files of a folder; none where it is not there, as before the first build. */
async function filesOf(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  } catch (error) {
    // Hint: any other failure is the caller's to report.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** A copy is there whole or not at all, whenever the process ends. */
async function copyWhole(from: string, to: string): Promise<void> {
  await copyFile(from, `${to}.part`);
  await rename(`${to}.part`, to);
}

async function dropOld(path: string, before: number): Promise<void> {
  if ((await stat(path)).mtimeMs < before) await rm(path, { force: true });
}
