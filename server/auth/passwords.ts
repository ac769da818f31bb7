// Owns passwords: what may be one, how it is hashed, and how many hashes are computed at once.
// Never keeps or reports a password. Source: OWASP password storage (Argon2id, 19 MiB, 2 passes), NIST SP 800-63B.
import { hash, verify } from "@node-rs/argon2";
import type { ServerError } from "../../shared/errors.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { randomText } from "../clock.ts";
import type { RandomBytes } from "../clock.ts";
import type { Limits } from "../limits.ts";

/** What one hash costs. Units: KiB and passes. */
export type PasswordCost = { readonly memoryCost: number; readonly timeCost: number };

const usualCost: PasswordCost = { memoryCost: 19_456, timeCost: 2 };

/** Units: characters as people count them. */
const LENGTH = { min: 10, max: 200 } as const;

/** Hashes and compares passwords. Fails: `later` when too many wait. */
export type Passwords = {
  readonly hash: (password: string) => Promise<Result<string, ServerError>>;
  /** Compares with a hash; without one it does the same work and answers false. Rule: AU6. */
  readonly verify: (hashed: string | null, password: string) => Promise<Result<boolean, ServerError>>;
};

/** What the hashing is made of; `cost` is lowered by tests only. */
export type PasswordOptions = {
  readonly limits: Limits;
  readonly random: RandomBytes;
  readonly cost?: PasswordCost | undefined;
};

/** Makes the hashing of one process; it uses at most `passwordHashesAtOnce` × 19 MiB. Rule: AU13. */
export function createPasswords({ limits, random, cost = usualCost }: PasswordOptions): Passwords {
  const inTurn = createTurns(limits.passwordHashesAtOnce, limits.passwordHashesWaiting);
  // What an address without an account is compared with, so that it takes the same time.
  const nobody = hash(randomText(random, 32), cost);
  return {
    hash: (password) => inTurn(() => hash(plain(password), cost)),
    verify: (hashed, password) =>
      inTurn(async () => {
        const same = await verify(hashed ?? (await nobody), plain(password));
        return same && hashed !== null;
      }),
  };
}

// One keyboard writes `ü` as one character, another as two; both must open the account.
const plain = (password: string): string => password.normalize("NFKC");

type Turns = <T>(work: () => Promise<T>) => Promise<Result<T, ServerError>>;

// The memory of a hash is the point of it; without turns a flood of sign-ins would take all there is.
function createTurns(atOnce: number, waitingMax: number): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  const enter = async (): Promise<void> => {
    if (running < atOnce) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return async (work) => {
    if (running >= atOnce && waiting.length >= waitingMax) return err({ type: "later", retryAfterMs: 1000 });
    await enter();
    try {
      return ok(await work());
    } finally {
      leave();
    }
  };
}

/** Tells whether a password is long enough and neither the address nor the name. Nothing else is asked of it. Rule: AU12. */
export function mayBePassword(password: string, person: { readonly email: string; readonly name: string }): boolean {
  const { length } = Array.from(plain(password));
  if (length < LENGTH.min || length > LENGTH.max) return false;
  const taken = [person.email, person.email.split("@")[0] ?? "", person.name];
  return !taken.some((text) => folded(text) === folded(password));
}

const folded = (text: string): string => plain(text).toLowerCase().replaceAll(/\s/gu, "");
