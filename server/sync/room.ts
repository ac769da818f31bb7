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
import { applyIncoming, documentFrom, emptyDocument } from "./apply.ts";
import type { Incoming } from "./apply.ts";

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
export type Submission = Incoming & { readonly from: Watcher | null; readonly settle: (outcome: Outcome) => void };

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
};

/** Loads a room. Fails: `erased`, `key_missing`. Throws: when the state cannot be read (S03). */
export async function loadRoom(storage: DocumentStorage, doc: DocId): Promise<Result<Room, ServerError>> {
  const stored = await storage.read(doc);
  if (stored.kind === "erased") return err({ type: "erased" });
  if (stored.kind === "key_missing") return err({ type: "key_missing" });
  const isNew = stored.kind === "absent";
  return ok({
    doc,
    ydoc: isNew ? emptyDocument(doc) : documentFrom(doc, stored.state),
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
  });
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

/** `isLate` ends a tick: what is left waits for the next one. Rule: SY10. */
type Taking = { readonly storage: DocumentStorage; readonly isLate: () => boolean };

/**
 * Applies a tick's submissions; what is refused or has a gap is settled at once and leaves no trace.
 * Answers with the accepted ones, in order. Rule: SY2.
 */
export async function applyQueue(room: Room, { storage, isLate }: Taking): Promise<Accepted[]> {
  const submissions = room.queue.splice(0, room.tickSize);
  const accepted: Accepted[] = [];
  for (const [index, submission] of submissions.entries()) {
    const applied = applyIncoming(room.doc, room.ydoc, submission);
    let isSpoilt = false;
    if (applied.kind === "changed") accepted.push({ submission, emitted: applied.emitted });
    else if (applied.kind === "unchanged") accepted.push({ submission, emitted: null });
    else if (applied.isWhole) submission.settle(applied);
    else {
      isSpoilt = true;
      await rebuild(room, storage, accepted);
      submission.settle(applied);
    }
    // Hint: loading costs time, so a tick does it once; else one request could stop everybody. Rule: SY10.
    if (isSpoilt || isLate()) {
      room.queue.unshift(...submissions.slice(index + 1));
      break;
    }
  }
  return accepted;
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
  const { ydoc, version, seq } = fresh.value;
  Object.assign(room, { ydoc, version, seq, joinState: null });
  room.queue.unshift(...again.map(({ submission }) => submission));
  return ok(null);
}

/** The most bytes a document of this class may have; growth beyond is refused. Source: sync.md §4.4. */
export const hardLimit = (doc: DocId, limits: Limits): number =>
  classOf(doc) === "studio" ? limits.studioHardBytes : limits.documentHardBytes;
