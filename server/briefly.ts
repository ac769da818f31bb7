// Owns answers that may be a moment old: made once for all who ask at the same time and shortly after.
// Never keeps a failure.
import { startTimer } from "./clock.ts";

/** Makes a value at most once in a span; whoever asks meanwhile gets the same. Units: ms. Rule: OB4. */
export function briefly<T>(ms: number, make: () => Promise<T>): () => Promise<T> {
  let kept: { readonly value: Promise<T>; readonly age: () => number } | null = null;
  return () => {
    if (kept !== null && kept.age() < ms) return kept.value;
    const value = make();
    const made = { value, age: startTimer() };
    kept = made;
    value.catch(() => {
      if (kept === made) kept = null;
    });
    return value;
  };
}
