// Owns the rooms of one organisation and their group commit: all updates of a tick, over all its documents, in one transaction.
// Order of a change: check, commit, acknowledge, broadcast, nudge (S01). Never knows sockets or HTTP.
import * as Y from "yjs";
import type { DocId } from "../../shared/document.ts";
import type { ServerError } from "../../shared/errors.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { Bus } from "../bus.ts";
import { createDeadline, startTimer } from "../clock.ts";
import type { Limits } from "../limits.ts";
import type { CommitResult, DocumentStorage } from "../storage.ts";
import type { SyncMeter } from "./meter.ts";
import { TOMORROW, TOO_LARGE, mayGrow } from "./growth.ts";
import type { Judge } from "./judge.ts";
import type { Tallies } from "./tally.ts";
import { broadcast, hardLimit, loadRoom, reload, settledOnce } from "./room.ts";
import type { Accepted, Outcome, Room, Submission } from "./room.ts";
import { ROOMS_KEPT, evictRooms } from "./evict.ts";
import type { Entry } from "./evict.ts";
import { chooseRooms, isLarge } from "./order.ts";
import type { Share } from "./shares.ts";
import { applyQueue } from "./take.ts";
import type { Turns } from "./turns.ts";

/** What a tenant needs. `onFailure` gets what no client can cause: a failed load or commit. */
export type TenantDeps = {
  readonly org: string;
  readonly storage: DocumentStorage;
  readonly bus: Bus;
  readonly limits: Limits;
  readonly judge: Judge;
  readonly turns: Turns;
  readonly tallies: Tallies;
  readonly onCommitted: (org: string, room: Room) => void;
  readonly onFailure: (error: unknown) => void;
  readonly meter?: SyncMeter;
  /** Hears after each commit whether the studio's storage works. Rule: OB5. */
  readonly tellStorage?: (org: string, isWorking: boolean) => void;
};

/** On whose behalf a document is loaded; the share hears how long that took. */
export type Loader = { readonly member: string; readonly share: Pick<Share, "heldUp"> };

export type Tenant = {
  readonly org: string;
  readonly storage: DocumentStorage;
  /** Opens a room, loading it once for all who ask, when it is `by`'s turn. Fails: `erased`, `key_missing`, `later`. Rule: SY18. */
  readonly room: (doc: DocId, by?: Loader) => Promise<Result<Room, ServerError>>;
  /** Queues an update for the next commit; its `settle` is called exactly once. */
  readonly submit: (room: Room, submission: Submission) => void;
  /** Every open room. */
  readonly rooms: () => Iterable<Room>;
  /** Closes a room and everybody in it, without storing anything. */
  readonly drop: (doc: DocId, error: ServerError) => void;
  /** Resolves when nothing waits for a commit. */
  readonly idle: () => Promise<void>;
};

type Tick = { readonly room: Room; readonly accepted: readonly Accepted[]; readonly state: Uint8Array | null };

