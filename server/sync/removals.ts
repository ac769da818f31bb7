// Owns how much a member takes away: fields overwritten or cleared, text deleted, counted per studio, member and hour.
// Never says that a single removal is unlawful (shared/check.ts does): it notices who takes away more than anybody would.
import * as Y from "yjs";
import type { Clock } from "../clock.ts";
import type { Limits } from "../limits.ts";

const HOUR_MS = 60 * 60_000;

/** So many letters of a text weigh as much as a field. */
const LETTERS = 100;

/** Beyond so many members, those whose hour has passed are forgotten. */
const SWEEP_FROM = 1000;

/** How much a transaction took away of what was there before it. Units: fields. To be called while old values can still be read. */
export function removalsIn(transaction: Y.Transaction): number {
  let removed = 0;
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    const isOld = struct.id.clock < (transaction.beforeState.get(struct.id.client) ?? 0);
    if (isOld && struct instanceof Y.Item) removed += struct.parentSub === null ? struct.length / LETTERS : 1;
  });
  return removed;
}

/** Counts what a member of a studio takes away; false when that would be more than an hour's share, and is then not counted. Rule: SY16. */
export type TakeAway = (who: { readonly org: string; readonly member: string }, removals: number) => boolean;

type Hour = { readonly since: number; readonly count: number };

/** Makes the counter. What it knows lives as long as the process. Rule: SY16. */
export function createTakeAway({ removalsPerMemberPerHour }: Limits, clock: Clock): TakeAway {
  const hours = new Map<string, Hour>();
  const sweep = (now: number): void => {
    for (const [key, { since }] of hours) if (now - since >= HOUR_MS) hours.delete(key);
  };
  return ({ org, member }, removals) => {
    if (removals === 0) return true;
    const now = clock();
    if (hours.size > SWEEP_FROM) sweep(now);
    const key = `${org} ${member}`;
    const known = hours.get(key);
    const { since, count } = known !== undefined && now - known.since < HOUR_MS ? known : { since: now, count: 0 };
    if (count + removals > removalsPerMemberPerHour) return false;
    hours.set(key, { since, count: count + removals });
    return true;
  };
}
