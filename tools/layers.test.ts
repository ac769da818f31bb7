// Breaks each rule of SPEC.md once, in a copy of the repository that holds nothing but its settings and the bad files.
// Never lints the repository itself.

import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fences, sources } from "./layers.ts";

type Case = { rule: string; file: string; code: string; says: string };

const uses = (from: string): string => `import { it } from "${from}";\nexport const its = it;\n`;
const typeFrom = (from: string): string => `import type { It } from "${from}";\nexport type Its = It;\n`;

const bad: Case[] = [
  { rule: "L1", file: "shared/a.ts", code: uses("../policy/roles.ts"), says: fences.sharedIsLowest.message },
  { rule: "L1", file: "shared/b.ts", code: uses("../server/app.ts"), says: fences.sharedIsLowest.message },
  { rule: "L1", file: "shared/deep/c.ts", code: typeFrom("../../client/app.tsx"), says: fences.sharedIsLowest.message },
  { rule: "L2", file: "policy/a.ts", code: uses("../server/app.ts"), says: fences.policyStandsOnShared.message },
  { rule: "L2", file: "policy/b.ts", code: typeFrom("../client/app.tsx"), says: fences.policyStandsOnShared.message },
  { rule: "L4", file: "shared/d.ts", code: uses("node:fs"), says: fences.noInputOutput.message },
  { rule: "L4", file: "shared/e.ts", code: uses("dexie"), says: fences.noInputOutput.message },
  { rule: "L4", file: "policy/c.ts", code: uses("@hono/node-server"), says: fences.noInputOutput.message },
  { rule: "L5", file: "shared/f.ts", code: "export const now = Date.now();\n", says: sources.clock.message },
  { rule: "L5", file: "policy/d.ts", code: "export const today = new Date();\n", says: sources.clock.message },
  { rule: "L5", file: "shared/g.ts", code: "export const id = Math.random();\n", says: sources.dice.message },
  { rule: "L5", file: "policy/e.ts", code: "export const { random } = Math;\n", says: sources.dice.message },
  { rule: "L6", file: "server/a.ts", code: uses("../client/app.tsx"), says: fences.serverWithoutClient.message },
  {
    rule: "L6",
    file: "server/auth/a.ts",
    code: uses("../../client/app.tsx"),
    says: fences.serverWithoutClient.message,
  },
  { rule: "L7", file: "server/b.ts", code: uses("lucia"), says: fences.signInLibrary.message },
  { rule: "L7", file: "server/jobs/a.ts", code: typeFrom("lucia"), says: fences.signInLibrary.message },
  { rule: "L7", file: "server/c.test.ts", code: uses("lucia"), says: fences.signInLibrary.message },
  { rule: "L7", file: "e2e/a.spec.ts", code: uses("lucia"), says: fences.signInLibrary.message },
  {
    rule: "L8",
    file: "server/d.ts",
    code: "export const port = process.env.PORT;\n",
    says: sources.environment.message,
  },
  { rule: "L8", file: "server/e.ts", code: "export const { env } = process;\n", says: sources.environment.message },
  { rule: "L8", file: "client/a.ts", code: "export const it = process.env.PORT;\n", says: sources.pageProcess.message },
  { rule: "L9", file: "client/b.ts", code: uses("../server/app.ts"), says: fences.serverTypesOnly.message },
  { rule: "L9", file: "client/c.ts", code: uses("better-sqlite3"), says: fences.serverLibraries.message },
  { rule: "L9", file: "client/store/a.ts", code: uses("../../server/app.ts"), says: fences.serverTypesOnly.message },
  { rule: "L9", file: "client/ui/A.tsx", code: uses("node:fs"), says: fences.serverLibraries.message },
  {
    rule: "L9",
    file: "client/features/people/A.tsx",
    code: uses("../../../server/app.ts"),
    says: fences.serverTypesOnly.message,
  },
  { rule: "L10", file: "client/store/b.ts", code: uses("../ui/Button.tsx"), says: fences.storeBelowScreens.message },
  {
    rule: "L10",
    file: "client/store/c.ts",
    code: uses("../features/people/People.tsx"),
    says: fences.storeBelowScreens.message,
  },
  { rule: "L11", file: "client/ui/B.tsx", code: uses("../store/open.ts"), says: fences.plainComponents.message },
  { rule: "L11", file: "client/ui/C.tsx", code: typeFrom("../store/open.ts"), says: fences.plainComponents.message },
  { rule: "L12", file: "client/features/people/B.tsx", code: uses("../team/Team.tsx"), says: fences.islands.message },
  {
    rule: "L12",
    file: "client/features/people/C.tsx",
    code: typeFrom("../../features/team/Team.tsx"),
    says: fences.islands.message,
  },
  { rule: "L13", file: "server/f.ts", code: uses("../shared/testing.ts"), says: fences.testHelpers.message },
  { rule: "L13", file: "client/d.ts", code: uses("./store/rooms.testing.ts"), says: fences.testHelpers.message },
  { rule: "L14", file: "shared/h.test.ts", code: "export const n = Math.random();\n", says: sources.testDice.message },
  { rule: "L14", file: "server/g.test.ts", code: "export const n = Math.random();\n", says: sources.testDice.message },
  { rule: "L15", file: "shared/i.ts", code: uses("./j.ts"), says: "Dependency cycle" },
  { rule: "L15", file: "shared/j.ts", code: 'import { its } from "./i.ts";\nexport const it = its;\n', says: "cycle" },
  {
    rule: "L15",
    file: "server/h.ts",
    code: "const late = async (): Promise<void> => {};\nlate();\nexport const its = 1;\n",
    says: "Promises must be awaited",
  },
  { rule: "L15", file: "server/i.ts", code: "export const it: any = 1;\n", says: "Unexpected `any`" },
  { rule: "L15", file: "server/j.ts", code: "export const it = [1].at(0)!;\n", says: "non-null assertion" },
  { rule: "L15", file: "server/k.ts", code: "export default 1;\n", says: "default" },
  { rule: "L15", file: "client/e.ts", code: 'console.log("x");\nexport const its = 1;\n', says: "console" },
  {
    rule: "L15",
    file: "server/l.ts",
    code: `${"// long\n".repeat(300)}export const its = 1;\n`,
    says: "too many lines (301)",
  },
  {
    rule: "L15",
    file: "server/m.ts",
    code: "export const f = (a: 1, b: 1, c: 1, d: 1): number => a + b + c + d;\n",
    says: "too many parameters",
  },
  {
    rule: "L16",
    file: "client/ui/D.tsx",
    code: "export function D({ name }: { name: string }): unknown {\n  return <p>{name}</p>;\n}\n",
    says: "Destructuring component props",
  },
];

