// Owns the rule table of the chip: from facts of the disk, the server's answers and the link to the one honest state of saving.
// Pure: it reads no clock and gathers nothing (status.ts). The worst state is the one that is said; what it would hide is told beside it.
// Source: interface.md §5.
import type { Standing } from "../../shared/model.ts";
import type { NotSavedReason, SyncKind, SyncState } from "../saving.ts";
import type { Blocked } from "./link.ts";

/** What is known. Units: ms by a clock that nobody sets (`lastContact`: since 1970). */
export type Facts = {
  /** What makes an instant since 1970 of such a moment, for showing it alone. */
  readonly toWall: number;
  /** False until the device's storage has been counted once. */
  readonly isCounted: boolean;
  readonly startedAt: number;
  readonly changes: number;
  /** Those of them that the disk has; the others wait in memory. */
  readonly stored: number;
  /** The oldest unsent row: its id, and since when it is known to be the oldest. */
  readonly oldest: { readonly id: number; readonly since: number } | null;
  readonly quarantined: number;
  /** Since when something waits for the disk: to be written, or to be counted after it was. */
  readonly diskSince: number | null;
  readonly diskFailure: "full" | "device" | null;
  readonly isOnline: boolean;
  /** Since when the link is as it is. */
  readonly linkSince: number;
  /** Since when it has been up, apart from breaks too short to be told. */
  readonly onlineSince: number;
  readonly lastContact: number | null;
  readonly blocked: Blocked | null;
  /** Where this bundle stands to the server's models; nothing is sent unless it is `current`. */
  readonly standing: Standing;
  /** True when the inside of the store could not be loaded. */
  readonly isStopped: boolean;
};

/** After so long without an answer, online, a change counts as not saved. Units: ms. Source: interface.md §5. */
export const RED_AFTER_MS = 8000;

/** A break of the link is told after so long: a reconnect is none. Units: ms. Rule: CH5. */
export const BREAK_MS = 2000;

/** A state, and when it is to be judged again because time alone changes it. */
export type Judged = { readonly status: SyncState; readonly againAt: number | null };

type Red = { readonly reason: NotSavedReason; readonly since: number | null };

const reasonOfBlock: Readonly<Record<Blocked, NotSavedReason>> = {
  signed_out: "signed_out",
  other_member: "other_member",
  email_unverified: "unverified",
};

/** Judges the facts, the worst first. Rules: CH1–CH6. */
export function judge(facts: Facts, now: number): Judged {
  const isOffline = !isReached(facts, now);
  const about = {
    waiting: facts.changes,
    refused: facts.quarantined,
    isOffline,
    lastContact: iso(facts.lastContact),
  };
  const red = redNow(facts, now);
  if (red !== null) {
    const status = {
      ...about,
      kind: "not_saved",
      count: facts.changes,
      since: isoAt(red.since, facts),
      reason: red.reason,
    } as const;
    return { status, againAt: againAt(facts, now) };
  }
  const kind = calmKind(facts, isOffline);
  return {
    status: { ...about, kind, count: countOf(facts, kind), since: isoAt(sinceOf(facts, kind), facts) },
    againAt: againAt(facts, now),
  };
}

/** Hint: offline it is said of them that they are on the device, which is true of what the disk has alone. */
function countOf({ quarantined, changes, stored }: Facts, kind: SyncKind): number {
  if (kind === "refused") return quarantined;
  return kind === "offline" ? stored : changes;
}

/** Hint: a page that starts without a link has never had a contact, so it says so at once. */
const isReached = ({ isOnline, lastContact, linkSince }: Facts, now: number): boolean =>
  isOnline || (lastContact !== null && now < linkSince + BREAK_MS);

function redNow(facts: Facts, now: number): Red | null {
  const { diskFailure, diskSince, changes, blocked, standing, isOnline, linkSince } = facts;
  if (facts.isStopped) return { reason: "stopped", since: facts.startedAt };
  if (diskFailure !== null) return { reason: diskFailure, since: diskSince };
  const stuckSince = diskDueSince(facts);
  if (stuckSince !== null && now >= stuckSince + RED_AFTER_MS) return { reason: "device", since: stuckSince };
  if (blocked !== null) return changes > 0 ? { reason: reasonOfBlock[blocked], since: linkSince } : null;
  if (standing === "outdated") return changes > 0 ? { reason: "outdated", since: null } : null;
  const since = unansweredSince(facts);
  // Hint: in a break nothing turns red, but what was red before stays so until the break is told.
  const until = isOnline ? now : isReached(facts, now) ? linkSince : Number.NEGATIVE_INFINITY;
  return since !== null && until >= since + RED_AFTER_MS ? { reason: "unacknowledged", since } : null;
}

/** Since when the disk owes something: what was written, or its first answer. */
function diskDueSince({ diskSince, isCounted, startedAt }: Facts): number | null {
  const opening = isCounted ? null : startedAt;
  return diskSince === null || opening === null ? (diskSince ?? opening) : Math.min(diskSince, opening);
}

/** Hint: a server that is older than this app is asked nothing, so it owes no answer. */
const unansweredSince = ({ oldest, onlineSince, standing }: Facts): number | null =>
  oldest === null || standing !== "current" ? null : Math.max(oldest.since, onlineSince);

function calmKind(
  { quarantined, changes, oldest, diskSince, isCounted, standing }: Facts,
  isOffline: boolean,
): SyncKind {
  if (quarantined > 0) return "refused";
  if (isOffline) return "offline";
  if (standing === "ahead" && changes > 0) return "held";
  // Hint: an entry of the history is no change to a member, and what is unsent is not saved all the same.
  if (changes > 0 || oldest !== null || diskSince !== null) return "saving";
  return isCounted ? "saved" : "opening";
}

function sinceOf({ linkSince, oldest }: Facts, kind: SyncKind): number | null {
  if (kind === "offline") return linkSince;
  return kind === "saving" ? (oldest?.since ?? null) : null;
}

/** The next moment at which time alone may change the state. */
function againAt(facts: Facts, now: number): number | null {
  const { isOnline, linkSince, lastContact } = facts;
  const [disk, server] = [diskDueSince(facts), unansweredSince(facts)];
  const moments = [
    disk === null ? null : disk + RED_AFTER_MS,
    server === null || !isOnline ? null : server + RED_AFTER_MS,
    isOnline || lastContact === null ? null : linkSince + BREAK_MS,
  ];
  const ahead = moments.filter((at) => at !== null).filter((at) => at > now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

const isoAt = (at: number | null, { toWall }: Facts): string | null => iso(at === null ? null : at + toWall);

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The link as the chip follows it. Units: ms by a clock that nobody sets. */
export type LinkView = Pick<Facts, "isOnline" | "linkSince" | "onlineSince">;

/** The link as it is at the start. */
export const firstLink = (isOnline: boolean, at: number): LinkView => ({
  isOnline,
  linkSince: at,
  onlineSince: isOnline ? at : NEVER,
});

/** Hint: a start without a link is told at once, so what ends then is no short break. */
const NEVER = Number.NEGATIVE_INFINITY;

/** Follows the link; a break that was too short to be told does not begin the counting anew. Rule: CH5. */
export function followLink(before: LinkView, now: Pick<Facts, "isOnline" | "linkSince">): LinkView {
  const { isOnline, linkSince } = now;
  const isBack = isOnline && !before.isOnline;
  const wasShort = linkSince - before.linkSince < BREAK_MS && before.onlineSince !== NEVER;
  return { isOnline, linkSince, onlineSince: isBack && !wasShort ? linkSince : before.onlineSince };
}
