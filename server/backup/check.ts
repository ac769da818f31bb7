// Owns whether a backup is valid: every file as it was written, and of every document its key, or its disposal in the register.
// Never changes a file of the backup.
import { join } from "node:path";
import type { Keyring } from "../keyring.ts";
import { unwrapKey } from "../keyring.ts";
import { unseal } from "../seal.ts";
import type { Sqlite, Statement } from "../sqlite.ts";
import { addressOf } from "../storage.keys.ts";
import type { BackedUp } from "../storage.ts";
import type { DocumentsTable, KeysTable } from "../storage.tables.ts";
import type { DocId } from "../../shared/document.ts";
import type { Result } from "../../shared/result.ts";
import { attempt, backupError, stop, valueOf } from "./errors.ts";
import type { BackupError } from "./errors.ts";
import { readManifest, readOrNull } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import { openParcel } from "./parcel.ts";
import { MAIN, printOf, registerFile, setFolder, setsOf, slotFolder, slots } from "./places.ts";
import type { Print } from "./places.ts";
import { readRegister } from "./register.ts";
import type { Register } from "./register.ts";
import { dataName, keysName, lookInto, lookIntoMain, studiosOfMain } from "./source.ts";

/** A set of data with the keys it is opened with, and how the two stand to each other. */
export type CheckedSet = {
  readonly set: string;
  /** The folders of both. */
  readonly data: string;
  readonly keys: string;
  readonly studios: readonly string[];
  readonly register: Register;
  /** The accounts. */
  readonly main: Uint8Array;
  /** Units: how many documents can be opened, and how many were erased since. */
  readonly documents: number;
  readonly disposed: number;
};

/** A backup's folder, and what opens it. */
export type BackupPlace = { readonly folder: string; readonly keyring: Keyring };

/**
 * Checks a set of a backup, the newest unless another is named, and finds the slot of keys that fits. Rule: BK5.
 * Fails: `no_backup`, `file_missing`, `file_damaged`, `sealed_otherwise`, `too_new`, `wrong_key`, `key_missing`, `unreadable`.
 */
export const checkBackup = (place: BackupPlace, wanted?: string): Promise<Result<CheckedSet, BackupError>> =>
  attempt(async () => {
    const { folder, keyring } = place;
    const set = setsOf(folder).find((each) => wanted === undefined || each === wanted);
    if (set === undefined) return stop("no_backup");
    const register = readRegister({ path: registerFile(folder), keyring }) ?? stop("file_missing", "register");
    const data = setFolder(folder, set);
    const { main, studios } = await checkData({ set, data, keyring });
    const errors: BackupError[] = [];
    for (const keys of slotsByAge(place)) {
      const opened = await attempt(() => checkKeys({ set, data, keys, studios, register, keyring }));
      if (opened.ok) return { set, data, keys, studios, register, main, ...opened.value };
      errors.push(opened.error);
    }
    const [error = backupError("file_missing", "keys")] = errors;
    return stop(error.type, error.detail);
  });

/** The folders of the slots whose list can be read, the newest first. */
function slotsByAge({ folder, keyring }: BackupPlace): string[] {
  const found = slots.flatMap((slot) => {
    const manifest = readManifest({ folder: slotFolder(folder, slot), place: "keys", keyring });
    return manifest.ok ? [{ keys: slotFolder(folder, slot), at: manifest.value.at }] : [];
  });
  return found.toSorted((a, b) => Number(a.at < b.at) - Number(a.at > b.at)).map(({ keys }) => keys);
}

/** A set on its own: its name and folder. */
export type DataSet = { readonly set: string; readonly data: string; readonly keyring: Keyring };

/** Checks the files of a set and opens its accounts. Throws: a stop. */
export async function checkData({ set, data, keyring }: DataSet): Promise<{ main: Uint8Array; studios: string[] }> {
  const manifest = valueOf(readManifest({ folder: data, place: set, keyring }));
  await checkFiles(data, manifest);
  const main = openParcel(readOrNull(join(data, MAIN)) ?? new Uint8Array(), { keyring, place: mainPlace(set) });
  if (!main.ok) return stop("sealed_otherwise", MAIN);
  const studios = lookIntoMain(main.value, studiosOfMain);
  const lost = studios.find((org) => !manifest.files.some(({ name }) => name === dataName(org)));
  return lost === undefined ? { main: main.value, studios } : stop("studio_without_files", lost);
}

/** Where the accounts of a set are sealed to. */
export const mainPlace = (set: string): string => `main/${set}`;