/** Makes the rooms of one organisation. Rules: SY1–SY6. */
export function createTenant(deps: TenantDeps): Tenant {
  const { org, storage } = deps;
  const entries = new Map<DocId, Entry>();
  const dirty = new Set<Room>();
  // Hint: memory of a dropped room may be ahead of disk, so whoever still holds it must not be told that it is saved.
  const dropped = new WeakSet<Room>();
  let running: Promise<void> | null = null;
  let tidying: NodeJS.Immediate | null = null;

  const drop = (doc: DocId, error: ServerError): void => {
    const room = entries.get(doc)?.room;
    entries.delete(doc);
    if (!room) return;
    dropped.add(room);
    dirty.delete(room);
    room.queue = [];
    for (const submission of [...room.unsettled]) submission.settle({ kind: "failed", error });
    for (const watcher of room.watchers) watcher.close(error);
    room.watchers.clear();
    room.ydoc.destroy();
  };

  const load = async (doc: DocId, entry: Entry): Promise<Result<Room, ServerError>> => {
    try {
      const loaded = await loadRoom(storage, doc);
      // Hint: dropped while it was loading; a second room beside the next one must not exist.
      if (entries.get(doc) !== entry) return err({ type: "later" });
      if (loaded.ok) entry.room = loaded.value;
      else entries.delete(doc);
      return loaded;
    } catch (error) {
      if (entries.get(doc) === entry) entries.delete(doc);
      deps.onFailure(error);
      return err({ type: "later" });
    }
  };

  const room: Tenant["room"] = (doc, by) => {
    const known = entries.get(doc);
    if (known) {
      // Hint: moved to the end, so that the map's order is the order of last use.
      entries.delete(doc);
      entries.set(doc, known);
      known.isFresh = true;
      return known.room ? Promise.resolve(ok(known.room)) : known.loading;
    }
    const entry: Entry = { loading: Promise.resolve(err({ type: "later" })), room: null, isFresh: true };
    const timed = async (): Promise<Result<Room, ServerError>> => {
      const elapsed = startTimer();
      const loaded = await load(doc, entry);
      by?.share.heldUp(elapsed());
      if (entries.size > ROOMS_KEPT || (loaded.ok && isLarge(loaded.value))) tidyUp();
      return loaded;
    };
    entry.loading = deps.turns(by?.member ?? "", timed);
    entries.set(doc, entry);
    return entry.loading;
  };

  const evict = (): void => evictRooms(entries, deps.limits);

  // Hint: in a turn of its own, so that who has just been given a room is in it.
  const tidyUp = (): void => {
    tidying ??= setImmediate(() => {
      tidying = null;
      evict();
    });
  };

  // Hint: called between ticks, when a trial has ended.
  const wake = (target: Room): void => {
    if (dropped.has(target)) return;
    dirty.add(target);
    running ??= drain();
  };

  const drain = async (): Promise<void> => {
    let wasLarge = false;
    while (dirty.size > 0) {
      await nextTick();
      const { now: rooms, later } = chooseRooms(dirty, wasLarge);
      wasLarge = rooms.some(isLarge);
      dirty.clear();
      for (const each of later) dirty.add(each);
      try {
        const isLate = createDeadline(deps.limits.tickMs);
        await commitTick(rooms, { ...deps, drop, requeue: (each) => dirty.add(each), wake, isLate });
      } catch (error) {
        // Hint: memory is ahead of disk; nobody was told, so the clients send it again (S01).
        deps.onFailure(error);
        deps.tellStorage?.(org, false);
        for (const each of rooms) drop(each.doc, { type: "later" });
      }
      evict();
    }
    running = null;
  };

  return {
    org,
    storage,
    room,
    drop,
    rooms: () => [...entries.values()].flatMap((entry) => entry.room ?? []),
    submit: (target, submission) => {
      if (dropped.has(target)) return submission.settle({ kind: "failed", error: { type: "later" } });
      target.queue.push(settledOnce(target, submission, deps.meter));
      wake(target);
    },
    idle: async () => {
      while (running) await running;
    },
  };
}

const nextTick = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

type TickDeps = TenantDeps & {
  readonly drop: (doc: DocId, error: ServerError) => void;
  readonly requeue: (room: Room) => void;
  readonly wake: (room: Room) => void;
  /** Tells whether the tick has taken its time. Rule: SY10. */
  readonly isLate: () => boolean;
};

async function commitTick(rooms: readonly Room[], deps: TickDeps): Promise<void> {
  for (const room of rooms) room.isBusy = true;
  const elapsed = startTimer();
  const ticks: Tick[] = [];
  for (const [index, room] of rooms.entries()) {
    if (index > 0 && deps.isLate()) {
      deps.requeue(room);
      continue;
    }
    const tick = await prepare(room, deps);
    if (tick !== null) ticks.push(tick);
  }
  const writes = ticks.filter((tick) => tick.state !== null);
  const changes = writes.map(({ room, accepted, state }) => ({
    doc: room.doc,
    state: state ?? new Uint8Array(),
    expectedVersion: room.version,
    writers: new Map(accepted.flatMap(({ writers }) => [...writers])),
  }));
  const beforeCommit = elapsed();
  const results = changes.length > 0 ? await deps.storage.commit(changes) : [];
  const commitMs = elapsed() - beforeCommit;
  if (changes.length > 0) deps.tellStorage?.(deps.org, true);
  const committed: Tick[] = [];
  for (const tick of ticks) {
    const index = writes.indexOf(tick);
    const isSettled = index < 0 || (await settleWrite(tick, results[index], deps));
    if (isSettled) committed.push(tick);
  }
  announce(committed, deps);
  for (const room of rooms) release(room);
  const documents = committed.filter(({ state }) => state !== null).length;
  const updates = committed.reduce((sum, { accepted }) => sum + accepted.length, 0);
  deps.meter?.ticked({ documents, updates, ms: elapsed(), commitMs });
}

