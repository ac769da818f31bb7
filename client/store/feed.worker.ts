// Owns the worker that follows the feed, so that the screen stays alive while a device fills itself: it asks the network, decodes,
// projects and writes. It decides nothing of its own and is ended by the page.
import { openStudioDb } from "./db.ts";
import { servePull } from "./remote.ts";
import type { PullRequest } from "./remote.ts";

addEventListener("message", ({ data }: MessageEvent<PullRequest>) => {
  void servePull(data, {
    db: openStudioDb({ user: data.member, org: data.org }),
    // Hint: called as a plain function, because the browser's own refuses any other `this`.
    fetch: (input, init) => fetch(input, init),
    page: { isOnline: () => navigator.onLine, listen: () => () => undefined },
    clock: () => Date.now(),
    steady: () => performance.now(),
    uuid: () => crypto.randomUUID(),
    say: (what) => postMessage(what),
    closing: new AbortController().signal,
    onFailure: (error) => reportError(error),
  });
});
