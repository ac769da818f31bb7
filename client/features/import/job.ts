// Owns a running import: it goes on when its screen is left, keeps what is done when it is stopped, and can be taken back whole.
// Never reads files (reader.ts) and never decides who is taken (plan.ts).
import { createSignal } from "solid-js";
import type { Accessor } from "solid-js";
import { call } from "../../../shared/action.ts";
import { docId } from "../../../shared/document.ts";
import { trashPerson } from "../../../shared/people.ts";
import type { ActBatch, Progress } from "../../store/batch.ts";
import type { DocCall } from "../../store/history.ts";

/** What became of an import. `subjects` are those who were made, in order. */
export type ImportResult = {
  readonly subjects: readonly string[];
  /** People whom the device did not take. */
  readonly failed: number;
  /** Contacts that were left out by choice. */
  readonly skipped: number;
  /** How many were not begun because the import was stopped. */
  readonly left: number;
};

export type ImportState =
  | { readonly status: "idle" }
  | ({ readonly status: "running" | "undoing" } & Progress)
  | ({ readonly status: "finished" } & ImportResult)
  | { readonly status: "undone"; readonly count: number; readonly failed: number };

/** One person to make: the subject and the calls of one act. */
export type ImportStep = { readonly subject: string; readonly calls: readonly DocCall[] };

export type ImportJob = {
  readonly state: Accessor<ImportState>;
  /** Resolves when what runs has ended; at once when nothing does. */
  readonly ended: () => Promise<void>;
  /** Makes people, one act each. Resolves when it ends. Does nothing while something runs. */
  readonly start: (steps: readonly ImportStep[], skipped: number) => Promise<void>;
  /** Stops between two pieces; what is made stays. */
  readonly cancel: () => void;
  /** Puts everybody the import made into the trash. */
  readonly undo: () => Promise<void>;
  /** Goes back to the beginning; the people stay. */
  readonly reset: () => void;
};

/** Makes the import of one studio. Rules: IM6, IM8, IM9. */
export function makeImportJob({ actBatch }: { readonly actBatch: ActBatch }): ImportJob {
  const [state, setState] = createSignal<ImportState>({ status: "idle" });
  let stop: AbortController | null = null;
  let work: Promise<void> = Promise.resolve();

  const run = async (status: "running" | "undoing", batches: readonly (readonly DocCall[])[]): Promise<boolean[]> => {
    stop = new AbortController();
    const onProgress = (progress: Progress): void => void setState({ status, ...progress });
    onProgress({ done: 0, total: batches.length });
    const results = await actBatch(batches, { onProgress, signal: stop.signal });
    stop = null;
    return results.map(({ ok }) => ok);
  };
  const make: ImportJob["start"] = async (steps, skipped) => {
    const made = await run(
      "running",
      steps.map(({ calls }) => calls),
    );
    const subjects = steps.filter((_, index) => made[index] === true).map(({ subject }) => subject);
    const failed = made.length - subjects.length;
    setState({ status: "finished", subjects, failed, skipped, left: steps.length - made.length });
  };
  const takeBack: ImportJob["undo"] = async () => {
    const before = state();
    if (before.status !== "finished") return;
    const trash = before.subjects.map((subject) => [{ doc: docId("client", subject), call: call(trashPerson, {}) }]);
    const done = await run("undoing", trash);
    const count = done.filter(Boolean).length;
    const rest = before.subjects.filter((_, index) => done[index] !== true);
    // Hint: what is still there after a stop can be taken back once more.
    if (rest.length > 0) setState({ ...before, subjects: rest });
    else setState({ status: "undone", count, failed: before.failed });
  };
  const begin = (begun: () => Promise<void>): Promise<void> => {
    if (stop === null) work = begun();
    return work;
  };
  return {
    state,
    ended: () => work,
    start: (steps, skipped) => begin(() => make(steps, skipped)),
    cancel: () => stop?.abort(),
    undo: () => begin(takeBack),
    reset: () => {
      if (stop === null) setState({ status: "idle" });
    },
  };
}
