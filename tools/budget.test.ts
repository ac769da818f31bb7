// Reads small builds written here. Never builds the client.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { firstScreenBytes, firstScreenFiles, overBudget } from "./budget.ts";

const folder = mkdtempSync(join(tmpdir(), "lumiso-budget-"));
afterAll(() => rmSync(folder, { recursive: true }));

const manifest = {
  "index.html": {
    file: "assets/page.js",
    imports: ["_solid.js"],
    dynamicImports: ["features/people/People.tsx", "later.ts"],
  },
  "features/people/People.tsx": { file: "assets/people.js", imports: ["_solid.js", "_store.js"] },
  "_solid.js": { file: "assets/solid.js" },
  "_store.js": { file: "assets/store.js", imports: ["_solid.js"] },
  "later.ts": { file: "assets/later.js", imports: ["_yjs.js"] },
  "_yjs.js": { file: "assets/yjs.js" },
};
const files = ["assets/page.js", "assets/people.js", "assets/solid.js", "assets/store.js", "theme.js"];

function writeBuild(
  page = '<script src="/theme.js"></script><script type="module" src="/assets/page.js"></script>',
): void {
  for (const path of ["assets", ".vite"]) mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, ".vite/manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "index.html"), page);
  for (const file of [...files, "assets/later.js", "assets/yjs.js"])
    writeFileSync(join(folder, file), `// ${file}\n`.repeat(40));
}

test("[L19] counts what the list of people imports, each file once, and nothing that is loaded later", () => {
  writeBuild();
  expect([...firstScreenFiles(folder).keys()].toSorted()).toEqual(files);
  const bytes = files.map((file) => gzipSync(`// ${file}\n`.repeat(40)).length);
  expect(firstScreenBytes(folder)).toBe(bytes.reduce((sum, each) => sum + each, 0));
});

test("[L19] a build above the budget is named with its files, the largest first", () => {
  writeBuild();
  const bytes = firstScreenBytes(folder);
  expect(overBudget(folder, bytes)).toBeNull();
  expect(overBudget(folder, bytes - 1)).toContain("1 more than the budget");
  writeFileSync(join(folder, "assets/store.js"), Array.from({ length: 400 }, (_, index) => index ** 3).join());
  expect(overBudget(folder, bytes)?.split("\n")[1]).toContain("assets/store.js");
});

test("[L19] a missing build, or one without the list, is a failure", () => {
  expect(() => firstScreenBytes(join(folder, "nowhere"))).toThrow("npm run build");
  writeBuild();
  writeFileSync(join(folder, ".vite/manifest.json"), JSON.stringify({ "index.html": manifest["index.html"] }));
  expect(() => firstScreenBytes(folder)).toThrow("features/people/People.tsx");
});
