// Owns the one honest state of saving, from facts of the disk, the server's answers and the link.
// Never words it (client/ui) and never hides a bad one behind a good one. Source: interface.md §5.
import { liveQuery } from "dexie";
import { createEffect, createRoot, createSignal } from "solid-js";
import type { Accessor } from "solid-js";
import type { StudioDb } from "./db.ts";
import type { Link } from "./link.ts";
import type { Cancel, StoreParts } from "./parts.ts";
import { makeTask } from "./task.ts";
import type { Writer } from "./writer.ts";

/** What the chip can say. */
export type SyncKind = "saved" | "saving" | "offline" | "not_saved" | "refused";

/** Why something is not saved: the disk fails or is full, the server does not answer, or it asks for a sign-in. */
export type NotSavedReason = "device" | "full" | "unacknowledged" | "signed_out";

/** The state of saving. Units: instants ISO UTC; counts are changes as a member counts them. */
export type SyncStatus = {
  readonly kind: SyncKind;
  /** Changes the server has not confirmed; for `refused` those it did not take. */
  readonly count: number;
  readonly since: string | null;
  readonly lastContact: string | null;
  readonly reason?: NotSavedReason;
};

/** What is known. Units: ms since 1970. */
export type Facts = {
  readonly changes: number;
  /** The oldest unsent row: its id, and since when it is known to be the oldest. */
  readonly oldest: { readonly id: number; readonly since: number } | null;
  readonly quarantined: number;
  /** True when more was written than has been counted yet. */
  readonly isBehind: boolean;
  /** Since when something waits for the disk. */
  readonly diskSince: number | null;
  readonly diskFailure: "full" | "device" | null;
  readonly isOnline: boolean;
  readonly linkSince: number;
  readonly lastContact: number | null;
  readonly isSignedOut: boolean;
};

/** After so long without an answer, online, a change counts as not saved. Units: ms. Source: interface.md §5. */
export const RED_AFTER_MS = 8000;

/** The state, and when it is to be judged again because time alone changes it. Rules: S51–S55. */
export function judge(facts: Facts, now: number): { readonly status: SyncStatus; readonly againAt: number | null } {
  const at = { lastContact: iso(facts.lastContact) };
  const unsaved = (reason: NotSavedReason, since: number | null): SyncStatus => {
    return { ...at, kind: "not_saved", count: facts.changes, since: iso(since), reason };
  };
  const redAt = redTime(facts);
  const isRed = redAt !== null && now >= redAt.at;
  const state = (kind: SyncKind, count: number, since: number | null) => {
    const againAt = redAt !== null && !isRed ? redAt.at : null;
    return { status: { ...at, kind, count, since: iso(since) }, againAt };
  };
  if (facts.diskFailure !== null) return { status: unsaved(facts.diskFailure, facts.diskSince), againAt: null };
  if (isRed) return { status: unsaved(redAt.reason, redAt.since), againAt: null };
  if (facts.isSignedOut && facts.changes > 0) return { status: unsaved("signed_out", facts.linkSince), againAt: null };
  if (!facts.isOnline) return state("offline", facts.changes, facts.linkSince);
  if (facts.quarantined > 0) return state("refused", facts.quarantined, null);
  const isWaiting = facts.changes > 0 || facts.diskSince !== null || facts.isBehind;
  return state(isWaiting ? "saving" : "saved", facts.changes, facts.oldest?.since ?? null);
}

type Red = { readonly at: number; readonly since: number; readonly reason: NotSavedReason };

