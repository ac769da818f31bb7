// Owns how a SQLite file is opened, migrated and emptied of old bytes: the same for main.db and every organisation's files.
// Never knows a table: migrations and statements belong to whoever owns the file.
import { closeSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { Kysely, Migrator, SqliteDialect } from "kysely";
import type { Migration } from "kysely";

/** An open SQLite file. */
export type Sqlite = Database.Database;

/** How to open a file: `create` makes it and its folder when missing, `cacheKiB` bounds the memory of its page cache. */
export type SqliteOptions = { readonly create: boolean; readonly cacheKiB?: number; readonly busyTimeoutMs?: number };

/** How long a statement waits for another process's lock; our own never wait for each other. Units: milliseconds. */
const BUSY_TIMEOUT_MS = 2000;
const CACHE_KIB = 4096;

/**
 * Opens a SQLite file with the settings every connection must have: WAL, a flush at each commit, deleted bytes overwritten,
 * temporary data in memory only. Rule: ST40. Throws: when the file is missing and `create` is false.
 */
export function openSqlite(path: string, { create, cacheKiB, busyTimeoutMs }: SqliteOptions): Sqlite {
  if (create) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = new Database(path, { fileMustExist: !create, timeout: busyTimeoutMs ?? BUSY_TIMEOUT_MS });
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.pragma("secure_delete = ON");
  db.pragma("temp_store = MEMORY");
  db.pragma("foreign_keys = ON");
  db.pragma("trusted_schema = OFF");
  db.pragma(`cache_size = -${cacheKiB ?? CACHE_KIB}`);
  if (create) syncDirectory(dirname(path));
  return db;
}

/** Flushes a folder, so that a file just made in it is still there after a power cut. */
export function syncDirectory(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** The query builder over an open file; the file stays its owner's to close. */
export const kyselyOf = <Tables>(db: Sqlite): Kysely<Tables> =>
  new Kysely<Tables>({ dialect: new SqliteDialect({ database: db }) });

/**
 * Brings a file to the newest of the migrations, which are named in order (`001_…`). All of them run in one transaction:
 * Kysely opens none for SQLite, and a table made without its record would stop the next start. Rule: ST41.
 * Throws: what a migration threw, and when the file was made by a newer server.
 */
export async function migrate(db: Sqlite, migrations: Record<string, Migration>): Promise<void> {
  const migrator = new Migrator({ db: kyselyOf(db), provider: { getMigrations: () => Promise.resolve(migrations) } });
  db.exec("BEGIN IMMEDIATE");
  try {
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    db.exec("COMMIT");
  } catch (error) {
    if (db.inTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Moves the WAL into the file and empties it, so that overwritten and deleted bytes are in neither.
 * Answers false while another connection reads or writes: SQLite reports that without an error, so the answer must be looked at.
 * Rule: ST16. Source: sync.md §2.3.
 */
export function truncateWal(db: Sqlite): boolean {
  // Hint: with the usual timeout this would stop the whole process while another connection reads.
  const timeout = db.pragma("busy_timeout", { simple: true });
  db.pragma("busy_timeout = 0");
  try {
    return db.pragma("wal_checkpoint(TRUNCATE)", { simple: true }) === 0;
  } finally {
    db.pragma(`busy_timeout = ${Number(timeout)}`);
  }
}

/** A prepared statement: what it is given, and the row it answers with. */
export type Statement<Params extends unknown[], Row = unknown> = Database.Statement<Params, Row>;
