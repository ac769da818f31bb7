// Owns sending what waits in a studio before its member leaves the device: with progress, until all is sent or it cannot be.
// Never pushes itself (push.ts) and never decides what follows.
import { createEffect, createRoot } from "solid-js";
import { follow } from "./follow.ts";
import { countWaiting } from "./holders.ts";
import type { Waiting } from "./holders.ts";
import type { Store } from "./store.ts";

/** States in which waiting on is of no use: the chip's own judgement, so that both say the same. */
const hopeless: ReadonlySet<string> = new Set(["held", "not_saved"]);

/** Commands are no edits, and the chip says nothing of them: nobody waits for them alone longer than this. Units: ms. */
const COMMANDS_MS = 8000;

/** Sends all that waits in an open store; answers with what is left. Units: `patience` in ms. Rule: ME1. */
export function sendUnsent(
  store: Store,
  hear: (waiting: Waiting) => void,
  patience: number = COMMANDS_MS,
): Promise<Waiting> {
  return createRoot(
    (dispose) =>
      new Promise((resolve, reject) => {
        let last: Waiting | null = null;
        let timer: ReturnType<typeof setTimeout> | undefined;
        const end = async (): Promise<void> => {
          clearTimeout(timer);
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
            if (waiting.unsent === 0) timer ??= setTimeout(() => void end(), patience);
          },
          error: reject,
        });
        createEffect(() => {
          const { kind, isOffline } = store.status();
          // Hint: what was refused is said before what is offline, and waiting is of no use all the same.
          if (isOffline || hopeless.has(kind)) void end();
        });
      }),
  );
}
