// Shows what lies in the files under which key, and what happens when a key, a file or a blob is not the right one.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { organisationFiles } from "./organisations.files.ts";
import { creation, person, stateOf } from "./storage.contract.documents.ts";
import {
  createWorkshop,
  filesWith,
  ORG,
  OTHER_ORG,
  sealedState,
  testKeyring,
  wrappedKey,
} from "./storage.sqlite.testing.ts";
import type { Workshop } from "./storage.sqlite.testing.ts";
import { unwrapKey } from "./keyring.ts";
import { docClasses } from "../shared/document.ts";

const AT = "2026-01-15T09:00:00.000Z";
const HOUR = 60 * 60 * 1000;

describe("keys on SQLite", () => {
  let workshop: Workshop;
  beforeEach(() => {
    workshop = createWorkshop("keys");
  });
  afterEach(() => workshop.dispose());

  const keysOf = (where: Workshop): string[] =>
    where.inFile(where.files.keys, (db) => db.prepare<[], string>("SELECT doc FROM keys ORDER BY doc").pluck().all());
  const setState = (doc: string, state: Uint8Array): unknown =>
    workshop.inFile(workshop.files.data, (db) =>
      db.prepare("UPDATE documents SET state = ? WHERE doc = ?").run(state, doc),
    );

  it("[K11] keeps no state, data key or key-encryption key in the clear in any file", async () => {
    const storage = await workshop.create();
    const marker = "Zeynep Şükrü Örnek 0555 000 00 00";
    await storage.commit([creation(person(1), marker), creation(person(2), marker)]);
    const keyId = workshop.inFile(workshop.files.data, (db) =>
      db.prepare<[string], string>("SELECT key_id FROM documents WHERE doc = ?").pluck().get(person(1)),
    );
    const wrapped = { kekVersion: 1, wrapped: wrappedKey(workshop, person(1)) };
    const dataKey = unwrapKey(testKeyring(), wrapped, `${ORG}/${person(1)}/${keyId}`);
    if (!dataKey.ok) throw new Error("the wrapped key does not open at its address");
    for (const secret of [Buffer.from(marker), Buffer.from("Zeynep"), dataKey.value.export(), Buffer.alloc(32, 1)]) {
      expect(filesWith(workshop.folders, secret)).toEqual([]);
    }
  });

  it("[K3] gives every document a key of its own", async () => {
    const storage = await workshop.create();
    await storage.commit([creation(person(1)), creation(person(1, "client")), creation(person(2))]);
    await storage.commit([{ doc: person(1), state: stateOf("second"), expectedVersion: 1 }]);
    expect(keysOf(workshop)).toEqual([person(1, "client"), person(1), person(2)].toSorted());
    expect(wrappedKey(workshop, person(1)).equals(wrappedKey(workshop, person(2)))).toBe(false);
  });

  it("[K3] has the key on disk before the first state, and creates again after a stop between the two", async () => {
    const left: Workshop[] = [];
    const storage = await workshop.create({ step: (step) => step === "keys_written" && left.push(workshop.copy()) });
    await storage.commit([creation(person(1))]);
    const [copy] = left;
    if (copy === undefined) throw new Error("no stop");
    expect(keysOf(copy)).toEqual([person(1)]);
    const after = await copy.open();
    expect(await after.read(person(1))).toEqual({ kind: "absent" });
    expect((await after.commit([creation(person(1), "again")]))[0]?.kind).toBe("committed");
    expect(await after.read(person(1))).toMatchObject({ state: stateOf("again") });
    copy.dispose();
  });

  it("[K4] destroys keys without a row after 24 hours, and no other", async () => {
    const left: Workshop[] = [];
    const storage = await workshop.create({ step: (step) => step === "keys_written" && left.push(workshop.copy()) });
    await storage.commit([creation(person(1))]);
    await storage.commit([creation(person(2))]);
    const [, copy] = left;
    if (copy === undefined) throw new Error("no stop");
    const openAt = async (hours: number): Promise<void> => {
      const opened = await copy.open({ clock: () => workshop.clock.now() + hours * HOUR });
      await opened.close();
    };
    await openAt(24);
    expect(keysOf(copy)).toEqual([person(1), person(2)]);
    await openAt(24.1);
    expect(keysOf(copy)).toEqual([person(1)]);
    const opened = await copy.open();
    expect(await opened.read(person(1))).toMatchObject({ kind: "state" });
    for (const each of left) each.dispose();
  });

  it("[K2] refuses a state moved from another document", async () => {
    const storage = await workshop.create();
    await storage.commit([creation(person(1), "mine"), creation(person(2), "yours"), creation(person(3))]);
    setState(person(1), sealedState(workshop, person(2)));
    await expect(storage.read(person(1))).rejects.toMatchObject({ type: "damaged" });
    const page = await storage.page({ classes: docClasses, limit: 10, maxBytes: 1000 });
    expect(page.entries.map(({ doc }) => doc)).toEqual([person(2), person(3)]);
    expect(workshop.alarms).toContainEqual({ type: "damaged", org: ORG, doc: person(1) });
  });

  it("[K2] refuses a state and a key moved together to another document", async () => {
    const storage = await workshop.create();
    await storage.commit([creation(person(1), "mine"), creation(person(2), "yours")]);
    await storage.close();
    workshop.inFile(workshop.files.data, (db) =>
      db.exec(`UPDATE documents SET key_id = 'aside' WHERE doc = '${person(1)}';
        UPDATE documents SET doc = 'moved' WHERE doc = '${person(1)}'; UPDATE documents SET doc = '${person(1)}' WHERE doc = '${person(2)}'`),
    );
    workshop.inFile(workshop.files.keys, (db) =>
      db.exec(`UPDATE keys SET doc = '${person(1)}' WHERE doc = '${person(2)}'`),
    );
    await expect((await workshop.open()).read(person(1))).rejects.toMatchObject({ type: "damaged" });
  });

  it.each([0, 1, 13, 20, -1])("[K2] refuses a state with its byte %i changed, shortened or emptied", async (index) => {
    const storage = await workshop.create();
    await storage.commit([creation(person(1), "a state of some length")]);
    const sealed = sealedState(workshop, person(1));
    const changed = Buffer.from(sealed);
    const at = index < 0 ? sealed.length + index : index;
    changed[at] = (changed[at] ?? 0) ^ 1;
    for (const bytes of [changed, sealed.subarray(0, at), Buffer.alloc(0)]) {
      setState(person(1), bytes);
      await expect(storage.read(person(1))).rejects.toMatchObject({ type: "damaged" });
    }
    setState(person(1), sealed);
    expect(await storage.read(person(1))).toMatchObject({ kind: "state" });
  });

  it("[K2] refuses a state and a key brought from another organisation", async () => {
    const storage = await workshop.create();
    const otherFiles = organisationFiles(workshop.folders, OTHER_ORG);
    const other = await workshop.create({ org: OTHER_ORG, files: otherFiles });
    await storage.commit([creation(person(1), "ours")]);
    await other.commit([creation(person(1), "theirs")]);
    await storage.close();
    const row = workshop.inFile(otherFiles.data, (db) => db.prepare("SELECT key_id, state FROM documents").get());
    const key = workshop.inFile(otherFiles.keys, (db) => db.prepare("SELECT key_id, wrapped FROM keys").get());
    workshop.inFile(workshop.files.data, (db) =>
      db.prepare("UPDATE documents SET key_id = @key_id, state = @state").run(row),
    );
    workshop.inFile(workshop.files.keys, (db) =>
      db.prepare("UPDATE keys SET key_id = @key_id, wrapped = @wrapped").run(key),
    );
    await expect((await workshop.open()).read(person(1))).rejects.toMatchObject({ type: "damaged" });
  });

  it("[K2] [K9] refuses the files of another organisation under its name", async () => {
    const storage = await workshop.create();
    await storage.commit([creation(person(1))]);
    await storage.close();
    await expect(workshop.open({ org: OTHER_ORG })).rejects.toMatchObject({ type: "wrong_key" });
  });

  it("[K5] never seals over a document whose key cannot be unwrapped", async () => {
    const storage = await workshop.create();
    await storage.commit([creation(person(1))]);
    await storage.close();
    workshop.inFile(workshop.files.keys, (db) => db.prepare("UPDATE keys SET wrapped = zeroblob(61)").run());
    const again = await workshop.open();
    const results = await again.commit([{ doc: person(1), state: stateOf("over it"), expectedVersion: 1 }]);
    expect(results).toEqual([{ kind: "key_missing" }]);
    await expect(again.read(person(1))).rejects.toMatchObject({ type: "damaged" });
  });

  it("[K9] wraps with the newest version and still opens what an older one wrapped", async () => {
    const storage = await workshop.create();
    await storage.commit([creation(person(1), "old")]);
    await storage.close();
    const both = await workshop.open({ keyring: testKeyring({ 1: 1, 2: 2 }) });
    await both.commit([creation(person(2), "new")]);
    expect(await both.read(person(1))).toMatchObject({ state: stateOf("old") });
    const versions = workshop.inFile(workshop.files.keys, (db) =>
      db.prepare("SELECT kek_version FROM keys ORDER BY doc").pluck().all(),
    );
    expect(versions).toEqual([1, 2]);
    await both.close();
    await expect(workshop.open({ keyring: testKeyring({ 2: 2 }) })).rejects.toMatchObject({
      type: "key_version_missing",
    });
    await expect(workshop.open({ keyring: testKeyring({ 1: 1 }) })).rejects.toMatchObject({
      type: "key_version_missing",
    });
  });

  it("[K9] tells another key-encryption key at opening, before anything is written", async () => {
    const storage = await workshop.create();
    await storage.commit([creation(person(1))]);
    await storage.erase([person(2)], "R1", AT);
    await storage.close();
    const traces = keysOf(workshop);
    await expect(workshop.open({ keyring: testKeyring({ 1: 9 }) })).rejects.toMatchObject({ type: "wrong_key" });
    await expect(workshop.open({ keyring: testKeyring({ 1: 9, 2: 2 }) })).rejects.toMatchObject({ type: "wrong_key" });
    expect(keysOf(workshop)).toEqual(traces);
    const again = await workshop.open();
    expect(await again.read(person(1))).toMatchObject({ kind: "state" });
  });

  it("[K10] keeps a bounded number of keys in memory, and works with one", async () => {
    const storage = await workshop.create({ keptKeys: 1 });
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    await storage.commit(numbers.map((number) => creation(person(number))));
    const changes = numbers.map((number) => ({
      doc: person(number),
      state: stateOf(`second ${number}`),
      expectedVersion: 1,
    }));
    await storage.commit(changes);
    for (const number of numbers)
      expect(await storage.read(person(number))).toMatchObject({ state: stateOf(`second ${number}`) });
  });

  it("[K10] forgets a destroyed key at once", async () => {
    const storage = await workshop.create();
    await storage.commit([creation(person(1))]);
    expect(await storage.read(person(1))).toMatchObject({ kind: "state" });
    const row = workshop.inFile(workshop.files.data, (db) => db.prepare("SELECT * FROM documents").get());
    await storage.erase([person(1)], "R1", AT);
    workshop.inFile(workshop.files.data, (db) =>
      db.prepare("INSERT INTO documents VALUES (@doc, @class, @subject, @version, @seq, @key_id, @state)").run(row),
    );
    expect(await storage.read(person(1))).toEqual({ kind: "key_missing" });
  });
});
