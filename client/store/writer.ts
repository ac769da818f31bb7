// Owns the order of writing: what documents emit is put on disk in that order, several updates in one transaction.
// Never drops what the disk refused: it stays first in the queue, is tried again, and the state says so until it is written.
import { createSignal } from "solid-js";
import type { Accessor } from "solid-js";
import type { StudioDb } from "./db.ts";
import type { Item } from "./ledger.ts";
import type { Cancel, StoreParts } from "./parts.ts";
import { writeBatch } from "./write.ts";
import type { Entry, Outcome } from "./write.ts";

/** Why the disk does not take what is written: it is full, or it fails. */
export type DiskFailure = "full" | "device";

/** What became of a group of entries; `not_stored` when the disk failed, while the writer goes on trying. */
export type Written = Outcome | "not_stored";

export type Writer = {
  /** Takes an update that a document has just emitted. */
  readonly add: (entry: Entry) => void;
  /** Takes the server's answer for changes. */
  readonly mark: (items: readonly Item[]) => void;
  /** Resolves when these entries are on disk, or could not be put there. Rule: S21. */
  readonly written: (entries: readonly Entry[]) => Promise<Written>;
  /** What became of an entry; undefined while it waits. */
  readonly outcome: (entry: Entry) => Outcome | undefined;
  /** Resolves when nothing waits: true when all is on disk. */
  readonly idle: () => Promise<boolean>;
  /** Since when the oldest waiting entry waits; null when none does. Units: ms since 1970. */
  readonly waitingSince: Accessor<number | null>;
  readonly failure: Accessor<DiskFailure | null>;
  /** Counts the transactions that brought unsent changes to the disk. */
  readonly writtenCount: Accessor<number>;
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

type Task =
  | { readonly kind: "entry"; readonly entry: Entry }
  | { readonly kind: "mark"; readonly items: readonly Item[] };
type Waiter = { readonly entries: readonly Entry[]; readonly resolve: (written: Written) => void };

/** Makes the writer of one tab. Rules: S21, S25. */
export function createWriter(deps: WriterDeps): Writer {
  const queue: Task[] = [];
  const outcomes = new WeakMap<Entry, Outcome>();
  const waiters = new Set<Waiter>();
  const [failure, setFailure] = createSignal<DiskFailure | null>(null);
  const [waitingSince, setWaitingSince] = createSignal<number | null>(null);
  const [writtenCount, setWrittenCount] = createSignal(0);
  let running: Promise<void> | null = null;
  let retry: Cancel | null = null;

  const push = (task: Task): void => {
    queue.push(task);
    if (task.kind === "entry" && waitingSince() === null) setWaitingSince(deps.clock());
    start();
  };
  const start = (): void => {
    retry?.();
    retry = null;
    // Hint: begun in a microtask, so that all updates of one act fall into one transaction.
    running ??= Promise.resolve().then(run);
  };
  const run = async (): Promise<void> => {
    let failed: DiskFailure | null = null;
    while (queue.length > 0 && failed === null) failed = await writeOnce();
    running = null;
    if (queue.length > 0) retry = deps.later(start, RETRY_MS);
  };
  const writeOnce = async (): Promise<DiskFailure | null> => {
    let failed = await attempt();
    // Hint: browsers close the database under our feet (sync.md L12); each attempt takes the queue as it then is.
    if (failed === "device") {
      await reopen(deps.db);
      failed = await attempt();
    }
    setFailure(failed);
    if (failed !== null) answer(new Set(queue.flatMap((task) => (task.kind === "entry" ? task.entry : []))));
    return failed;
  };
  const attempt = async (): Promise<DiskFailure | null> => {
    const tasks = [...queue];
    const entries = tasks.flatMap((task) => (task.kind === "entry" ? task.entry : []));
    const marks = tasks.flatMap((task) => (task.kind === "mark" ? [task.items] : []));
    try {
      const written = await writeBatch(deps.db, { entries, marks });
      for (const [entry, outcome] of written) outcomes.set(entry, outcome);
    } catch (error) {
      // Hint: whatever the disk says, the change stays in memory and in the queue, and the member is told.
      return isFull(error) ? "full" : "device";
    }
    queue.splice(0, tasks.length);
    if (entries.some(({ made }) => made !== null)) setWrittenCount((count) => count + 1);
    setWaitingSince(queue.some(({ kind }) => kind === "entry") ? deps.clock() : null);
    tell(entries);
    answer(null);
    return null;
  };
  const tell = (entries: readonly Entry[]): void => {
    const groups = Map.groupBy(entries, (entry) => outcomes.get(entry) ?? "stored");
    deps.onStored(groups.get("stored") ?? []);
    for (const kind of ["stale", "gone"] as const) {
      const unstored = groups.get(kind);
      if (unstored !== undefined) deps.onUnstored(unstored, kind);
    }
  };
  const answer = (failed: ReadonlySet<Entry> | null): void => {
    for (const waiter of waiters) {
      const written = writtenOf(waiter.entries, { outcomes, failed });
      if (written === null) continue;
      waiters.delete(waiter);
      waiter.resolve(written);
    }
  };
  return {
    add: (entry) => push({ kind: "entry", entry }),
    mark: (items) => {
      if (items.length > 0) push({ kind: "mark", items });
    },
    written: (entries) =>
      new Promise((resolve) => {
        const written = writtenOf(entries, { outcomes, failed: null });
        if (written === null) waiters.add({ entries, resolve });
        else resolve(written);
      }),
    outcome: (entry) => outcomes.get(entry),
    idle: async () => {
      while (running !== null) await running;
      return queue.length === 0;
    },
    waitingSince,
    failure,
    writtenCount,
    close: () => retry?.(),
  };
}

type Judging = { readonly outcomes: WeakMap<Entry, Outcome>; readonly failed: ReadonlySet<Entry> | null };

/** The worst outcome of a group; null while some of it is still waiting. */
function writtenOf(entries: readonly Entry[], { outcomes, failed }: Judging): Written | null {
  if (failed !== null && entries.some((entry) => failed.has(entry))) return "not_stored";
  const each = new Set(entries.map((entry) => outcomes.get(entry)));
  if (each.has(undefined)) return null;
  return (["gone", "stale"] as const).find((outcome) => each.has(outcome)) ?? "stored";
}

async function reopen(db: StudioDb): Promise<void> {
  try {
    db.close({ disableAutoOpen: false });
    await db.open();
  } catch {
    // Hint: the next attempt meets the same failure and reports it.
  }
}

/** Dexie wraps the browser's error; a full disk is named inside. */
function isFull(error: unknown): boolean {
  let at: unknown = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    if (at.name === "QuotaExceededError") return true;
    at = "inner" in at ? at.inner : at.cause;
  }
  return false;
}
