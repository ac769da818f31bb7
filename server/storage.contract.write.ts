// Owns the part of the storage's acceptance suite about writing and the server's small records (ST1–ST8, ST24–ST26, K5).
// Never run alone: storage.contract.ts calls it.
import { expect, it } from "vitest";
import { creation, person, stateOf } from "./storage.contract.documents.ts";
import { useStorage } from "./storage.contract.setup.ts";
import type { StorageSetup } from "./storage.contract.setup.ts";
import { docId } from "../shared/document.ts";

/** Runs the rules of writing. */
export function runWritingContract(setup: StorageSetup): void {
  const test = useStorage(setup);

  it("[ST1] reads nothing before, and the same bytes after creating", async () => {
    const { storage } = test.current();
    expect(await storage.read(person(1))).toEqual({ kind: "absent" });
    const results = await storage.commit([creation(person(1), "first")]);
    expect(results).toEqual([{ kind: "committed", seq: 1, version: 1 }]);
    expect(await storage.read(person(1))).toEqual({ kind: "state", state: stateOf("first"), version: 1, seq: 1 });
  });

  it("[ST1] keeps an empty and a large state", async () => {
    const { storage } = test.current();
    const large = new Uint8Array(300_000).map((_, index) => index % 251);
    await storage.commit([
      { doc: person(1), state: new Uint8Array(), expectedVersion: 0 },
      { doc: person(2), state: large, expectedVersion: 0 },
    ]);
    expect(await storage.read(person(1))).toMatchObject({ kind: "state", state: new Uint8Array() });
    const read = await storage.read(person(2));
    expect(read.kind === "state" && Buffer.from(read.state).equals(large)).toBe(true);
  });

  it("[ST45] keeps who wrote first under a client id, with the change it came in", async () => {
    const { storage, reopen } = test.current();
    const [ada, ben] = ["ada", "ben"];
    await storage.commit([{ ...creation(person(1)), writers: new Map([[1, ada]]) }]);
    const next = {
      doc: person(1),
      state: stateOf("next"),
      expectedVersion: 1,
      writers: new Map([
        [1, ben],
        [2 ** 32 - 1, ben],
      ]),
    };
    await storage.commit([next]);
    await storage.commit([
      { ...next, writers: new Map([[7, ben]]) },
      { ...creation(person(2)), writers: new Map([[1, ben]]) },
    ]);
    const after = await reopen();
    expect(await after.writersOf(person(1))).toEqual(
      new Map([
        [1, ada],
        [2 ** 32 - 1, ben],
      ]),
    );
    expect(await after.writersOf(person(2))).toEqual(new Map([[1, ben]]));
    await after.erase([person(1)], "R1", "2026-03-01T09:00:00.000Z");
    expect(await after.writersOf(person(1))).toEqual(new Map());
  });

  it("[ST2] refuses every other version than the stored one", async () => {
    const { storage } = test.current();
    const attempt = async (expectedVersion: number): Promise<string | undefined> =>
      (await storage.commit([{ doc: person(1), state: stateOf(`from ${expectedVersion}`), expectedVersion }]))[0]?.kind;
    expect(await attempt(1)).toBe("conflict");
    expect(await attempt(0)).toBe("committed");
    expect(await attempt(0)).toBe("conflict");
    expect(await attempt(2)).toBe("conflict");
    expect(await attempt(1)).toBe("committed");
    expect(await attempt(1)).toBe("conflict");
    expect(await storage.read(person(1))).toMatchObject({ state: stateOf("from 1"), version: 2, seq: 2 });
  });

  it("[ST3] draws a number for every accepted change and for no other", async () => {
    const { storage } = test.current();
    expect(await storage.head()).toBe(0);
    await storage.commit([creation(person(1)), creation(person(2))]);
    await storage.commit([creation(person(1)), creation(person(2))]);
    expect(await storage.head()).toBe(2);
    const results = await storage.commit([creation(person(1)), creation(person(3)), creation(docId("studio"))]);
    expect(results.map((result) => (result.kind === "committed" ? result.seq : result.kind))).toEqual([
      "conflict",
      3,
      4,
    ]);
    expect(await storage.head()).toBe(4);
  });

  it("[ST4] answers in order and commits the rest when some drop out", async () => {
    const { storage } = test.current();
    await storage.commit([creation(person(1)), creation(person(2))]);
    await storage.erase([person(2)], "R1", "2026-01-15T09:00:00.000Z");
    const results = await storage.commit([
      creation(person(3)),
      creation(person(1)),
      { doc: person(2), state: stateOf("late"), expectedVersion: 1 },
      { doc: person(1, "client"), state: stateOf("new"), expectedVersion: 0 },
    ]);
    expect(results.map(({ kind }) => kind)).toEqual(["committed", "conflict", "erased", "committed"]);
    expect(await storage.read(person(1))).toMatchObject({ version: 1 });
  });

  it("[ST4] commits nothing for no changes", async () => {
    const { storage } = test.current();
    expect(await storage.commit([])).toEqual([]);
    expect(await storage.head()).toBe(0);
  });

  it("[ST5] throws for one document twice and stores neither", async () => {
    const { storage } = test.current();
    await expect(storage.commit([creation(person(1)), creation(person(1), "again")])).rejects.toThrow("twice");
    expect(await storage.read(person(1))).toEqual({ kind: "absent" });
  });

  it("[ST1] keeps its own copy of what it was given and gives copies away", async () => {
    const { storage } = test.current();
    const state = stateOf("mine");
    await storage.commit([{ doc: person(1), state, expectedVersion: 0 }]);
    state.fill(0);
    const read = await storage.read(person(1));
    if (read.kind === "state") read.state.fill(0);
    expect(await storage.read(person(1))).toMatchObject({ state: stateOf("mine") });
  });

  it("[ST7] [ST8] has everything after reopening", async () => {
    const { storage, reopen } = test.current();
    await storage.commit([creation(person(1), "kept"), creation(person(2))]);
    const [buried] = await storage.erase([person(2)], "R1", "2026-01-15T09:00:00.000Z");
    await storage.rememberCommand({ id: "c1", member: "m1", name: "n", result: "1", at: "2026-01-15T09:00:00.000Z" });
    await storage.setPreference("m1", "theme", '"dark"');
    const again = await reopen();
    expect(again.history).toBe(storage.history);
    expect(await again.head()).toBe(3);
    expect(await again.read(person(1))).toEqual({ kind: "state", state: stateOf("kept"), version: 1, seq: 1 });
    expect(await again.read(person(2))).toEqual({ kind: "erased", seq: buried?.seq });
    expect(await again.command("c1")).toBe("1");
    expect(await again.preference("m1", "theme")).toBe('"dark"');
  });

  it("[ST8] gives every organisation a history of its own", async () => {
    const other = await setup();
    expect(other.storage.history).not.toBe(test.current().storage.history);
    expect(other.storage.history).toMatch(/^[A-Za-z0-9_-]{22}$/);
    await other.dispose();
  });

  it("[K5] says that a key is missing, never that a document is empty, and never makes another", async () => {
    const { storage, loseKey, alarms } = test.current();
    await storage.commit([creation(person(1)), creation(person(2))]);
    const after = await loseKey(person(1));
    expect(await after.read(person(1))).toEqual({ kind: "key_missing" });
    const results = await after.commit([
      { doc: person(1), state: stateOf("over it"), expectedVersion: 1 },
      { doc: person(2), state: stateOf("fine"), expectedVersion: 1 },
    ]);
    expect(results.map(({ kind }) => kind)).toEqual(["key_missing", "committed"]);
    expect((await after.commit([creation(person(1))]))[0]?.kind).toBe("conflict");
    expect(await after.read(person(1))).toEqual({ kind: "key_missing" });
    expect(alarms.filter(({ type }) => type === "key_missing")).toHaveLength(3);
  });
}

