// Owns when this device pulls, pushes and settles refusals: in the tab that leads (leader.ts).
// Never reads or writes a document itself (feed.ts, push.ts, refusal.ts).
import { createSignal } from "solid-js";
import type { Accessor } from "solid-js";
import { ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { readCursor } from "./cursor.ts";
import { follow } from "./follow.ts";
import { standForLeader } from "./leader.ts";
import type { Link } from "./link.ts";
import { openNudges } from "./nudge.ts";
import type { Nudges } from "./nudge.ts";
import { paceOf } from "./pace.ts";
import { lockName } from "./parts.ts";
import type { Cancel, StoreParts } from "./parts.ts";
import type { Pulls } from "./pull.ts";
import type { Push, PushWish } from "./push.ts";
import { endQuarantine } from "./quarantine.ts";
import type { SettleRefusal } from "./refusal.ts";
import { makeTried } from "./tried.ts";
import type { Tried, Try } from "./tried.ts";
import type { WireError } from "./wire.ts";

export type ReplicatorDeps = {
  readonly parts: StoreParts;
  readonly link: Link;
  readonly feed: Pick<Pulls, "pull">;
  readonly push: Push;
  readonly settleRefusal: SettleRefusal;
  /** Sends the commands that wait. */
  readonly sendCommands: Try;
  /** Tells whether the server's history is another one than this device was filled from. */
  readonly isRestoring: () => Promise<boolean>;
  readonly refreshMembers: () => Promise<Result<null, WireError>>;
  readonly serverTime: () => number | null;
  /** Tells whether a document is on screen that others may be editing. */
  readonly isOnScreen: () => boolean;
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

/** Rows written within so short a time go together. Units: ms. */
const GATHER_MS = 50;

/** Starts to replicate as soon as this tab leads. Rules: RE4, RE5, RE9, RE28, RE29. */
export function startReplicator(deps: ReplicatorDeps): Replicator {
  const [isLeader, setLeader] = createSignal(false);
  let leader: Leader | null = null;
  const standing = standForLeader(deps.parts, lockName(deps.parts, "replicate"), {
    begin: () => {
      leader = startLeading(deps);
      setLeader(true);
    },
    end: async () => {
      const lost = leader;
      leader = null;
      setLeader(false);
      await lost?.stop();
    },
  });
  return {
    isLeader,
    wake: () => leader?.wake(),
    flush: () => leader?.flush(),
    stop: standing.stop,
  };
}

type Leader = { readonly wake: () => void; readonly flush: () => void; readonly stop: () => Promise<void> };

/** What the tasks of a leader know of each other. */
type Lead = ReplicatorDeps & {
  /** True once this tab no longer leads: what runs comes to an end between two steps. */
  isOver: boolean;
  /** When something was last sent or taken. Units: ms by the steady clock. */
  activeAt: number;
};

function startLeading(deps: ReplicatorDeps): Leader {
  const lead: Lead = { ...deps, isOver: false, activeAt: Number.NEGATIVE_INFINITY };
  const pull = makePull(lead, () => nudges.isOpen());
  const push = makePusher(lead, pull);
  // Hint: what this bundle writes may not be taken now; it waits, and the change of standing wakes the leader. Rule: RE15.
  const whenCurrent =
    (run: Try): Try =>
    async () =>
      deps.link.standing() === "current" ? run() : ok(null);
  const settle = makeTried(
    lead,
    whenCurrent(() => settleAll(lead)),
  );
  const commands = makeTried(lead, whenCurrent(deps.sendCommands));
  const nudges = openNudges(deps.parts, deps.link, {
    onOpen: () => pull.kick(),
    onNudge: ({ type }) => (type === "access" ? pull.refresh() : pull.kick()),
    onFinal: (code, reason) => onFinal(lead, { code, reason }),
  });
  const unwatch = watchWork(lead, { push, settle, commands });
  const tasks = [pull, push, settle, commands];
  pull.refresh();
  return {
    wake: () => wake(tasks, { nudges, pull }),
    flush: () => {
      push.all();
      commands.kick();
    },
    stop: async () => {
      lead.isOver = true;
      unwatch();
      nudges.close();
      await Promise.all(tasks.map((task) => task.stop()));
    },
  };
}

type Waking = { readonly nudges: Nudges; readonly pull: Pull };

function wake(tasks: readonly Tried[], { nudges, pull }: Waking): void {
  for (const task of tasks) task.reset();
  nudges.connect();
  pull.refresh();
  for (const task of tasks) task.kick();
}

/** `refresh` asks for the members and the rights too, and at once. */
type Pull = Tried & { readonly refresh: () => void };

function makePull(lead: Lead, isNudged: () => boolean): Pull {
  const { parts } = lead;
  let isStale = true;
  let nextAt = 0;
  let seen = -1;
  const task = makeTried(lead, async () => {
    nextAt = parts.steady() + PULL_EVERY_MS * (0.8 + 0.4 * parts.random());
    const refreshed = isStale ? await lead.refreshMembers() : ok(null);
    if (!refreshed.ok) return refreshed;
    isStale = false;
    const pulled = await lead.feed.pull(() => lead.isOver);
    if (!pulled.ok) return pulled;
    await endQuarantine(parts.db, lead.serverTime());
    const after = (await readCursor(parts.db))?.after ?? 0;
    if (after !== seen && seen >= 0) lead.activeAt = parts.steady();
    seen = after;
    return ok(paceOf(sceneOf(lead, isNudged()), parts));
  });
  const kick = (afterMs = 0): void => task.kick(Math.max(nextAt - parts.steady(), afterMs));
  return {
    ...task,
    kick,
    refresh: () => {
      isStale = true;
      nextAt = 0;
      kick();
    },
  };
}

const sceneOf = ({ parts, isOnScreen, activeAt }: Lead, isNudged: boolean): Parameters<typeof paceOf>[0] => ({
  isNudged,
  isVisible: parts.page.isVisible?.() ?? true,
  isOnScreen: isOnScreen(),
  activeAt,
});

/** `all` sends at once what a room may be carrying too. */
type Pusher = Tried & { readonly all: () => void };

function makePusher(lead: Lead, pull: Pick<Pull, "kick" | "refresh">): Pusher {
  const { parts, link } = lead;
  let wish: PushWish = "due";
  const task = makeTried(lead, async () => {
    // Hint: what this bundle writes is not taken now; it stays unsent, and the change of standing wakes the leader.
    if (link.standing() !== "current") return ok(null);
    const wished = wish;
    wish = "due";
    const pushed = await lead.push(wished);
    if (pushed.ok) return pushed;
    // Hint: until this device is filled from the new history, what it sends may build on what the server has lost.
    if (await lead.isRestoring()) pull.refresh();
    return pushed;
  });
  return {
    ...task,
    kick: (afterMs = 0) => {
      lead.activeAt = parts.steady();
      task.kick(afterMs);
    },
    all: () => {
      wish = "all";
      task.kick();
    },
  };
}

type Work = { readonly push: Tried; readonly settle: Tried; readonly commands: Tried };

/** What waits on the disk, whichever tab put it there, is work for the leader. */
function watchWork({ parts }: Lead, { push, settle, commands }: Work): Cancel {
  const kickPush = (): void => push.kick(GATHER_MS);
  const { db, onFailure: error } = parts;
  const newest = async () => (await db.updates.where("unsent").equals(1).last())?.id;
  const stops = [
    follow(db, newest, { next: (id) => id !== undefined && kickPush(), error }),
    follow(db, () => db.refused.count(), { next: (count) => (count > 0 ? settle.kick() : kickPush()), error }),
    follow(db, () => db.outbox.count(), { next: (count) => count > 0 && commands.kick(GATHER_MS), error }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The feed comes first: it knows whether the server was restored, and then no refusal says anything yet. Rule: RE40. */
async function settleAll(lead: Lead): Promise<Result<null, WireError>> {
  const refused = await lead.parts.db.refused.toArray();
  const pulled = refused.length > 0 ? await lead.feed.pull(() => lead.isOver) : ok(null);
  if (!pulled.ok) return pulled;
  for (const each of refused) {
    if (lead.isOver) break;
    const settled = await lead.settleRefusal(each);
    if (!settled.ok) return settled;
  }
  return ok(null);
}

function onFinal({ onSignedOut }: Lead, { code, reason }: { code: number; reason: string }): void {
  if (code === 4401) onSignedOut(reason === "other_member" ? reason : "signed_out");
}
