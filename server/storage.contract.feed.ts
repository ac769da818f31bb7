// Owns the part of the storage's acceptance suite about the feed (ST17–ST23).
// Never run alone: storage.contract.ts calls it.
import { expect, it } from "vitest";
import { creation, person, stateOf } from "./storage.contract.documents.ts";
import { seqOf, useStorage } from "./storage.contract.setup.ts";
import type { StorageSetup } from "./storage.contract.setup.ts";
import type { DocumentStorage, FeedRange, Page } from "./storage.ts";
import { docClasses, docId } from "../shared/document.ts";
import type { FeedEntry } from "../shared/protocol.ts";

const AT = "2026-01-15T09:00:00.000Z";
const all = { classes: docClasses, limit: 100, maxBytes: 1_000_000 } as const;
const numbers = ({ entries }: Page): number[] => entries.map(({ seq }) => seq);

/** Runs the rules of the feed. */
export function runFeedContract(setup: StorageSetup): void {
  const test = useStorage(setup);

  /** Numbers 1–6: contacts 1–6; 7: contact 2 again; 8: contact 3 erased; 9: contact 4 again. What stands: 1 5 6 7 8 9. */
  const fill = async (storage: DocumentStorage): Promise<void> => {
    await storage.commit([1, 2, 3, 4, 5, 6].map((number) => creation(person(number))));
    await storage.commit([{ doc: person(2), state: stateOf("two"), expectedVersion: 1 }]);
    await storage.erase([person(3)], "R1", AT);
    await storage.commit([{ doc: person(4), state: stateOf("four"), expectedVersion: 1 }]);
  };

  it("[ST17] reads upwards, states and tombstones in one order", async () => {
    const { storage } = test.current();
    expect(await storage.page({ ...all, after: 0 })).toEqual({ entries: [], next: 0, more: false });
    await fill(storage);
    const page = await storage.page({ ...all, after: 0 });
    expect(numbers(page)).toEqual([1, 5, 6, 7, 8, 9]);
    expect(page).toMatchObject({ next: 9, more: false });
    expect(page.entries[3]).toEqual({ seq: 7, doc: person(2), kind: "state", state: stateOf("two") });
    expect(page.entries[4]).toEqual({ seq: 8, doc: person(3), kind: "erased" });
    expect(numbers(await storage.page({ ...all, after: 6 }))).toEqual([7, 8, 9]);
    expect(await storage.page({ ...all, after: 9 })).toEqual({ entries: [], next: 9, more: false });
    expect(numbers(await storage.page(all))).toEqual([1, 5, 6, 7, 8, 9]);
  });

  it("[ST18] reads downwards, and only between two numbers when both are given", async () => {
    const { storage } = test.current();
    await fill(storage);
    const page = await storage.page({ ...all, before: 9 });
    expect(numbers(page)).toEqual([8, 7, 6, 5, 1]);
    expect(page).toMatchObject({ next: 0, more: false });
    const between = await storage.page({ ...all, after: 5, before: 9 });
    expect(numbers(between)).toEqual([8, 7, 6]);
    expect(between).toMatchObject({ next: 5, more: false });
    expect(await storage.page({ ...all, before: 1 })).toEqual({ entries: [], next: 0, more: false });
  });

  it("[ST19] reads the asked classes only, of tombstones too", async () => {
    const { storage } = test.current();
    await storage.commit([
      creation(person(1)),
      creation(person(1, "payments")),
      creation(person(2, "payments")),
      creation(docId("studio")),
    ]);
    await storage.erase([person(1, "payments"), person(9, "children")], "R1", AT);
    const accountant = await storage.page({ ...all, classes: ["payments", "studio"] });
    expect(accountant.entries.map(({ seq, doc, kind }) => [seq, doc, kind])).toEqual([
      [3, person(2, "payments"), "state"],
      [4, "studio", "state"],
      [5, person(1, "payments"), "erased"],
    ]);
    expect(accountant.next).toBe(6);
    expect((await storage.page({ ...all, classes: [] })).entries).toEqual([]);
    expect(await storage.remaining({ classes: ["contact"] })).toBe(1);
    expect([await storage.count(["contact"]), await storage.count(["payments"]), await storage.count([])]).toEqual([
      1, 1, 0,
    ]);
  });

  it("[ST20] holds at most as many entries and bytes as asked, but one at least", async () => {
    const { storage } = test.current();
    await storage.commit([1, 2, 3, 4].map((number) => creation(person(number), "x".repeat(100))));
    expect(await storage.page({ ...all, limit: 2 })).toMatchObject({ next: 2, more: true });
    expect(numbers(await storage.page({ ...all, limit: 2, after: 2 }))).toEqual([3, 4]);
    expect(await storage.page({ ...all, limit: 2, after: 2 })).toMatchObject({ next: 4, more: false });
    expect(numbers(await storage.page({ ...all, maxBytes: 250 }))).toEqual([1, 2]);
    expect(numbers(await storage.page({ ...all, maxBytes: 300, before: 5 }))).toEqual([4, 3, 2]);
    const tiny = await storage.page({ ...all, maxBytes: 1, after: 1 });
    expect(numbers(tiny)).toEqual([2]);
    expect(tiny).toMatchObject({ next: 2, more: true });
  });

  it("[ST21] misses nothing while documents change under a filling device", async () => {
    const { storage } = test.current();
    await storage.commit(Array.from({ length: 20 }, (_, number) => creation(person(number))));
    const head = await storage.head();
    const states = new Map<string, FeedEntry>();
    let version = 1;
    const disturb = async (): Promise<void> => {
      const moved = [3, 11, 19].map((number) => ({
        doc: person(number),
        state: stateOf(`moved ${version}`),
        expectedVersion: version,
      }));
      for (const result of await storage.commit(moved)) seqOf(result);
      version += 1;
    };
    for (let page = await read(storage, { before: head + 1 }); ; page = await read(storage, { before: page.next })) {
      for (const entry of page.entries) states.set(entry.doc, entry);
      if (!page.more) break;
      await disturb();
    }
    for (const entry of (await storage.page({ ...all, after: head })).entries) states.set(entry.doc, entry);
    expect(states.size).toBe(20);
    for (const [doc, entry] of states)
      expect(await storage.read(entry.doc)).toMatchObject({ state: "state" in entry ? entry.state : doc });
  });

  it("[ST22] leaves out what it cannot read, with an alarm, and goes on", async () => {
    const { storage, loseKey, alarms } = test.current();
    await storage.commit([1, 2, 3].map((number) => creation(person(number))));
    const after = await loseKey(person(2));
    expect(numbers(await after.page(all))).toEqual([1, 3]);
    expect(await after.page({ ...all, after: 1, limit: 1 })).toEqual({ entries: [], next: 2, more: true });
    expect(alarms).toContainEqual(expect.objectContaining({ type: "key_missing", doc: person(2) }));
  });

  it("[ST23] counts what paging would give", async () => {
    const { storage } = test.current();
    await fill(storage);
    const ranges: FeedRange[] = [
      { classes: docClasses },
      { after: 5, classes: docClasses },
      { before: 8, classes: docClasses },
      { after: 1, before: 9, classes: docClasses },
    ];
    for (const range of ranges) {
      expect(await storage.remaining(range)).toBe((await storage.page({ ...all, ...range })).entries.length);
    }
  });
}

const read = (storage: DocumentStorage, range: { before: number }): Promise<Page> =>
  storage.page({ ...all, ...range, limit: 4 });
