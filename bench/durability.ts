// Owns the long form of the durability suite: `node bench/durability.ts [--rounds 20] [--seed N]`.
// Never weighs anything: one lost acknowledgement fails it.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { runDurability } from "../server/durability/rounds.testing.ts";
import type { DurabilityReport } from "../server/durability/tally.testing.ts";

export type DurabilityOptions = {
  readonly rounds: number;
  readonly seed: number;
  readonly say: (line: string) => void;
};

/** Runs the rounds and says how each went. Throws: when something acknowledged was lost, or the suite itself is in doubt. */
export async function durability({ rounds, seed, say }: DurabilityOptions): Promise<DurabilityReport> {
  say(`durability: ${rounds} rounds, seed ${seed}`);
  const report = await runDurability({
    rounds,
    seed,
    onRound: (round, { lost, acknowledged }) => say(`round ${round}: ${lost} of ${acknowledged} acknowledged lost`),
  });
  const { lost, invented, refused, problems, integrity } = report;
  const isSound = invented === 0 && refused.length === 0 && problems.length === 0;
  if (lost > 0 || !isSound || integrity.some((answer) => answer !== "ok")) {
    throw new Error(`durability, seed ${seed}: ${JSON.stringify(report)}`);
  }
  return report;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "20" },
      seed: { type: "string", default: String(randomInt(2 ** 31)) },
    },
  });
  const report = await durability({ rounds: Number(values.rounds), seed: Number(values.seed), say: console.log });
  console.log(report);
}
