// Owns a double of the worker's thread for tests in Node: what runs in it is the real code, over the disk and the network of the test.
// Never part of the product.
import { openStudioDb } from "./db.ts";
import { fetchOf } from "./network.testing.ts";
import type { Network } from "./network.testing.ts";
import { servePull } from "./remote.ts";
import type { PullRequest, WorkerSays } from "./remote.ts";
import type { Disk, Who } from "./testing.ts";

/** Workers of one page. */
export type Workers = {
  readonly start: () => Worker;
  /** All that was said, as the page got it. */
  readonly said: WorkerSays[];
  /** How many were started and how many are alive. */
  readonly started: () => number;
  readonly alive: () => number;
  /** Ends the running one as a browser short of memory does; the page hears an error, or nothing at all. */
  readonly die: (how: "loud" | "silent") => void;
};

type Running = { readonly worker: EventTarget; readonly stop: () => void };

/** Makes workers over a disk and a network. */
export function makeWorkers(disk: Disk, who: Who, network: Network): Workers {
  const said: WorkerSays[] = [];
  const running = new Set<Running>();
  let started = 0;

  const start = (): Worker => {
    started += 1;
    const closing = new AbortController();
    const worker = new EventTarget();
    const stop = (): void => {
      closing.abort();
      running.delete(thread);
    };
    const thread: Running = { worker, stop };
    running.add(thread);
    const say = (what: WorkerSays): void => {
      if (closing.signal.aborted) return;
      said.push(structuredClone(what));
      worker.dispatchEvent(new MessageEvent("message", { data: structuredClone(what) }));
    };
    const postMessage = (request: PullRequest): void => {
      const db = openStudioDb({ user: request.member, org: request.org }, disk);
      closing.signal.addEventListener("abort", () => db.close());
      void servePull(structuredClone(request), {
        db,
        say,
        closing: closing.signal,
        fetch: fetchOf(who.member, network),
        page: { isOnline: network.isOnline, listen: network.listen },
        clock: () => Date.now(),
        steady: () => performance.now(),
        uuid: () => crypto.randomUUID(),
        onFailure: () => undefined,
      });
    };
    // Hint: the page uses these three alone of what a worker has.
    return Object.assign(worker, { postMessage, terminate: stop }) as unknown as Worker;
  };
  return {
    start,
    said,
    started: () => started,
    alive: () => running.size,
    die: (how) => {
      for (const { worker, stop } of running) {
        stop();
        if (how === "loud") worker.dispatchEvent(new Event("error"));
      }
    },
  };
}
