// Owns which files of a server there are to back up, and how a consistent copy of each is taken while a server writes.
// Never changes a row, and never waits for a writer: each copy is one read transaction.
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import Database from "better-sqlite3";
import { isOrganisationId, organisationFiles } from "../organisations.files.ts";
import type { Folders } from "../organisations.files.ts";
import { openSqlite } from "../sqlite.ts";
import type { Sqlite } from "../sqlite.ts";
import { flush, printOf } from "./places.ts";
import type { Print } from "./places.ts";

/** The file of accounts. */
export const mainFile = ({ dataDir }: Pick<Folders, "dataDir">): string => join(dataDir, "main.db");

/** The studios that have a data file, in the order of their ids. */
export function studiosIn({ dataDir }: Pick<Folders, "dataDir">): string[] {
  const folder = join(dataDir, "orgs");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".db"));
  return names
    .map((name) => basename(name, ".db"))
    .filter(isOrganisationId)
    .toSorted();
}

/** Reads an existing file with a connection of its own. */
export function readFile<T>(path: string, read: (db: Sqlite) => T): T {
  const db = openSqlite(path, { create: false });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** Looks into a file of a backup, which nobody may change. */
export function lookInto<T>(path: string, read: (db: Sqlite) => T): T {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

type Copied = { readonly print: Print; readonly rows: number };

/**
 * Copies one file as it is at one moment. VACUUM INTO reads in one transaction, so a writer is never waited for nor makes it begin
 * again (SQLite's backup interface would), and it writes rows only: no free page, no remains of what was erased. Rule: BK1.
 */
async function copyFile(source: string, target: { folder: string; name: string; table: string }): Promise<Copied> {
  const path = join(target.folder, target.name);
  readFile(source, (db) => void db.prepare<[string]>("VACUUM INTO ?").run(path));
  flush(path);
  return {
    print: await printOf(target.folder, target.name),
    rows: lookInto(path, (db) => countRows(db, target.table)),
  };
}

const countRows = (db: Sqlite, table: string): number =>
  Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());

/** The name of a studio's data in a set, and of its keys in a slot. */
export const dataName = (org: string): string => `${org}.db`;
export const keysName = (org: string): string => `${org}.keys.db`;

/** Copies a studio's documents into a set. */
export const copyData = (folders: Folders, org: string, folder: string): Promise<Copied> =>
  copyFile(organisationFiles(folders, org).data, { folder, name: dataName(org), table: "documents" });

/** Copies a studio's wrapped keys into a slot. */
export const copyKeys = (folders: Folders, org: string, folder: string): Promise<Copied> =>
  copyFile(organisationFiles(folders, org).keys, { folder, name: keysName(org), table: "keys" });

const JOURNAL_OF_ROLLBACK = 1;

/** The accounts as they are at one moment: a whole database as bytes, which never lie on a disk unsealed. Rule: BK4. */
export function copyMain(folders: Folders): Buffer {
  const bytes = readFile(mainFile(folders), (db) => db.serialize());
  // Hint: a database in memory has no WAL, and its header says so in these two bytes. Source: SQLite file format §1.3.
  bytes[18] = JOURNAL_OF_ROLLBACK;
  bytes[19] = JOURNAL_OF_ROLLBACK;
  return bytes;
}

/** Looks into the accounts of a backup. */
export function lookIntoMain<T>(bytes: Uint8Array, read: (db: Sqlite) => T): T {
  const db = new Database(Buffer.from(bytes), { readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** The studios that accounts know of. */
export const studiosOfMain = (db: Sqlite): string[] =>
  db.prepare<[], string>("SELECT id FROM organisations ORDER BY id").pluck().all();
