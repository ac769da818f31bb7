// Owns the gathering of what the chip is judged by (judge.ts): the disk, the server's answers, the link. Light, without yjs, so
// that the chip is honest from the first screen on, before the inside of the store is loaded.
// Never words a state (client/ui) and never decides one.
import type { SyncState } from "../saving.ts";
import { createEffect, createRoot, createSignal, untrack } from "solid-js";
import type { Accessor } from "solid-js";
import type { StudioDb, UpdateRow } from "./db.ts";
import { follow } from "./follow.ts";
import { firstLink, followLink, judge } from "./judge.ts";
import type { Facts, LinkView } from "./judge.ts";
import type { Link } from "./link.ts";
import type { Cancel, StoreParts } from "./parts.ts";
import { makeTask } from "./task.ts";
import type { Writer } from "./writer.ts";

/** What the inside of the store knows, once it is loaded. */
export type Watched = {
  readonly writer: Pick<Writer, "waitingSince" | "failure" | "writtenCount" | "waiting">;
  readonly link: Pick<Link, "isOnline" | "since" | "lastContact" | "blocked" | "standing">;
};

export type StatusDeps = Pick<StoreParts, "db" | "clock" | "steady" | "later" | "onFailure" | "page"> & {
  readonly inside: Accessor<Watched | null>;
  /** Since when an act waits for the inside; null when none does. Units: ms since 1970. */
  readonly actSince: Accessor<number | null>;
  readonly isStopped: Accessor<boolean>;
};

