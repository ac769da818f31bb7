// Owns when this device pulls, pushes and settles refusals: in one tab at a time, the leader, by a Web Lock.
// Never reads or writes a document itself (feed.ts, push.ts, refusal.ts).
import { createSignal } from "solid-js";
import type { Accessor } from "solid-js";
import type { Result } from "../../shared/result.ts";
import type { Feed } from "./feed.ts";
import { follow } from "./follow.ts";
import type { Link } from "./link.ts";
import { openNudges } from "./nudge.ts";
import type { Nudges } from "./nudge.ts";
import { lockName } from "./parts.ts";
import type { Cancel, StoreParts } from "./parts.ts";
import type { Push, PushWish } from "./push.ts";
import { endQuarantine } from "./quarantine.ts";
import type { SettleRefusal } from "./refusal.ts";
import { makeTask } from "./task.ts";
import type { Task } from "./task.ts";
import type { WireError } from "./wire.ts";

export type ReplicatorDeps = {
  readonly parts: StoreParts;
  readonly link: Link;
  readonly feed: Feed;
  readonly push: Push;
  readonly settleRefusal: SettleRefusal;
  readonly refreshMembers: () => Promise<Result<null, WireError>>;
  readonly serverTime: () => number | null;
  /** The server no longer takes this page for who it says it is. */
  readonly onSignedOut: (type: "signed_out" | "other_member") => void;
};

export type Replicator = {
  /** True in the tab that replicates. */
  readonly isLeader: Accessor<boolean>;
  /** Pulls and pushes soon, as when the network came back. */
  readonly wake: () => void;
  /** Sends all that is unsent now, as before the page is put aside. */
  readonly flush: () => void;
  readonly stop: () => Promise<void>;
};

/** Devices pull at most so often, spread by chance. Units: ms. Source: design §3. */
const PULL_EVERY_MS = 5000;

/** Nudges may be lost, so a device also asks by itself. Units: ms. */
const PULL_AT_LEAST_EVERY_MS = 60_000;

