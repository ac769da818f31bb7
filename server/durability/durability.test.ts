// Shows on the real process that nothing acknowledged is lost when it is killed. The long form: `npm run bench -- durability --rounds 1000`.
import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { runDurability } from "./rounds.testing.ts";

/** With the servers that are killed again while they start, 50 kills. */
const ROUNDS = 38;

test("[SY1][AK1][AK2][UP1][ST7] a killed server keeps everything it acknowledged", { timeout: 400_000 }, async () => {
  const seed = randomInt(2 ** 31);
  const report = await runDurability({ rounds: ROUNDS, seed });
  const { lost, invented, refused, problems, integrity, ...tried } = report;
  expect({ seed, lost, invented, refused, problems, integrity }).toEqual({
    seed,
    lost: 0,
    invented: 0,
    refused: [],
    problems: [],
    integrity: ["ok", "ok", "ok"],
  });
  // Hint: figures of nothing would say nothing.
  expect(tried.acknowledged, `seed ${seed}`).toBeGreaterThan(ROUNDS * 10);
  expect(tried.acknowledgedDeletions, `seed ${seed}`).toBeGreaterThan(ROUNDS);
  expect(ROUNDS + tried.killedStarts).toBe(50);
});
