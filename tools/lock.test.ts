// Reads the committed lock file. Never runs npm.

import { expect, test } from "vitest";
import { gapsIn, readLock } from "./lock.ts";

test("[L17] package-lock.json names every platform's packages, so that `npm ci` takes it (else: npm run dependencies)", () => {
  expect(gapsIn(readLock().packages)).toEqual([]);
});

test("[L17] a missing platform and a forgotten mark are gaps", () => {
  const parent = { optionalDependencies: { "@tool/binding-darwin-arm64": "1.2.3" } };
  expect(gapsIn({ "node_modules/tool": parent })).toEqual([
    "@tool/binding-darwin-arm64@1.2.3",
    "node_modules/better-sqlite3",
  ]);
});
