// Owns the one way to follow a question to the database: asked again when what it read changes, and when the database was closed
// and opened again. Never asks by itself what a screen wants to know.
import { liveQuery } from "dexie";
import type { StudioDb } from "./db.ts";
import { isConnectionLost } from "./failure.ts";
import type { Cancel } from "./parts.ts";

/** Who hears the answers; `error` gets what is no lost connection. */
export type Hearing<T> = { readonly next: (answer: T) => unknown; readonly error: (error: unknown) => void };

/** A question that goes on failing over a whole connection is told after so many tries. */
const MAX_TRIES = 5;

/** Follows a question until the answer is called. Rule: S60. */
export function follow<T>(db: StudioDb, ask: () => PromiseLike<T>, { next, error }: Hearing<T>): Cancel {
  let tries = 0;
  const failed = (reason: unknown): void => {
    tries += 1;
    if (!isConnectionLost(reason) || tries > MAX_TRIES) return error(reason);
    // Hint: where the probe finds the connection whole, nothing is opened again that would have it asked anew.
    void db.disk.probe().then((isOpen) => isOpen && again());
  };
  const answered = (answer: T): void => {
    tries = 0;
    next(answer);
  };
  const subscribe = () => liveQuery(async () => ask()).subscribe({ next: answered, error: failed });
  let subscription = subscribe();
  let isStopped = false;
  const again = (): void => {
    subscription.unsubscribe();
    if (!isStopped) subscription = subscribe();
  };
  const stop = db.disk.onReopened(again);
  return () => {
    isStopped = true;
    stop();
    subscription.unsubscribe();
  };
}
