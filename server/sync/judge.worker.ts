// Owns how a worker thread of the judge begins: it stands back first, then loads what it works with, which takes long.
// Never tries anything itself (judge.trial.ts does).
import { constants, getPriority, platform, setPriority } from "node:os";

/** Steps by which this thread stands back behind the server's own, which everybody waits for. */
const BACK = 10;

/** Hint: only Linux knows priorities of threads; elsewhere this would set back the whole server. */
function standBack(): void {
  if (platform() !== "linux") return;
  try {
    setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + BACK));
  } catch {
    // Hint: where a sandbox forbids it, the thread runs like any other.
  }
}

standBack();
// Hint: not at the top, because all of that would be loaded before anything here is run.
await import("./judge.trial.ts");
