// Owns the closing line of a full run, `N passed, N failed`, from the reports of both test runners.
// Never runs a test. A missing report, a broken file and a skipped test each count as a failure.
// Usage: node tools/totals.ts <vitest.json> <playwright.json> <number of failed checks>

import { readFileSync } from "node:fs";
import * as v from "valibot";

type Totals = { passed: number; failed: number };

const Unit = v.pipe(
  v.object({
    numPassedTests: v.number(),
    numFailedTests: v.number(),
    numPendingTests: v.number(),
    numTodoTests: v.number(),
    testResults: v.array(v.object({ status: v.string(), assertionResults: v.array(v.unknown()) })),
  }),
  v.transform((report): Totals => {
    // Hint: a file that cannot be loaded has no tests, so it would count nowhere.
    const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
    const skipped = report.numPendingTests + report.numTodoTests;
    return { passed: report.numPassedTests, failed: report.numFailedTests + skipped + broken.length };
  }),
);

const Browser = v.pipe(
  v.object({
    errors: v.array(v.unknown()),
    stats: v.object({ expected: v.number(), unexpected: v.number(), flaky: v.number(), skipped: v.number() }),
  }),
  v.transform(({ errors, stats }): Totals => {
    return { passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped + errors.length };
  }),
);

/**
 * Reads one runner's report.
 * Fails: never; a report that is missing, unreadable or empty is one failure.
 */
function totalsOf(path: string | undefined): Totals {
  try {
    const totals = v.parse(v.union([Unit, Browser]), JSON.parse(readFileSync(path ?? "", "utf8")));
    return totals.passed + totals.failed > 0 ? totals : { passed: 0, failed: 1 };
  } catch (error) {
    process.stderr.write(`no test report: ${String(error)}\n`);
    return { passed: 0, failed: 1 };
  }
}

const [unit, browser] = [totalsOf(process.argv[2]), totalsOf(process.argv[3])];
const failed = unit.failed + browser.failed + Number(process.argv[4] ?? 0);
process.stdout.write(`${unit.passed + browser.passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
