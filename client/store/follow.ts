// Owns the one way to follow a question to the database: asked again when what it read changes, and when the database was closed
// and opened again. Never asks by itself what a screen wants to know.
import { liveQuery } from "dexie";
import type { StudioDb } from "./db.ts";
import { isConnectionLost } from "./failure.ts";
import type { Cancel } from "./parts.ts";

/** Who hears the answers; `error` gets what is no lost connection. */
export type Hearing<T> = { readonly next: (answer: T) => unknown; readonly error: (error: unknown) => void };

/** Follows a question until the answer is called. Rule: S60. */
export function follow<T>(db: StudioDb, ask: () => PromiseLike<T>, { next, error }: Hearing<T>): Cancel {
  const failed = (reason: unknown): void => {
    // Hint: opened again, the question is asked anew below.
    if (isConnectionLost(reason)) void db.disk.probe();
    else error(reason);
  };
  const subscribe = () =>
    liveQuery(async () => ask()).subscribe({ next: (answer) => void next(answer), error: failed });
  let subscription = subscribe();
  const stop = db.disk.onReopened(() => {
    subscription.unsubscribe();
    subscription = subscribe();
  });
  return () => {
    stop();
    subscription.unsubscribe();
  };
}
