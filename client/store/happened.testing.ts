// Owns the waiting of tests: a question is asked again when something happened that may change its answer, instead of all the time.
// What happens: a transaction on a disk, a frame or an answer of the network, a signal that the question has read.
import { Dexie } from "dexie";
import { createEffect, createRoot } from "solid-js";

const waiting = new Set<() => void>();

/** Tells those who wait that something happened, such as a frame that came. */
export function happened(): void {
  for (const wake of [...waiting]) wake();
}

Dexie.on("storagemutated", happened);

/** What happens elsewhere, such as on the server, is seen at the latest after this. Units: ms. */
const LOOK_AT_LEAST_EVERY_MS = 20;

/** Waits until a question is answered with yes. Throws: when that takes longer than so many ms. */
export async function until(question: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> {
  const end = Date.now() + ms;
  for (;;) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const asked = ask(question, resolve);
    waiting.add(resolve);
    const timer = setTimeout(resolve, LOOK_AT_LEAST_EVERY_MS);
    try {
      if (await asked.answer) return;
      if (Date.now() > end) throw new Error(`not in time: ${question.toString()}`);
      await promise;
      // Hint: what belongs together has happened by the next turn of the event loop.
      await new Promise<void>((go) => void setImmediate(go));
    } finally {
      clearTimeout(timer);
      waiting.delete(resolve);
      asked.forget();
    }
  }
}

type Asked = { readonly answer: boolean | Promise<boolean>; readonly forget: () => void };

/** Asks once, and wakes when a signal changes that the question has read. */
function ask(question: () => boolean | Promise<boolean>, wake: () => void): Asked {
  let answer: boolean | Promise<boolean> | null = null;
  const forget = createRoot((dispose) => {
    createEffect(() => {
      if (answer === null) answer = question();
      else wake();
    });
    return dispose;
  });
  return { answer: answer ?? false, forget };
}
