// Owns one document in memory: its committed state, the queue of what waits for the next commit, and who watches it.
// Knows neither sockets nor HTTP nor who may do what; one tick's updates are applied here, the tenant commits them.
import * as Y from "yjs";
import { classOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import type { Refusal, ServerError } from "../../shared/errors.ts";
import type { Limits } from "../limits.ts";
import type { DocumentStorage } from "../storage.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { startTimer } from "../clock.ts";
import { applyIncoming, documentFrom, emptyDocument } from "./apply.ts";
import type { Allowance, Applied, Incoming } from "./apply.ts";
import { loadEffort } from "./effort.ts";
import type { Job, Judge, Verdict } from "./judge.ts";
import type { SyncMeter } from "./meter.ts";

/** What became of a submission. `settled` means: on disk, under that number of the organisation. */
export type Outcome =
  | { readonly kind: "settled"; readonly seq: number }
  | { readonly kind: "gap" }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "failed"; readonly error: ServerError };

/** Who watches a room: a socket. `settled` is called once after each commit, before the broadcast. */
export type Watcher = {
  readonly member: string;
  readonly flush: () => void;
  readonly deliver: (frame: Uint8Array) => void;
  /** Sends a message of our own; dropped for a stock client. */
  readonly tell: (frame: Uint8Array) => void;
  readonly close: (error: ServerError) => void;
};

/** An update that waits for the next commit. */
export type Submission = Incoming & {
  readonly from: Watcher | null;
  readonly settle: (outcome: Outcome) => void;
  /** Hears how long the server worked on it. Units: ms. Rule: SO16. */
  readonly onWork?: (ms: number) => void;
};

/** An accepted update of the running tick. */
export type Accepted = { readonly submission: Submission; readonly emitted: Uint8Array | null };

export type Room = {
  readonly doc: DocId;
  ydoc: Y.Doc;
  /** Version and number of the row; 0 while no row exists. */
  version: number;
  seq: number;
  readonly watchers: Set<Watcher>;
  queue: Submission[];
  /** What was submitted and has not heard its outcome: queued, or in the running tick. */
  readonly unsettled: Set<Submission>;
  /** True from the first apply of a tick to its commit: memory is ahead of disk. */
  isBusy: boolean;
  whenIdle: (() => void)[];
  /** Encoded whole state for joiners, until the next write. */
  joinState: Uint8Array | null;
  stateBytes: number;
  /** How many submissions the next tick takes: all, or one after a tick that outgrew the limit. */
  tickSize: number;
  /** What loading the document may have come to cost, in steps, since that was last tried. Rule: SY13. */
  untried: number;
  /** While an update of its queue is tried elsewhere, nothing is applied. */
  isTrying: boolean;
  /** What became of the trial of an update that is still in the queue. */
  verdict: (Verdict & { readonly on: Submission }) | null;
};

/** Loads a room. Fails: `erased`, `key_missing`. Throws: when the state cannot be read (S03). */
export async function loadRoom(storage: DocumentStorage, doc: DocId): Promise<Result<Room, ServerError>> {
  const stored = await storage.read(doc);
  if (stored.kind === "erased") return err({ type: "erased" });
  if (stored.kind === "key_missing") return err({ type: "key_missing" });
  const isNew = stored.kind === "absent";
  const ydoc = isNew ? emptyDocument(doc) : documentFrom(doc, stored.state);
  return ok({
    doc,
    ydoc,
    version: isNew ? 0 : stored.version,
    seq: isNew ? 0 : stored.seq,
    watchers: new Set(),
    queue: [],
    unsettled: new Set(),
    isBusy: false,
    whenIdle: [],
    joinState: null,
    stateBytes: isNew ? 0 : stored.state.length,
    tickSize: Number.POSITIVE_INFINITY,
    untried: loadEffort(ydoc),
    isTrying: false,
    verdict: null,
  });
}

/** A submission hears exactly one outcome, also when its room is dropped in the middle of a tick. Rule: SY8. */
export function settledOnce({ unsettled }: Room, submission: Submission, meter: SyncMeter | undefined): Submission {
  const once: Submission = {
    ...submission,
    settle: (outcome) => {
      if (!unsettled.delete(once)) return;
      if (outcome.kind === "refused") meter?.refused(outcome.refusal.reason);
      if (outcome.kind === "gap") meter?.refused("gap");
      submission.settle(outcome);
    },
  };
  unsettled.add(once);
  return once;
}

/** Runs now or, while memory is ahead of disk, after the commit: a joiner sees committed state only. Rule: SY4. */
export function runWhenIdle(room: Room, run: () => void): void {
  if (room.isBusy) room.whenIdle.push(run);
  else run();
}

/** What a joiner with this state vector lacks. Throws: on bytes that are no state vector. */
export function joinState(room: Room, stateVector: Uint8Array): Uint8Array {
  if (stateVector.length > 1) return Y.encodeStateAsUpdate(room.ydoc, stateVector);
  room.joinState ??= Y.encodeStateAsUpdate(room.ydoc, stateVector);
  return room.joinState;
}

/** `isLate` ends a tick: what is left waits for the next one. `wake` puts a room into a tick again. Rules: SY10, SY13. */
export type Taking = {
  readonly storage: DocumentStorage;
  readonly limits: Limits;
  readonly judge: Judge;
  readonly isLate: () => boolean;
  readonly wake: (room: Room) => void;
  readonly onFailure: (error: unknown) => void;
};

