// Runs the storage's acceptance suite on SQLite, and what only files can show: transactions, locks, settings, columns.
import { writeFileSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { creation, person, stateOf } from "./storage.contract.documents.ts";
import { runStorageContract } from "./storage.contract.ts";
import { openSqlite } from "./sqlite.ts";
import type { StorageUnderTest } from "./storage.contract.setup.ts";
import { createWorkshop, transactionsIn } from "./storage.sqlite.testing.ts";
import type { Workshop } from "./storage.sqlite.testing.ts";
import type { KeyTables, OrganisationTables } from "./storage.tables.ts";
import { docClasses } from "../shared/document.ts";

const AT = "2026-01-15T09:00:00.000Z";
let count = 0;

runStorageContract("sqlite", async (): Promise<StorageUnderTest> => {
  count += 1;
  const workshop = createWorkshop(`sqlite ${count}`);
  const storage = await workshop.create();
  const reopen = async () => {
    await storage.close();
    return workshop.open();
  };
  const loseKey: StorageUnderTest["loseKey"] = async (doc) => {
    workshop.inFile(workshop.files.keys, (db) => db.prepare("DELETE FROM keys WHERE doc = ?").run(doc));
    return reopen();
  };
  return { storage, reopen, loseKey, alarms: workshop.alarms, dispose: async () => workshop.dispose() };
});

describe("storage on SQLite", () => {
  let workshop: Workshop;
  beforeEach(() => {
    workshop = createWorkshop("files");
  });
  afterEach(() => workshop.dispose());

  it("[ST4] commits ten documents in one transaction, and their keys in one", async () => {
    const storage = await workshop.create();
    const wals = [`${workshop.files.data}-wal`, `${workshop.files.keys}-wal`];
    const before = wals.map(transactionsIn);
    await storage.commit(Array.from({ length: 10 }, (_, number) => creation(person(number), "x".repeat(5000))));
    expect(wals.map(transactionsIn)).toEqual(before.map((transactions) => transactions + 1));
  });

  it("[ST6] stores nothing when a commit cannot be written, and the same commit succeeds afterwards", async () => {
    const storage = await workshop.create({ lockWaitMs: 0 });
    await storage.commit([creation(person(1))]);
    const changes = [creation(person(2)), { doc: person(1), state: stateOf("second"), expectedVersion: 1 }];
    const lock = openSqlite(workshop.files.data, { create: false });
    lock.exec("BEGIN IMMEDIATE");
    await expect(storage.commit(changes)).rejects.toThrow("locked");
    lock.close();
    expect(await storage.head()).toBe(1);
    expect(await storage.read(person(2))).toEqual({ kind: "absent" });
    expect((await storage.commit(changes)).map(({ kind }) => kind)).toEqual(["committed", "committed"]);
    expect(await storage.head()).toBe(3);
  });

  it("[ST13] lets an erasure win that falls between the preparation and the transaction of a commit", async () => {
    const other = await workshop.create();
    const erased = [person(1), person(2), person(3, "client")];
    await other.commit([creation(person(2))]);
    const erasures: Promise<unknown>[] = [];
    const storage = await workshop.open({
      step: (step) => {
        if (step !== "keys_written") return;
        erasures.push(
          other.erase([person(1), person(2)], "R1", AT),
          other.eraseSubject("00000000-0000-4000-8000-000000000003", "R1", AT),
        );
      },
    });
    const results = await storage.commit([
      creation(person(1)),
      { doc: person(2), state: stateOf("late"), expectedVersion: 1 },
      creation(person(3, "client")),
      creation(person(4)),
    ]);
    await Promise.all(erasures);
    expect(results.map(({ kind }) => kind)).toEqual(["erased", "erased", "erased", "committed"]);
    for (const doc of erased) expect(await storage.read(doc)).toMatchObject({ kind: "erased" });
    const page = await storage.page({ classes: docClasses, limit: 100, maxBytes: 1000 });
    expect(new Set(page.entries.map(({ seq }) => seq)).size).toBe(page.entries.length);
  });

  it("[ST2] compares the version inside the write, not only before it", async () => {
    const other = await workshop.create();
    await other.commit([creation(person(1)), creation(person(2))]);
    const newer = { doc: person(1), state: stateOf("newer"), expectedVersion: 1 };
    const writes: Promise<unknown>[] = [];
    const storage = await workshop.open({
      step: (step) => step === "keys_written" && writes.push(other.commit([newer, creation(person(3), "newer")])),
    });
    const results = await storage.commit([
      { ...newer, state: stateOf("older") },
      creation(person(3)),
      creation(person(4)),
    ]);
    await Promise.all(writes);
    expect(results.map(({ kind }) => kind)).toEqual(["conflict", "conflict", "committed"]);
    for (const number of [1, 3]) expect(await storage.read(person(number))).toMatchObject({ state: stateOf("newer") });
  });

  it("[ST2] lets one of two connections win when both write the same version", async () => {
    const first = await workshop.create();
    const second = await workshop.open();
    const attempt = (text: string) => [{ doc: person(1), state: stateOf(text), expectedVersion: 0 }];
    const results = await Promise.all([first.commit(attempt("one")), second.commit(attempt("two"))]);
    expect(
      results
        .flat()
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(["committed", "conflict"]);
    expect(await second.read(person(1))).toEqual(await first.read(person(1)));
  });

  it("[ST31] opens neither documents without their keys nor keys without their documents", async () => {
    const storage = await workshop.create();
    await storage.commit([creation(person(1))]);
    await storage.close();
    const withoutKeys = workshop.copy();
    rmSync(withoutKeys.files.keys);
    await expect(withoutKeys.create()).rejects.toMatchObject({ type: "keys_missing" });
    const withoutData = workshop.copy();
    rmSync(withoutData.files.data);
    await expect(withoutData.create()).rejects.toMatchObject({ type: "data_missing" });
    const emptied = workshop.copy();
    writeFileSync(emptied.files.data, "");
    await expect(emptied.open()).rejects.toMatchObject({ type: "data_missing" });
    for (const copy of [withoutKeys, withoutData, emptied]) copy.dispose();
  });

  it("[ST31] completes a creation that stopped after its key file", async () => {
    const storage = await workshop.create();
    await storage.close();
    rmSync(workshop.files.data);
    await expect(workshop.open()).rejects.toThrow("no storage here");
    const again = await workshop.create();
    expect((await again.commit([creation(person(1))]))[0]?.kind).toBe("committed");
  });

  it("[ST42] has exactly the tables and columns that are listed", async () => {
    await workshop.create();
    expect(columnsIn(workshop, workshop.files.data)).toEqual(sortedColumns(organisationColumns));
    expect(columnsIn(workshop, workshop.files.keys)).toEqual(sortedColumns(keyColumns));
  });
});

type Columns<Tables> = { readonly [Table in keyof Tables]: Record<keyof Tables[Table], true> };

const organisationColumns: Columns<OrganisationTables> = {
  documents: { doc: true, class: true, subject: true, version: true, seq: true, key_id: true, state: true },
  tombstones: { doc: true, class: true, seq: true, rule: true, at: true, status: true },
  subject_tombstones: { subject: true, rule: true, at: true, seq: true },
  counters: { id: true, seq: true, history: true, restored_at: true },
  erasure_confirmations: { doc: true, member: true, device: true, at: true },
  writers: { doc: true, client: true, member: true },
  commands: { id: true, member: true, name: true, result: true, at: true },
  preferences: { member: true, key: true, value: true },
};

const keyColumns: Columns<KeyTables> = {
  keys: { key_id: true, doc: true, kek_version: true, created_at: true, wrapped: true },
  kek_checks: { kek_version: true, sealed: true },
};

const sortedColumns = (tables: Record<string, Record<string, true>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(tables).map(([table, columns]) => [table, Object.keys(columns).toSorted()]));

function columnsIn(workshop: Workshop, path: string): Record<string, string[]> {
  const text = `SELECT m.name AS "table", group_concat(c.name) AS columns FROM sqlite_schema m, pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'kysely_%' GROUP BY m.name`;
  const rows = workshop.inFile(path, (db) => db.prepare<[], { table: string; columns: string }>(text).all());
  return Object.fromEntries(rows.map(({ table, columns }) => [table, columns.split(",").toSorted()]));
}
