// Owns answers that may be a moment old: made once for all who ask at the same time and shortly after.
// Never keeps a failure, and never spends more than a twentieth of the time on an answer, however slow it has become.
import { startTimer } from "./clock.ts";

/** What took long is kept so many times as long. */
const KEPT_TIMES = 20;

/** Makes a value at most once in a span; whoever asks meanwhile gets the same. Units: ms. Rule: OB4. */
export function briefly<T>(ms: number, make: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | null = null;
  let isFresh: () => boolean = () => false;
  return () => {
    if (kept !== null && isFresh()) return kept;
    const elapsed = startTimer();
    const made = make();
    kept = made;
    isFresh = () => true;
    const settle = (): void => {
      const span = Math.max(ms, elapsed() * KEPT_TIMES);
      const age = startTimer();
      if (kept === made) isFresh = () => age() < span;
    };
    const forget = (): void => {
      if (kept === made) kept = null;
    };
    made.then(settle, forget);
    return made;
  };
}
