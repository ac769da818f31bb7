// Owns seeded randomness for the sample studio: the same seed gives the same people.
// Never used for anything that must be hard to guess.

export type Dice = {
  /** A number from 0 to below `limit`. */
  readonly below: (limit: number) => number;
  /** One of a list. Throws: on an empty list. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** A random id (UUID v4). */
  readonly uuid: () => string;
};

/** Makes dice from a seed (mulberry32, a 32-bit generator). */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(list: readonly T[]): T => {
    const item = list[below(list.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  };
  const hex = (length: number): string => Array.from({ length }, () => below(16).toString(16)).join("");
  const uuid = (): string => `${hex(8)}-${hex(4)}-4${hex(3)}-${pick(["8", "9", "a", "b"])}${hex(3)}-${hex(12)}`;
  return { below, pick, uuid };
}
