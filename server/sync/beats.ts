// Owns the one timer by which all quiet sockets hear something: each once per interval, spread over it, so that thousands are
// not served in one moment. Never knows a socket. Rule: MM5.

export type Beats = {
  /** Calls it once per interval from now on; the first time within one. */
  readonly add: (beat: () => void) => void;
  /** Calls it no more; without effect on one that was never added. */
  readonly remove: (beat: () => void) => void;
};

/** How far apart the turns of an interval are. Units: ms. */
const TURN_MS = 1000;

/** Makes the beat of all sockets of a kind. Units: ms. */
export function createBeats(everyMs: number): Beats {
  const turns = Array.from({ length: Math.max(1, Math.floor(everyMs / TURN_MS)) }, () => new Set<() => void>());
  let timer: ReturnType<typeof setInterval> | undefined;
  let now = 0;
  let next = 0;
  const take = (): void => {
    now = (now + 1) % turns.length;
    for (const beat of [...(turns[now] ?? [])]) beat();
  };
  return {
    add: (beat) => {
      next = (next + 1) % turns.length;
      turns[next]?.add(beat);
      timer ??= setInterval(take, everyMs / turns.length);
    },
    remove: (beat) => {
      const wasIn = turns.some((turn) => turn.delete(beat));
      if (!wasIn || turns.some(({ size }) => size > 0)) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}
