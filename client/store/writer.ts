// Owns the writing: what documents emit is put on disk in its order (queue.ts), several updates in one transaction.
// Never drops what the disk refused: it stays first in the queue, is tried again, and the state says so until it is written.
import { createSignal } from "solid-js";
import type { Accessor } from "solid-js";
import type { DocId } from "../../shared/document.ts";
import { failureOf } from "./failure.ts";
import type { DiskFailure } from "./failure.ts";
import type { Item } from "./ledger.ts";
import type { Cancel, StoreParts } from "./parts.ts";
import { createQueue } from "./queue.ts";
import type { Queue, Taken } from "./queue.ts";
import { makeSpace } from "./space.ts";
import { writeBatch } from "./write.ts";
import type { Entry, Outcome } from "./write.ts";

export type Writer = {
  /** Takes an update that a document has just emitted. */
  readonly add: (entry: Entry) => void;
  /** Takes the server's answer for changes. */
  readonly mark: (items: readonly Item[]) => void;
  /** Resolves when these entries are on disk, or could not be put there. Rule: S21. */
  readonly written: Queue["written"];
  /** What became of an entry; undefined while it waits. */
  readonly outcome: Queue["outcome"];
  /** What waits for the disk now, so that it can be taken along by other ways. */
  readonly waiting: () => readonly Entry[];
  /** Resolves when nothing is being written: true when all is on disk. */
  readonly idle: () => Promise<boolean>;
  /** Since when the oldest waiting entry waits; null when none does. Units: ms since 1970. */
  readonly waitingSince: Accessor<number | null>;
  readonly failure: Accessor<DiskFailure | null>;
  /** Counts the transactions that brought unsent changes to the disk. */
  readonly writtenCount: Accessor<number>;
  /** Ends the trying again; who still waits hears `not_stored`. */
  readonly close: () => void;
};

export type WriterDeps = Pick<StoreParts, "db" | "later" | "clock" | "onFailure"> & {
  /** Is told what could not be stored because its document was replaced or is gone. */
  readonly onUnstored: (entries: readonly Entry[], outcome: "stale" | "gone") => void;
  /** Is told after each transaction. */
  readonly onStored: (entries: readonly Entry[]) => void;
};

/** How long after a failure of the disk the queue is tried again. Units: ms. */
const RETRY_MS = 2000;

/** After so long without an answer of the disk the connection counts as lost; twice as long each time until it answers. Units: ms. Source: sync.md L12. */
const HANG_MS = 20_000;
const LONGEST_HANG_MS = 160_000;

/** What the parts of one writer share. */
type Writing = {
  readonly deps: WriterDeps;
  readonly queue: Queue;
  readonly report: ReturnType<typeof createReport>;
};

/** Makes the writer of one tab. Rules: S21, S25, S60, S64. */
export function createWriter(deps: WriterDeps): Writer {
  const writing: Writing = { deps, queue: createQueue(), report: createReport() };
  const { queue, report } = writing;
  const loop = makeLoop(writing);
  return {
    add: (entry) => {
      queue.push({ kind: "entry", entry });
      report.waits(deps.clock());
      loop.start();
    },
    mark: (items) => {
      if (items.length === 0) return;
      queue.push({ kind: "mark", items });
      loop.start();
    },
    written: queue.written,
    outcome: queue.outcome,
    waiting: () => queue.look().entries,
    idle: async () => {
      await loop.ended();
      return queue.isEmpty();
    },
    waitingSince: report.waitingSince,
    failure: report.failure,
    writtenCount: report.writtenCount,
    close: () => {
      loop.stop();
      queue.answer("failure");
    },
  };
}

/** What is told of a writer. */
function createReport() {
  const [failure, setFailure] = createSignal<DiskFailure | null>(null);
  const [waitingSince, setWaitingSince] = createSignal<number | null>(null);
  const [writtenCount, setWrittenCount] = createSignal(0);
  return {
    failure,
    waitingSince,
    writtenCount,
    fails: (why: DiskFailure | null) => void setFailure(why),
    waits: (now: number) => void setWaitingSince((since) => since ?? now),
    left: (since: number | null) => void setWaitingSince(since),
    wrote: () => void setWrittenCount((count) => count + 1),
  };
}