async function checkFiles(folder: string, { files }: Manifest): Promise<void> {
  for (const { name, bytes, sha256 } of files) {
    const print = await printOrNull(folder, name);
    if (print === null) stop("file_missing", name);
    if (print.bytes !== bytes || print.sha256 !== sha256) stop("file_damaged", name);
  }
}

async function printOrNull(folder: string, name: string): Promise<Print | null> {
  try {
    return await printOf(folder, name);
  } catch (error) {
    // Hint: everything but a missing file is the disk's.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** A set and the keys that may fit. */
export type Pairing = DataSet & {
  readonly keys: string;
  readonly studios: readonly string[];
  readonly register: Register;
};

type Counts = { readonly documents: number; readonly disposed: number };

/** Checks the files of a slot and opens every document of a set with it. Throws: a stop. Rule: BK5. */
export async function checkKeys({ data, keys, studios, register, keyring }: Pairing): Promise<Counts> {
  await checkFiles(keys, valueOf(readManifest({ folder: keys, place: "keys", keyring })));
  const isDisposed = disposalTest(register);
  const counts = { documents: 0, disposed: 0 };
  for (const org of studios) {
    lookInto(join(data, dataName(org)), (db) => {
      const open = rowsOf(db).filter((row) => {
        const isGone = isDisposed(org, row);
        counts.disposed += Number(isGone);
        return !isGone;
      });
      counts.documents += open.length;
      openAll({ db, org, open }, { keys: join(keys, keysName(org)), keyring });
    });
  }
  return counts;
}

type Row = Pick<DocumentsTable, "subject" | "key_id"> & { readonly doc: DocId };

const rowsOf = (db: Sqlite): Row[] => db.prepare<[], Row>("SELECT doc, subject, key_id FROM documents").all();

function disposalTest({ documents, subjects }: Register): (org: string, row: Row) => boolean {
  const gone = new Set([
    ...documents.map(({ org, doc }) => `${org}/d/${doc}`),
    ...subjects.map(({ org, subject }) => `${org}/s/${subject}`),
  ]);
  return (org, { doc, subject }) => gone.has(`${org}/d/${doc}`) || gone.has(`${org}/s/${subject}`);
}

type Opening = { readonly db: Sqlite; readonly org: string; readonly open: readonly Row[] };
type KeyFile = { readonly keys: string; readonly keyring: Keyring };

function openAll({ db, org, open }: Opening, { keys, keyring }: KeyFile): void {
  if (open.length === 0) return;
  const state = db.prepare<[string], Uint8Array>("SELECT state FROM documents WHERE doc = ?").pluck();
  lookInto(keys, (keyFile) => {
    const find = findKeyIn(keyFile);
    for (const { doc, key_id: id } of open) {
      const key = find.get(id, doc) ?? stop("key_missing", doc);
      const sealed = state.get(doc) ?? new Uint8Array();
      if (unsealState(sealed, { key, address: addressOf(org, doc, id), keyring }) === null) stop("unreadable", doc);
    }
  });
}

type KeyRow = Pick<KeysTable, "kek_version" | "wrapped">;

const findKeyIn = (keyFile: Sqlite): Statement<[string, string], KeyRow> =>
  keyFile.prepare("SELECT kek_version, wrapped FROM keys WHERE key_id = ? AND doc = ?");

type Sealing = { readonly key: KeyRow; readonly address: string; readonly keyring: Keyring };

function unsealState(sealed: Uint8Array, { key, address, keyring }: Sealing): Uint8Array | null {
  if (keyring.keyOf(key.kek_version) === undefined) stop("wrong_key", `version ${key.kek_version}`);
  const opened = unwrapKey(keyring, { kekVersion: key.kek_version, wrapped: key.wrapped }, address);
  const plain = opened.ok ? unseal(sealed, { key: opened.value, address }) : opened;
  return plain.ok ? plain.value : null;
}

/** One document of a set, its state opened and its key still wrapped; null when the set does not hold it. Throws: a stop. */
export function openDocument(
  { db, org, doc }: { readonly db: Sqlite; readonly org: string; readonly doc: DocId },
  { keys, keyring }: KeyFile,
): BackedUp | null {
  type Sealed = Pick<DocumentsTable, "key_id" | "state">;
  const row = db.prepare<[string], Sealed>("SELECT key_id, state FROM documents WHERE doc = ?").get(doc);
  if (row === undefined) return null;
  return lookInto(keys, (keyFile) => {
    const key = findKeyIn(keyFile).get(row.key_id, doc) ?? stop("key_missing", doc);
    const address = addressOf(org, doc, row.key_id);
    const state = unsealState(row.state, { key, address, keyring }) ?? stop("unreadable", doc);
    return { state, key: { id: row.key_id, kekVersion: key.kek_version, wrapped: key.wrapped } };
  });
}