/** When waiting turns red: the disk counts always, the server only while this device reaches it. */
function redTime({ oldest, diskSince, isOnline, linkSince, isSignedOut }: Facts): Red | null {
  if (diskSince !== null) return { at: diskSince + RED_AFTER_MS, since: diskSince, reason: "device" };
  if (oldest === null || !isOnline || isSignedOut) return null;
  const since = Math.max(oldest.since, linkSince);
  return { at: since + RED_AFTER_MS, since, reason: "unacknowledged" };
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export type StatusDeps = Pick<StoreParts, "db" | "clock" | "later" | "onFailure"> & {
  readonly writer: Pick<Writer, "waitingSince" | "failure" | "writtenCount">;
  readonly link: Pick<Link, "isOnline" | "since" | "lastContact" | "blocked">;
};

/** Creates the state; the second value ends it. */
export function createStatus(deps: StatusDeps): [Accessor<SyncStatus>, Cancel] {
  const { clock, later, writer, link } = deps;
  const [onDisk, stopWatching] = watchDisk(deps);
  const facts = (): Facts => ({
    ...onDisk(),
    isBehind: writer.writtenCount() !== onDisk().writtenCount,
    diskSince: writer.waitingSince(),
    diskFailure: writer.failure(),
    isOnline: link.isOnline(),
    linkSince: link.since(),
    lastContact: link.lastContact(),
    isSignedOut: link.blocked() === "signed_out" || link.blocked() === "other_member",
  });
  const [status, setStatus] = createSignal<SyncStatus>(judge(facts(), clock()).status);
  const stop = createRoot((dispose) => {
    let cancel: Cancel | null = null;
    const look = (known: Facts): void => {
      const judged = judge(known, clock());
      setStatus(judged.status);
      cancel?.();
      cancel = judged.againAt === null ? null : later(() => look(facts()), judged.againAt - clock());
    };
    createEffect(() => look(facts()));
    return () => {
      cancel?.();
      dispose();
    };
  });
  return [
    status,
    () => {
      stop();
      stopWatching();
    },
  ];
}

type OnDisk = Pick<Facts, "changes" | "oldest" | "quarantined"> & { readonly writtenCount: number };

/** Past so many rows, as in an import, they are counted less often. Units: rows; ms. */
const MANY = 500;
const COUNT_EVERY_MS = 500;

/** Counts again after each of our own transactions, and whenever another tab or an answer changed something. */
function watchDisk(deps: StatusDeps): [Accessor<OnDisk>, Cancel] {
  const { db, clock, writer, onFailure } = deps;
  const [facts, setFacts] = createSignal<OnDisk>({ changes: 0, oldest: null, quarantined: 0, writtenCount: 0 });
  let rows = 0;
  const count = makeTask(deps, async () => {
    // Hint: read before the disk is, so that it never stands for more than was seen.
    const writtenCount = writer.writtenCount();
    const counted = await readDisk(db);
    rows = counted.rows;
    setFacts(({ oldest }) => ({
      changes: counted.changes,
      quarantined: counted.quarantined,
      oldest: oldestOf(oldest, { oldest: counted.oldest, now: clock() }),
      writtenCount,
    }));
    return null;
  });
  const again = (): void => count.kick(rows > MANY ? COUNT_EVERY_MS : 0);
  const changed = liveQuery(async () => [
    await unsent(db).count(),
    await oldestUnsent(db),
    await db.quarantine.count(),
  ]);
  const subscription = changed.subscribe({ next: again, error: onFailure });
  const stop = createRoot((dispose) => {
    createEffect(() => writer.writtenCount() > 0 && again());
    return dispose;
  });
  return [
    facts,
    () => {
      stop();
      subscription.unsubscribe();
      void count.stop();
    },
  ];
}

/** Hint: while the oldest one changes, answers come in, however long the whole takes. */
function oldestOf(before: Facts["oldest"], { oldest, now }: { oldest: number | null; now: number }): Facts["oldest"] {
  if (oldest === null) return null;
  return before?.id === oldest ? before : { id: oldest, since: now };
}

type Counted = {
  readonly changes: number;
  readonly rows: number;
  readonly oldest: number | null;
  readonly quarantined: number;
};

const unsent = (db: StudioDb) => db.updates.where("unsent").equals(1);

const oldestUnsent = async (db: StudioDb): Promise<number | null> =>
  (await unsent(db).limit(1).primaryKeys())[0] ?? null;

async function readDisk(db: StudioDb): Promise<Counted> {
  const rows = await unsent(db).count();
  const changes = rows === 0 ? [] : await db.updates.orderBy("[unsent+change]").uniqueKeys();
  const quarantined = await db.quarantine.count();
  return { changes: changes.length, rows, oldest: await oldestUnsent(db), quarantined };
}
