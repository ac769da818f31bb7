// Owns whose turn it is with work that holds up the whole process while it runs: loading a document, encoding one for a joiner.
// Never does any of it, and never lets one member's pieces stand before another's.

/** Does a piece of work of a member when its turn has come. Rejects with what the work throws. Rule: SY18. */
export type Turns = <T>(member: string, work: () => Promise<T> | T) => Promise<T>;

/** So much may be done before everybody else is heard. Units: ms. */
const STRETCH_MS = 5;

type Piece = () => Promise<unknown>;

/** Makes the turns of one process: one piece at a time, members one after the other. `startTimer` as in server/clock.ts. */
export function createTurns(startTimer: () => () => number): Turns {
  const waiting = new Map<string, Piece[]>();
  let running = false;

  const next = (): Piece | undefined => {
    const [first] = waiting;
    if (first === undefined) return undefined;
    const [member, pieces] = first;
    const piece = pieces.shift();
    // Hint: to the end of the row, if there is more.
    waiting.delete(member);
    if (pieces.length > 0) waiting.set(member, pieces);
    return piece;
  };

  const run = async (): Promise<void> => {
    running = true;
    let elapsed = startTimer();
    for (let piece = next(); piece !== undefined; piece = next()) {
      await piece();
      if (elapsed() < STRETCH_MS) continue;
      await new Promise((resolve) => void setImmediate(resolve));
      elapsed = startTimer();
    }
    running = false;
  };

  return (member, work) =>
    new Promise((resolve, reject) => {
      const piece = async (): Promise<void> => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
        }
      };
      const pieces = waiting.get(member);
      if (pieces === undefined) waiting.set(member, [piece]);
      else pieces.push(piece);
      if (!running) void run();
    });
}
