// Owns work that a caller does not wait for: counted, so that a test and a shutdown can.
// Never keeps what must survive a crash.

/** Runs work behind the caller's back. */
export type Background = {
  /** Starts a piece of work; what it throws is reported. */
  readonly run: (work: () => Promise<void>) => void;
  /** How many pieces are under way. */
  readonly size: () => number;
  /** Resolves when none is. */
  readonly idle: () => Promise<void>;
};

/** Makes a background whose failures go to `report`. */
export function createBackground(report: (error: unknown) => void): Background {
  const underWay = new Set<Promise<void>>();
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      report(error);
    }
  };
  const run = (work: () => Promise<void>): void => {
    const piece = attempt(work).finally(() => underWay.delete(piece));
    underWay.add(piece);
  };
  const idle = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return { run, size: () => underWay.size, idle };
}
