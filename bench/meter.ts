// Owns the times and counts of one phase of a load, from its first update to its last.
// Never knows sockets.
import { performance } from "node:perf_hooks";

/** What a phase showed. Units: milliseconds; lists are sorted and hold one entry per update. */
export type Phase = {
  readonly ms: number;
  readonly updates: number;
  /** From sending until all others have it. */
  readonly delivered: readonly number[];
  /** From sending until the server's acknowledgement; empty where there is none. */
  readonly settled: readonly number[];
};

export type Meter = {
  readonly delivered: (ms: number) => void;
  readonly settled: (ms: number) => void;
  readonly counted: () => void;
  /** Starts a phase and waits until so many updates have counted. Throws: what `fail` was given. */
  readonly measure: (updates: number, start: () => void) => Promise<Phase>;
  readonly fail: (error: Error) => void;
  /** What comes afterwards, such as the end of sockets, is no failure. */
  readonly end: () => void;
};

/** Makes a meter. */
export function createMeter(): Meter {
  let delivered: number[] = [];
  let settled: number[] = [];
  let left = 0;
  let hasEnded = false;
  let failure: Error | null = null;
  /** Null between phases, when nobody waits: the next one then fails at once. */
  let phase: PromiseWithResolvers<void> | null = null;
  const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
  return {
    delivered: (ms) => void delivered.push(ms),
    settled: (ms) => void settled.push(ms),
    counted: () => {
      left -= 1;
      if (left === 0) phase?.resolve();
    },
    measure: async (updates, start) => {
      [delivered, settled, left] = [[], [], updates];
      if (failure !== null) throw failure;
      phase = Promise.withResolvers<void>();
      const from = performance.now();
      start();
      await phase.promise;
      phase = null;
      return { ms: performance.now() - from, updates, delivered: sorted(delivered), settled: sorted(settled) };
    },
    fail: (error) => {
      if (hasEnded) return;
      failure ??= error;
      phase?.reject(error);
    },
    end: () => void (hasEnded = true),
  };
}
