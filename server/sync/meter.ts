// Owns what the write path tells of itself: numbers, durations and words of closed lists.
// Never ids, names or content; server/metrics.ts makes figures of it.
import type { RefusalReason } from "../../shared/errors.ts";

/** One tick of a studio that has ended. Units: ms; `commitMs` is the part that the storage took. */
export type TickReport = {
  /** Documents that are on disk now. */
  readonly documents: number;
  /** Updates that were settled, those that changed nothing included. */
  readonly updates: number;
  readonly ms: number;
  readonly commitMs: number;
};

/**
 * What guards did, by a word of a closed list: an update was `tried` in a thread, found too `heavy`, or put off because the thread
 * hardly got to compute (`starved`); a member took away more than
 * an hour's share (`removals`), asked for more than a `share` of the server, or held more large documents `open` than fit, or added too much to what
 * is stored (`growth`); a slow reader was left without `presence`, or was cut (`slow`).
 */
export type Guard = "tried" | "heavy" | "starved" | "removals" | "share" | "open" | "growth" | "presence" | "slow";

/** Hears of the write path. Rule: OB2. */
export type SyncMeter = {
  readonly guarded: (guard: Guard) => void;
  readonly ticked: (tick: TickReport) => void;
  /** An update was refused, or had a gap. */
  readonly refused: (reason: RefusalReason) => void;
};

/** What is open and what waits, at one moment. */
export type SyncCounts = { readonly studios: number; readonly rooms: number; readonly queued: number };
