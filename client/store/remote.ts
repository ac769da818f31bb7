// Owns what page and worker say to each other while the worker follows the feed, and both ends of it.
// What passes between them is numbers and names: no document, no name of anybody.
import type { Role } from "../../policy/roles.ts";
import type { ModelWindow } from "../../shared/model.ts";
import { ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { StudioDb } from "./db.ts";
import { makeFeed } from "./feed.ts";
import type { Pulled } from "./feed.ts";
import type { Link } from "./link.ts";
import type { StoreParts } from "./parts.ts";
import { refreshMembers, roleOf } from "./team.ts";
import { makeWire } from "./wire.ts";
import type { WireError } from "./wire.ts";

/** What the page asks of the worker: to take all there is. */
export type PullRequest = Pick<StoreParts, "org" | "member" | "device" | "origin" | "role">;

/** What the worker says. `failed`: it could not go on, and the page takes over. */
export type WorkerSays =
  | { readonly type: "answered" | "unanswered" | "failed" }
  | { readonly type: "models"; readonly window: ModelWindow }
  | { readonly type: "damaged"; readonly count: number }
  | { readonly type: "ended"; readonly result: Result<Pulled, WireError> };

/** What the worker stands on. */
export type WorkerParts = Pick<StoreParts, "fetch" | "page" | "clock" | "steady" | "uuid" | "onFailure"> & {
  readonly db: StudioDb;
  readonly say: (what: WorkerSays) => void;
  readonly closing: AbortSignal;
};

/** How many documents a page asks for in a worker: as many as the server gives. */
const PAGE_ENTRIES = 500;

/** The worker's end: takes all there is, and says how it went. Rule: RE16. */
export async function servePull(request: PullRequest, parts: WorkerParts): Promise<void> {
  const { db, say, closing } = parts;
  let role: Role = request.role;
  const link = {
    answered: () => say({ type: "answered" }),
    unanswered: () => say({ type: "unanswered" }),
    models: (window: ModelWindow) => say({ type: "models", window }),
  };
  const wire = makeWire({ ...parts, ...request }, { link, closing });
  const feed = makeFeed({
    ...parts,
    wire,
    member: request.member,
    role: () => role,
    refreshMembers: async () => {
      const answer = await refreshMembers(db, wire);
      if (!answer.ok) return answer;
      role = roleOf(answer.value, request.member) ?? role;
      return ok(null);
    },
    writing: (write) => write(),
    onDamaged: (count) => say({ type: "damaged", count }),
    pageEntries: PAGE_ENTRIES,
  });
  try {
    say({ type: "ended", result: await feed.pull() });
  } catch {
    // Hint: whatever the disk said, the page meets it too, and can make space or open the database again.
    say({ type: "failed" });
  }
}

export type AskingWorker = {
  readonly link: Pick<Link, "answered" | "unanswered" | "models">;
  readonly onDamaged: (count: number) => void;
  readonly isOver: () => boolean;
  readonly closing: AbortSignal;
  readonly later: StoreParts["later"];
};

/** A worker that has said nothing for so long is taken for dead. Units: ms. */
const SILENT_MS = 120_000;

/** The page's end; answers with null when the worker could not do it. The worker is ended in any case. Rules: RE16, RE20. */
export async function askWorker(
  start: () => Worker,
  request: PullRequest,
  asking: AskingWorker,
): Promise<Result<Pulled, WireError> | null> {
  try {
    return await ask(start, request, asking);
  } catch {
    // Hint: a browser that gives no worker, as in some private windows.
    return null;
  }
}

function ask(
  start: () => Worker,
  request: PullRequest,
  asking: AskingWorker,
): Promise<Result<Pulled, WireError> | null> {
  return new Promise((resolve) => {
    const worker = start();
    const stop = new AbortController();
    const { signal } = stop;
    const end = (result: Result<Pulled, WireError> | null): void => {
      stop.abort();
      worker.terminate();
      resolve(result);
    };
    let cancel = asking.later(() => end(null), SILENT_MS);
    signal.addEventListener("abort", () => cancel());
    const heard = (said: WorkerSays): void => {
      cancel();
      cancel = asking.later(() => end(null), SILENT_MS);
      if (said.type === "ended") end(said.result);
      else if (said.type === "failed") end(null);
      else if (asking.isOver()) end(ok("done"));
      else pass(asking, said);
    };
    worker.addEventListener("message", ({ data }: MessageEvent<WorkerSays>) => heard(data), { signal });
    worker.addEventListener("error", () => end(null), { signal });
    asking.closing.addEventListener("abort", () => end(ok("done")), { signal });
    worker.postMessage(request);
  });
}

type Passed = Exclude<WorkerSays, { type: "ended" }>;

function pass({ link, onDamaged }: AskingWorker, said: Passed): void {
  if (said.type === "answered") link.answered();
  else if (said.type === "unanswered") link.unanswered();
  else if (said.type === "models") link.models(said.window);
  else if (said.type === "damaged") onDamaged(said.count);
}