/** Creates the state; the second value ends it. A clock that is set changes nothing. Rules: CH1–CH7, CH9. */
export function createStatus(deps: StatusDeps): [Accessor<SyncState>, Cancel] {
  const { clock, steady, later } = deps;
  const [onDisk, stopWatching] = watchDisk(deps);
  const startedAt = steady();
  const seen = makeSeen(steady);
  const [view, setView] = createSignal<LinkView>(firstLink(deps.page.isOnline(), startedAt));
  const facts = (): Facts => {
    return { ...onDisk(), ...view(), ...insideFacts(deps, onDisk(), seen), startedAt, toWall: clock() - steady() };
  };
  const [status, setStatus] = createSignal<SyncState>(judge(facts(), steady()).status);
  const stop = createRoot((dispose) => {
    let cancel: Cancel | null = null;
    const look = (known: Facts): void => {
      const judged = judge(known, steady());
      setStatus(judged.status);
      cancel?.();
      cancel = judged.againAt === null ? null : later(() => look(untrack(facts)), judged.againAt - steady());
    };
    createEffect(() => {
      const link = deps.inside()?.link;
      if (link === undefined) return;
      const now = { isOnline: link.isOnline(), linkSince: seen("link", link.since()) ?? startedAt };
      setView((before) => followLink(before, now));
    });
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

/** When a moment that others tell by the wall clock was first seen, by the steady one. */
type Seen = (what: "link" | "disk" | "act", moment: number | null) => number | null;

function makeSeen(steady: () => number): Seen {
  const known = new Map<string, { readonly moment: number; readonly at: number }>();
  return (what, moment) => {
    if (moment === null) return null;
    const before = known.get(what);
    if (before?.moment !== moment) known.set(what, { moment, at: steady() });
    return known.get(what)?.at ?? null;
  };
}

function insideFacts({ inside, actSince, isStopped }: StatusDeps, { behindSince, changes }: OnDisk, seen: Seen) {
  const { writer, link } = inside() ?? {};
  const waits = [seen("disk", writer?.waitingSince() ?? null), behindSince, seen("act", actSince())];
  const since = waits.filter((at) => at !== null);
  // Hint: an entry of the history belongs to the change it tells of.
  const isWaiting = (writer?.waitingSince() ?? null) !== null;
  const inMemory = isWaiting ? (writer?.waiting().filter(({ made }) => made !== null) ?? []) : [];
  return {
    stored: changes,
    changes: changes + new Set(inMemory.map(({ change }) => change)).size,
    diskSince: since.length === 0 ? null : Math.min(...since),
    diskFailure: writer?.failure() ?? null,
    lastContact: link?.lastContact() ?? null,
    blocked: link?.blocked() ?? null,
    standing: link?.standing() ?? "current",
    isStopped: isStopped(),
  };
}

type OnDisk = Pick<Facts, "isCounted" | "changes" | "oldest" | "quarantined"> & {
  /** Since when something is on the disk that has not been counted; null when all has. Units: ms by the steady clock. */
  readonly behindSince: number | null;
};

/** Past so many rows, as in an import, they are counted less often. Units: rows; ms. */
const MANY = 500;
const COUNT_EVERY_MS = 500;

/** Counts again after each of our own transactions, and whenever another tab or an answer changed something. */
function watchDisk(deps: StatusDeps): [Accessor<OnDisk>, Cancel] {
  const { db, steady, inside, onFailure } = deps;
  const written = (): number => inside()?.writer.writtenCount() ?? 0;
  const [facts, setFacts] = createSignal<OnDisk>({
    isCounted: false,
    changes: 0,
    oldest: null,
    quarantined: 0,
    behindSince: null,
  });
  let rows = 0;
  const count = makeTask(deps, async () => {
    // Hint: read before the disk is, so that it never stands for more than was seen.
    const seen = { at: steady(), written: untrack(written) };
    const counted = await readDisk(db);
    rows = counted.rows;
    setFacts(({ oldest }) => ({
      isCounted: true,
      changes: counted.changes,
      quarantined: counted.quarantined,
      oldest: oldestOf(oldest, { oldest: counted.oldest, now: steady() }),
      behindSince: untrack(written) === seen.written ? null : seen.at,
    }));
    return null;
  });
  const again = (): void => count.kick(rows > MANY ? COUNT_EVERY_MS : 0);
  const stopFollowing = follow(db, () => reading(db, async () => readMarks(db)), { next: again, error: onFailure });
  const stop = createRoot((dispose) => {
    createEffect(() => {
      if (written() === 0) return;
      setFacts((known) => (known.behindSince === null ? { ...known, behindSince: steady() } : known));
      again();
    });
    return dispose;
  });
  return [
    facts,
    () => {
      stop();
      stopFollowing();
      void count.stop();
    },
  ];
}

/** Hint: while the oldest one changes, answers come in, however long the whole takes. */
function oldestOf(before: Facts["oldest"], { oldest, now }: { oldest: number | null; now: number }): Facts["oldest"] {
  if (oldest === null) return null;
  return before?.id === oldest ? before : { id: oldest, since: now };
}

type Counted = Unsent & { readonly oldest: number | null; readonly quarantined: number };

const unsent = (db: StudioDb) => db.updates.where("unsent").equals(1);

const oldestUnsent = async (db: StudioDb): Promise<number | null> =>
  (await unsent(db).limit(1).primaryKeys())[0] ?? null;

/** Hint: in one transaction, because every act is counted, and each transaction costs the page. */
const reading = <T>(db: StudioDb, read: () => Promise<T>): PromiseLike<T> =>
  db.transaction("r", db.updates, db.quarantine, read);

/** What tells that something has changed, without reading rows. */
async function readMarks(db: StudioDb): Promise<Pick<Counted, "rows" | "oldest" | "quarantined">> {
  const [rows, oldest, quarantined] = await Promise.all([unsent(db).count(), oldestUnsent(db), db.quarantine.count()]);
  return { rows, oldest, quarantined };
}

const readDisk = (db: StudioDb): PromiseLike<Counted> =>
  reading(db, async () => {
    const marks = await readMarks(db);
    return { ...marks, changes: await countChanges(db, marks.rows) };
  });

/** What no server has confirmed. Units: rows of the disk; changes as a member counts them. */
export type Unsent = { readonly rows: number; readonly changes: number };

/** Counts what is unsent on the disk: one way for the chip, for signing out and for the page about the device. Rules: S53, CH1, ME1. */
export async function countUnsent(db: StudioDb): Promise<Unsent> {
  const rows = await unsent(db).count();
  return { rows, changes: await countChanges(db, rows) };
}

async function countChanges(db: StudioDb, rows: number): Promise<number> {
  if (rows === 0) return 0;
  return rows > MANY ? countByKeys(db) : countByRows(db);
}

/** Hint: in bulk an act's history has the act's own key, so keys are exact there and reading rows would be slow. */
const countByKeys = async (db: StudioDb): Promise<number> =>
  (await db.updates.orderBy("[unsent+change]").uniqueKeys()).length;

/** The actions that note an act in the history: none is a change to a member. Hint: by name, or this would load yjs. */
export const historyActions: ReadonlySet<string> = new Set(["activity.record", "studioActivity.record"]);

/** What a member would call changes: typing notes itself in the history by an act of its own, which is none. Rule: S53. */
async function countByRows(db: StudioDb): Promise<number> {
  const rows = await unsent(db).toArray();
  const isChange = ({ made }: UpdateRow): boolean =>
    made === undefined || !("call" in made) || !historyActions.has(made.call.action);
  return new Set(rows.filter(isChange).map(({ change }) => change)).size;
}
