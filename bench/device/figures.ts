// Owns the shape of what the suite `device` shows. Never rounds: the report does.
import { percentile } from "../stats.ts";

/** How long something took, over all its inputs. Units: ms. */
export type Spread = { readonly count: number; readonly p50: number; readonly p95: number; readonly most: number };

/** One round of use on one device. Units: ms. */
export type UseRound = {
  readonly search: Spread;
  /** Letters that match thousands. */
  readonly shortSearch: Spread;
  readonly open: Spread;
  /** A letter typed and a status chosen: what the main thread works until the frame that shows it is painted. */
  readonly editWork: Spread;
  /** The same from the input's own time to the painted frame, the wait for the display's tick included. */
  readonly editShown: Spread;
  /** A status chosen until the screen says that it is on the disk. */
  readonly stored: Spread;
};

/** A device that is filled for the first time. */
export type Fill = { readonly slow: number; readonly seconds: number; readonly longestTaskMs: number };

/** What was measured at one size. */
export type SizeFigures = {
  readonly people: number;
  readonly fills: readonly Fill[];
  /** Cold offline starts. Units: ms. */
  readonly rowsMs: readonly number[];
  readonly answeredMs: readonly number[];
  readonly rounds: readonly UseRound[];
  /** Units: MB after a collection; null where it was not measured. */
  readonly heapAfterStart: readonly number[];
  readonly heapAfterUse: number | null;
  /** The most that was seen while the device was used. */
  readonly heapMost: number | null;
  /** 1,000 documents changed while away: from the network's return until the list has them. Units: ms. */
  readonly awayMs: readonly number[];
};

export type DeviceFigures = {
  readonly slow: number;
  readonly runs: number;
  readonly useMinutes: number;
  /** JavaScript before the list of people shows. Units: bytes, compressed. */
  readonly firstBytes: number;
  readonly sizes: readonly SizeFigures[];
};

/** Sums up single times. */
export function spreadOf(times: readonly number[]): Spread {
  const sorted = times.toSorted((one, other) => one - other);
  return {
    count: sorted.length,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    most: sorted.at(-1) ?? Number.NaN,
  };
}
