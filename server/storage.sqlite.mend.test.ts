// What becomes of a document that cannot be read any more when an operator holds a backup of it.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { creation, person, stateOf } from "./storage.contract.documents.ts";
import { createWorkshop, wrappedKey } from "./storage.sqlite.testing.ts";
import type { Workshop } from "./storage.sqlite.testing.ts";
import type { BackedUp, DocumentStorage } from "./storage.ts";

const AT = "2026-01-15T09:00:00.000Z";
const doc = person(1);

describe("mending", () => {
  let workshop: Workshop;
  let storage: DocumentStorage;
  let backup: BackedUp;
  beforeEach(async () => {
    workshop = createWorkshop("mend");
    storage = await workshop.create();
    await storage.commit([creation(doc, "then"), creation(person(2))]);
    const id = workshop.inFile(workshop.files.keys, (db) =>
      db.prepare<[string], string>("SELECT key_id FROM keys WHERE doc = ?").pluck().get(doc),
    );
    backup = { state: stateOf("then"), key: { id: id ?? "", kekVersion: 1, wrapped: wrappedKey(workshop, doc) } };
    await storage.commit([{ doc, state: stateOf("now"), expectedVersion: 1 }]);
  });
  afterEach(() => workshop.dispose());

  const loseKey = (): unknown =>
    workshop.inFile(workshop.files.keys, (db) => db.prepare("DELETE FROM keys WHERE doc = ?").run(doc));
  const damage = (): unknown =>
    workshop.inFile(workshop.files.data, (db) => db.prepare("UPDATE documents SET state = zeroblob(99)").run());
  const reopen = async (): Promise<DocumentStorage> => {
    await storage.close();
    return workshop.open();
  };

  it("[ST46] puts a lost key back, so that the newest state is there again", async () => {
    loseKey();
    const opened = await reopen();
    expect(await opened.read(doc)).toEqual({ kind: "key_missing" });
    expect(await opened.mend(doc, backup)).toBe("key");
    expect(await opened.read(doc)).toMatchObject({ state: stateOf("now"), version: 2, seq: 3 });
    expect(await opened.mend(doc, backup)).toBe("readable");
  });

  it("[ST46] takes the backup's state when its key is not the row's, is another document's, or the state is damaged", async () => {
    const foreign = { ...backup, key: { ...backup.key, wrapped: wrappedKey(workshop, person(2)) } };
    const other = { ...backup, key: { ...backup.key, id: "another" } };
    for (const [index, [harm, given]] of [
      [loseKey, foreign] as const,
      [loseKey, other] as const,
      [damage, backup] as const,
    ].entries()) {
      harm();
      storage = await reopen();
      expect([index, await storage.mend(doc, given)]).toEqual([index, "state"]);
      expect(await storage.read(doc)).toMatchObject({ state: stateOf("then"), version: 3 + index, seq: 4 + index });
      expect(await storage.head()).toBe(4 + index);
    }
    expect((await storage.commit([{ doc, state: stateOf("after"), expectedVersion: 5 }]))[0]?.kind).toBe("committed");
  });

  it("[ST46] leaves what can be read, was erased or never was", async () => {
    expect(await storage.mend(doc, backup)).toBe("readable");
    expect(await storage.mend(person(9), backup)).toBe("absent");
    await storage.erase([doc], "R1", AT);
    expect(await storage.mend(doc, backup)).toBe("erased");
    expect(await storage.read(doc)).toMatchObject({ kind: "erased" });
  });
});
