import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { openMainDatabase } from "./tables.migrations.ts";
import type { MainTables } from "./tables.ts";

// The compiler keeps this list equal to tables.ts; the test keeps it equal to the file.
const columns: { [T in keyof MainTables]: Record<keyof MainTables[T], true> } = {
  users: {
    id: true,
    email: true,
    name: true,
    phone: true,
    locale: true,
    password_hash: true,
    verified_at: true,
    created_at: true,
  },
  organisations: { id: true, name: true, created_at: true },
  memberships: {
    org_id: true,
    user_id: true,
    role: true,
    colour: true,
    access: true,
    joined_at: true,
    ended_at: true,
  },
  role_changes: { id: true, org_id: true, user_id: true, role: true, by_user_id: true, at: true },
  sessions: { token_hash: true, id: true, user_id: true, created_at: true, expires_at: true },
  ended_sessions: { token_hash: true, user_id: true, why: true, expires_at: true },
  account_tokens: { token_hash: true, kind: true, user_id: true, created_at: true, expires_at: true },
  invitations: {
    id: true,
    token_hash: true,
    org_id: true,
    email: true,
    role: true,
    invited_by: true,
    created_at: true,
    expires_at: true,
  },
  sign_ins: { id: true, user_id: true, session_id: true, at: true, event: true, ip: true, agent: true },
};

let folder = "";
afterEach(() => rm(folder, { recursive: true }));

describe("main.db", () => {
  it("[R01] has exactly the tables and columns that are declared, also when opened again", async () => {
    folder = await mkdtemp(join(tmpdir(), "lumiso-main-"));
    const path = join(folder, "main.db");
    await (await openMainDatabase(path)).close();
    const { db, close } = await openMainDatabase(path);
    const tables = await db.introspection.getTables();
    const found = tables.map((table) => [table.name, table.columns.map((column) => column.name).toSorted()]);
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(Object.entries(columns).map(([name, fields]) => [name, Object.keys(fields).toSorted()])),
    );
    const { rows } = await sql`PRAGMA foreign_key_check`.execute(db);
    expect(rows).toEqual([]);
    await close();
  });

  it("[AU2] holds at most one verified user of an address", async () => {
    folder = await mkdtemp(join(tmpdir(), "lumiso-main-"));
    const { db, close } = await openMainDatabase(join(folder, "main.db"));
    const user = {
      email: "a@example.test",
      name: "A",
      phone: null,
      locale: "tr",
      password_hash: "",
      created_at: "",
    } as const;
    const add = (id: string, verified_at: string | null): Promise<unknown> =>
      db
        .insertInto("users")
        .values({ ...user, id, verified_at })
        .execute();
    await add("one", null);
    await add("two", "2026-01-01T00:00:00.000Z");
    await add("three", null);
    await expect(add("four", "2026-01-01T00:00:00.000Z")).rejects.toThrow("UNIQUE");
    await close();
  });
});