const good: Omit<Case, "says">[] = [
  { rule: "L1", file: "shared/ok.ts", code: uses("./result.ts") },
  { rule: "L2", file: "policy/ok.ts", code: uses("../shared/document.ts") },
  { rule: "L4", file: "shared/ok.test.ts", code: uses("node:fs") },
  { rule: "L6", file: "server/ok.ts", code: uses("../policy/roles.ts") },
  { rule: "L7", file: "server/auth/ok.ts", code: uses("lucia") },
  { rule: "L8", file: "server/env.ts", code: "export const port = process.env.PORT;\n" },
  { rule: "L9", file: "client/ok.ts", code: typeFrom("../server/app.ts") },
  { rule: "L9", file: "client/ok.test.ts", code: uses("../server/app.ts") },
  { rule: "L10", file: "client/store/ok.ts", code: uses("../../shared/document.ts") },
  { rule: "L11", file: "client/ui/Ok.tsx", code: uses("./Button.tsx") },
  {
    rule: "L12",
    file: "client/features/people/Ok.tsx",
    code: ["../../store/open.ts", "../../ui/Button.tsx", "./Form.tsx", "../../../shared/people.ts"]
      .map((from, index) => `import { it as it${index} } from "${from}";\nexport const its${index} = it${index};\n`)
      .toSorted()
      .join(""),
  },
  { rule: "L13", file: "server/ok.test.ts", code: uses("../shared/testing.ts") },
];

const Report = v.object({
  diagnostics: v.array(v.object({ filename: v.string(), message: v.string(), help: v.optional(v.string()) })),
});

const repository = join(import.meta.dirname, "..");
const settings = ["package.json", "oxlint.config.ts", "tools/layers.ts", "tsconfig*.json", "*/tsconfig*.json"];

const copy = mkdtempSync(join(tmpdir(), "lumiso-layers-"));
let complaints: v.InferOutput<typeof Report>["diagnostics"] = [];

function write(file: string, code: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), code);
}

function run(tool: string, ...args: string[]): string {
  const path = join(repository, "node_modules/.bin", tool);
  const { stdout, stderr, error } = spawnSync(path, args, { cwd: copy, encoding: "utf8", maxBuffer: 1e8 });
  if (error !== undefined) throw error;
  return stdout === "" ? stderr : stdout;
}

function complaintsAbout(file: string): string[] {
  return complaints.filter(({ filename }) => filename === file).map(({ message, help }) => [message, help].join(" "));
}

beforeAll(() => {
  for (const file of globSync(settings, { cwd: repository })) cpSync(join(repository, file), join(copy, file));
  symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
  writeFileSync(join(copy, ".gitignore"), "node_modules\n");
  for (const { file, code } of [...bad, ...good]) write(file, code);
  complaints = v.parse(Report, JSON.parse(run("oxlint", "--format=json"))).diagnostics;
});

afterAll(() => rmSync(copy, { recursive: true }));

describe("the linter", () => {
  test.each(bad)("[$rule] refuses $file, saying “$says”", ({ file, says }) => {
    expect(complaintsAbout(file).join("\n")).toContain(says);
  });

  test.each(good)("[$rule] lets $file pass", ({ file }) => {
    expect(complaintsAbout(file)).toEqual([]);
  });
});

describe("the compiler", () => {
  const globals = ["window", "document", "fetch", "process", "setTimeout", "console", "crypto"];

  test.each(["shared", "policy"])("[L3] knows neither page nor process in %s/", (folder) => {
    const lines = globals.map((name, index) => `export const it${index} = ${name};\n`);
    write(`${folder}/impure.ts`, lines.join(""));
    const complaint = run("tsc", "-p", folder, "--noEmit", "--pretty", "false");
    for (const name of globals) expect(complaint).toContain(`impure.ts(${globals.indexOf(name) + 1},20)`);
  });
});
