// Owns the order of what waits for the disk, what became of each entry, and who waits to hear it.
// Never touches the disk and never drops or reorders what waits (writer.ts writes it).
import type { Item } from "./ledger.ts";
import type { Entry, Outcome } from "./write.ts";

/** What became of a group of entries; `not_stored` when the disk failed, while the writer goes on trying. */
export type Written = Outcome | "not_stored";

/** An update to store, or changes that the server has answered for. */
export type Waiting =
  | { readonly kind: "entry"; readonly entry: Entry }
  | { readonly kind: "mark"; readonly items: readonly Item[] };

/** All that waited at one moment, in order. */
export type Taken = {
  readonly count: number;
  readonly entries: readonly Entry[];
  readonly marks: readonly (readonly Item[])[];
};

export type Queue = {
  readonly push: (waiting: Waiting) => void;
  readonly isEmpty: () => boolean;
  /** True while an entry waits, not only marks. */
  readonly hasEntries: () => boolean;
  /** Looks at all that waits; it stays in the queue until it is written. */
  readonly look: () => Taken;
  /** Takes what was written out of the queue. */
  readonly wrote: (taken: Taken, outcomes: ReadonlyMap<Entry, Outcome>) => void;
  /** Tells those who wait: that theirs is written, or, after a failure, that what waits is not. What waits stays. */
  readonly answer: (after: "writing" | "failure") => void;
  readonly outcome: (entry: Entry) => Outcome | undefined;
  /** Resolves when these entries are on disk, or could not be put there. */
  readonly written: (entries: readonly Entry[]) => Promise<Written>;
};

/** Makes an empty queue. Rule: S25. */
export function createQueue(): Queue {
  const queue: Waiting[] = [];
  const outcomes = new WeakMap<Entry, Outcome>();
  const waiters = makeWaiters(outcomes);
  const entriesOf = (): Entry[] => queue.flatMap((each) => (each.kind === "entry" ? each.entry : []));
  return {
    push: (waiting) => void queue.push(waiting),
    isEmpty: () => queue.length === 0,
    hasEntries: () => queue.some(({ kind }) => kind === "entry"),
    look: () => ({
      count: queue.length,
      entries: entriesOf(),
      marks: queue.flatMap((each) => (each.kind === "mark" ? [each.items] : [])),
    }),
    wrote: ({ count }, written) => {
      for (const [entry, outcome] of written) outcomes.set(entry, outcome);
      queue.splice(0, count);
    },
    answer: (after) => waiters.answer(after === "failure" ? new Set(entriesOf()) : noEntries),
    outcome: (entry) => outcomes.get(entry),
    written: waiters.wait,
  };
}

type Waiter = { readonly entries: readonly Entry[]; readonly resolve: (written: Written) => void };

function makeWaiters(outcomes: WeakMap<Entry, Outcome>) {
  const waiters = new Set<Waiter>();
  return {
    wait: (entries: readonly Entry[]) =>
      new Promise<Written>((resolve) => {
        const written = writtenOf(entries, { outcomes, failed: noEntries });
        if (written === null) waiters.add({ entries, resolve });
        else resolve(written);
      }),
    /** Tells those whose entries are written, or among those that failed. */
    answer: (failed: ReadonlySet<Entry>): void => {
      for (const waiter of waiters) {
        const written = writtenOf(waiter.entries, { outcomes, failed });
        if (written === null) continue;
        waiters.delete(waiter);
        waiter.resolve(written);
      }
    },
  };
}

const noEntries: ReadonlySet<Entry> = new Set();

type Judging = { readonly outcomes: WeakMap<Entry, Outcome>; readonly failed: ReadonlySet<Entry> };

/** The worst outcome of a group; null while some of it is still waiting. */
function writtenOf(entries: readonly Entry[], { outcomes, failed }: Judging): Written | null {
  if (entries.some((entry) => failed.has(entry))) return "not_stored";
  const each = new Set(entries.map((entry) => outcomes.get(entry)));
  if (each.has(undefined)) return null;
  return (["gone", "stale"] as const).find((outcome) => each.has(outcome)) ?? "stored";
}
