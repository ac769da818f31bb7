// Owns the decision whether the client must be built again: a hash over everything that goes into it.
// Never starts the server. Used by `npm start`, `npm run demo` and the browser tests.

import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "vite";

const sources = ["client/**/*.*", "shared/**/*.ts", "policy/**/*.*", "vite.config.ts", "package-lock.json"];
const ignored = ["**/*.test.*", "**/SPEC.md"];
const page = "dist/client/index.html";
const stamp = "dist/client.sha256";

function hashOfSources(): string {
  const hash = createHash("sha256");
  for (const path of globSync(sources, { exclude: ignored }).toSorted()) {
    hash.update(`${path}\0`).update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}

function isBuilt(hash: string): boolean {
  return existsSync(page) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash;
}

const hash = hashOfSources();
if (!isBuilt(hash)) {
  await build({ logLevel: "warn" });
  writeFileSync(stamp, hash);
}