/** Rows written within so short a time go together. Units: ms. */
const GATHER_MS = 50;

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** Starts to replicate as soon as no other tab does. Rules: RE4, RE5, RE9. */
export function startReplicator(deps: ReplicatorDeps): Replicator {
  const { parts } = deps;
  const [isLeader, setLeader] = createSignal(false);
  const stopping = new AbortController();
  let leader: Leader | null = null;

  const lead = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    leader = startLeading(deps);
    setLeader(true);
    await new Promise<void>((resolve) => {
      stopping.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    setLeader(false);
    await leader.stop();
  };
  const leading = parts
    .locks(lockName(parts, "replicate"), { signal: stopping.signal }, lead)
    .catch((error: unknown) => {
      // Hint: a lock that is still waited for is given up when the store closes.
      if (!stopping.signal.aborted) parts.onFailure(error);
    });
  return {
    isLeader,
    wake: () => leader?.wake(),
    flush: () => leader?.flush(),
    stop: async () => {
      stopping.abort();
      await leading;
    },
  };
}

type Leader = { readonly wake: () => void; readonly flush: () => void; readonly stop: () => Promise<void> };

function startLeading(deps: ReplicatorDeps): Leader {
  const { parts, link } = deps;
  const backoff = makeBackoff(parts);
  const guard = async (run: () => Promise<Result<number | null, WireError>>): Promise<number | null> => {
    if (link.blocked() === "signed_out" || link.blocked() === "other_member") return null;
    const result = await run();
    if (!result.ok) return onError(deps, result.error) ?? backoff.next(result.error);
    backoff.reset();
    if (link.blocked() === "email_unverified") link.block(null);
    return result.value;
  };
  let wish: PushWish = "due";
  const push = makeTask(parts, () =>
    guard(async () => {
      // Hint: what this bundle writes is not taken now; it stays unsent, and the change of standing wakes the leader.
      if (link.standing() !== "current") return { ok: true, value: null };
      const wished = wish;
      wish = "due";
      return deps.push(wished);
    }),
  );
  const pull = makePull(deps, { guard, backoff });
  const settle = makeTask(parts, () => guard(() => settleAll(deps)));
  const nudges = openNudges(parts, link, {
    onOpen: () => pull.kick(),
    onNudge: (nudge) => (nudge.type === "access" ? pull.refresh() : pull.kick()),
    onFinal: (code, reason) => onFinal(deps, { code, reason }),
  });
  const unwatch = watchWork(deps, { push, settle, backoff });
  pull.refresh();
  return {
    wake: () => wake({ backoff, nudges, pull, push, settle }),
    flush: () => {
      wish = "all";
      push.kick();
    },
    stop: async () => {
      unwatch();
      nudges.close();
      await Promise.all([pull.stop(), push.stop(), settle.stop()]);
    },
  };
}

type Guard = (run: () => Promise<Result<number | null, WireError>>) => Promise<number | null>;
type Pull = { readonly kick: () => void; readonly refresh: () => void; readonly stop: () => Promise<void> };

function makePull(deps: ReplicatorDeps, { guard, backoff }: { guard: Guard; backoff: Backoff }): Pull {
  const { parts } = deps;
  let isStale = true;
  let nextAt = 0;
  const task = makeTask(parts, () =>
    guard(async () => {
      nextAt = parts.clock() + PULL_EVERY_MS * (0.8 + 0.4 * parts.random());
      const refreshed: Result<null, WireError> = isStale ? await deps.refreshMembers() : { ok: true, value: null };
      if (!refreshed.ok) return refreshed;
      isStale = false;
      const pulled = await deps.feed.pull();
      if (!pulled.ok) return pulled;
      await endQuarantine(parts.db, deps.serverTime());
      return { ok: true, value: PULL_AT_LEAST_EVERY_MS };
    }),
  );
  const kick = (): void => task.kick(Math.max(nextAt - parts.clock(), backoff.left()));
  return {
    kick,
    refresh: () => {
      isStale = true;
      nextAt = 0;
      kick();
    },
    stop: task.stop,
  };
}

/** What waits on the disk, whichever tab put it there, is work for the leader. */
function watchWork(
  { parts }: ReplicatorDeps,
  { push, settle, backoff }: Pick<Waking, "push" | "settle" | "backoff">,
): Cancel {
  const kickPush = (): void => push.kick(Math.max(GATHER_MS, backoff.left()));
  const { db, onFailure: error } = parts;
  const newest = async () => (await db.updates.where("unsent").equals(1).last())?.id;
  const hearRefused = (count: number): void => (count > 0 ? settle.kick(backoff.left()) : kickPush());
  const stops = [
    follow(db, newest, { next: (id) => id !== undefined && kickPush(), error }),
    follow(db, () => db.refused.count(), { next: hearRefused, error }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

async function settleAll({ parts, settleRefusal }: ReplicatorDeps): Promise<Result<null, WireError>> {
  for (const refused of await parts.db.refused.toArray()) {
    const settled = await settleRefusal(refused);
    if (!settled.ok) return settled;
  }
  return { ok: true, value: null };
}

type Waking = {
  readonly backoff: Backoff;
  readonly nudges: Nudges;
  readonly pull: Pull;
  readonly push: Task;
  readonly settle: Task;
};

function wake({ backoff, nudges, pull, push, settle }: Waking): void {
  backoff.reset();
  nudges.connect();
  pull.refresh();
  push.kick();
  settle.kick();
}

/** Errors that waiting does not mend; answers with how long to wait all the same, null for the usual. */
function onError({ parts, link, onSignedOut }: ReplicatorDeps, { type }: WireError): number | null {
  // Hint: every call asks for the studio itself or for what the member was given, so this means the whole studio.
  if (type === "not_found") parts.expelled?.();
  if (type === "signed_out" || type === "other_member") {
    onSignedOut(type);
    return LONGEST_WAIT_MS;
  }
  if (type === "email_unverified") {
    link.block(type);
    return LONGEST_WAIT_MS;
  }
  return null;
}

function onFinal({ onSignedOut }: ReplicatorDeps, { code, reason }: { code: number; reason: string }): void {
  if (code === 4401) onSignedOut(reason === "other_member" ? reason : "signed_out");
}

type Backoff = {
  /** How long to wait after a failure. */
  readonly next: (error: WireError) => number;
  /** How much of that is left. */
  readonly left: () => number;
  readonly reset: () => void;
};

function makeBackoff({ random, clock }: Pick<StoreParts, "random" | "clock">): Backoff {
  let failures = 0;
  let until = 0;
  return {
    next: ({ retryAfterMs }) => {
      const wait = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
      failures += 1;
      const left = Math.max(retryAfterMs ?? 0, wait * (0.5 + random() / 2));
      until = clock() + left;
      return left;
    },
    left: () => Math.max(0, until - clock()),
    reset: () => {
      failures = 0;
      until = 0;
    },
  };
}
