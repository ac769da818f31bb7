// Shows which organisations are open, that closing one for room is not noticed, and removal.
import { existsSync, readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { organisationFiles } from "./organisations.files.ts";
import { createOrganisations } from "./organisations.ts";
import type { Organisations } from "./organisations.ts";
import { creation, person, stateOf } from "./storage.contract.documents.ts";
import { createWorkshop } from "./storage.sqlite.testing.ts";
import type { Workshop } from "./storage.sqlite.testing.ts";

const AT = "2026-01-15T09:00:00.000Z";
const ids = ["org-aaaa", "org-bbbb", "org-cccc", "org-dddd"] as const;

describe("organisations", () => {
  let workshop: Workshop;
  let organisations: Organisations;
  const start = (maxOpen = 10): Organisations =>
    createOrganisations({ ...workshop.options, ...workshop.folders, maxOpen });
  beforeEach(() => {
    workshop = createWorkshop("organisations");
    organisations = start();
  });
  afterEach(async () => {
    await organisations.close();
    workshop.dispose();
  });

  const openFiles = (): string[] =>
    readdirSync(`${workshop.folders.dataDir}/orgs`)
      .filter((name) => name.endsWith("-wal"))
      .map((name) => name.slice(0, 8));

  it("[ST27] knows only what was created", async () => {
    expect(await organisations.open(ids[0])).toBeNull();
    const made = await organisations.create(ids[0]);
    await made.commit([creation(person(1))]);
    expect((await organisations.open(ids[0]))?.history).toBe(made.history);
    expect(await organisations.open(ids[1])).toBeNull();
    const again = await organisations.create(ids[0]);
    expect(await again.read(person(1))).toMatchObject({ kind: "state" });
  });

  it.each(["", "short", "../../../etc/passwd", "a".repeat(65), "org aaaa", "org/aaaa", "org-aaaa\0", "örg-aaaa"])(
    "[ST27] answers null for %j and makes nothing",
    async (id) => {
      expect(await organisations.open(id)).toBeNull();
      await expect(organisations.create(id)).rejects.toThrow("not an organisation id");
      expect(existsSync(workshop.folders.dataDir)).toBe(false);
    },
  );

  it("[ST27] opens once for all who ask at the same time", async () => {
    await organisations.create(ids[0]);
    await organisations.close();
    organisations = start();
    const opened = await Promise.all(Array.from({ length: 5 }, () => organisations.open(ids[0])));
    expect(new Set(opened.map((storage) => storage?.history)).size).toBe(1);
    const created = await Promise.all(Array.from({ length: 3 }, () => organisations.create(ids[1])));
    expect(new Set(created.map((storage) => storage.history)).size).toBe(1);
  });

  it("[ST28] keeps few files open, and every storage goes on working", async () => {
    organisations = start(2);
    const storages = await Promise.all(ids.map((id) => organisations.create(id)));
    for (let round = 0; round < 3; round += 1) {
      for (const [index, storage] of storages.entries()) {
        const results = await storage.commit([
          { doc: person(index), state: stateOf(`round ${round}`), expectedVersion: round },
        ]);
        expect(results[0]?.kind).toBe("committed");
        expect(openFiles().length).toBeLessThanOrEqual(2);
      }
    }
    expect(openFiles().toSorted()).toEqual([ids[2], ids[3]]);
    const heads = await Promise.all(storages.map((storage) => storage.head()));
    expect(heads).toEqual([3, 3, 3, 3]);
    const { history } = storages[0] ?? {};
    expect((await organisations.open(ids[0]))?.history).toBe(history);
  });

  it("[ST28] opens again after its files were let go", async () => {
    const storage = await organisations.create(ids[0]);
    await storage.commit([creation(person(1))]);
    await storage.close();
    expect(openFiles()).toEqual([]);
    expect(await storage.read(person(1))).toMatchObject({ kind: "state" });
  });

  it("[ST29] removes an organisation with every file of it", async () => {
    const storage = await organisations.create(ids[0]);
    await organisations.create(ids[1]);
    await storage.commit([creation(person(1))]);
    const pending = storage.erase([person(1)], "R1", AT);
    await organisations.remove(ids[0]);
    await pending;
    expect(await organisations.open(ids[0])).toBeNull();
    await expect(storage.read(person(1))).rejects.toMatchObject({ type: "closed" });
    const left = [workshop.folders.keysDir, `${workshop.folders.dataDir}/orgs`].flatMap((folder) =>
      readdirSync(folder),
    );
    expect(left.filter((name) => name.includes(ids[0]))).toEqual([]);
    expect(left).toContain(`${ids[1]}.db`);
    await organisations.remove(ids[0]);
  });

  it("[ST29] finishes a removal that stopped after the keys", async () => {
    const storage = await organisations.create(ids[0]);
    await storage.commit([creation(person(1))]);
    await storage.close();
    const { keys, data } = organisationFiles(workshop.folders, ids[0]);
    workshop.inFile(keys, (db) => db.exec("DELETE FROM keys"));
    expect(await (await organisations.open(ids[0]))?.read(person(1))).toEqual({ kind: "key_missing" });
    await organisations.remove(ids[0]);
    expect([existsSync(keys), existsSync(data)]).toEqual([false, false]);
  });

  it("[ST26] rejects calls after closing", async () => {
    const storage = await organisations.create(ids[0]);
    await organisations.close();
    expect(openFiles()).toEqual([]);
    await expect(storage.head()).rejects.toMatchObject({ type: "closed" });
    await expect(organisations.open(ids[0])).rejects.toMatchObject({ type: "closed" });
  });

  it("[ST31] [K9] passes on why an organisation cannot be opened, and opens it once it can", async () => {
    const storage = await organisations.create(ids[0]);
    await storage.close();
    const { keys } = organisationFiles(workshop.folders, ids[0]);
    const sealed = workshop.inFile(keys, (db) => {
      const check = db.prepare("SELECT sealed FROM kek_checks").pluck().get();
      db.exec("UPDATE kek_checks SET sealed = zeroblob(61)");
      return check;
    });
    await expect(organisations.open(ids[0])).rejects.toMatchObject({ type: "wrong_key" });
    await expect(storage.head()).rejects.toMatchObject({ type: "wrong_key" });
    workshop.inFile(keys, (db) => db.prepare("UPDATE kek_checks SET sealed = ?").run(sealed));
    expect(await storage.head()).toBe(0);
  });
});
