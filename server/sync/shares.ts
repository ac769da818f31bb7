// Owns how much one socket and one member may ask of the server: frames, bytes, and time spent on their updates.
// Never closes anything: it says no, its caller closes with 4429 or answers `too_fast`.
import type { Clock } from "../clock.ts";
import type { Limits } from "../limits.ts";

/** Seconds of allowance that whoever is quiet saves up, so that an honest burst passes. */
const BURST_SECONDS = 4;

/** Beyond so many members, those who have their whole allowance are forgotten. */
const SWEEP_FROM = 1000;

/** A piece of work that holds up everybody for so long counts twice; one of ten times as long, eleven times. Units: ms. */
const HELD_UP_MS = 50;

/** An allowance that fills again with time. What was spent beyond it is owed. */
type Bucket = {
  /** Takes some and answers with what is left; below 0 when it is overdrawn. */
  readonly spend: (amount: number) => number;
  readonly left: () => number;
  readonly isFull: () => boolean;
};

function createBucket(perSecond: number, clock: Clock): Bucket {
  const most = perSecond * BURST_SECONDS;
  let amount = most;
  let at = clock();
  const left = (): number => {
    const now = clock();
    amount = Math.min(most, amount + (Math.max(0, now - at) / 1000) * perSecond);
    at = now;
    return amount;
  };
  return {
    left,
    isFull: () => left() >= most,
    spend: (spent) => {
      amount = left() - spent;
      return amount;
    },
  };
}

/** Takes a frame of so many bytes; false when it may not pass. */
export type Throttle = (bytes: number) => boolean;

type Rate = { readonly frames: number; readonly bytes: number };

type Throttled = { readonly take: Throttle; readonly bytes: Bucket; readonly isFull: () => boolean };

function throttleOf(rate: Rate, clock: Clock): Throttled {
  const frames = createBucket(rate.frames, clock);
  const bytes = createBucket(rate.bytes, clock);
  const take: Throttle = (length) => {
    const framesLeft = frames.spend(1);
    return bytes.spend(length) >= 0 && framesLeft >= 0;
  };
  return { take, bytes, isFull: () => frames.isFull() && bytes.isFull() };
}

/** Makes the throttle of one socket. Rule: SO11. */
export const createThrottle = ({ framesPerSecond, frameBytesPerSecond }: Limits, clock: Clock): Throttle =>
  throttleOf({ frames: framesPerSecond, bytes: frameBytesPerSecond }, clock).take;

/** How long until an allowance is not overdrawn any more. Units: ms. */
const waitFor = (left: number, perSecond: number): number => Math.max(0, Math.ceil((-left / perSecond) * 1000));

/** What one member has of the server, over all sockets and requests. Rule: SO16. */
export type Share = {
  readonly take: Throttle;
  /** Notes a body that was read. Units: bytes. */
  readonly received: (bytes: number) => void;
  /** Notes time that was spent on a member's updates. Units: ms. */
  readonly worked: (ms: number) => void;
  /** Notes time in one piece, in which nobody else was served: the longer the piece, the more each part of it counts. Units: ms. */
  readonly heldUp: (ms: number) => void;
  /** How much of the allowance for work is gone. Units: ms. */
  readonly used: () => number;
  /** How long until their updates are taken again; 0 when they are. Units: ms. */
  readonly waitMs: () => number;
  /** The same for updates that were let in and wait for their turn: only who owes a whole allowance more is not served. */
  readonly waitInQueueMs: () => number;
};

/** What an update that waits for its turn needs of it. */
export type QueueShare = Pick<Share, "worked" | "heldUp" | "used" | "waitInQueueMs">;

/** Makes the shares of all members. Rule: SO16. */
export function createShares(limits: Limits, clock: Clock): (member: string) => Share {
  const shares = new Map<string, Share & { isFull: () => boolean }>();
  let sweepAt = SWEEP_FROM;
  // Hint: the next one when there are twice as many, so that sweeping costs little however many there are.
  const sweep = (): void => {
    for (const [member, { isFull }] of shares) if (isFull()) shares.delete(member);
    sweepAt = Math.max(SWEEP_FROM, shares.size * 2);
  };
  const make = (): Share & { isFull: () => boolean } => {
    const rate = { frames: limits.framesPerMemberPerSecond, bytes: limits.frameBytesPerMemberPerSecond };
    const throttle = throttleOf(rate, clock);
    const work = createBucket(limits.workMsPerMemberPerSecond, clock);
    const waitForWork = (): number => waitFor(work.left(), limits.workMsPerMemberPerSecond);
    return {
      take: throttle.take,
      worked: work.spend,
      heldUp: (ms) => work.spend(ms * (1 + ms / HELD_UP_MS)),
      used: () => limits.workMsPerMemberPerSecond * BURST_SECONDS - work.left(),
      received: throttle.bytes.spend,
      waitMs: () => Math.max(waitForWork(), waitFor(throttle.bytes.left(), rate.bytes)),
      // Hint: who was let in has paid for the loading already; to send all of them away would let nobody ever get anywhere.
      waitInQueueMs: () => (waitForWork() > BURST_SECONDS * 1000 ? waitForWork() : 0),
      isFull: () => throttle.isFull() && work.isFull(),
    };
  };
  return (member) => {
    const known = shares.get(member);
    if (known !== undefined) return known;
    if (shares.size >= sweepAt) sweep();
    const made = make();
    shares.set(member, made);
    return made;
  };
}
