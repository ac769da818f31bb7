// Owns the budget of the first screen: how much JavaScript, compressed, a browser loads before the list of people shows.
// Reads the built client only. Run by `npm run verify` after a build; never builds.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Rule: L19. Units: bytes. */
export const BUDGET = 130_000;

/** Where a start on the list of people begins: the page itself, then its screen, which the router loads. */
const ENTRIES = ["index.html", "features/people/People.tsx"] as const;

/** One module of Vite's manifest, as far as it is read. */
type Chunk = { readonly file: string; readonly imports?: readonly string[] };
type Manifest = Readonly<Record<string, Chunk>>;

/** The files that are loaded before the list shows, with their compressed sizes. Throws: when the build or one of the entries is not there. */
export function firstScreenFiles(folder: string): ReadonlyMap<string, number> {
  const path = join(folder, ".vite/manifest.json");
  if (!existsSync(path)) throw new Error(`no build in ${folder}: run npm run build`);
  // Hint: written by Vite's `build.manifest`.
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  const files = [...filesOf(manifest, ENTRIES), ...plainScripts(readFileSync(join(folder, "index.html"), "utf8"))];
  return new Map(files.map((file) => [file, gzipSync(readFileSync(join(folder, file))).length]));
}

/** The sum of them. Units: bytes. */
export const firstScreenBytes = (folder: string): number =>
  [...firstScreenFiles(folder).values()].reduce((sum, bytes) => sum + bytes, 0);

/** What is wrong with a build; null when it keeps the budget. */
export function overBudget(folder: string, budget = BUDGET): string | null {
  const files = firstScreenFiles(folder);
  const bytes = [...files.values()].reduce((sum, each) => sum + each, 0);
  if (bytes <= budget) return null;
  const largest = [...files].toSorted(([, one], [, other]) => other - one).map(([file, size]) => `  ${size} ${file}`);
  return `The list of people needs ${bytes} bytes of JavaScript (gzip), ${bytes - budget} more than the budget:\n${largest.join("\n")}`;
}

/** The modules that these import, and what those import; dynamic imports are for later. */
function filesOf(manifest: Manifest, entries: readonly string[]): Set<string> {
  const files = new Set<string>();
  const waiting = [...entries];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`the build has no ${key}`);
    if (files.has(chunk.file)) continue;
    files.add(chunk.file);
    waiting.push(...(chunk.imports ?? []));
  }
  return files;
}

/** Scripts that stand in the page without being modules, such as the one that sets the theme. */
const plainScripts = (html: string): string[] =>
  [...html.matchAll(/<script src="\/([^"]+)"/g)].flatMap(([, file]) => file ?? []);

if (import.meta.main) {
  const folder = process.argv[2] ?? "dist/client";
  const problem = overBudget(folder);
  if (problem === null) process.stdout.write(`The first screen: ${firstScreenBytes(folder)} of ${BUDGET} bytes.\n`);
  else {
    process.stderr.write(`${problem}\n`);
    process.exitCode = 1;
  }
}
