// Owns how a room takes the updates of its queue: judged one by one, tried elsewhere when they may be expensive, refused whole.
// Never stores, acknowledges or relays: the tenant commits what is accepted here.
import * as Y from "yjs";
import { startTimer } from "../clock.ts";
import type { Limits } from "../limits.ts";
import type { DocumentStorage, Writers } from "../storage.ts";
import { applyIncoming } from "./apply.ts";
import type { Applied } from "./apply.ts";
import type { Job, Judge } from "./judge.ts";
import type { SyncMeter } from "./meter.ts";
import { loadRoom } from "./room.ts";
import type { Accepted, Room, Submission } from "./room.ts";
import type { Tallies } from "./tally.ts";

/** `isLate` ends a tick: what is left waits for the next one. `wake` puts a room into a tick again. Rules: SY10, SY13. */
export type Taking = {
  readonly org: string;
  readonly tallies: Tallies;
  readonly meter?: SyncMeter;
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
    const retryAfterMs = submission.share?.waitInQueueMs() ?? 0;
    if (retryAfterMs > 0) {
      submission.settle({ kind: "failed", error: { type: "too_fast", retryAfterMs } });
      continue;
    }
    const elapsed = startTimer();
    const applied = take(room, submission, taking);
    if (applied.kind === "heavy") {
      room.queue.unshift(...submissions.slice(index));
      tryElsewhere(room, { ...taking, submission, grows: applied.grows });
      break;
    }
    const isSpoilt = await follow(room, { submission, applied, accepted, storage: taking.storage });
    submission.share?.worked(elapsed());
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

function take(room: Room, submission: Submission, { org, limits, tallies, meter }: Taking): Applied {
  const verdict = room.verdict?.on === submission ? room.verdict : null;
  if (verdict !== null) room.verdict = null;
  if (verdict?.isCheap === false) return { kind: "refused", refusal: { reason: "limit" }, isWhole: true };
  const spare = Math.min(limits.workerApplySteps, limits.workerApplySteps * LOADS - room.untried);
  const untried = verdict === null ? { steps: spare, bytes: limits.workerApplyBytes } : EVERYTHING;
  const ownerOf = (client: number): string | null => room.writers.get(client) ?? submission.seenAs?.(client) ?? null;
  const applied = applyIncoming(room, submission, {
    ...untried,
    mostSteps: limits.workerApplySteps,
    clientIds: limits.clientIdsPerDocument,
    ownerOf,
  });
  if (applied.kind !== "changed") return applied;
  const who = { org, member: submission.author.member, doc: room.doc };
  if (!tallies.addIds(who, unboundOf(room, applied.ids).length))
    return { kind: "refused", refusal: { reason: "limit" } };
  if (!tallies.takeAway(who, applied.removals)) {
    meter?.guarded("removals");
    return { kind: "refused", refusal: { reason: "destructive" } };
  }
  room.untried = verdict === null ? room.untried + applied.effort : 0;
  return applied;
}

const EVERYTHING = { steps: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
const NOBODY: Writers = new Map();

type Following = {
  readonly submission: Submission;
  readonly applied: Exclude<Applied, { kind: "heavy" }>;
  readonly accepted: Accepted[];
  readonly storage: DocumentStorage;
};

/** Keeps or settles what was applied; true when the document had to be loaded again. */
async function follow(room: Room, { submission, applied, accepted, storage }: Following): Promise<boolean> {
  if (applied.kind === "changed")
    accepted.push({ submission, emitted: applied.emitted, writers: bind(room, { submission, ids: applied.ids }) });
  else if (applied.kind === "unchanged") accepted.push({ submission, emitted: null, writers: NOBODY });
  else if (applied.isWhole) submission.settle(applied);
  else {
    await rebuild(room, storage, accepted);
    submission.settle(applied);
    return true;
  }
  return false;
}

type Binding = { readonly submission: Submission; readonly ids: ReadonlySet<number> };

/**
 * Binds new client ids to their writer, at once, so that the next update of the same tick is judged by it; a tick that is not
 * stored takes its room with it. What is brought back after a restore says nothing about who wrote it. Rule: SY14.
 */
function bind(room: Room, { submission: { author }, ids }: Binding): Writers {
  const unbound = author.mayBring === undefined ? unboundOf(room, ids) : [];
  for (const client of unbound) room.writers.set(client, author.member);
  return new Map(unbound.map((client) => [client, author.member]));
}

const unboundOf = ({ writers }: Room, ids: ReadonlySet<number>): number[] =>
  [...ids].filter((client) => !writers.has(client));

type Trying = Taking & { readonly submission: Submission; readonly grows: boolean };

/** Has the first of the queue tried on a copy; the room goes on when the verdict is there, other rooms do meanwhile. Rule: SY13. */
function tryElsewhere(room: Room, { submission, grows, judge, meter, wake, onFailure }: Trying): void {
  room.isTrying = true;
  const { update, format } = submission;
  const job = (): Job => ({ state: Y.encodeStateAsUpdateV2(room.ydoc), update, format });
  const finish = (): void => {
    room.isTrying = false;
    wake(room);
  };
  judge.ask({ member: submission.author.member, grows, job }).then(
    (verdict) => {
      submission.share?.worked(verdict.ms);
      meter?.guarded(verdict.isCheap ? "tried" : "heavy");
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
