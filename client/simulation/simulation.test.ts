// Runs some seeds of the simulation in a process of its own, where time is virtual. More of them: `npm run simulate`.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, "main.testing.ts");

/** Seeds of every run of the tests; SEEDS and FIRST_SEED choose others. */
const SEEDS = process.env["SEEDS"] ?? "20";
const FIRST_SEED = process.env["FIRST_SEED"] ?? "1";

/** Seeds that failed once, with what they found. */
const pinned: readonly { readonly seed: number; readonly found: string; readonly args?: readonly string[] }[] = [
  {
    seed: 1,
    found: "a clock set back by 40 days stopped pulling for 40; later, saved was said while the history was unsent",
    args: ["--only", "clock,freeze,open_tab"],
  },
];

/** Runs seeds; the report is all that is printed. Throws: when one fails, with the report in the message. */
async function simulate(args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [MAIN, ...args]).catch((error: unknown) => {
    const report = typeof error === "object" && error !== null && "stdout" in error ? String(error.stdout) : "";
    throw new Error(report, { cause: error });
  });
  return stdout;
}

describe("a studio in bad weather", () => {
  test(
    `[SI1][SI2][SI3][SI4][SI5][SI6][SI7] loses nothing over ${SEEDS} seeds from ${FIRST_SEED}`,
    { timeout: 600_000 },
    async () => {
      const report = await simulate(["--seeds", SEEDS, "--first", FIRST_SEED, "--minutes", "3"]);
      expect(report).toContain("failed: none");
    },
  );

  test.each(pinned)("[SI8] seed $seed: $found", { timeout: 180_000 }, async ({ seed, args = [] }) => {
    const report = await simulate(["--seeds", "1", "--first", String(seed), "--minutes", "3", ...args]);
    expect(report).toContain("failed: none");
  });

  test("[SI1] goes the same way again", { timeout: 180_000 }, async () => {
    const args = ["--seeds", "1", "--first", "7", "--minutes", "2", "--trace"];
    const [once, again] = await Promise.all([simulate(args), simulate(args)]);
    expect(once.match(/trace [0-9a-f]+/)?.[0]).toBeDefined();
    expect(once.match(/trace [0-9a-f]+/)?.[0]).toBe(again.match(/trace [0-9a-f]+/)?.[0]);
  });
});
