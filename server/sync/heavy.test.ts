// Updates that cost far more than they weigh: they are tried in a thread of their own, and nobody else waits.
import * as Y from "yjs";
import { expect, test } from "vitest";
import { docId } from "../../shared/document.ts";
import { startLimits } from "../limits.ts";
import { effortOf } from "./effort.ts";
import { conflicts, deletions, noteOf } from "./heavy.testing.ts";
import type { Note } from "./heavy.testing.ts";
import { ada, ben, change, joinRoom, putContact, setupTenant, submit } from "./testing.ts";
import type { Bench } from "./testing.ts";

const newContact = () => docId("contact", crypto.randomUUID());

const limits = { ...startLimits, workerApplyMs: 800 };

async function stored(bench: Bench, { doc }: Note): Promise<number> {
  const state = await bench.storage.read(doc);
  return state.kind === "state" ? state.state.length : 0;
}

test("[SY13] an update of 60 kB that would take minutes is refused, its document stays as it was", async () => {
  const bench = setupTenant({ limits });
  const note = noteOf(10_000);
  expect((await submit(bench, note.update, note)).kind).toBe("settled");
  const before = await stored(bench, note);
  const hostile = conflicts(note, { client: 7, count: 6000 });
  expect(hostile.length).toBeLessThan(64_000);
  expect(await submit(bench, hostile, note)).toMatchObject({ kind: "refused", refusal: { reason: "limit" } });
  expect(await stored(bench, note)).toBe(before);
  const next = change(note.ydoc, () => note.line.insert(3, "!"));
  expect((await submit(bench, next, note)).kind).toBe("settled");
  expect(bench.failures).toEqual([]);
});

test("[SY13] while such an update is tried, other rooms of the studio write, and joiners of its own room are answered", async () => {
  const bench = setupTenant({ limits: { ...limits, workerApplyMs: 2500 } });
  const note = noteOf(10_000);
  await submit(bench, note.update, note);
  let isTried = false;
  const hostile = submit(bench, conflicts(note, { client: 7, count: 6000 }), note).then((outcome) => {
    isTried = true;
    return outcome;
  });
  for (let turn = 0; turn < 20; turn += 1) {
    const update = change(new Y.Doc(), (ydoc) => putContact(ydoc, "Ayşe"));
    expect((await submit(bench, update, { doc: newContact() })).kind).toBe("settled");
  }
  const joiner = await joinRoom(bench, note.doc, { member: ben });
  expect(joiner.frames.length).toBeGreaterThan(0);
  expect(isTried).toBe(false);
  expect((await hostile).kind).toBe("refused");
});

test("[SY13] what comes behind an update that is being tried waits for it and keeps its order", async () => {
  const bench = setupTenant();
  const note = noteOf(100);
  const first = submit(bench, note.update, note);
  const large = submit(
    bench,
    change(note.ydoc, () => note.line.insert(100, "y".repeat(80_000))),
    note,
  );
  const small = submit(
    bench,
    change(note.ydoc, () => note.line.insert(50_000, "z")),
    note,
  );
  expect((await Promise.all([first, large, small])).map(({ kind }) => kind)).toEqual(["settled", "settled", "settled"]);
  expect(await stored(bench, note)).toBeGreaterThan(0);
});

test("[SY13] 12 bytes that delete a formatted text beyond measure are refused; in parts it can be made smaller", async () => {
  const bench = setupTenant({ limits });
  const note = noteOf(2500);
  for (let at = 0; at < 2500; at += 2) note.line.format(at, 1, { bold: {}, italic: {} });
  expect((await submit(bench, Y.encodeStateAsUpdate(note.ydoc), note)).kind).toBe("settled");
  const part = change(note.ydoc, () => note.line.delete(0, 50));
  const rest = change(note.ydoc, () => note.line.delete(0, note.line.length));
  expect(rest.length).toBeLessThan(20);
  expect(await submit(bench, rest, note)).toMatchObject({ kind: "refused", refusal: { reason: "limit" } });
  expect((await submit(bench, part, note)).kind).toBe("settled");
});

test("[SY13] deletions that walk over the same dead structs again and again are refused", async () => {
  const bench = setupTenant();
  const note = noteOf(4000);
  for (let letter = 0; letter < 4000; letter += 2) note.line.delete(letter / 2, 1);
  expect((await submit(bench, Y.encodeStateAsUpdate(note.ydoc), note)).kind).toBe("settled");
  const again = deletions(note, { count: 10_000, length: 4000 });
  const start = performance.now();
  expect((await submit(bench, again, note)).kind).not.toBe("failed");
  expect(performance.now() - start).toBeLessThan(20_000);
  const held = effortOf(note.ydoc, Y.decodeUpdate(again), startLimits.workerApplySteps);
  expect(held).toBe(Number.POSITIVE_INFINITY);
  expect(effortOf(note.ydoc, Y.decodeUpdate(Y.encodeStateAsUpdate(note.ydoc)), startLimits.workerApplySteps)).toBe(0);
});

test("[SY13] small updates do not add up to a document that cannot be loaded", async () => {
  const bench = setupTenant({ limits });
  const note = noteOf(6000);
  await submit(bench, note.update, note);
  const kinds: string[] = [];
  for (let turn = 0; turn < 60 && kinds.at(-1) !== "refused"; turn += 1) {
    const count = 100;
    const update = conflicts(note, { client: 7, clock: turn * count, count, from: turn * count });
    kinds.push((await submit(bench, update, note)).kind);
  }
  expect(kinds.at(-1)).toBe("refused");
  const state = await bench.storage.read(note.doc);
  if (state.kind !== "state") throw new Error(state.kind);
  const start = process.threadCpuUsage();
  Y.applyUpdateV2(new Y.Doc(), state.state);
  const { user, system } = process.threadCpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(3000);
});

test("[SY13] one member's trials do not take the threads of another", async () => {
  const bench = setupTenant({ limits });
  const hostile = Array.from({ length: 3 }, async () => {
    const note = noteOf(10_000);
    await submit(bench, note.update, { ...note, member: ada });
    return submit(bench, conflicts(note, { client: 7, count: 6000 }), { ...note, member: ada });
  });
  const order: string[] = [];
  for (const each of hostile) void each.then(() => order.push("hostile"));
  const large = noteOf(80_000, { by: ben });
  expect((await submit(bench, large.update, { ...large, member: ben })).kind).toBe("settled");
  order.push("honest");
  await Promise.all(hostile);
  expect(order.indexOf("honest")).toBeLessThan(2);
});
