// Owns work that needs the server: it runs one at a time, waits after a failure, and knows which errors waiting does not mend.
// Never knows what the work is (replicate.ts).
import type { Result } from "../../shared/result.ts";
import { LONGEST_WAIT_MS, makeBackoff } from "./backoff.ts";
import type { Link } from "./link.ts";
import type { StoreParts } from "./parts.ts";
import { makeTask } from "./task.ts";
import type { Task } from "./task.ts";
import type { WireError } from "./wire.ts";

export type TriedDeps = {
  readonly parts: StoreParts;
  readonly link: Pick<Link, "blocked" | "block">;
  /** The server no longer takes this page for who it says it is. */
  readonly onSignedOut: (type: "signed_out" | "other_member") => void;
};

/** A task that is asked for as any other, and waits as long as its failures want. */
export type Tried = Task & {
  /** Forgets the failures: the network or the page came back. */
  readonly reset: () => void;
};

/** Work; answers with the ms until it wants to run again, null for never. */
export type Try = () => Promise<Result<number | null, WireError>>;

/** How long the first wait after a failed call is. Units: ms. */
const FIRST_WAIT_MS = 1000;

/** Makes the task. Rules: RE30, RE31. */
export function makeTried(deps: TriedDeps, run: Try): Tried {
  const { parts, link } = deps;
  const backoff = makeBackoff(parts, { firstMs: FIRST_WAIT_MS, longestMs: LONGEST_WAIT_MS });
  const task = makeTask(parts, async () => {
    if (link.blocked() === "signed_out" || link.blocked() === "other_member") return null;
    // Hint: whoever asked while the try before was under way could not know of its failure.
    if (backoff.left() > 0) return backoff.left();
    const result = await run();
    if (!result.ok) return backoff.next(waitFor(deps, result.error));
    backoff.reset();
    if (link.blocked() === "email_unverified") link.block(null);
    return result.value;
  });
  return {
    kick: (afterMs = 0) => task.kick(Math.max(afterMs, backoff.left())),
    reset: backoff.reset,
    stop: task.stop,
  };
}

/** How long an error asks to wait at least; some are told to others too. Units: ms. */
function waitFor({ parts, link, onSignedOut }: TriedDeps, { type, retryAfterMs = 0 }: WireError): number {
  // Hint: every call asks for the studio itself or for what the member was given, so this means the whole studio.
  if (type === "not_found") parts.expelled?.();
  if (type === "email_unverified") link.block(type);
  const isSignedOut = type === "signed_out" || type === "other_member";
  if (isSignedOut) onSignedOut(type);
  return isSignedOut || type === "email_unverified" ? LONGEST_WAIT_MS : retryAfterMs;
}
