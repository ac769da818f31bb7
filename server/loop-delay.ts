// Owns how late the event loop is: a timer that notes by how much it came too late.
// Never keeps more than the last moments: what was slow an hour ago is for whoever collects figures.
import { startTimer } from "./clock.ts";

/** How late things were in the last moments. Units: seconds. */
export type LoopDelay = { readonly p50: number; readonly p99: number; readonly max: number };

export type LoopMonitor = { readonly delay: () => LoopDelay; readonly stop: () => void };

const EVERY_MS = 50;

/** About 15 seconds of samples: as long as figures are usually asked for. */
const SAMPLES = 300;

/** Watches the loop until it is stopped. Hint: unlike Node's histogram it misses nothing at its edges. */
export function watchLoop(): LoopMonitor {
  const samples = new Float64Array(SAMPLES);
  let next = 0;
  let elapsed = startTimer();
  const timer = setInterval(() => {
    samples[next] = Math.max(0, elapsed() - EVERY_MS);
    next = (next + 1) % SAMPLES;
    elapsed = startTimer();
  }, EVERY_MS).unref();
  const delay = (): LoopDelay => {
    // Hint: while it is blocked no sample is taken; the first one to ask sees what is running now.
    const sorted = Float64Array.of(...samples, Math.max(0, elapsed() - EVERY_MS)).toSorted();
    const at = (share: number): number => (sorted[Math.ceil(sorted.length * share) - 1] ?? 0) / 1000;
    return { p50: at(0.5), p99: at(0.99), max: at(1) };
  };
  return { delay, stop: () => clearInterval(timer) };
}
