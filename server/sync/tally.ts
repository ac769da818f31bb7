// Owns what is counted of members over a span of time, far above what anybody does by hand: removals, new client ids, growth.
// Never keeps a count longer than its span or than the process lives.
import type { Clock } from "../clock.ts";
import type { Limits } from "../limits.ts";

const HOUR_MS = 60 * 60_000;

/** Beyond so many counts, those whose span has passed are forgotten. */
const SWEEP_FROM = 1000;

/** Counts more under a key; false when that would be more than the limit, and is then not counted. */
type Tally = (key: string, more: number) => boolean;

type Count = { readonly since: number; readonly count: number };

function createTally({ most, spanMs }: { most: number; spanMs: number }, clock: Clock): Tally {
  const counts = new Map<string, Count>();
  let sweepAt = SWEEP_FROM;
  // Hint: the next one when there are twice as many, so that sweeping costs little however many there are.
  const sweep = (now: number): void => {
    for (const [key, { since }] of counts) if (now - since >= spanMs) counts.delete(key);
    sweepAt = Math.max(SWEEP_FROM, counts.size * 2);
  };
  return (key, more) => {
    if (more === 0) return true;
    const now = clock();
    if (counts.size > sweepAt) sweep(now);
    const known = counts.get(key);
    const { since, count } = known !== undefined && now - known.since < spanMs ? known : { since: now, count: 0 };
    if (count + more > most) return false;
    counts.set(key, { since, count: count + more });
    return true;
  };
}

/** A member of a studio, and the document at hand. */
export type Who = { readonly org: string; readonly member: string; readonly doc: string };

/** What members do over time; each answers false when it is too much. Rules: SY15, SY16, SY21. */
export type Tallies = {
  /** What a member adds to what a studio stores. Units: bytes. Rule: SY21. */
  readonly grow: (who: Omit<Who, "doc">, bytes: number) => boolean;
  readonly takeAway: (who: Who, removals: number) => boolean;
  readonly addIds: (who: Who, clientIds: number) => boolean;
};

/** Makes the counters of one process. */
export function createTallies(limits: Limits, clock: Clock): Tallies {
  const removals = createTally({ most: limits.removalsPerMemberPerHour, spanMs: HOUR_MS }, clock);
  const ids = createTally({ most: limits.clientIdsPerMemberPerDay, spanMs: 24 * HOUR_MS }, clock);
  const grown = createTally({ most: limits.grownBytesPerMemberPerDay, spanMs: 24 * HOUR_MS }, clock);
  return {
    grow: ({ org, member }, bytes) => grown(`${org} ${member}`, bytes),
    takeAway: ({ org, member }, count) => removals(`${org} ${member}`, count),
    addIds: ({ org, member, doc }, count) => ids(`${org} ${member} ${doc}`, count),
  };
}
