// Owns what an error of the browser's storage means: it is full, its connection is lost, or it is something else.
// Never mends anything.

/** Why the disk does not take what is written: it is full, or it fails. */
export type DiskFailure = "full" | "device";

const lost: ReadonlySet<string> = new Set([
  "InvalidStateError",
  "DatabaseClosedError",
  "OpenFailedError",
  "UnknownError",
  "AbortError",
  "TransactionInactiveError",
]);

/** Tells whether a write failed for want of space. */
export const isFull = (error: unknown): boolean => namesOf(error).includes("QuotaExceededError");

/** Tells whether the connection is of no use any more (sync.md L12). */
export const isConnectionLost = (error: unknown): boolean =>
  !isFull(error) && namesOf(error).some((name) => lost.has(name));

/** What a failed write is called. */
export const failureOf = (error: unknown): DiskFailure => (isFull(error) ? "full" : "device");

/** Dexie wraps the browser's error; several may stand inside each other. */
function namesOf(error: unknown): string[] {
  const names: string[] = [];
  let at: unknown = error;
  for (let depth = 0; depth < 5 && typeof at === "object" && at !== null; depth += 1) {
    if ("name" in at && typeof at.name === "string") names.push(at.name);
    at = "inner" in at ? at.inner : "cause" in at ? at.cause : null;
  }
  return names;
}
