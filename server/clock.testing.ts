// Owns time and randomness for tests: a clock that stands until it is moved, and bytes that a seed repeats.
// Never used by the product.
import { createHash } from "node:crypto";
import type { Clock, RandomBytes } from "./clock.ts";

/** A clock that a test moves. Units: milliseconds since 1970. */
export type TestClock = { readonly now: Clock; readonly advance: (ms: number) => void };

/** Makes a clock that stands still at a time. */
export function createTestClock(startMs = Date.UTC(2026, 0, 15, 9)): TestClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

/** Makes random bytes that are the same for the same seed. Hint: SHA-256 of seed and counter, so that ids and nonces differ. */
export function seededRandom(seed: string): RandomBytes {
  let counter = 0;
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += 32) {
      counter += 1;
      const block = createHash("sha256").update(`${seed}/${counter}`).digest();
      bytes.set(block.subarray(0, Math.min(32, length - offset)), offset);
    }
    return bytes;
  };
}
