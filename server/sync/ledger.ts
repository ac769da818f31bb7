// Owns which document frames of one connection are settled on disk, so that an acknowledgement is a number of frames.
// A state vector could not say it: it does not change with a deletion. Never sends anything.

type FrameState = "waiting" | "gap" | "settled";

export type FrameLedger = {
  /** Counts a document frame as it comes in; answers with its number, from 1. */
  readonly add: () => number;
  /** Marks a frame as on disk; a SyncStep2 settles every earlier frame of the connection with it. Rule: AK2. */
  readonly settle: (frame: number, seq: number, isSyncStep2: boolean) => void;
  /** Marks a frame as waiting for what it builds on; it is settled by the next SyncStep2. Rule: AK3. */
  readonly gap: (frame: number) => void;
  /** The acknowledgement that is due since the last call, or null. Rule: AK1. */
  readonly due: () => { readonly seq: number; readonly frames: number } | null;
};

/** Makes the ledger of a new connection; counting starts at 0. Source: design §3, sync.md §1.3. */
export function createFrameLedger(): FrameLedger {
  // Hint: holds the frames after the settled prefix only, so it stays as short as what is in flight.
  const states: FrameState[] = [];
  let settled = 0;
  let told = 0;
  let seq = 0;
  const advance = (): void => {
    while (states[0] === "settled") {
      states.shift();
      settled += 1;
    }
  };
  return {
    add: () => {
      states.push("waiting");
      return settled + states.length;
    },
    settle: (frame, at, isSyncStep2) => {
      seq = Math.max(seq, at);
      const last = frame - settled - 1;
      if (last >= 0) states[last] = "settled";
      if (isSyncStep2) states.fill("settled", 0, Math.max(last, 0));
      advance();
    },
    gap: (frame) => {
      const index = frame - settled - 1;
      if (index >= 0) states[index] = "gap";
    },
    due: () => {
      if (settled === told) return null;
      told = settled;
      return { seq, frames: settled };
    },
  };
}
