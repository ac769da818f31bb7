// Owns what a worker thread does with an update that may be expensive: it tries it on a copy and tells what that took.
// Never decides, stores or sends anything, and knows neither rights nor schemas: the server applies and checks by itself afterwards.
import { parentPort } from "node:worker_threads";
import * as Y from "yjs";
import type { Job, Trial } from "./judge.thread.ts";

/** Computing time of this thread so far. Units: ms. */
function spent(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Computing time of this thread alone, so that a busy machine makes nobody's update look expensive. Units: ms. */
function computing(run: () => void): number {
  const start = spent();
  run();
  return spent() - start;
}

/** Hint: yjs throws on bytes that are no update, and on nesting that overflows its stack; both are refused elsewhere. */
function attempt(run: () => void): void {
  try {
    run();
  } catch {
    // Hint: what was computed until then is counted all the same.
  }
}

function tryOut({ state, update, format }: Job): Trial {
  const apply = format === "v1" ? Y.applyUpdate : Y.applyUpdateV2;
  const ydoc = new Y.Doc();
  if (state !== null) Y.applyUpdateV2(ydoc, state);
  const applyMs = computing(() => attempt(() => apply(ydoc, update)));
  const after = Y.encodeStateAsUpdateV2(ydoc);
  const readMs = computing(() => Y.decodeUpdateV2(after));
  const loadMs = computing(() => Y.applyUpdateV2(new Y.Doc(), after));
  return { applyMs, loadMs, readMs, spentMs: spent() };
}

parentPort?.on("message", (job: Job) => parentPort?.postMessage(tryOut(job)));
parentPort?.postMessage(spent());
