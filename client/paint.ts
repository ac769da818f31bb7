// Owns the moment after a frame: what nobody sees yet waits until what was asked for stands on the screen. Never draws.

/** A page out of sight paints nothing; it waits no longer than this. Units: ms. */
const LONGEST_MS = 250;

/** Runs once what stands now has been painted; the answer calls it off. */
export function afterPaint(run: () => void): () => void {
  const timers: ReturnType<typeof setTimeout>[] = [];
  const stop = (): void => {
    cancelAnimationFrame(frame);
    for (const timer of timers) clearTimeout(timer);
  };
  const finish = (): void => {
    stop();
    run();
  };
  const frame = requestAnimationFrame(() => timers.push(setTimeout(finish)));
  timers.push(setTimeout(finish, LONGEST_MS));
  return stop;
}
