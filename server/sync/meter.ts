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

/** Hears of the write path. Rule: OB2. */
export type SyncMeter = {
  readonly ticked: (tick: TickReport) => void;
  /** An update was refused, or had a gap. */
  readonly refused: (reason: RefusalReason) => void;
};

/** What is open and what waits, at one moment. */
export type SyncCounts = { readonly studios: number; readonly rooms: number; readonly queued: number };
