// What may stand in a log line, and in which form.
import { expect, test } from "vitest";
import { createLog } from "./log.ts";
import type { LogLine } from "./log.ts";

function written(run: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  run(createLog("info", { destination: { write: (line) => void lines.push(line) } }));
  // Hint: pino writes one object of JSON per line.
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test.each([
  ["route", "/o/Ayşe Yılmaz/people"],
  ["route", "/api/orgs?name=ayse"],
  ["error", "ayse@example.com"],
  ["error", "Error no such user: ayse"],
  ["at", "/home/ayse/server.ts:1"],
  ["kind", "Ayşe"],
  ["kind", "05321230987"],
  ["code", "550 5.1.1 <ayse@example.com>"],
  ["org", "ayse@example.com"],
  ["doc", "contact/ayse"],
  ["method", "ayse"],
  ["status", "200"],
  ["ms", Number.NaN],
  ["count", "7 people"],
])("[LO1] a %s that is %s is hidden", (field, value) => {
  // Hint: what the types forbid is what is tried.
  const line = { event: "sync_failed", [field]: value } as LogLine;
  const [seen] = written((log) => log.warn(line));
  expect(seen).toMatchObject({ event: "sync_failed", [field]: "hidden" });
});

test("[LO2] an exception is its name, its code and our own position", () => {
  const error = Object.assign(new RangeError("Ayşe 0532 123 09 87"), { code: "SQLITE_FULL" });
  const odd = Object.assign(new Error("x"), { code: "ayse@example.com" });
  const seen = written((log) => {
    log.failure("sync_failed", error);
    log.failure("sync_failed", odd);
    log.failure("sync_failed", "Ayşe");
  });
  expect(seen.map((line) => line["error"])).toEqual(["RangeError SQLITE_FULL", "hidden", "string"]);
  expect(seen[0]?.["at"]).toMatch(/^server\/log\.test\.ts:\d+$/);
  expect(JSON.stringify(seen)).not.toMatch(/Ayşe|0532|example/);
});

test("[LO3] problems are counted whatever the level, and only problems", () => {
  const events: string[] = [];
  const log = createLog("silent", { onProblem: (event) => events.push(event) });
  log.info({ event: "started" });
  log.warn({ event: "degraded", kind: "disk" });
  log.failure("crashed", new Error("x"));
  expect(events).toEqual(["degraded", "crashed"]);
});
