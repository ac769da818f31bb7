// How much one member may add to what is stored.
import { expect, test } from "vitest";
import * as Y from "yjs";
import { startLimits } from "../limits.ts";
import { noteOf } from "./heavy.testing.ts";
import { ada, ben, change, setupTenant, submit } from "./testing.ts";

const DAY_MS = 24 * 60 * 60_000;

test("[SY21] a member adds no more than a day's bytes; colleagues go on, and so does who makes things smaller", async () => {
  let now = 0;
  const limits = { ...startLimits, grownBytesPerMemberPerDay: 60_000 };
  const bench = setupTenant({ limits, clock: () => now });
  const first = noteOf(40_000);
  const second = noteOf(40_000);
  const colleagues = noteOf(40_000, { by: ben });
  expect((await submit(bench, first.update, first)).kind).toBe("settled");
  expect(await submit(bench, second.update, second)).toMatchObject({ kind: "failed", error: { type: "too_fast" } });
  expect((await submit(bench, colleagues.update, { doc: colleagues.doc, member: ben })).kind).toBe("settled");
  const smaller = change(first.ydoc, () => first.line.delete(0, 30_000));
  expect((await submit(bench, smaller, { doc: first.doc, member: ada })).kind).toBe("settled");
  now += DAY_MS;
  expect((await submit(bench, second.update, second)).kind).toBe("settled");
  const state = await bench.storage.read(second.doc);
  expect(state.kind === "state" && state.state.length).toBeGreaterThan(40_000);
  expect(bench.failures).toEqual([]);
});

test("[SY21] of a tick of two members only who has added too much is refused, and new documents count by themselves", async () => {
  const bench = setupTenant({ limits: { ...startLimits, grownBytesPerMemberPerDay: 3000 } });
  const notes = Array.from({ length: 8 }, () => noteOf(10));
  const kinds = await Promise.all(notes.map(async (note) => (await submit(bench, note.update, note)).kind));
  expect(new Set(kinds)).toEqual(new Set(["settled", "failed"]));
  const shared = noteOf(10, { by: ben });
  await submit(bench, shared.update, { doc: shared.doc, member: ben });
  const copy = new Y.Doc();
  Y.applyUpdate(copy, shared.update);
  const line = change(shared.ydoc, () => shared.line.insert(0, "b".repeat(100)));
  const outcomes = await Promise.all([
    submit(bench, line, { doc: shared.doc, member: ben }),
    submit(bench, noteOf(2000).update, { doc: shared.doc, member: ada }),
  ]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(["settled", "failed"]);
});
