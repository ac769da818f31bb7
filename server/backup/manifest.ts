// Owns what a set of data, or a slot of keys, says of itself: when it was made, by which model, its files and how many rows they hold.
// Never looks at the files: check.ts compares.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { RandomBytes } from "../clock.ts";
import type { Keyring } from "../keyring.ts";
import { MODEL_VERSION } from "../../shared/document.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { backupError } from "./errors.ts";
import type { BackupError } from "./errors.ts";
import { openParcel, sealParcel } from "./parcel.ts";
import { MANIFEST, writeWhole } from "./places.ts";

/** The form of everything in a backup; a server reads its own and older ones. */
export const FORMAT = 1;

const manifestSchema = v.strictObject({
  format: v.literal(FORMAT),
  model: v.pipe(v.number(), v.integer(), v.maxValue(MODEL_VERSION)),
  /** Units: an instant. */
  at: v.string(),
  files: v.array(v.strictObject({ name: v.string(), bytes: v.number(), sha256: v.string() })),
  /** Of each studio, how many documents, or keys, there are. */
  rows: v.record(v.string(), v.number()),
});

/** The contents of a set or a slot. */
export type Manifest = v.InferOutput<typeof manifestSchema>;

/** A manifest's folder, and the place its seal is bound to: the set's name or `keys`. */
export type ManifestPlace = { readonly folder: string; readonly place: string; readonly keyring: Keyring };

const parcelOf = ({ keyring, place }: ManifestPlace): { keyring: Keyring; place: string } => ({
  keyring,
  place: `manifest/${place}`,
});

/** Writes the manifest into a folder that has everything else. */
export function writeManifest(at: ManifestPlace, manifest: Manifest, random: RandomBytes): void {
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  writeWhole(join(at.folder, MANIFEST), sealParcel(bytes, parcelOf(at), random));
}

/** Reads a manifest. Fails: `file_missing`, `sealed_otherwise`, `too_new`. */
export function readManifest(at: ManifestPlace): Result<Manifest, BackupError> {
  const bytes = readOrNull(join(at.folder, MANIFEST));
  if (bytes === null) return err(backupError("file_missing", MANIFEST));
  const opened = openParcel(bytes, parcelOf(at));
  if (!opened.ok) return err(backupError("sealed_otherwise", MANIFEST));
  // Hint: what we sealed ourselves is JSON; another form than ours is a newer server's.
  const parsed = v.safeParse(manifestSchema, JSON.parse(new TextDecoder().decode(opened.value)));
  return parsed.success ? ok(parsed.output) : err(backupError("too_new"));
}

/** The bytes of a file, null when there is none. */
export function readOrNull(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    // Hint: everything but a missing file is the disk's, and for the caller to hear.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
