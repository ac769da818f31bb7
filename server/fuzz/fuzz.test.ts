// Spoilt frames and bodies, seeded: most of them straight into the rooms, some over real sockets. The long form: `npm run fuzz`.
import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { createDice } from "../demo/random.ts";
import { fuzzInside } from "./inside.testing.ts";
import { fuzzOutside } from "./outside.testing.ts";

/** Over sockets a frame costs ten times as much. */
const OUTSIDE = 2000;
const INSIDE = 18_000;

test("[FZ1][FZ2][FZ3][FZ4][FZ5] 20,000 spoilt frames and bodies harm nobody", { timeout: 300_000 }, async () => {
  const seed = Number(process.env["SEED"] ?? randomInt(2 ** 31));
  const dice = createDice(seed);
  const { corpus, report: outside } = await fuzzOutside(dice, OUTSIDE);
  expect({ seed, faults: outside.faults }).toEqual({ seed, faults: [] });
  const inside = await fuzzInside(corpus, dice, INSIDE);
  expect({ seed, faults: inside.faults, slow: inside.slow }).toEqual({ seed, faults: [], slow: [] });
  expect(outside.frames + inside.frames).toBeGreaterThanOrEqual(OUTSIDE + INSIDE);
  // Hint: what nothing of gets through would prove nothing.
  expect(inside.fates["settled"], `seed ${seed}`).toBeGreaterThan(50);
  expect(Object.keys(outside.fates)).toContain("closed 4422");
});