/**
 * Applies a tick's submissions; what is refused or has a gap is settled at once and leaves no trace. One that may be expensive
 * is tried elsewhere first; it and all behind it wait. Answers with the accepted ones, in order. Rules: SY2, SY13.
 */
export async function applyQueue(room: Room, taking: Taking): Promise<Accepted[]> {
  const submissions = room.isTrying ? [] : room.queue.splice(0, room.tickSize);
  const accepted: Accepted[] = [];
  for (const [index, submission] of submissions.entries()) {
    const elapsed = startTimer();
    const applied = take(room, submission, taking.limits);
    if (applied.kind === "heavy") {
      room.queue.unshift(...submissions.slice(index));
      tryElsewhere(room, { ...taking, submission, grows: applied.grows });
      break;
    }
    const isSpoilt = await follow(room, { submission, applied, accepted, storage: taking.storage });
    submission.onWork?.(elapsed());
    // Hint: loading costs time, so a tick does it once; else one request could stop everybody. Rule: SY10.
    if (isSpoilt || taking.isLate()) {
      room.queue.unshift(...submissions.slice(index + 1));
      break;
    }
  }
  return accepted;
}

/** How much loading a document may come to cost before it is tried, in what one update may do. */
const LOADS = 5;

function take(room: Room, submission: Submission, limits: Limits): Applied {
  const verdict = room.verdict?.on === submission ? room.verdict : null;
  if (verdict !== null) room.verdict = null;
  if (verdict?.isCheap === false) return { kind: "refused", refusal: { reason: "limit" }, isWhole: true };
  const spare = Math.min(limits.workerApplySteps, limits.workerApplySteps * LOADS - room.untried);
  const allowed = verdict === null ? { steps: spare, bytes: limits.workerApplyBytes } : EVERYTHING;
  const applied = applyIncoming(room, submission, allowed);
  if (applied.kind === "changed") room.untried = verdict === null ? room.untried + applied.effort : 0;
  return applied;
}

const EVERYTHING: Allowance = { steps: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

type Following = {
  readonly submission: Submission;
  readonly applied: Exclude<Applied, { kind: "heavy" }>;
  readonly accepted: Accepted[];
  readonly storage: DocumentStorage;
};

/** Keeps or settles what was applied; true when the document had to be loaded again. */
async function follow(room: Room, { submission, applied, accepted, storage }: Following): Promise<boolean> {
  if (applied.kind === "changed") accepted.push({ submission, emitted: applied.emitted });
  else if (applied.kind === "unchanged") accepted.push({ submission, emitted: null });
  else if (applied.isWhole) submission.settle(applied);
  else {
    await rebuild(room, storage, accepted);
    submission.settle(applied);
    return true;
  }
  return false;
}

type Trying = Taking & { readonly submission: Submission; readonly grows: boolean };

/** Has the first of the queue tried on a copy; the room goes on when the verdict is there, other rooms do meanwhile. Rule: SY13. */
function tryElsewhere(room: Room, { submission, grows, judge, wake, onFailure }: Trying): void {
  room.isTrying = true;
  const { update, format } = submission;
  const job = (): Job => ({ state: Y.encodeStateAsUpdateV2(room.ydoc), update, format });
  const finish = (): void => {
    room.isTrying = false;
    wake(room);
  };
  judge.ask({ member: submission.author.member, grows, job }).then(
    (verdict) => {
      submission.onWork?.(verdict.ms);
      room.verdict = { ...verdict, on: submission };
      finish();
    },
    (error: unknown) => {
      onFailure(error);
      room.queue = room.queue.filter((each) => each !== submission);
      submission.settle({ kind: "failed", error: { type: "later" } });
      finish();
    },
  );
}

/** Throws the document away, loads the stored state and applies the emitted updates of what was accepted before. */
async function rebuild(room: Room, storage: DocumentStorage, accepted: readonly Accepted[]): Promise<void> {
  const fresh = await loadRoom(storage, room.doc);
  if (!fresh.ok) throw new Error(`document lost while open: ${fresh.error.type}`);
  room.ydoc.destroy();
  room.ydoc = fresh.value.ydoc;
  for (const { emitted } of accepted) if (emitted !== null) Y.applyUpdate(room.ydoc, emitted);
}

/** Takes over the row as another writer left it, and puts the tick's submissions back to be judged again. Rule: SY6. */
export async function reload(
  room: Room,
  storage: DocumentStorage,
  again: readonly Accepted[],
): Promise<Result<null, ServerError>> {
  const fresh = await loadRoom(storage, room.doc);
  if (!fresh.ok) return fresh;
  room.ydoc.destroy();
  const { ydoc, version, seq, untried } = fresh.value;
  Object.assign(room, { ydoc, version, seq, untried, joinState: null });
  room.queue.unshift(...again.map(({ submission }) => submission));
  return ok(null);
}

/** The most bytes a document of this class may have; growth beyond is refused. Source: sync.md §4.4. */
export const hardLimit = (doc: DocId, limits: Limits): number =>
  classOf(doc) === "studio" ? limits.studioHardBytes : limits.documentHardBytes;
