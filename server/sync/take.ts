// Owns how a room takes the updates of its queue: judged one by one or in company (together.ts), tried elsewhere when they may be expensive, refused whole.
// Never stores, acknowledges or relays: the tenant commits what is accepted here.
import * as Y from "yjs";
import { startTimer } from "../clock.ts";
import type { Limits } from "../limits.ts";
import type { DocumentStorage } from "../storage.ts";
import { applyIncoming } from "./apply.ts";
import type { Applied } from "./apply.ts";
import type { Judge } from "./judge.ts";
import type { Job } from "./judge.thread.ts";
import { NOBODY, allowanceOf, bind, unboundOf } from "./may.ts";
import type { SyncMeter } from "./meter.ts";
import { loadRoom } from "./room.ts";
import type { Accepted, Room, Submission } from "./room.ts";
import type { Tallies } from "./tally.ts";
import { companyOf, takeTogether } from "./together.ts";

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
  const left = room.isTrying ? [] : room.queue.splice(0, room.tickSize);
  const accepted: Accepted[] = [];
  for (let next = left[0]; next !== undefined; next = left[0]) {
    const retryAfterMs = next.share?.waitInQueueMs() ?? 0;
    if (retryAfterMs > 0) {
      left.shift();
      next.settle({ kind: "failed", error: { type: "too_fast", retryAfterMs } });
      continue;
    }
    const elapsed = startTimer();
    const mayGoOn = await takeNext(room, { ...taking, left, accepted });
    next.share?.heldUp(elapsed());
    // Hint: loading costs time, so a tick does it once; else one request could stop everybody. Rule: SY10.
    if (!mayGoOn || taking.isLate()) break;
  }
  room.queue.unshift(...left);
  return accepted;
}

type Turn = Taking & { readonly left: Submission[]; readonly accepted: Accepted[] };

/** Takes one or several of what is left; false when the tick must end here. */
async function takeNext(room: Room, turn: Turn): Promise<boolean> {
  const { left, accepted, storage } = turn;
  const company = companyOf(room, left);
  const together = takeTogether(room, company, turn);
  if (together === "spoilt") {
    room.apart = company.length;
    await rebuild(room, storage, accepted);
    return false;
  }
  accepted.push(...together);
  left.splice(0, together.length);
  return together.length > 0 || takeOne(room, turn);
}

async function takeOne(room: Room, turn: Turn): Promise<boolean> {
  const { left, accepted, storage } = turn;
  const [submission] = left;
  if (submission === undefined) return false;
  const applied = take(room, submission, turn);
  if (applied.kind === "heavy") {
    tryElsewhere(room, { ...turn, submission, grows: applied.grows });
    return false;
  }
  left.shift();
  room.apart = Math.max(0, room.apart - 1);
  return !(await follow(room, { submission, applied, accepted, storage }));
}

function take(room: Room, submission: Submission, { org, limits, tallies, meter }: Taking): Applied {
  const verdict = room.verdict?.on === submission ? room.verdict : null;
  if (verdict !== null) room.verdict = null;
  if (verdict?.kind === "heavy") return { kind: "refused", refusal: { reason: "limit" }, isWhole: true };
  const allowance = allowanceOf(room, submission, limits);
  const applied = applyIncoming(room, submission, verdict === null ? allowance : { ...allowance, ...EVERYTHING });
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

type Following = {
  readonly submission: Submission;
  readonly applied: Exclude<Applied, { kind: "heavy" }>;
  readonly accepted: Accepted[];
  readonly storage: DocumentStorage;
};

/** Keeps or settles what was applied; true when the document had to be loaded again. */
async function follow(room: Room, { submission, applied, accepted, storage }: Following): Promise<boolean> {
  if (applied.kind === "changed")
    accepted.push({
      submission,
      hasChanged: true,
      emitted: applied.emitted,
      writers: bind(room, { submission, ids: applied.ids }),
    });
  else if (applied.kind === "unchanged")
    accepted.push({ submission, hasChanged: false, emitted: null, writers: NOBODY });
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
function tryElsewhere(room: Room, { submission, grows, judge, meter, wake, onFailure }: Trying): void {
  room.isTrying = true;
  const { update, format } = submission;
  const job = (): Job => {
    const elapsed = startTimer();
    const state = Y.encodeStateAsUpdateV2(room.ydoc);
    submission.share?.heldUp(elapsed());
    return { state, update, format };
  };
  const finish = (): void => {
    room.isTrying = false;
    wake(room);
  };
  const putOff = (): void => {
    room.queue = room.queue.filter((each) => each !== submission);
    submission.settle({ kind: "failed", error: { type: "later" } });
    finish();
  };
  judge.ask({ member: submission.author.member, grows, job }).then(
    (verdict) => {
      submission.share?.worked(verdict.ms);
      meter?.guarded(verdict.kind === "cheap" ? "tried" : verdict.kind);
      if (verdict.kind === "starved") return putOff();
      room.verdict = { ...verdict, on: submission };
      finish();
    },
    (error: unknown) => {
      onFailure(error);
      putOff();
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
