// Owns how a backup lies in its folder, and how a file or a folder gets onto the disk whole or not at all.
// Never looks into a file. No name holds more than a time and a studio's id.
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { syncDirectory } from "../sqlite.ts";
import { toInstant } from "../clock.ts";

/** The two slots of keys, written by turns. Rule: BK2. */
export const slots = ["a", "b"] as const;

export type Slot = (typeof slots)[number];

/** The name of a set's, or a slot's, list of contents; it is sealed. */
export const MANIFEST = "manifest.sealed";

/** The name of main.db in a set; it is sealed. */
export const MAIN = "main.sealed";

const SETS = "sets";
const STAGED = ".new";
const setName = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3}Z$/;

/** Where a set of data is made before it is whole. */
export const stagedSet = (folder: string): string => join(folder, SETS, STAGED);

/** Where a slot of keys is made before it is whole. */
export const stagedSlot = (folder: string): string => join(folder, `keys${STAGED}`);

/** The folder of a set. */
export const setFolder = (folder: string, set: string): string => join(folder, SETS, set);

/** The folder of a slot of keys. */
export const slotFolder = (folder: string, slot: Slot): string => join(folder, `keys-${slot}`);

/** The file of the register of disposals. */
export const registerFile = (folder: string): string => join(folder, "register.sealed");

/** The name of a set made at a time: sorted by name is sorted by time. */
export const nameOfSet = (atMs: number): string => toInstant(atMs).replaceAll(":", "-");

/** When a set was made. Units: milliseconds since 1970. */
export const timeOfSet = (set: string): number => Date.parse(set.replace(/T(\d\d)-(\d\d)-/, "T$1:$2:"));

/** The sets of a backup that are whole, the newest first. */
export function setsOf(folder: string): string[] {
  if (!existsSync(join(folder, SETS))) return [];
  return readdirSync(join(folder, SETS))
    .filter((name) => setName.test(name))
    .toSorted()
    .toReversed();
}

/** Makes an empty folder, whatever was there. */
export function freshFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** Puts a folder that is whole and flushed into its place, where another one may lie. */
export function placeFolder(staged: string, place: string): void {
  rmSync(place, { recursive: true, force: true });
  renameSync(staged, place);
  syncDirectory(dirname(place));
}

/** Writes a file whole or not at all, flushed to the disk, for its owner only. */
export function writeWhole(path: string, bytes: Uint8Array): void {
  const staged = `${path}${STAGED}`;
  rmSync(staged, { force: true });
  writeFileSync(staged, bytes, { mode: 0o600 });
  flush(staged);
  renameSync(staged, path);
  syncDirectory(dirname(path));
}

/** Flushes a file to the disk and leaves it to its owner only. */
export function flush(path: string): void {
  chmodSync(path, 0o600);
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A file with its length and SHA-256, as a manifest names it. */
export type Print = { readonly name: string; readonly bytes: number; readonly sha256: string };

/** Takes the print of a file in a folder. */
export async function printOf(folder: string, name: string): Promise<Print> {
  const hash = createHash("sha256");
  // Hint: a stream without an encoding gives bytes.
  for await (const chunk of createReadStream(join(folder, name)) as AsyncIterable<Buffer>) hash.update(chunk);
  return { name, bytes: statSync(join(folder, name)).size, sha256: hash.digest("hex") };
}
