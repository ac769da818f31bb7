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

/** An allowance that fills again with time; below 0 when it is overdrawn, which is owed. Plain, as every socket has two. Rule: MM3. */
type Bucket = { readonly perSecond: number; readonly clock: Clock; amount: number; at: number };

const mostIn = ({ perSecond }: Bucket): number => perSecond * BURST_SECONDS;

const createBucket = (perSecond: number, clock: Clock): Bucket => ({
  perSecond,
  clock,
  amount: perSecond * BURST_SECONDS,
  at: clock(),
});

function leftIn(bucket: Bucket): number {
  const now = bucket.clock();
  const filled = (Math.max(0, now - bucket.at) / 1000) * bucket.perSecond;
  bucket.amount = Math.min(mostIn(bucket), bucket.amount + filled);
  bucket.at = now;
  return bucket.amount;
}

/** Takes some and answers with what is left. */
function spend(bucket: Bucket, amount: number): number {
  bucket.amount = leftIn(bucket) - amount;
  return bucket.amount;
}

const isFull = (bucket: Bucket): boolean => leftIn(bucket) >= mostIn(bucket);

/** Takes a frame of so many bytes; false when it may not pass. */
export type Throttle = (bytes: number) => boolean;

function throttleOf(frames: Bucket, bytes: Bucket): Throttle {
  return (length) => {
    const framesLeft = spend(frames, 1);
    return spend(bytes, length) >= 0 && framesLeft >= 0;
  };
}

/** Makes the throttle of one socket. Rule: SO11. */
export const createThrottle = ({ framesPerSecond, frameBytesPerSecond }: Limits, clock: Clock): Throttle =>
  throttleOf(createBucket(framesPerSecond, clock), createBucket(frameBytesPerSecond, clock));

/** How long until an allowance is not overdrawn any more. Units: ms. */
const waitFor = (bucket: Bucket): number => Math.max(0, Math.ceil((-leftIn(bucket) / bucket.perSecond) * 1000));

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
    for (const [member, share] of shares) if (share.isFull()) shares.delete(member);
    sweepAt = Math.max(SWEEP_FROM, shares.size * 2);
  };
  const make = (): Share & { isFull: () => boolean } => {
    const frames = createBucket(limits.framesPerMemberPerSecond, clock);
    const bytes = createBucket(limits.frameBytesPerMemberPerSecond, clock);
    const work = createBucket(limits.workMsPerMemberPerSecond, clock);
    return {
      take: throttleOf(frames, bytes),
      worked: (ms) => void spend(work, ms),
      heldUp: (ms) => void spend(work, ms * (1 + ms / HELD_UP_MS)),
      used: () => mostIn(work) - leftIn(work),
      received: (length) => void spend(bytes, length),
      waitMs: () => Math.max(waitFor(work), waitFor(bytes)),
      // Hint: who was let in has paid for the loading already; to send all of them away would let nobody ever get anywhere.
      waitInQueueMs: () => (waitFor(work) > BURST_SECONDS * 1000 ? waitFor(work) : 0),
      isFull: () => isFull(frames) && isFull(bytes) && isFull(work),
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
