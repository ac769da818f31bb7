// Owns where the feed is followed: a few changes in the page, a filling and many changes in a worker; and what happens when the worker
// or the disk fails. Never knows what is in a page of the feed.
import { createSignal } from "solid-js";
import type { Accessor } from "solid-js";
import type { Role } from "../../policy/roles.ts";
import { ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { failureOf, isConnectionLost, isFull } from "./failure.ts";
import type { DiskFailure } from "./failure.ts";
import { makeFeed } from "./feed.ts";
import type { Feed } from "./feed.ts";
import type { Link } from "./link.ts";
import type { StoreParts } from "./parts.ts";
import { askWorker } from "./remote.ts";
import { withRoom } from "./space.ts";
import type { Wire, WireError } from "./wire.ts";

export type Pulls = {
  /** Takes everything there is to take; two at once are one. Fails: as the call does. */
  readonly pull: (isOver?: () => boolean) => Promise<Result<null, WireError>>;
  readonly pullOne: Feed["pullOne"];
  /** Why what came could not be written; null when it could. */
  readonly failure: Accessor<DiskFailure | null>;
};

export type PullDeps = {
  readonly wire: Wire;
  readonly link: Pick<Link, "answered" | "unanswered" | "models">;
  readonly role: () => Role;
  readonly refreshMembers: () => Promise<Result<null, WireError>>;
  /** Ends the worker when the store closes. */
  readonly closing: AbortSignal;
};

/** Up to so many changes are taken in the page: a worker takes longer to start. */
const FEW = 20;

/** How many documents a page of the feed asks for in the page itself: few enough that the screen stays alive. */
const PAGE_ENTRIES = 50;

/** How long a disk that does not take what came is left in peace. Units: ms. */
const REST_MS = 30_000;

/** Makes the place where the feed is followed; without `startWorker` that is the page. Rules: RE16, RE20–RE22. */
export function makePulls(parts: StoreParts, deps: PullDeps): Pulls {
  const { db, steady } = parts;
  const [failure, setFailure] = createSignal<DiskFailure | null>(null);
  const onDamaged = (count: number): void =>
    parts.onFailure(new Error(`${count} documents of the feed cannot be read`));
  const here = makeFeed({
    ...parts,
    ...deps,
    writing: (write) => withRoom(db, write),
    onDamaged,
    pageEntries: PAGE_ENTRIES,
  });
  let restUntil = Number.NEGATIVE_INFINITY;
  let running: Promise<Result<null, WireError>> | null = null;

  const take: Feed["pull"] = async ({ isOver = () => false } = {}) => {
    const { startWorker } = parts;
    if (startWorker === undefined) return here.pull({ isOver });
    const few = await here.pull({ isOver, few: FEW });
    if (!few.ok || few.value === "done") return few;
    const request = { ...pick(parts), role: deps.role() };
    const answer = await askWorker(startWorker, request, { ...deps, onDamaged, isOver, later: parts.later });
    // Hint: a worker that cannot start or fails costs speed only.
    return answer ?? here.pull({ isOver });
  };
  const onError = (error: unknown): void => {
    if (!isFull(error) && !isConnectionLost(error)) parts.onFailure(error);
    setFailure(failureOf(error));
    restUntil = steady() + REST_MS;
  };
  const pull = async (isOver: () => boolean): Promise<Result<null, WireError>> => {
    if (steady() < restUntil) return ok(null);
    try {
      const taken = await again(() => take({ isOver }), db.disk.probe);
      if (taken.ok) setFailure(null);
      return taken.ok ? ok(null) : taken;
    } catch (error) {
      onError(error);
      return ok(null);
    }
  };
  return {
    pull: (isOver = () => false) => {
      running ??= pull(isOver).finally(() => {
        running = null;
      });
      return running;
    },
    pullOne: here.pullOne,
    failure,
  };
}

const pick = ({ org, member, device, origin }: StoreParts) => ({ org, member, device, origin });

/** Runs once more when the browser had closed the database under it (sync.md L12). */
async function again<T>(run: () => Promise<T>, reopen: () => Promise<boolean>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isConnectionLost(error) || !(await reopen())) throw error;
    return run();
  }
}
