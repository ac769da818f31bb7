// Owns what a command takes from the settings of the server: its folders and its key-encryption keys.
// Never makes a key: a backup or a restore without the right one is of no use to anybody.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { systemRandom } from "../clock.ts";
import type { Env } from "../env.ts";
import { defaultKeyFile, loadKeyring } from "../keyring.ts";
import type { Keyring } from "../keyring.ts";
import type { Folders } from "../organisations.files.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { backupError, keyError } from "./errors.ts";
import type { BackupError } from "./errors.ts";

/** The folders of a server and its keys; `keyFile` is the file they lie in, when it is one. */
export type Settings = { readonly folders: Folders; readonly keyring: Keyring; readonly keyFile: string | undefined };

/** Where the files of a server lie. */
export const foldersOf = ({ dataDir, keysDir }: Pick<Env, "dataDir" | "keysDir">): Folders => ({
  dataDir,
  keysDir: keysDir ?? join(dataDir, "keys"),
});

/** Reads the settings of the server. Fails: `key_file_missing`, `key_malformed`, `key_ambiguous`. */
export function settingsOf(env: Env): Result<Settings, BackupError> {
  const folders = foldersOf(env);
  const { keyEncryptionKey: key, keyEncryptionKeyFile } = env;
  const keyFile = key === undefined ? (keyEncryptionKeyFile ?? defaultKeyFile(env.dataDir)) : undefined;
  if (keyFile !== undefined && !existsSync(keyFile)) return err(backupError("key_file_missing", keyFile));
  const loaded = loadKeyring({ ...folders, key, keyFile: keyEncryptionKeyFile, random: systemRandom });
  return loaded.ok ? ok({ folders, keyring: loaded.value.keyring, keyFile }) : err(keyError(loaded.error));
}
