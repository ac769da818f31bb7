// Owns time and randomness as parameters: every part of the server takes them from its caller.
// Never read anywhere else: no other file of the server calls Date.now, new Date or crypto.randomBytes.
import { randomFillSync } from "node:crypto";

/** Tells the time. Units: milliseconds since 1970, UTC. */
export type Clock = () => number;

/** Makes that many random bytes: crypto-strong in production, seeded in tests. */
export type RandomBytes = (length: number) => Uint8Array;

/** The clock of the machine. */
export const systemClock: Clock = () => Date.now();

/** How much chance is drawn at once: the call costs the same for twelve bytes and for a thousand (measured). Units: bytes. */
const DRAWN = 4096;

const drawn = new Uint8Array(DRAWN);
let used = DRAWN;

/** The random source of the machine. Hint: what was given out is not kept, because it may become a key. */
export const systemRandom: RandomBytes = (length) => {
  if (length > DRAWN) return randomFillSync(new Uint8Array(length));
  if (used + length > DRAWN) {
    randomFillSync(drawn);
    used = 0;
  }
  const bytes = drawn.slice(used, used + length);
  drawn.fill(0, used, used + length);
  used += length;
  return bytes;
};

/** Writes a time as an instant. Units: ISO 8601 in UTC with milliseconds. */
export const toInstant = (ms: number): string => new Date(ms).toISOString();

/** Writes random bytes as text that is safe in ids, addresses and file names. Shape: base64url without padding. */
export const randomText = (random: RandomBytes, length: number): string =>
  Buffer.from(random(length)).toString("base64url");

/** Tells whether a span has passed since it was made; unlike the clock it never jumps. Units: ms. */
export function createDeadline(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() > end;
}

/** Starts a watch that tells how long ago that was; unlike the clock it never jumps. Units: ms. */
export function startTimer(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}
