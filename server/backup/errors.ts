// Owns why a backup or a restore could not be done, and the sentence for the operator who asked for it.
// Never holds content: ids of studios, names of files and counts only.
import type { KeyringError } from "../keyring.ts";
import { isStorageError } from "../storage.ts";
import type { StorageErrorType } from "../storage.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";

/** Why a backup, a check or a restore stopped. `detail` names a file, a studio's id, a count or a code of the system. */
export type BackupError = {
  readonly type: keyof typeof sentences;
  readonly detail?: string;
};

const sentences = {
  no_data: "there is no data of a server here",
  folder_inside_data: "the backup must lie outside DATA_DIR and KEYS_DIR",
  key_in_backup: "the key-encryption key lies in the folder of the backup: keep it elsewhere",
  backup_running: "another backup of this data is running",
  restore_running: "a restore is running on this data",
  server_running: "a server is running on this data: stop it first",
  server_not_running: "no server is running on this data: start it first",
  folder_missing: "the folder for it is not there: make it, or mount it",
  disk_full: "there is no room left on the disk",
  not_writable: "the folder cannot be written",
  studio_without_files: "a studio has lost its files",
  key_missing: "documents have lost their keys",
  unreadable: "a document cannot be opened",
  no_backup: "there is no backup here",
  too_old: "the newest backup is too old",
  file_missing: "a file of the backup is missing",
  file_damaged: "a file of the backup is damaged, or belongs to another backup",
  sealed_otherwise: "a file of the backup is damaged, or sealed under another key-encryption key",
  too_new: "the backup was made by a newer server",
  data_present: "there is data here already: make a backup of it, then add --replace",
  register_unknown:
    "what was erased cannot be read from the data that is here: name the newest register with --register, or say --without-register when there is none",
  register_needed:
    "what was erased after this backup would come back: name the newest register with --register, or say --without-register when there is none",
  mark_damaged:
    "a restore was interrupted, and the notes of how far it came are damaged: nothing was touched; see docs/backup.md",
  restore_unfinished: "a restore was interrupted: run `lumiso restore` again before anything else",
  wrong_key: "the key-encryption key is not the one these keys were wrapped with",
  key_malformed: "KEY_ENCRYPTION_KEY must hold 32 bytes in base64",
  key_ambiguous: "set KEY_ENCRYPTION_KEY or KEY_ENCRYPTION_KEY_FILE, not both",
  key_file_missing: "the key-encryption key is missing: put its file back",
  not_in_backup: "the backup does not hold this document",
  erased: "this document was erased and stays so",
  refused: "the server does not accept what the backup holds",
  failed: "the server could not do it",
} as const;

/** Makes an error. */
export const backupError = (type: BackupError["type"], detail?: string): BackupError =>
  detail === undefined ? { type } : { type, detail };

/** An error of the key-encryption key, as one of ours. */
export const keyError = ({ type, path }: KeyringError): BackupError => backupError(type, path ?? "environment");

/** The sentence for an operator. */
export const describe = ({ type, detail }: BackupError): string =>
  detail === undefined ? sentences[type] : `${sentences[type]} (${detail})`;

type Stop = Error & { readonly reason: BackupError };

/** Carries an expected error out of the depth of a step to `attempt`. Throws: always. */
export function stop(type: BackupError["type"], detail?: string): never {
  const reason = backupError(type, detail);
  throw Object.assign(new Error(describe(reason)), { name: "BackupStop", reason });
}

const isStop = (error: unknown): error is Stop =>
  error instanceof Error && error.name === "BackupStop" && "reason" in error;

/** What a system or SQLite calls an error that an operator can mend. */
const mendable: Readonly<Record<string, BackupError["type"]>> = {
  ENOSPC: "disk_full",
  EDQUOT: "disk_full",
  SQLITE_FULL: "disk_full",
  EACCES: "not_writable",
  EPERM: "not_writable",
  EROFS: "not_writable",
  ENOTDIR: "not_writable",
  SQLITE_READONLY: "not_writable",
  SQLITE_CANTOPEN: "not_writable",
};

/** Runs steps; what an operator can mend becomes an answer, everything else stays thrown. Fails: BackupError. */
export async function attempt<T>(run: () => Promise<T>): Promise<Result<T, BackupError>> {
  try {
    return ok(await run());
  } catch (error) {
    if (isStop(error)) return err(error.reason);
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const type = mendable[code] ?? (isStorageError(error) ? storageStops[error.type] : undefined);
    if (type === undefined) throw error;
    return err(backupError(type, code === "" ? undefined : code));
  }
}

/** Errors of a storage that a backup or a restore may meet. */
const storageStops: Partial<Record<StorageErrorType, BackupError["type"]>> = {
  wrong_key: "wrong_key",
  key_version_missing: "wrong_key",
  keys_missing: "studio_without_files",
  data_missing: "studio_without_files",
};

/** The value of a result, or a stop. */
export function valueOf<T>(result: Result<T, BackupError>): T {
  return result.ok ? result.value : stop(result.error.type, result.error.detail);
}
