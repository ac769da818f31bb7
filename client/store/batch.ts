// Owns acts in bulk on documents that nobody looks at, such as an import: many batches, each all or nothing.
// Never joins a room: the replicator sends what is written here.
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { prepare, runCalls, waitFor, withHeld } from "./act.ts";
import type { ActDeps, ActError, Done, Ran, Running } from "./act.ts";
import type { DocCall } from "./history.ts";

/** How far a bulk act is. Units: batches. */
export type Progress = { readonly done: number; readonly total: number };

export type BatchOptions = {
  readonly onProgress?: (progress: Progress) => void;
  /** Stops between two pieces; what is written stays written. */
  readonly signal?: AbortSignal;
};

/** One result per batch, in order; those after a stop are missing. */
export type ActBatch = (
  batches: readonly (readonly DocCall[])[],
  options?: BatchOptions,
) => Promise<Result<Done, ActError>[]>;

/** How many batches share a transaction, so that the screen stays alive between two. */
const PIECE = 100;

/** Makes the function. Rule: S42. */
export function makeActBatch(deps: ActDeps): ActBatch {
  return async (batches, { onProgress, signal } = {}) => {
    const results: Result<Done, ActError>[] = [];
    for (let from = 0; from < batches.length && signal?.aborted !== true; from += PIECE) {
      results.push(...(await actPiece(deps, batches.slice(from, from + PIECE))));
      onProgress?.({ done: results.length, total: batches.length });
    }
    return results;
  };
}

async function actPiece(deps: ActDeps, batches: readonly (readonly DocCall[])[]): Promise<Result<Done, ActError>[]> {
  const prepared = batches.map((calls) => prepare(deps, calls));
  const all = prepared.flatMap((each) => (each.ok ? each.value : []));
  return withHeld(deps, all, async (held) => {
    const ran = prepared.map((each) => (each.ok ? runPrepared(deps, { held, prepared: each.value }) : each));
    return Promise.all(ran.map(async (each) => (each.ok ? finish(deps, each.value) : each)));
  });
}

type RanBatch = Ran & { readonly ids: readonly string[] };

function runPrepared(deps: ActDeps, running: Running): Result<RanBatch, ActError> {
  const ran = runCalls(deps, running);
  return ran.ok ? ok({ ...ran.value, ids: running.prepared.map(({ id }) => id) }) : ran;
}

/** Hint: a document that is replaced in the middle of an import is as rare as a refusal of one; the member imports it again. */
async function finish(deps: ActDeps, { ids, ...ran }: RanBatch): Promise<Result<Done, ActError>> {
  const waited = await waitFor(deps, ran);
  if (!waited.ok) return waited;
  return waited.value.stale.length > 0 ? err({ type: "not_stored" }) : ok({ undo: waited.value.undo, ids });
}
