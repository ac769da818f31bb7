// Shows the settings of every connection, migrations, and emptying a WAL.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Kysely, Migration } from "kysely";
import { kyselyOf, migrate, openSqlite, truncateWal } from "./sqlite.ts";

describe("SQLite files", () => {
  let root: string;
  let path: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "lumiso-sqlite-"));
    path = join(root, "folder", "file.db");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const table = (name: string): Migration => ({
    up: async (db: Kysely<unknown>) => {
      await db.schema.createTable(name).addColumn("id", "integer").execute();
    },
  });

  it("[ST40] has its settings on every connection", () => {
    for (const create of [true, false]) {
      const db = openSqlite(path, { create, busyTimeoutMs: 1234 });
      const read = (name: string): unknown => db.pragma(name, { simple: true });
      expect(
        ["journal_mode", "synchronous", "secure_delete", "temp_store", "foreign_keys", "busy_timeout"].map(read),
      ).toEqual(["wal", 2, 1, 2, 1, 1234]);
      db.close();
    }
  });

  it("[ST40] makes a file and its folder only when asked to", () => {
    expect(() => openSqlite(path, { create: false })).toThrow("directory does not exist");
    openSqlite(path, { create: true }).close();
    expect(() => openSqlite(`${path}2`, { create: false })).toThrow("unable to open");
  });

  it("[ST41] runs each migration once, in order", async () => {
    const db = openSqlite(path, { create: true });
    await migrate(db, { "001_one": table("one") });
    await migrate(db, { "001_one": table("one"), "002_two": table("two") });
    await migrate(db, { "001_one": table("one"), "002_two": table("two") });
    const applied = await kyselyOf<{ kysely_migration: { name: string } }>(db)
      .selectFrom("kysely_migration")
      .select("name")
      .execute();
    expect(applied).toEqual([{ name: "001_one" }, { name: "002_two" }]);
    await expect(migrate(db, { "001_one": table("one") })).rejects.toThrow("002_two is missing");
    db.close();
  });

  it("[ST41] leaves nothing of a migration that failed, and runs it again", async () => {
    const db = openSqlite(path, { create: true });
    const broken: Migration = {
      up: async (kysely: Kysely<unknown>) => {
        await kysely.schema.createTable("half").addColumn("id", "integer").execute();
        throw new Error("broken");
      },
    };
    await expect(migrate(db, { "001_one": table("one"), "002_half": broken })).rejects.toThrow("broken");
    expect(db.prepare("SELECT name FROM sqlite_schema").all()).toEqual([]);
    await migrate(db, { "001_one": table("one"), "002_half": table("half") });
    expect(db.prepare("SELECT count(*) FROM half").pluck().get()).toBe(0);
    db.close();
  });

  it("[ST16] empties a WAL, and says so when a reader is in the way", () => {
    const db = openSqlite(path, { create: true });
    const reader = openSqlite(path, { create: false });
    db.exec("CREATE TABLE one (id); INSERT INTO one VALUES (1)");
    reader.exec("BEGIN");
    reader.prepare("SELECT * FROM one").all();
    db.exec("INSERT INTO one VALUES (2)");
    expect(truncateWal(db)).toBe(false);
    reader.exec("COMMIT");
    expect(truncateWal(db)).toBe(true);
    expect(statSync(`${path}-wal`).size).toBe(0);
    expect(db.pragma("busy_timeout", { simple: true })).toBe(2000);
    reader.close();
    db.close();
  });
});
