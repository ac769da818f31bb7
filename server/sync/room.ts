// Owns one document in memory: its committed state, the queue of what waits for the next commit, and who watches it.
// Knows neither sockets nor HTTP nor who may do what; take.ts applies one tick's updates, the tenant commits them.
import * as Y from "yjs";
import { classOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import type { Refusal, ServerError } from "../../shared/errors.ts";
import { writeSync } from "../../shared/protocol.ts";
import type { Limits } from "../limits.ts";
import type { DocumentStorage, Writers } from "../storage.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { documentFrom, emptyDocument } from "./apply.ts";
import type { Incoming } from "./apply.ts";
import { loadEffort } from "./effort.ts";
import type { Verdict } from "./judge.ts";
import type { SyncMeter } from "./meter.ts";
import type { QueueShare } from "./shares.ts";

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
  /** Sends presence, which a slow reader is spared. Rule: SO17. */
  readonly show: (frame: Uint8Array) => void;
  /** Sends a message of our own; dropped for a stock client. */
  readonly tell: (frame: Uint8Array) => void;
  readonly close: (error: ServerError) => void;
};

/** An update that waits for the next commit. */
export type Submission = Incoming & {
  readonly from: Watcher | null;
  readonly settle: (outcome: Outcome) => void;
  /** Whose share of the server it spends. Rule: SO16. */
  readonly share?: QueueShare;
  /** Whose face shows a client id in the room at this moment. Rule: SY14. */
  readonly seenAs?: (client: number) => string | null;
};

/**
 * An accepted update of the running tick; `writers` names whose client ids are new with it. Of several that were applied
 * together the first carries what the document emitted. Rule: SY17.
 */
export type Accepted = {
  readonly submission: Submission;
  readonly hasChanged: boolean;
  readonly emitted: Uint8Array | null;
  readonly writers: Writers;
};

export type Room = {
  readonly doc: DocId;
  ydoc: Y.Doc;
  /** Version and number of the row; 0 while no row exists. */
  version: number;
  seq: number;
  /** Who wrote first under each client id. Rule: SY14. */
  writers: Map<number, string>;
  readonly watchers: Set<Watcher>;
  queue: Submission[];
  /** What was submitted and has not heard its outcome: queued, or in the running tick. */
  readonly unsettled: Set<Submission>;
  /** True from the first apply of a tick to its commit: memory is ahead of disk. */
  isBusy: boolean;
  whenIdle: (() => void)[];
  /** The frame with the whole state for joiners, until the next write and not for long. Rule: MM6. */
  joinFrame: Uint8Array | null;
  stateBytes: number;
  /** How many submissions the next tick takes: all, or one after a tick that outgrew the limit. */
  tickSize: number;
  /** So many of the queue's first were refused together and are taken one by one. Rule: SY17. */
  apart: number;
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
    writers: new Map(isNew ? [] : await storage.writersOf(doc)),
    watchers: new Set(),
    queue: [],
    unsettled: new Set(),
    isBusy: false,
    whenIdle: [],
    joinFrame: null,
    stateBytes: isNew ? 0 : stored.state.length,
    tickSize: Number.POSITIVE_INFINITY,
    apart: 0,
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

/** How long the frame for joiners is kept: they come together after a restart, and it is as large as the document. Units: ms. Rule: MM6. */
const JOIN_FRAME_MS = 10_000;

/** The answer to a joiner with this state vector; one for all who have nothing. Throws: on bytes that are no state vector. */
export function joinFrame(room: Room, stateVector: Uint8Array): Uint8Array {
  const make = (): Uint8Array => writeSync("step2", Y.encodeStateAsUpdate(room.ydoc, stateVector));
  if (stateVector.length > 1) return make();
  // Hint: framing copies, and thirty copies of 3 MB are felt.
  if (room.joinFrame !== null) return room.joinFrame;
  const frame = make();
  room.joinFrame = frame;
  const forget = (): void => {
    // Hint: a write may have made another one meanwhile, whose time is not over.
    if (room.joinFrame === frame) room.joinFrame = null;
  };
  setTimeout(forget, JOIN_FRAME_MS).unref();
  return frame;
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
  const { ydoc, version, seq, writers, untried } = fresh.value;
  Object.assign(room, { ydoc, version, seq, writers, untried, joinFrame: null });
  room.queue.unshift(...again.map(({ submission }) => submission));
  return ok(null);
}

/** The most bytes a document of this class may have; growth beyond is refused. Source: sync.md §4.4. */
export const hardLimit = (doc: DocId, limits: Limits): number =>
  classOf(doc) === "studio" ? limits.studioHardBytes : limits.documentHardBytes;

/**
 * Relays what a room's document emitted in a tick as one frame, because each frame costs a write per watcher. Only who wrote
 * all of it is left out; an update that is known already changes nothing. Large ones go one by one. Rule: SY3.
 */
export function broadcast(room: Room, accepted: readonly Accepted[], limits: Limits): void {
  const changed = accepted.filter(({ hasChanged }) => hasChanged);
  const updates = changed.flatMap(({ emitted }) => emitted ?? []);
  const bytes = updates.reduce((sum, { length }) => sum + length, 0);
  const merged = updates.length > 1 && bytes <= limits.frameBytes ? [Y.mergeUpdates(updates)] : updates;
  const writers = new Set(changed.map(({ submission }) => submission.from));
  const [writer] = writers.size === 1 ? writers : [];
  for (const update of merged) {
    const frame = writeSync("update", update);
    for (const watcher of room.watchers) if (watcher !== writer) watcher.deliver(frame);
  }
}
