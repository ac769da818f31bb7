// Owns how long to wait before the next try: doubling up to a cap, spread by chance, never shorter than the server asked for.
// Never waits itself and never knows what is tried.
import type { StoreParts } from "./parts.ts";

export type Backoff = {
  /** How long to wait after a failure, at least as long as was asked for. Units: ms. */
  readonly next: (atLeastMs?: number) => number;
  /** How much of that is left. Units: ms. */
  readonly left: () => number;
  /** Begins anew: it worked, or the network or the page came back. */
  readonly reset: () => void;
};

/** The first and the longest wait. Units: ms. */
export type Waits = { readonly firstMs: number; readonly longestMs: number };

/** The longest wait between two tries of anything. Units: ms. Source: sync.md §4.1. */
export const LONGEST_WAIT_MS = 30_000;

/** Makes the waits of one thing that is tried. Rules: RE30, RE31. */
export function makeBackoff(
  { random, steady }: Pick<StoreParts, "random" | "steady">,
  { firstMs, longestMs }: Waits,
): Backoff {
  let failures = 0;
  let until = 0;
  return {
    next: (atLeastMs = 0) => {
      const wait = Math.min(firstMs * 2 ** failures, longestMs) * (0.5 + random() / 2);
      failures += 1;
      // Hint: spread as well, because everybody was asked to wait equally long.
      const left = Math.max(wait, atLeastMs * (1 + random() / 5));
      until = steady() + left;
      return left;
    },
    left: () => Math.max(0, until - steady()),
    reset: () => {
      failures = 0;
      until = 0;
    },
  };
}

/** A socket that stood so long was no failure: the next wait is a short one again. Units: ms. */
const STEADY_MS = 5000;

/** Over how long devices come back to a server that restarts. Units: ms. Source: sync.md §9.6. */
const RESTART_MS = { first: 1000, spread: 3000 } as const;

/** Codes by which a server says that it goes: everybody hears it in the same moment. */
const restarts: ReadonlySet<number> = new Set([1001, 1012, 4503]);

export type SocketBackoff = {
  readonly opened: () => void;
  /** How long to wait after a connection that ended with this code; null when nobody said goodbye. Units: ms. Rule: RE32. */
  readonly closed: (code: number | null) => number;
  readonly reset: () => void;
};

/** Makes the waits of a socket. A connection that breaks soon after it opened counts as a failure. Rules: RE30, RE32. */
export function makeSocketBackoff(parts: Pick<StoreParts, "random" | "steady">, waits: Waits): SocketBackoff {
  const backoff = makeBackoff(parts, waits);
  let openedAt: number | null = null;
  return {
    opened: () => {
      openedAt = parts.steady();
    },
    closed: (code) => {
      if (openedAt !== null && parts.steady() - openedAt >= STEADY_MS) backoff.reset();
      openedAt = null;
      const isRestart = code !== null && restarts.has(code);
      return Math.max(backoff.next(), isRestart ? RESTART_MS.first + RESTART_MS.spread * parts.random() : 0);
    },
    reset: backoff.reset,
  };
}
