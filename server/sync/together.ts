// Owns how updates of one member that stand behind each other in a queue are applied in one transaction of Yjs: one check, one
// emitted update. Never refuses: what cannot be taken together is taken one by one (take.ts).
import { applyTogether } from "./apply.ts";
import type { Applied } from "./apply.ts";
import { NOBODY, allowanceOf, bind, unboundOf } from "./may.ts";
import type { Accepted, Room, Submission } from "./room.ts";
import type { Taking } from "./take.ts";

/** More than so many wait for the next transaction, so that a tick sees in time that it is late. */
const MOST = 64;

/**
 * The updates at the head of a queue that may be applied together: of one member, none of them tried elsewhere or refused in
 * company before.
 */
export function companyOf(room: Room, submissions: readonly Submission[]): readonly Submission[] {
  const [first] = submissions;
  if (first === undefined || room.apart > 0 || room.verdict !== null || first.author.mayBring) return [];
  const end = submissions.findIndex(({ author }) => author.member !== first.author.member || author.mayBring);
  return submissions.slice(0, Math.min(MOST, end < 0 ? submissions.length : end));
}

/** What was accepted together; `spoilt` when the document must be loaded again and they be taken one by one. */
export type Together = readonly Accepted[] | "spoilt";

/** Applies as many of one member's updates together as need no second look; none when that is not even two. Rule: SY17. */
export function takeTogether(room: Room, company: readonly Submission[], taking: Taking): Together {
  const [first] = company;
  if (first === undefined || company.length < 2) return [];
  const { taken, applied } = applyTogether(room, company, allowanceOf(room, first, taking.limits));
  if (taken === 0) return [];
  if (applied.kind === "unchanged") return company.slice(0, taken).map((submission) => nothingNew(submission));
  if (applied.kind !== "changed" || !isWithin(room, { first, applied, taking })) return "spoilt";
  room.untried += applied.effort;
  const writers = bind(room, { submission: first, ids: applied.ids });
  return company.slice(0, taken).map((submission, index) => {
    const isFirst = index === 0;
    return {
      submission,
      hasChanged: true,
      emitted: isFirst ? applied.emitted : null,
      writers: isFirst ? writers : NOBODY,
    };
  });
}

const nothingNew = (submission: Submission): Accepted => ({
  submission,
  hasChanged: false,
  emitted: null,
  writers: NOBODY,
});

type Counting = {
  readonly first: Submission;
  readonly applied: Extract<Applied, { kind: "changed" }>;
  readonly taking: Taking;
};

function isWithin(room: Room, { first, applied, taking: { org, tallies } }: Counting): boolean {
  const who = { org, member: first.author.member, doc: room.doc };
  return tallies.takeAway(who, applied.removals) && tallies.addIds(who, unboundOf(room, applied.ids).length);
}
