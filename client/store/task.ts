// Owns work that is asked for often and runs one at a time: it runs as soon as it is due, and again when it was asked for meanwhile.
// Never knows what the work is.
import { isConnectionLost, isFull } from "./failure.ts";
import type { Cancel, StoreParts } from "./parts.ts";

export type Task = {
  /** Asks for a run, at the latest after so many ms. */
  readonly kick: (afterMs?: number) => void;
  /** Ends it; a running run comes to its end. */
  readonly stop: () => Promise<void>;
};

/** How long after a failure that nobody could foresee. Units: ms. */
const AGAIN_MS = 30_000;

/** Makes a task; `run` answers with the ms until it wants to run again, or null. */
export function makeTask(
  { later, steady, onFailure }: Pick<StoreParts, "later" | "steady" | "onFailure">,
  run: () => Promise<number | null>,
): Task {
  let timer: { readonly at: number; readonly cancel: Cancel } | null = null;
  let running: Promise<void> | null = null;
  let isStopped = false;

  const kick = (afterMs = 0): void => {
    const at = steady() + afterMs;
    if (isStopped || (timer !== null && timer.at <= at)) return;
    timer?.cancel();
    timer = { at, cancel: later(start, afterMs) };
  };
  const start = (): void => {
    timer = null;
    // Hint: asked for while it runs, it runs again at once afterwards.
    if (running !== null) void running.then(() => kick());
    else running = work();
  };
  const work = async (): Promise<void> => {
    try {
      const wait = await run();
      if (wait !== null) kick(wait);
    } catch (error) {
      // Hint: a lost connection is opened again by disk.ts, a full disk is told by space.ts; neither is a fault of the program.
      if (!isConnectionLost(error) && !isFull(error)) onFailure(error);
      // Hint: nobody may ever ask again, so it asks itself.
      kick(AGAIN_MS);
    } finally {
      running = null;
    }
  };
  return {
    kick,
    stop: async () => {
      isStopped = true;
      timer?.cancel();
      await running;
    },
  };
}