type Loop = { readonly start: () => void; readonly ended: () => Promise<void>; readonly stop: Cancel };

/** Writes while something waits, one transaction after the other; after a failure again in a while. */
function makeLoop(writing: Writing): Loop {
  const { deps, queue, report } = writing;
  const attempt = makeAttempt(writing);
  let running: Promise<void> | null = null;
  let retry: Cancel | null = null;
  const run = async (): Promise<void> => {
    let failed: DiskFailure | null = null;
    while (!queue.isEmpty() && failed === null) {
      failed = await writeOnce(deps, queue, attempt);
      report.fails(failed);
      if (failed !== null) queue.answer("failure");
    }
    running = null;
    if (!queue.isEmpty()) retry = deps.later(start, RETRY_MS);
  };
  const start = (): void => {
    retry?.();
    retry = null;
    // Hint: begun in a microtask, so that all updates of one act fall into one transaction.
    running ??= Promise.resolve().then(run);
  };
  const ended = async (): Promise<void> => {
    while (running !== null) await running;
  };
  return { start, ended, stop: () => retry?.() };
}

type Attempt = () => Promise<DiskFailure | null>;

/** Tries once more after the database was opened again, and as often as space can be made. Rules: S20, S64. */
async function writeOnce({ db }: WriterDeps, queue: Queue, attempt: Attempt): Promise<DiskFailure | null> {
  let hasReopened = false;
  for (let round = 0; ; round += 1) {
    const failed = await attempt();
    // Hint: each attempt takes the queue as it then is.
    if (failed === "device" && !hasReopened) {
      hasReopened = true;
      await db.disk.reopen();
    } else if (failed !== "full" || !(await makeSpace(db, { keep: docsIn(queue), round }))) return failed;
  }
}

const docsIn = (queue: Queue): ReadonlySet<DocId> => new Set(queue.look().entries.map(({ live }) => live.id));

/** Writes all that waits in one transaction; answers with what the disk said. */
function makeAttempt(writing: Writing): Attempt {
  const { deps, queue } = writing;
  let patience = HANG_MS;
  return async () => {
    const taken = queue.look();
    try {
      const outcomes = await inTime(deps, patience, writeBatch(deps.db, taken));
      if (outcomes === "late") {
        // Hint: should it be written after all, it stands there twice, which changes nothing.
        patience = Math.min(patience * 2, LONGEST_HANG_MS);
        return "device";
      }
      patience = HANG_MS;
      take(writing, taken, outcomes);
    } catch (error) {
      // Hint: whatever the disk says, the change stays in memory and in the queue, and the member is told.
      return failureOf(error);
    }
    return null;
  };
}

async function inTime<T>({ later }: WriterDeps, ms: number, work: Promise<T>): Promise<T | "late"> {
  const clock = Promise.withResolvers<"late">();
  const cancel = later(() => clock.resolve("late"), ms);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, clock.promise]);
  } finally {
    cancel();
  }
}

function take({ deps, queue, report }: Writing, taken: Taken, outcomes: ReadonlyMap<Entry, Outcome>): void {
  queue.wrote(taken, outcomes);
  deps.db.disk.noteFull(false);
  if (taken.entries.some(({ made }) => made !== null)) report.wrote();
  report.left(queue.hasEntries() ? deps.clock() : null);
  tell(deps, taken.entries, outcomes);
  queue.answer("writing");
}

function tell(deps: WriterDeps, entries: readonly Entry[], outcomes: ReadonlyMap<Entry, Outcome>): void {
  const groups = Map.groupBy(entries, (entry) => outcomes.get(entry) ?? "stored");
  deps.onStored(groups.get("stored") ?? []);
  for (const kind of ["stale", "gone"] as const) {
    const unstored = groups.get(kind);
    if (unstored !== undefined) deps.onUnstored(unstored, kind);
  }
}