/** Runs the rules of commands, preferences and closing. */
export function runRecordsContract(setup: StorageSetup): void {
  const test = useStorage(setup);
  const entry = { id: "c1", member: "m1", name: "trash.empty", result: '{"ok":true}', at: "2026-01-15T09:00:00.000Z" };

  it("[ST24] answers a repeated command with its first result", async () => {
    const { storage } = test.current();
    expect(await storage.command("c1")).toBeNull();
    expect(await storage.rememberCommand(entry)).toBe('{"ok":true}');
    expect(await storage.rememberCommand({ ...entry, member: "m2", result: '{"ok":false}' })).toBe('{"ok":true}');
    expect(await storage.command("c1")).toBe('{"ok":true}');
    expect(await storage.command("c2")).toBeNull();
  });

  it("[ST25] keeps the last value of each member's preference", async () => {
    const { storage } = test.current();
    expect(await storage.preference("m1", "theme")).toBeNull();
    await storage.setPreference("m1", "theme", '"dark"');
    await storage.setPreference("m1", "theme", '"light"');
    await storage.setPreference("m1", "__proto__", "1");
    await storage.setPreference("m2", "theme", "2");
    expect(await storage.preference("m1", "theme")).toBe('"light"');
    const mine = new Map(Object.entries(await storage.preferences("m1")));
    expect(mine).toEqual(
      new Map([
        ["__proto__", "1"],
        ["theme", '"light"'],
      ]),
    );
    expect(await storage.preferences("m3")).toEqual({});
  });

  it("[ST26] rejects every call after closing", async () => {
    const { storage } = test.current();
    await storage.close();
    await storage.close();
    await expect(storage.read(person(1))).rejects.toMatchObject({ type: "closed" });
    await expect(storage.commit([creation(person(1))])).rejects.toMatchObject({ type: "closed" });
    await expect(storage.erase([person(1)], "R1", entry.at)).rejects.toMatchObject({ type: "closed" });
    await expect(storage.head()).rejects.toMatchObject({ type: "closed" });
  });
}
