// Owns a worker of the judge on a machine that gives it no processor for a while: it sleeps, then does what the real one does.
// Never used by the product.
import { parentPort } from "node:worker_threads";

/** How long each job gets no processor. Units: ms. */
const STALL_MS = 600;

parentPort?.on("message", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS));
await import("./judge.worker.ts");
