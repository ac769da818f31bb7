import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startLimits } from "./limits.ts";

const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !/\.(?:test|testing)\.ts$|^limits\.ts$/.test(name))
  .map((name) => readFileSync(join(import.meta.dirname, name), "utf8"))
  .join("\n");

test.each(Object.keys(startLimits))("[ED22] the limit %s is read by the part that spends it", (name) => {
  expect(new RegExp(`\\b${name}\\b`).test(sources)).toBe(true);
});
