// Owns the key-encryption keys: where they come from, and wrapping data keys under them.
// Never lies in the data folder, never reaches a log or an error; never finds a data key (storage.keys.ts).
import { createSecretKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { RandomBytes } from "./clock.ts";
import { organisationsExist } from "./organisations.files.ts";
import type { Folders } from "./organisations.files.ts";
import { KEY_BYTES, seal, unseal } from "./seal.ts";
import type { SealBox } from "./seal.ts";
import { syncDirectory } from "./sqlite.ts";
import { err, ok } from "../shared/result.ts";
import type { Result } from "../shared/result.ts";

/** The key-encryption keys by version; new data keys are wrapped with the newest, `current`. Rule: K9. */
export type Keyring = { readonly current: number; readonly keyOf: (version: number) => KeyObject | undefined };

/** Why the server cannot start with what it was given; `path` is the file in question. Rule: K6, K8. */
export type KeyringError = {
  readonly type: "key_malformed" | "key_ambiguous" | "key_file_missing";
  readonly path?: string;
};

/** What the environment says: the key itself, the file that holds it, or neither. */
export type KeyringSource = Folders & {
  readonly key?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly random: RandomBytes;
};

/** A keyring, and the path of its file when it was made just now, for the operator to hear of. */
export type LoadedKeyring = { readonly keyring: Keyring; readonly madeAt: string | null };

/** Loads the key-encryption keys, or makes one at the very first start. Fails: KeyringError. Rule: K6, K7, K8. */
export function loadKeyring(source: KeyringSource): Result<LoadedKeyring, KeyringError> {
  const { key, keyFile } = source;
  if (key !== undefined && keyFile !== undefined) return err({ type: "key_ambiguous" });
  if (key !== undefined) return loaded(parseKeyring(key));
  if (keyFile !== undefined) return readKeyring(keyFile);
  const path = defaultKeyFile(source.dataDir);
  if (existsSync(path)) return readKeyring(path);
  if (organisationsExist(source)) return err({ type: "key_file_missing", path });
  return makeKeyring(path, source.random);
}

/** Where the key-encryption key lies when nothing else is said: beside the data folder, where no backup of it looks. Rule: K7. */
export const defaultKeyFile = (dataDir: string): string => `${resolve(dataDir)}.kek`;

/** Reads `<base64>` or `<version>:<base64>` entries, one per line or comma. Units: 32 bytes each. Fails: `key_malformed`. Rule: K6. */
export function parseKeyring(text: string): Result<Keyring, KeyringError> {
  const keysByVersion = new Map<number, KeyObject>();
  for (const entry of text.split(/[\s,]+/).filter((part) => part !== "")) {
    const parsed = parseEntry(entry);
    if (parsed === null || keysByVersion.has(parsed.version)) return err({ type: "key_malformed" });
    keysByVersion.set(parsed.version, parsed.key);
  }
  if (keysByVersion.size === 0) return err({ type: "key_malformed" });
  return ok({ current: Math.max(...keysByVersion.keys()), keyOf: (version) => keysByVersion.get(version) });
}

function parseEntry(entry: string): { version: number; key: KeyObject } | null {
  const match = /^(?:(?<version>[1-9][0-9]{0,5}):)?(?<key>[A-Za-z0-9+/_-]{43}=?)$/.exec(entry);
  if (match === null) return null;
  const bytes = Buffer.from(match.groups?.["key"] ?? "", "base64");
  if (bytes.length !== KEY_BYTES) return null;
  return { version: Number(match.groups?.["version"] ?? "1"), key: createSecretKey(bytes) };
}

function readKeyring(path: string): Result<LoadedKeyring, KeyringError> {
  if (!existsSync(path)) return err({ type: "key_file_missing", path });
  const parsed = parseKeyring(readFileSync(path, "utf8"));
  return parsed.ok ? loaded(parsed) : err({ ...parsed.error, path });
}

const loaded = (parsed: Result<Keyring, KeyringError>): Result<LoadedKeyring, KeyringError> =>
  parsed.ok ? ok({ keyring: parsed.value, madeAt: null }) : parsed;

function makeKeyring(path: string, random: RandomBytes): Result<LoadedKeyring, KeyringError> {
  mkdirSync(dirname(path), { recursive: true });
  // Hint: `wx` refuses an existing file, so two servers starting at once cannot make two keys.
  const file = openSync(path, "wx", 0o600);
  try {
    writeSync(file, `1:${Buffer.from(random(KEY_BYTES)).toString("base64")}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncDirectory(dirname(path));
  const made = readKeyring(path);
  return made.ok ? ok({ ...made.value, madeAt: path }) : made;
}

/** A data key as it lies on disk. Units: `wrapped` is a sealed blob. */
export type WrappedKey = { readonly kekVersion: number; readonly wrapped: Uint8Array };

/** Makes a secret key, for a document. */
export const makeKey = (random: RandomBytes): KeyObject => createSecretKey(random(KEY_BYTES));

/** Wraps the key of a box, for the box's address, under the newest key-encryption key. Rule: K9. */
export const wrapKey = (keyring: Keyring, { key, address }: SealBox, random: RandomBytes): WrappedKey => ({
  kekVersion: keyring.current,
  wrapped: seal(key.export(), kekBox(keyring, { kekVersion: keyring.current, address }), random),
});

/** Unwraps a data key. Fails: `damaged` when it was wrapped elsewhere or changed. Throws: when the version was not given (checked at opening). */
export function unwrapKey(
  keyring: Keyring,
  { kekVersion, wrapped }: WrappedKey,
  address: string,
): Result<KeyObject, "damaged"> {
  const bytes = unseal(wrapped, kekBox(keyring, { kekVersion, address }));
  return bytes.ok ? ok(createSecretKey(bytes.value)) : bytes;
}

function kekBox(keyring: Keyring, { kekVersion, address }: { kekVersion: number; address: string }): SealBox {
  const key = keyring.keyOf(kekVersion);
  if (key === undefined) throw new Error(`no key-encryption key of version ${kekVersion}`);
  return { key, address: `kek/${kekVersion}/${address}` };
}
