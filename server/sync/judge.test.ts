// Trials on a busy machine: what counts is how long a thread computes, not how long that takes.
import * as Y from "yjs";
import { expect, test } from "vitest";
import { startLimits } from "../limits.ts";
import { conflicts, noteOf } from "./heavy.testing.ts";
import { createJudge } from "./judge.ts";
import type { Question, Verdict } from "./judge.ts";
import { ada, submit, setupTenant } from "./testing.ts";

const stalled = new URL("./judge.stalled.testing.ts", import.meta.url);

const question = (update: Uint8Array, state: Uint8Array | null = null): Question => ({
  member: ada,
  grows: true,
  job: () => ({ state, update, format: "v1" }),
});

const honest = (): Question => question(noteOf(20_000).update);

test("[SY13] an honest update whose thread gets no processor for longer than the limit is not refused", async () => {
  const judge = createJudge({ ...startLimits, workerApplyMs: 200 }, stalled);
  expect((await judge.ask(honest())).kind).toBe("cheap");
});

test("[SY13] what computes too long is refused whatever the clock says, and the next trial has a thread", async () => {
  const judge = createJudge({ ...startLimits, workerApplyMs: 300 });
  const note = noteOf(10_000);
  const state = Y.encodeStateAsUpdateV2(note.ydoc);
  const verdict: Verdict = await judge.ask(question(conflicts(note, { client: 7, count: 9000 }), state));
  expect(verdict.kind).toBe("heavy");
  expect(verdict.ms).toBeGreaterThanOrEqual(300);
  expect((await judge.ask(honest())).kind).toBe("cheap");
});

test("[SY13] an update whose thread hardly computes at all is put off, not refused, and its room goes on", async () => {
  const judge = createJudge({ ...startLimits, workerApplyMs: 20 }, stalled);
  const bench = setupTenant({ judge });
  const note = noteOf(80_000);
  expect(await submit(bench, note.update, note)).toEqual({ kind: "failed", error: { type: "later" } });
  const small = noteOf(10);
  expect((await submit(bench, small.update, { doc: note.doc })).kind).toBe("settled");
  expect(bench.failures).toEqual([]);
});
