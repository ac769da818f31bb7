// Tests that the inventory of policy/ and what the server really stores are the same: by the compiler for the types, by the
// files for the columns. Whoever adds a column, a field of a log line or a part of a mail classifies it, or this turns red.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { backupLists } from "../policy/inventory.backup.ts";
import { logLine } from "../policy/inventory.logs.ts";
import type { mail } from "../policy/inventory.logs.ts";
import { mainTables } from "../policy/inventory.main.ts";
import { keyTables, migrationTables, organisationTables } from "../policy/inventory.studio.ts";
import type { Manifest } from "./backup/manifest.ts";
import type { Register } from "./backup/register.ts";
import { createLog } from "./log.ts";
import type { LogLine } from "./log.ts";
import type { Message } from "./mail.ts";
import { migrate, openSqlite } from "./sqlite.ts";
import { dataMigrations, keyMigrations } from "./storage.sqlite.schema.ts";
import type { KeyTables, OrganisationTables } from "./storage.tables.ts";
import { openMainDatabase } from "./tables.migrations.ts";
import type { MainTables } from "./tables.ts";

/** True when both name the same things, otherwise a type that nothing fits. */
type Same<A, B> = [A] extends [B]
  ? [B] extends [A]
    ? true
    : { missing: Exclude<B, A>; tooMuch: Exclude<A, B> }
  : never;

/** The fields of every entry as `table.field`. */
type Classified<T extends Record<string, { fields: object }>> = {
  [K in keyof T & string]: `${K}.${keyof T[K]["fields"] & string}`;
}[keyof T & string];

type Columns<T> = { [K in keyof T & string]: `${K}.${keyof T[K] & string}` }[keyof T & string];

type BackupLists = {
  [K in "documents" | "subjects" | "roles"]: Register[K][number];
} & { manifest: Manifest };

describe("types", () => {
  test("[IN3] every column, field of a log line and part of a mail is classified, by the compiler", () => {
    const main: Same<Classified<typeof mainTables>, Columns<MainTables>> = true;
    const data: Same<Classified<typeof organisationTables>, Columns<OrganisationTables>> = true;
    const keys: Same<Classified<typeof keyTables>, Columns<KeyTables>> = true;
    const line: Same<keyof (typeof logLine)["fields"], keyof LogLine | "level" | "time"> = true;
    const letter: Same<keyof (typeof mail)["fields"], keyof Message> = true;
    const backup: Same<Classified<typeof backupLists>, Columns<BackupLists>> = true;
    expect([main, data, keys, line, letter, backup]).toEqual([true, true, true, true, true, true]);
  });

  test("[IN3] an added column, a dropped one and an added table are compile errors", () => {
    type Added = MainTables & { users: { salary: string } };
    type Table = MainTables & { secrets: { id: string } };
    // @ts-expect-error users.salary is not classified
    const column: Same<Classified<typeof mainTables>, Columns<Added>> = true;
    // @ts-expect-error secrets.id is not classified
    const table: Same<Classified<typeof mainTables>, Columns<Table>> = true;
    // @ts-expect-error the classes of users stand for columns that do not exist
    const dropped: Same<Classified<typeof mainTables>, Columns<Omit<MainTables, "users">>> = true;
    expect([column, table, dropped]).toHaveLength(3);
  });
});

type Entries = Readonly<Record<string, { readonly fields: object }>>;

/** Tables and their columns, as the inventory has them. */
const classified = (tables: Entries): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries({ ...tables, ...migrationTables }).map(([name, { fields }]) => [
      name,
      Object.keys(fields).toSorted(),
    ]),
  );

/** Tables and their columns, as a file has them. */
function columnsOf(path: string): Record<string, string[]> {
  const db = openSqlite(path, { create: false });
  // Hint: the rows of these statements have the columns that they name.
  const names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  const tables = (names as { name: string }[]).map(({ name }): [string, string[]] => {
    const columns = db.prepare("SELECT name FROM pragma_table_info(?)").all(name) as { name: string }[];
    return [name, columns.map((column) => column.name).toSorted()];
  });
  db.close();
  return Object.fromEntries(tables);
}

describe("files", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lumiso-inventory-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("[IN3][R01] main.db has exactly the classified tables and columns", async () => {
    const path = join(folder, "main.db");
    await (await openMainDatabase(path)).close();
    expect(columnsOf(path)).toEqual(classified(mainTables));
  });

  test.each([
    ["data", dataMigrations, organisationTables],
    ["key", keyMigrations, keyTables],
  ] as const)(
    "[IN3][R01] an organisation's %s file has exactly the classified tables and columns",
    async (name, steps, tables) => {
      const path = join(folder, `${name}.db`);
      const db = openSqlite(path, { create: true });
      await migrate(db, steps);
      db.close();
      expect(columnsOf(path)).toEqual(classified(tables));
    },
  );

  test("[IN3][R01] a column that nobody classified is found", async () => {
    const path = join(folder, "main.db");
    await (await openMainDatabase(path)).close();
    const db = openSqlite(path, { create: false });
    db.exec("ALTER TABLE users ADD COLUMN salary TEXT");
    db.close();
    expect(columnsOf(path)).not.toEqual(classified(mainTables));
  });
});

describe("lines and mails", () => {
  test("[IN3] a log line has no field outside the inventory, whatever is handed to it", () => {
    const lines: string[] = [];
    const log = createLog("info", { destination: { write: (line) => void lines.push(line) } });
    const request = {
      event: "answer_failed",
      method: "GET",
      route: "/",
      status: 200,
      ms: 1,
      error: "E",
      at: "x",
    } as const;
    const everything = { ...request, kind: "k", code: "C", count: 1, org: "org00000000", doc: "studio" };
    const tooMuch = { ...everything, email: "a@b.example", name: "Ayşe" };
    log.info(tooMuch);
    log.failure("request_failed", new Error("Ayşe"));
    const fields = lines.flatMap((line) => Object.keys(JSON.parse(line)));
    expect(new Set(fields)).toEqual(new Set(Object.keys(logLine.fields)));
    expect(lines.join()).not.toMatch(/Ayşe|a@b/);
  });
});
