// Owns sending what waits in a studio before its member leaves the device: with progress, until all is sent or it cannot be.
// Never pushes itself (push.ts) and never decides what follows.
import { createEffect, createRoot } from "solid-js";
import { follow } from "./follow.ts";
import { countWaiting } from "./holders.ts";
import type { Waiting } from "./holders.ts";
import type { Store } from "./store.ts";

/** States in which waiting on is of no use: the chip's own judgement, so that both say the same. */
const hopeless: ReadonlySet<string> = new Set(["offline", "not_saved"]);

/** Sends all that waits in an open store; answers with what is left. Rule: ME1. */
export function sendUnsent(store: Store, hear: (waiting: Waiting) => void): Promise<Waiting> {
  return createRoot(
    (dispose) =>
      new Promise((resolve, reject) => {
        let last: Waiting | null = null;
        const end = async (): Promise<void> => {
          stop();
          dispose();
          resolve(last ?? (await countWaiting(store.db)));
        };
        const stop = follow(store.db, () => countWaiting(store.db), {
          next: (waiting) => {
            last = waiting;
            hear(waiting);
            if (waiting.unsent + waiting.commands === 0) void end();
            else store.flush();
          },
          error: reject,
        });
        createEffect(() => {
          if (hopeless.has(store.status().kind)) void end();
        });
      }),
  );
}
