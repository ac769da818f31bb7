// Owns where a page of the feed is applied: a large one in a worker, a small one in the page itself.
// Never looks into a page.
import { applyPage } from "./page.ts";
import type { PageWork } from "./page.ts";
import type { Cancel, StoreParts } from "./parts.ts";
import { withRoom } from "./space.ts";

/** What the page asks of the worker, and what comes back; an error is named, never described. */
export type PageRequest = { readonly id: number; readonly user: string; readonly org: string; readonly work: PageWork };
export type PageReply = { readonly id: number; readonly error: string | null };

/** From how many entries on a page is worth a worker. */
const LARGE = 20;

/** How long a worker is kept without work. Units: ms. */
const KEPT_MS = 30_000;

export type Pages = { readonly apply: (work: PageWork) => Promise<void>; readonly close: Cancel };

type Running = { readonly worker: Worker; readonly waiting: Map<number, PromiseWithResolvers<void>> };

/** Makes the place where pages are applied; without `startWorker` that is here. Rule: RE2. */
export function makePages({ db, member, org, later, startWorker }: StoreParts): Pages {
  let running: Running | null = null;
  let retire: Cancel | null = null;
  let count = 0;

  const close = (): void => {
    retire?.();
    running?.worker.terminate();
    for (const { reject } of running?.waiting.values() ?? []) reject(new Error("the worker was closed"));
    running = null;
  };
  const inWorker = async (start: () => Worker, work: PageWork): Promise<void> => {
    retire?.();
    running ??= listen(start());
    count += 1;
    const answer = Promise.withResolvers<void>();
    running.waiting.set(count, answer);
    const request: PageRequest = { id: count, user: member, org, work };
    running.worker.postMessage(request);
    await answer.promise;
    retire = later(close, KEPT_MS);
  };
  const apply = async (work: PageWork): Promise<void> => {
    if (startWorker === undefined || work.entries.length < LARGE) return withRoom(db, () => applyPage(db, work));
    try {
      await inWorker(startWorker, work);
    } catch {
      // Hint: a worker that cannot start or fails costs speed only; applying a page again changes nothing.
      close();
      await withRoom(db, () => applyPage(db, work));
    }
  };
  return { apply, close };
}

function listen(worker: Worker): Running {
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  worker.addEventListener("message", ({ data }: MessageEvent<PageReply>) => {
    const answer = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error === null) answer?.resolve();
    else answer?.reject(new Error(`a page was not applied: ${data.error}`));
  });
  worker.addEventListener("error", () => {
    for (const { reject } of waiting.values()) reject(new Error("the worker failed"));
    waiting.clear();
  });
  return { worker, waiting };
}
