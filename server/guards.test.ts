// Compares docs/guards.md with the rules and the tests that it names.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/guards.md"), "utf8");
const specs = ["server", "shared", "policy", "client"].map((name) => readFileSync(join(root, name, "SPEC.md"), "utf8"));

/** `A1–A3` names three rules. */
function expand(rules: string): string[] {
  return [...rules.matchAll(/([A-Z]+)(\d+)(?:–[A-Z]*(\d+))?/g)].flatMap(([, letters = "", first = "", last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => `${letters}${Number(first) + index}`),
  );
}

function textOf(name: string): string {
  const path = [join(root, name), join(import.meta.dirname, name)].find((each) => existsSync(each)) ?? "";
  if (path === "") return "";
  const files = statSync(path).isDirectory() ? readdirSync(path).map((each) => join(path, each)) : [path];
  return files
    .filter((each) => each.endsWith(".test.ts"))
    .map((each) => readFileSync(each, "utf8"))
    .join("\n");
}

const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && line.includes("`") && !line.includes("| – |"))
  .map((line) => line.split(" | ").slice(-2))
  .map(([rules = "", files = ""]) => ({
    rules: expand(rules),
    files: [...files.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ""),
  }))
  .filter(({ files }) => files.length > 0);

test("[GU1] every row of the table names rules that exist, and tests that name one of them", () => {
  expect(rows.length).toBeGreaterThan(50);
  const missing = rows.flatMap(({ rules, files }) => [
    ...rules.filter((rule) => !specs.some((spec) => spec.includes(`**${rule}**`))),
    ...files
      .filter((file) => !rules.some((rule) => textOf(file).includes(`[${rule}]`)))
      .map((file) => `${file} ${rules.join(" ")}`),
  ]);
  expect(missing).toEqual([]);
});
