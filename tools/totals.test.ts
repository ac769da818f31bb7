// Runs the closing line over reports written here. Never runs the tests they speak of.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "lumiso-totals-"));
afterAll(() => rmSync(folder, { recursive: true }));

const unit = {
  numPassedTests: 7,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [] as unknown[],
};
const stats = { expected: 2, unexpected: 0, flaky: 0, skipped: 0 };
const browser = { errors: [] as unknown[], stats };

function closingLine(reports: { unit: object; browser: object }, failedChecks = "0"): [string, number | null] {
  const paths = Object.entries(reports).map(([name, report]) => {
    writeFileSync(join(folder, name), JSON.stringify(report));
    return join(folder, name);
  });
  const { stdout, status } = spawnSync(process.execPath, ["tools/totals.ts", ...paths, failedChecks], {
    cwd: join(import.meta.dirname, ".."),
    encoding: "utf8",
  });
  return [stdout, status];
}

test("[L18] adds up what passed", () => {
  expect(closingLine({ unit, browser })).toEqual(["9 passed, 0 failed\n", 0]);
});

test("[L18] counts failed, skipped, flaky and unloadable tests as failed", () => {
  const broken = { status: "failed", assertionResults: [] };
  const bad = { ...unit, numFailedTests: 1, numPendingTests: 1, numTodoTests: 1, testResults: [broken] };
  const worse = { errors: ["no browser"], stats: { expected: 0, unexpected: 1, flaky: 1, skipped: 1 } };
  expect(closingLine({ unit: bad, browser: worse })).toEqual(["7 passed, 8 failed\n", 1]);
});

test("[L18] counts a report that is missing, foreign or empty, and a failed check, as a failure", () => {
  expect(closingLine({ unit: { ...unit, numPassedTests: 0 }, browser })).toEqual(["2 passed, 1 failed\n", 1]);
  expect(closingLine({ unit, browser: {} })).toEqual(["7 passed, 1 failed\n", 1]);
  expect(closingLine({ unit, browser }, "1")).toEqual(["9 passed, 1 failed\n", 1]);
});
