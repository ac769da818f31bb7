// Owns how often anybody may ask the API, and how many requests of one member may be under way at once.
// Never counts a member by address, because a studio is one; never keeps an address (rates.ts).
import type { Context, MiddlewareHandler } from "hono";
import type { AuthEnv } from "./auth/principal.ts";
import { failed } from "./http-error.ts";
import type { Limits } from "./limits.ts";
import { callerPart } from "./rates.ts";
import type { Rates } from "./rates.ts";

/** When to come again for whom too many requests are under way. Units: ms. */
const SOON_MS = 1000;

/** The gate behind `guards.caller`. Fails: `too_fast`. Rules: ED20, ED21. */
export function requestRate({ rates, limits }: { rates: Rates; limits: Limits }): MiddlewareHandler<AuthEnv> {
  const underWay = new Map<string, number>();
  return async function rate(c, next) {
    const { presented, visitor } = c.get("caller");
    const taken =
      presented === null
        ? await rates.take("request", callerPart(visitor.address))
        : await rates.take("memberRequest", presented.session.userId);
    if (!taken.ok) return failed(c, taken.error);
    const { userId } = presented?.session ?? {};
    if (userId === undefined) return next();
    if ((underWay.get(userId) ?? 0) >= limits.requestsAtOncePerMember)
      return failed(c, { type: "too_fast", retryAfterMs: SOON_MS });
    hold(underWay, userId, c);
    return next();
  };
}

/** Until the peer has read the answer, or is gone: an answer that nobody reads stays in memory. */
function hold(underWay: Map<string, number>, userId: string, c: Context<AuthEnv>): void {
  // Hint: a request made in process, as tests do, has no answer to wait for.
  const bindings = c.env as AuthEnv["Bindings"] | undefined;
  if (bindings?.outgoing === undefined) return;
  underWay.set(userId, (underWay.get(userId) ?? 0) + 1);
  bindings.outgoing.once("close", () => {
    const left = (underWay.get(userId) ?? 1) - 1;
    if (left > 0) underWay.set(userId, left);
    else underWay.delete(userId);
  });
}
