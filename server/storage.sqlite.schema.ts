// Owns the tables of an organisation's two files as migrations, in the order they were added.
// Never changes a migration that was released: a new one is added below it. The list of columns is storage.tables.ts.
import { sql } from "kysely";
import type { Kysely, Migration } from "kysely";

// Hint: a migration works on the tables as they were then, so none of these knows today's table types.
type AnyTables = Kysely<unknown>;

/** Migrations of the data file. Rule: ST41. */
export const dataMigrations: Record<string, Migration> = {
  "001_documents": { up: createDocuments },
  "002_tombstones": { up: createTombstones },
  "003_server_records": { up: createServerRecords },
  "004_restores": { up: addRestores },
  "005_writers": { up: addWriters },
};

/** Migrations of the key file. Rule: ST41. */
export const keyMigrations: Record<string, Migration> = { "001_keys": { up: createKeys } };

async function createDocuments(db: AnyTables): Promise<void> {
  await db.schema
    .createTable("documents")
    .addColumn("doc", "text", (column) => column.primaryKey().notNull())
    .addColumn("class", "text", (column) => column.notNull())
    .addColumn("subject", "text")
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("seq", "integer", (column) => column.notNull())
    .addColumn("key_id", "text", (column) => column.notNull())
    // Last, because SQLite walks through a large value to reach a column behind it.
    .addColumn("state", "blob", (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  // With the class, so that a page finds its rows without opening the others.
  await db.schema.createIndex("documents_seq").on("documents").columns(["seq", "class"]).unique().execute();
  await db.schema.createIndex("documents_key").on("documents").column("key_id").unique().execute();
  await db.schema.createIndex("documents_subject").on("documents").column("subject").execute();
  await db.schema
    .createTable("counters")
    .addColumn("id", "integer", (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn("seq", "integer", (column) => column.notNull())
    .addColumn("history", "text", (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
}

async function createTombstones(db: AnyTables): Promise<void> {
  await db.schema
    .createTable("tombstones")
    .addColumn("doc", "text", (column) => column.primaryKey().notNull())
    .addColumn("class", "text", (column) => column.notNull())
    .addColumn("seq", "integer", (column) => column.notNull())
    .addColumn("rule", "text", (column) => column.notNull())
    .addColumn("at", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull().check(sql`status in ('pending', 'done')`))
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema.createIndex("tombstones_seq").on("tombstones").columns(["seq", "class"]).unique().execute();
  // Tombstones are kept for good and nearly all of them are done.
  await sql`create index tombstones_pending on tombstones (doc) where status = 'pending'`.execute(db);
  await db.schema
    .createTable("subject_tombstones")
    .addColumn("subject", "text", (column) => column.primaryKey().notNull())
    .addColumn("rule", "text", (column) => column.notNull())
    .addColumn("at", "text", (column) => column.notNull())
    .addColumn("seq", "integer", (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
}

async function createServerRecords(db: AnyTables): Promise<void> {
  await db.schema
    .createTable("commands")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("member", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("result", "text", (column) => column.notNull())
    .addColumn("at", "text", (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createTable("preferences")
    .addColumn("member", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("preferences_pk", ["member", "key"])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
}

async function addRestores(db: AnyTables): Promise<void> {
  await db.schema.alterTable("counters").addColumn("restored_at", "text").execute();
  await db.schema
    .createTable("erasure_confirmations")
    .addColumn("doc", "text", (column) => column.notNull())
    .addColumn("member", "text", (column) => column.notNull())
    .addColumn("device", "text", (column) => column.notNull())
    .addColumn("at", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("erasure_confirmations_pk", ["doc", "member", "device"])
    .modifyEnd(sql`strict`)
    .execute();
}

async function addWriters(db: AnyTables): Promise<void> {
  await db.schema
    .createTable("writers")
    .addColumn("doc", "text", (column) => column.notNull())
    .addColumn("client", "integer", (column) => column.notNull())
    .addColumn("member", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("writers_pk", ["doc", "client"])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
}

async function createKeys(db: AnyTables): Promise<void> {
  await db.schema
    .createTable("keys")
    .addColumn("key_id", "text", (column) => column.primaryKey().notNull())
    .addColumn("doc", "text", (column) => column.notNull())
    .addColumn("kek_version", "integer", (column) => column.notNull())
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("wrapped", "blob", (column) => column.notNull())
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await db.schema.createIndex("keys_doc").on("keys").column("doc").execute();
  await db.schema
    .createTable("kek_checks")
    .addColumn("kek_version", "integer", (column) => column.primaryKey())
    .addColumn("sealed", "blob", (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
}
