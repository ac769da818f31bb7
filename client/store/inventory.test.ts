// Tests that the inventory of policy/ and what a device really keeps are the same: by the compiler for the rows, by an open
// database for the tables. Whoever adds a column classifies it, or this turns red.
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { expect, test } from "vitest";
import { deviceStudioTables, deviceTables } from "../../policy/inventory.device.ts";
import type { PersonRow } from "../../shared/projection.ts";
import { openDeviceDb, openStudioDb } from "./db.ts";
import type { DocRow, MemberRow, MetaRow, OpenedRow, OutboxRow, QuarantineRow, RefusedRow, UpdateRow } from "./db.ts";

type Same<A, B> = [A] extends [B]
  ? [B] extends [A]
    ? true
    : { missing: Exclude<B, A>; tooMuch: Exclude<A, B> }
  : never;

type Rows = {
  docs: DocRow;
  updates: UpdateRow;
  people: PersonRow;
  members: MemberRow;
  meta: MetaRow;
  outbox: OutboxRow;
  opened: OpenedRow;
  refused: RefusedRow;
  quarantine: QuarantineRow;
};

type Columns<T> = { [K in keyof T & string]: `${K}.${keyof T[K] & string}` }[keyof T & string];

type Classified<T extends Record<string, { fields: object }>> = Columns<{ [K in keyof T]: T[K]["fields"] }>;

test("[IN3] every column of a device's tables is classified, by the compiler", () => {
  const studio: Same<Classified<typeof deviceStudioTables>, Columns<Rows>> = true;
  const device: Same<Classified<typeof deviceTables>, Columns<{ meta: MetaRow }>> = true;
  // @ts-expect-error docs.salary is not classified
  const added: Same<Classified<typeof deviceStudioTables>, Columns<Rows & { docs: { salary: string } }>> = true;
  expect([studio, device, added]).toHaveLength(3);
});

test("[IN3][R01] the databases of a device have exactly the classified tables, and every index a classified column", async () => {
  const engine = { indexedDB: new IDBFactory(), IDBKeyRange };
  const studio = openStudioDb({ user: "member-ayse", org: "studio-isik" }, engine);
  const device = openDeviceDb(engine);
  await Promise.all([studio.open(), device.open()]);
  const namesOf = (db: typeof device | typeof studio): string[] => db.tables.map(({ name }) => name).toSorted();
  expect(namesOf(studio)).toEqual(Object.keys(deviceStudioTables).toSorted());
  expect(namesOf(device)).toEqual(Object.keys(deviceTables));
  const columns: Record<string, object> = Object.fromEntries(
    Object.entries(deviceStudioTables).map(([name, { fields }]) => [name, fields]),
  );
  const indexed = studio.tables.flatMap(({ name, schema }) =>
    [schema.primKey, ...schema.indexes].flatMap(({ keyPath }) =>
      [keyPath].flat().map((path) => [name, path ?? ""] as const),
    ),
  );
  expect(indexed.filter(([table, path]) => !Object.hasOwn(columns[table] ?? {}, path))).toEqual([]);
  studio.close();
  device.close();
});
