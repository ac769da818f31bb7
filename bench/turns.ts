// Owns who runs where and when: the load on one core, the server on another, and cases that take turns.
// Never measures, and leaves the process on all cores as it found it.
import { availableParallelism } from "node:os";
import { lineOf } from "./rows.ts";
import type { Row } from "./rows.ts";
import { pinTo } from "./servers.ts";

/** Which run it is, and the server's core; null where nothing can be pinned. */
export type Turn = { readonly run: number; readonly core: number | null };

export type Turns = { readonly runs: number; readonly say: (line: string) => void };

/** Runs with the load on core 1; whatever comes after has all cores again. */
export async function onOwnCores<T>(run: (core: number | null) => Promise<T>): Promise<T> {
  // Hint: asked before, because a pinned process counts only the core that it has.
  const all = `0-${availableParallelism() - 1}`;
  const core = pinTo("1") ? 0 : null;
  try {
    return await run(core);
  } finally {
    if (core !== null) pinTo(all);
  }
}

/** Measures all cases in turns, so that what else the machine does meets all of them. */
export const inTurns = <Case>(
  { runs, say }: Turns,
  cases: readonly Case[],
  measure: (each: Case, turn: Turn) => Promise<Row>,
): Promise<Row[]> =>
  onOwnCores(async (core) => {
    const rows: Row[] = [];
    for (let run = 1; run <= runs; run += 1) {
      for (const each of cases) {
        const row = await measure(each, { run, core });
        rows.push(row);
        say(lineOf(row));
      }
    }
    return rows;
  });
