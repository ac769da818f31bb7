// Owns what all parts of sign-in share: the parts they are given and the counters that must exist once.
// Never a module-level variable: a test makes as many as it wants.
import type { Kysely } from "kysely";
import type { Locale } from "../../shared/studio.ts";
import type { AddressReader } from "../address.ts";
import { createBackground } from "../background.ts";
import type { Background } from "../background.ts";
import type { Bus } from "../bus.ts";
import { toInstant } from "../clock.ts";
import type { Clock, RandomBytes } from "../clock.ts";
import type { Limits } from "../limits.ts";
import type { Mailer } from "../mail.ts";
import { createKeyOf, createRates } from "../rates.ts";
import type { Rates } from "../rates.ts";
import type { MainTables } from "../tables.ts";
import { createGuesses } from "./guesses.ts";
import type { Guesses } from "./guesses.ts";
import { createPasswords } from "./passwords.ts";
import type { PasswordCost, Passwords } from "./passwords.ts";
import { createSessions } from "./sessions.ts";
import type { Sessions } from "./sessions.ts";
import { createSignInLog } from "./sign-in-log.ts";
import type { SignInLog } from "./sign-in-log.ts";

/** A studio to be made at sign-up. Units: `at` is an instant. */
export type NewStudio = {
  readonly orgId: string;
  readonly name: string;
  readonly locale: Locale;
  readonly ownerId: string;
  readonly at: string;
};

/** What sign-in is given. */
export type AuthDeps = {
  readonly db: Kysely<MainTables>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly bus: Bus;
  readonly mailer: Mailer;
  readonly limits: Limits;
  readonly publicUrl: string | undefined;
  readonly addressOf: AddressReader;
  /** Makes the studio's storage and seeds its document; it counts as made only when this resolves. */
  readonly createStudio: (studio: NewStudio) => Promise<void>;
  /** Removes the studio's storage; one that is not there is no error. */
  readonly removeStudio: (orgId: string) => Promise<void>;
  /** Gets what work in the background threw. */
  readonly report: (error: unknown) => void;
  /** Lowered by tests only. */
  readonly passwordCost?: PasswordCost;
};

/** Sign-in as a whole; the routes are made from it. */
export type Auth = AuthDeps & {
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly guesses: Guesses;
  readonly rates: Rates;
  readonly log: SignInLog;
  readonly background: Background;
  /** The present instant. */
  readonly now: () => string;
};

/** Makes sign-in; one per process, since its counters are its own. */
export function createAuth(deps: AuthDeps): Auth {
  const keyOf = createKeyOf(deps.random);
  const { limits, random, passwordCost: cost } = deps;
  return {
    ...deps,
    sessions: createSessions(deps),
    passwords: createPasswords({ limits, random, cost }),
    guesses: createGuesses(limits, keyOf),
    rates: createRates(limits, keyOf),
    log: createSignInLog(deps.db, deps.clock),
    background: createBackground(deps.report),
    now: () => toInstant(deps.clock()),
  };
}
