import { afterEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote, notes } from "../../shared/notes.ts";
import type { UpdateRow } from "./db.ts";
import { addFaults } from "./faults.testing.ts";
import type { Fault, Faults } from "./faults.testing.ts";
import { readStored } from "./live.ts";
import {
  closeTab,
  closeTabs,
  fast,
  makeDisk,
  makeLoner,
  makeRandom,
  newPerson,
  noNetwork,
  openTab,
  until,
} from "./testing.ts";
import type { Disk, Tab, Who } from "./testing.ts";

afterEach(closeTabs);

const SEEDS = Number(process.env["SEEDS"] ?? 12);

type Device = { readonly disk: Disk; readonly who: Who; readonly tab: Tab; readonly faults: Faults };

function failingDevice(times = 400): Device {
  const [disk, who] = [makeDisk(), makeLoner()];
  const tab = openTab(who, { disk, network: noNetwork(), parts: fast(times) });
  return { disk, who, tab, faults: addFaults(tab.db) };
}

const noteOf = (doc: DocId, text: string) => ({ doc, call: call(createNote, { text }) });

/** The ids of the calls in the rows of a document, each where it stands first. */
function callsIn(rows: readonly UpdateRow[]): string[] {
  const ids = rows.flatMap(({ made }) => (made !== undefined && "call" in made ? made.call.id : []));
  return [...new Set(ids)];
}

describe("a disk that fails in the middle", () => {
  test(`[S73] never loses, doubles or reorders what was done (${SEEDS} seeds)`, { timeout: 240_000 }, async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const random = makeRandom(seed);
      const { disk, who, tab, faults } = failingDevice();
      const docs = [newPerson("Ayşe"), newPerson("Barış")].map(({ subject, calls }) => ({
        doc: docId("client", subject),
        calls,
      }));
      await tab.store.act(docs.flatMap(({ calls }) => calls));
      const kinds: readonly (Fault | null)[] = ["closed", "failed", "full", "hangs", null, null];
      faults.plan = () => kinds[Math.floor(random() * kinds.length)] ?? null;
      const done = new Map<DocId, string[]>(docs.map(({ doc }) => [doc, []]));
      const acts = Array.from({ length: 30 }, (_, n) => async () => {
        const doc = docs[Math.floor(random() * docs.length)]?.doc ?? docId("studio");
        const act = tab.store.act([noteOf(doc, `Not ${n}`)]);
        if (random() < 0.4) await act;
        return { doc, act };
      });
      const waiting: { doc: DocId; act: ReturnType<Tab["store"]["act"]> }[] = [];
      for (const act of acts) waiting.push(await act());
      const results = await Promise.all(waiting.map(({ act }) => act));
      faults.plan = () => null;
      expect(results).toHaveLength(30);
      await until(() => tab.store.status().kind === "offline", 30_000);
      results.forEach((result, index) => {
        if (result.ok) done.get(waiting[index]?.doc ?? docId("studio"))?.push(result.value.ids[0] ?? "");
      });
      const open = await Promise.all(docs.map(({ doc }) => tab.store.open(doc)));
      const shown = open.map((each) => each.doc.getMap("notes").toJSON());
      for (const each of open) each.release();
      await closeTab(tab);
      await compareWithDisk({ seed, disk, who, done, shown: new Map(docs.map(({ doc }, n) => [doc, shown[n]])) });
    }
  });
});

type Comparing = Pick<Device, "disk" | "who"> & {
  readonly seed: number;
  /** The calls that were answered as stored, in their order. */
  readonly done: ReadonlyMap<DocId, readonly string[]>;
  readonly shown: ReadonlyMap<DocId, unknown>;
};

async function compareWithDisk({ seed, disk, who, done, shown }: Comparing): Promise<void> {
  const tab = openTab(who, { disk, network: noNetwork() });
  for (const [doc, ids] of done) {
    const stored = (await readStored(tab.db, [doc])).get(doc);
    const calls = callsIn(stored?.rows ?? []);
    expect(
      ids.filter((id) => !calls.includes(id)),
      `seed ${seed}: acknowledged and not there`,
    ).toEqual([]);
    expect(
      calls.filter((id) => ids.includes(id)),
      `seed ${seed}: in another order`,
    ).toEqual(ids);
    expect(readInOrder(stored?.rows ?? []), `seed ${seed}: not what was shown`).toEqual(shown.get(doc));
    const open = await tab.store.open(doc);
    expect(open.doc.getMap("notes").toJSON()).toEqual(shown.get(doc));
    expect(open.ids(notes)).toHaveLength(Object.keys(shown.get(doc) ?? {}).length);
    open.release();
  }
  await closeTab(tab);
}

/** Each row must build on those before it alone: nothing may wait for what comes later (S07). */
function readInOrder(rows: readonly UpdateRow[]): unknown {
  const ydoc = new Y.Doc();
  for (const { update } of rows) {
    Y.applyUpdate(ydoc, update);
    expect(ydoc.store.pendingStructs).toBeNull();
  }
  const content: unknown = ydoc.getMap("notes").toJSON();
  ydoc.destroy();
  return content;
}

describe("a disk that never answers", () => {
  test("[S74] counts as lost: the state is red, and what waits is written over a new connection", async () => {
    const { tab, faults } = failingDevice(400);
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    let isHung = true;
    faults.plan = () => (isHung ? "hangs" : null);
    const doc = docId("client", subject);
    const act = tab.store.act([noteOf(doc, "Bekleyen")]);
    expect(await act).toEqual({ ok: false, error: { type: "not_stored" } });
    await until(() => tab.store.status().kind === "not_saved");
    expect(tab.store.status()).toMatchObject({ reason: "device" });
    isHung = false;
    await until(() => tab.store.status().kind === "offline");
    const rows = await tab.db.updates.where("doc").equals(doc).toArray();
    expect(rows.some(({ made }) => made !== undefined && "call" in made && made.call.action === "notes.create")).toBe(
      true,
    );
  });
});
