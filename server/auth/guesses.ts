// Owns the count of password guesses and the locks that follow from it.
// Never asks whether an account exists: an address nobody has is counted and locked like any other.
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Limits } from "../limits.ts";
import { callerPart } from "../rates.ts";
import type { KeyOf } from "../rates.ts";

/** Whose password is tried, and from where. */
export type Guess = { readonly email: string; readonly address: string | null };

/** A lock; `started` is true for the guess that started it. */
export type Lock = { readonly retryAfterMs: number; readonly started: boolean };

/** Counts guesses. */
export type Guesses = {
  /** Counts a guess before it is tried, so that many at once cannot slip through; a lock means: do not try it. */
  readonly take: (guess: Guess) => Promise<Lock | null>;
  /** Forgets the guesses, after the right password or a reset by mail. */
  readonly forgive: (guess: Guess) => Promise<void>;
};

/**
 * Makes the counters of one process. Ten failures from one address lock that address out of the account; only many more, from
 * many addresses, lock the account for everybody, so that a stranger cannot lock its owner out. Each lock in a day is twice
 * as long as the one before. Rule: AU7.
 */
export function createGuesses(limits: Limits, keyOf: KeyOf): Guesses {
  const byPair = createLocks(limits.failuresPerAccountAndAddress, limits);
  const byAccount = createLocks(limits.failuresPerAccount, limits);
  const pairKey = ({ email, address }: Guess): string => keyOf("guess", email, callerPart(address));
  const accountKey = ({ email }: Guess): string => keyOf("guess", email);
  return {
    take: async (guess) => (await byPair.take(pairKey(guess))) ?? (await byAccount.take(accountKey(guess))),
    forgive: async (guess) => {
      await byPair.forget(pairKey(guess));
      await byAccount.forget(accountKey(guess));
    },
  };
}

type Locks = { readonly take: (key: string) => Promise<Lock | null>; readonly forget: (key: string) => Promise<void> };

function createLocks(points: number, { failureWindowMs, lockMs, lockMaxMs }: Limits): Locks {
  const tries = new RateLimiterMemory({ points, duration: failureWindowMs / 1000 });
  const earlier = new RateLimiterMemory({ points, duration: lockMaxMs / 1000 });
  const lock = async (key: string): Promise<Lock> => {
    const { consumedPoints } = await earlier.penalty(key);
    const retryAfterMs = Math.min(lockMaxMs, lockMs * 2 ** (consumedPoints - 1));
    await tries.block(key, retryAfterMs / 1000);
    return { retryAfterMs, started: true };
  };
  const take = async (key: string): Promise<Lock | null> => {
    try {
      await tries.consume(key);
      return null;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      if (refusal.consumedPoints === points + 1) return lock(key);
      return { retryAfterMs: Math.max(1, refusal.msBeforeNext), started: false };
    }
  };
  const forget = async (key: string): Promise<void> => {
    await tries.delete(key);
    await earlier.delete(key);
  };
  return { take, forget };
}
