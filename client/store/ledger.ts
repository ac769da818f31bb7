// Owns which changes of a document a connection has covered: frame n of the server's count ↔ the rows that were in it.
// A state vector could not tell, since deletions do not change it. Never stores or sends anything. Source: sync.md §1.3.

/** A change that waits for the server's answer; `row` is its id once it is on disk. */
export type Item = { row: number | null };

/** The kinds of frames that carry a document. */
export type DocumentFrame = "step2" | "update";

export type Ledger = {
  /** Takes changes that are in the document now and unsent. */
  readonly hold: (items: readonly Item[]) => void;
  /** Names the changes in the update that the document is emitting; the room sends it right after. */
  readonly emitting: (items: readonly Item[]) => void;
  /** Begins a connection: the server counts from 0. */
  readonly opened: () => void;
  /** Counts a document frame as it goes out. A SyncStep2 covers whatever is in the document now. Rule: S30. */
  readonly sent: (kind: DocumentFrame) => void;
  /** True when nothing in the document waits for an answer. */
  readonly isQuiet: () => boolean;
  /** The changes covered by the first `frames` frames of this connection and not answered before. Rule: S31. */
  readonly settled: (frames: number) => Item[];
};

/** Makes the ledger of one document. */
export function createLedger(): Ledger {
  const waiting = new Set<Item>();
  let emitted: readonly Item[] = [];
  let frames: (readonly Item[])[] = [];
  let answered = 0;
  return {
    hold: (items) => {
      for (const item of items) waiting.add(item);
    },
    emitting: (items) => {
      emitted = items;
    },
    opened: () => {
      frames = [];
      answered = 0;
    },
    sent: (kind) => {
      frames.push(kind === "step2" ? [...waiting] : emitted);
    },
    isQuiet: () => waiting.size === 0,
    settled: (count) => {
      const covered = frames.splice(0, Math.max(0, count - answered)).flat();
      answered = Math.max(answered, count);
      return covered.filter((item) => waiting.delete(item));
    },
  };
}