/** What storing costs, by its bytes: the time itself depends on the disk, for which no member can be blamed. Rule: SO16. */
const STORED_BYTES_PER_MS = 8192;

/** Applies a room's queue and encodes its new state; null when nothing is left to settle. */
async function prepare(room: Room, deps: TickDeps): Promise<Tick | null> {
  const accepted = await applyQueue(room, deps);
  if (room.queue.length === 0) room.tickSize = Number.POSITIVE_INFINITY;
  else if (!room.isTrying) deps.requeue(room);
  if (!accepted.some(({ hasChanged }) => hasChanged)) return { room, accepted, state: null };
  const elapsed = startTimer();
  const state = Y.encodeStateAsUpdateV2(room.ydoc);
  const ms = (elapsed() + state.length / STORED_BYTES_PER_MS) / accepted.length;
  for (const { submission } of accepted) submission.share?.worked(ms);
  const fits = state.length <= hardLimit(room.doc, deps.limits) || state.length <= room.stateBytes;
  if (fits && mayGrow(room, { accepted, state }, deps)) return { room, accepted, state };
  if (fits) deps.meter?.guarded("growth");
  await refuseGrowth(room, accepted, { ...deps, outcome: fits ? TOMORROW : TOO_LARGE });
  return null;
}

type Refusing = TickDeps & { readonly outcome: Outcome };

/** A tick that outgrew a limit is taken one by one, so that only who made it grow hears `outcome`. Rules: SY7, SY21. */
async function refuseGrowth(room: Room, accepted: readonly Accepted[], deps: Refusing): Promise<void> {
  const isAlone = accepted.length === 1;
  const reloaded = await reload(room, deps.storage, isAlone ? [] : accepted);
  if (!reloaded.ok) deps.drop(room.doc, reloaded.error);
  if (isAlone) accepted[0]?.submission.settle(deps.outcome);
  else {
    room.tickSize = 1;
    deps.requeue(room);
  }
}

/** Takes over the answer of the commit; false when the tick is not on disk. */
async function settleWrite(tick: Tick, result: CommitResult | undefined, deps: TickDeps): Promise<boolean> {
  const { room, accepted, state } = tick;
  if (result?.kind === "committed") {
    Object.assign(room, { version: result.version, seq: result.seq, joinFrame: null, stateBytes: state?.length ?? 0 });
    return true;
  }
  const error: ServerError = { type: result?.kind === "erased" ? "erased" : "key_missing" };
  const reloaded = result?.kind === "conflict" ? await reload(room, deps.storage, accepted) : err(error);
  if (reloaded.ok) deps.requeue(room);
  else {
    for (const { submission } of accepted) submission.settle({ kind: "failed", error: reloaded.error });
    deps.drop(room.doc, reloaded.error);
  }
  return false;
}

/** Acknowledges, then broadcasts, then nudges. Rule: SY1. */
function announce(ticks: readonly Tick[], deps: TickDeps): void {
  for (const { room, accepted } of ticks) {
    for (const { submission } of accepted) submission.settle({ kind: "settled", seq: room.seq });
    for (const watcher of room.watchers) watcher.flush();
  }
  for (const { room, accepted } of ticks) broadcast(room, accepted, deps.limits);
  const written = ticks.filter(({ state }) => state !== null);
  for (const { room } of written) deps.onCommitted(deps.org, room);
  if (written.length === 0) return;
  const seq = Math.max(...written.map(({ room }) => room.seq));
  deps.bus.publish({ type: "changed", org: deps.org, seq, docs: written.map(({ room }) => room.doc) });
}

function release(room: Room): void {
  room.isBusy = false;
  for (const run of room.whenIdle.splice(0)) run();
}
