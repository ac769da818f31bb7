// Owns how restored data takes the place of what was there: old aside, new in place, old away; each step may be the last before a stop.
// Never reads a file but its own mark. While the mark lies in the data folder nothing else may open the data.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import type { Folders } from "../organisations.files.ts";
import { syncDirectory } from "../sqlite.ts";
import { describe, backupError, stop } from "./errors.ts";
import { lockFolder } from "./lock.ts";
import type { Lock } from "./lock.ts";
import { readOrNull } from "./manifest.ts";
import { writeWhole } from "./places.ts";

const STAGED = ".restoring";
const ASIDE = ".replaced";

const markSchema = v.strictObject({ phase: v.picklist(["aside", "place", "clean"]), set: v.string() });

const markForm = v.pipe(v.string(), v.parseJson(), markSchema);

/** How far a swap is: what was there goes aside, then the new comes into its place, then the old goes away. */
export type Mark = v.InferOutput<typeof markSchema>;

const MARK = "restore.json";

// The mark lies in both folders, so that one damaged file does not leave an operator between two states. Rule: BK16.
const markFiles = ({ dataDir, keysDir }: Folders): [string, string] => [join(dataDir, MARK), join(keysDir, MARK)];

/** Tells whether a swap was interrupted. Rule: BK12. */
export const isSwapping = (folders: Folders): boolean => markFiles(folders).some((path) => existsSync(path));

/** Where restored files are made ready, beside those they replace, so that a rename brings them in. */
export const stagedFolders = ({ dataDir, keysDir }: Folders): Folders => ({
  dataDir: join(dataDir, STAGED),
  keysDir: join(keysDir, STAGED),
});

/** Removes what a restore had made ready and never came to use. */
export function discardStaged(folders: Folders): void {
  const { dataDir, keysDir } = stagedFolders(folders);
  // Hint: keys first; without them the rest is noise.
  for (const folder of [keysDir, dataDir]) rmSync(folder, { recursive: true, force: true });
}

/**
 * Takes a data folder for a server: shared with others and with backups, until released. Rule: BK12.
 * Throws: when a restore is running on it, or was interrupted.
 */
export function useData(folders: Folders): Lock {
  const lock = lockFolder(folders.dataDir, "shared");
  if (lock === null) throw new Error("a restore is running on this data");
  if (!isSwapping(folders)) {
    discardStaged(folders);
    return lock;
  }
  lock.release();
  throw new Error(describe(backupError("restore_unfinished")));
}

/** Begins to swap in what was made ready. Everything staged must be flushed. */
export function beginSwap(folders: Folders, set: string): void {
  setMark(folders, { phase: "aside", set });
}

// Hint: a phase may be run again after its end, so it does no harm when the second mark is one phase behind.
function setMark(folders: Folders, mark: Mark): void {
  const bytes = new TextEncoder().encode(JSON.stringify(mark));
  for (const path of markFiles(folders)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeWhole(path, bytes);
  }
}

/** The first mark that can be read; null when there is none. Throws: a stop with `mark_damaged` when none of them can. Rule: BK16. */
function readMark(folders: Folders): Mark | null {
  const found = markFiles(folders).flatMap((path) => readOrNull(path) ?? []);
  if (found.length === 0) return null;
  const [mark = stop("mark_damaged")] = found.flatMap((bytes) => {
    const parsed = v.safeParse(markForm, new TextDecoder().decode(bytes));
    return parsed.success ? parsed.output : [];
  });
  return mark;
}

function removeMarks(folders: Folders): void {
  // Hint: the first one last, because it is never behind.
  for (const path of markFiles(folders).toReversed()) {
    rmSync(path, { force: true });
    if (existsSync(dirname(path))) syncDirectory(dirname(path));
  }
}

/**
 * Goes on with a swap from wherever it stopped, to its end; answers with the set, null when there is none to finish.
 * Throws: a stop with `mark_damaged`.
 */
export function finishSwap(folders: Folders, step: (step: "moved" | "phase_done") => void): string | null {
  const mark = readMark(folders);
  if (mark === null) return null;
  const { phase, set } = mark;
  const rest = phases.slice(phases.findIndex(({ name }) => name === phase));
  for (const [index, { run }] of rest.entries()) {
    run(folders, () => step("moved"));
    const next = rest[index + 1];
    if (next !== undefined) setMark(folders, { phase: next.name, set });
    step("phase_done");
  }
  removeMarks(folders);
  return set;
}

type Phase = { readonly name: Mark["phase"]; readonly run: (folders: Folders, moved: () => void) => void };

const phases: readonly Phase[] = [
  { name: "aside", run: putAside },
  { name: "place", run: putInPlace },
  { name: "clean", run: clean },
];

const isData = (name: string): boolean => /^(?:main\.db(?:-wal|-shm)?|orgs)$/.test(name);
const isKeys = (name: string): boolean => /\.keys\.db(?:-wal|-shm)?$/.test(name);

function putAside({ dataDir, keysDir }: Folders, moved: () => void): void {
  for (const [folder, isOurs] of [[dataDir, isData] as const, [keysDir, isKeys] as const]) {
    const names = namesIn(folder).filter(isOurs);
    move({ names, from: folder, to: join(folder, ASIDE) }, moved);
  }
}

function putInPlace(folders: Folders, moved: () => void): void {
  const staged = stagedFolders(folders);
  move({ names: namesIn(staged.keysDir), from: staged.keysDir, to: folders.keysDir }, moved);
  move({ names: namesIn(staged.dataDir), from: staged.dataDir, to: folders.dataDir }, moved);
}

function clean(folders: Folders): void {
  for (const folder of [folders.keysDir, folders.dataDir])
    rmSync(join(folder, ASIDE), { recursive: true, force: true });
  discardStaged(folders);
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

type Move = { readonly names: readonly string[]; readonly from: string; readonly to: string };

function move({ names, from, to }: Move, moved: () => void): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const name of names) {
    renameSync(join(from, name), join(to, name));
    moved();
  }
  for (const folder of [from, to]) if (existsSync(folder)) syncDirectory(folder);
}
