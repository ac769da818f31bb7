// Owns what npm forgets in package-lock.json, so that `npm ci` works on every machine. npm runs it itself after
// each change of the dependencies (the script `dependencies`). Never changes a version.
//
// 1. Where a registry mirror lacks packages for other platforms, npm leaves them out of the lock, and `npm ci` then
//    refuses that lock. They are named here again, at the exact version their parent asks for.
// 2. The lock drops `gypfile: false`, by which better-sqlite3 says that it ships its binaries, and npm 10 would compile
//    it. npm 11 is told by `allowScripts` in package.json.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";

// Hint: records, not objects: valibot would put an object's known keys first, and every entry would change.
const Entry = v.record(v.string(), v.unknown());
const Lock = v.looseObject({ packages: v.record(v.string(), Entry) });
const Wanted = v.optional(v.record(v.string(), v.string()), {});
type Entry = v.InferOutput<typeof Entry>;
type Packages = Record<string, Entry>;

const shipsBinaries = ["node_modules/better-sqlite3"];
const lockPath = fileURLToPath(new URL("../package-lock.json", import.meta.url));

/** Reads the lock file. Throws: when it is not one. */
export function readLock(): v.InferOutput<typeof Lock> {
  return v.parse(Lock, JSON.parse(readFileSync(lockPath, "utf8")));
}

/** Says what is missing in a lock: packages for other platforms, as `name@version`, and marks of shipped binaries. */
export function gapsIn(packages: Packages): string[] {
  const unmarked = shipsBinaries.filter((path) => packages[path]?.["gypfile"] !== false);
  return [...missingIn(packages).map(({ name, version }) => `${name}@${version}`), ...unmarked];
}

function missingIn(packages: Packages): { name: string; version: string; parent: Entry }[] {
  return Object.entries(packages).flatMap(([path, parent]) =>
    Object.entries(v.parse(Wanted, parent["optionalDependencies"]))
      .filter(([name]) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages))
      .map(([name, version]) => ({ name, version, parent })),
  );
}

/** Reads the platform from a name such as `@oxfmt/binding-linux-x64-musl`, which all of them follow. */
function platformOf(name: string): Record<string, string[]> {
  const [os = "", cpu = "", abi = ""] = name
    .replace(/^.*\//, "")
    .replace(/^(binding|oxide|rollup)-/, "")
    .split("-");
  if (os === "wasm32") return { cpu: ["wasm32"] };
  if (os !== "linux" || abi === "") return { cpu: [cpu], os: [os] };
  return { cpu: [cpu], libc: [abi.startsWith("musl") ? "musl" : "glibc"], os: [os] };
}

function entryFor(name: string, version: string, parent: Entry): Entry {
  const inherited = ["dev", "engines", "license"].filter((key) => key in parent).map((key) => [key, parent[key]]);
  return { version, ...Object.fromEntries(inherited), ...platformOf(name), optional: true };
}

function complete(packages: Packages): Packages {
  const added = missingIn(packages).map(({ name, version, parent }) => {
    if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${name} asks for ${version}: name an exact version here.`);
    return [`node_modules/${name}`, entryFor(name, version, parent)] as const;
  });
  const marked = shipsBinaries.map((path) => [path, { ...packages[path], gypfile: false }] as const);
  const entries = Object.entries({ ...packages, ...Object.fromEntries(added), ...Object.fromEntries(marked) });
  return Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b, "en")));
}

if (import.meta.main) {
  const lock = readLock();
  if (gapsIn(lock.packages).length > 0) {
    writeFileSync(lockPath, `${JSON.stringify({ ...lock, packages: complete(lock.packages) }, null, 2)}\n`);
  }
}
