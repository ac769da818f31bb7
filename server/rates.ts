// Owns how often something may be done in a span of time, per address, recipient or studio.
// Never keeps an address or a mail address: keys are HMACs under a key that lives as long as the process. Rule: ED9.
import { createHmac } from "node:crypto";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { ServerError } from "../shared/errors.ts";
import { err, ok } from "../shared/result.ts";
import type { Result } from "../shared/result.ts";
import { callerOf } from "./address.ts";
import type { RandomBytes } from "./clock.ts";
import type { LimitName, Limits } from "./limits.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** What is counted, by which limit. Units: seconds. */
const windows = {
  upgrade: { limit: "upgradesPerAddressPerMinute", seconds: MINUTE },
  memberUpgrade: { limit: "upgradesPerMemberPerMinute", seconds: MINUTE },
  request: { limit: "requestsPerAddressPerMinute", seconds: MINUTE },
  memberRequest: { limit: "requestsPerMemberPerMinute", seconds: MINUTE },
  signIn: { limit: "signInsPerAddressPer15Minutes", seconds: 15 * MINUTE },
  signUp: { limit: "signUpsPerAddressPerHour", seconds: HOUR },
  tokenTry: { limit: "tokenTriesPerAddressPer15Minutes", seconds: 15 * MINUTE },
  mailByAddress: { limit: "mailsPerAddressPerHour", seconds: HOUR },
  mailByPair: { limit: "mailsPerRecipientAndAddressPerHour", seconds: HOUR },
  mailByRecipient: { limit: "mailsPerRecipientPerHour", seconds: HOUR },
  invitation: { limit: "invitationsPerStudioPerHour", seconds: HOUR },
} as const satisfies Record<string, { limit: LimitName; seconds: number }>;

type RateName = keyof typeof windows;

/** Makes the key of a limiter from what must not be kept in clear. */
export type KeyOf = (...parts: readonly string[]) => string;

/** Makes keys under a random secret that nobody can ask for. Rule: ED9. */
export function createKeyOf(random: RandomBytes): KeyOf {
  const secret = random(32);
  return (...parts) => createHmac("sha256", secret).update(JSON.stringify(parts)).digest("base64url");
}

/** The caller behind an address as a part of a key; all callers without an address are one. */
export const callerPart = (address: string | null): string => (address === null ? "none" : callerOf(address));

/** Counts one more; an error tells when to come again. */
export type Rates = {
  readonly take: (name: RateName, ...parts: readonly string[]) => Promise<Result<null, ServerError>>;
  /** One mail to a recipient asked for from an address. A single address cannot use up what the recipient has. Rule: AU16. */
  readonly takeMail: (recipient: string, address: string | null) => Promise<Result<null, ServerError>>;
};

/** Makes the counters of one process. Fails: `too_fast`. Rule: AU16. */
export function createRates(limits: Limits, keyOf: KeyOf): Rates {
  const limiters = new Map<RateName, RateLimiterMemory>();
  for (const [name, { limit, seconds }] of entriesOf(windows)) {
    limiters.set(name, new RateLimiterMemory({ points: limits[limit], duration: seconds }));
  }
  const take: Rates["take"] = async (name, ...parts) => consume(limiters.get(name), keyOf(name, ...parts));
  const takeMail: Rates["takeMail"] = async (recipient, address) => {
    const caller = callerPart(address);
    const byAddress = await take("mailByAddress", caller);
    if (!byAddress.ok) return byAddress;
    const byPair = await take("mailByPair", recipient, caller);
    return byPair.ok ? take("mailByRecipient", recipient) : byPair;
  };
  return { take, takeMail };
}

async function consume(limiter: RateLimiterMemory | undefined, key: string): Promise<Result<null, ServerError>> {
  try {
    await limiter?.consume(key);
    return ok(null);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return err({ type: "too_fast", retryAfterMs: Math.max(1, refusal.msBeforeNext) });
  }
}

// Hint: `Object.entries` of a const object forgets which keys it has.
const entriesOf = <T extends object>(table: T): [keyof T, T[keyof T]][] =>
  Object.entries(table) as [keyof T, T[keyof T]][];
