// Runs the simulation for seeds from the command line: `npm run simulate -- --seeds 1000 --first 1`.
// Never part of the product. A failing seed is printed with the command that repeats it.
import { registerHooks } from "node:module";
import { parseArgs } from "node:util";
import { installWorld } from "./time.testing.ts";

// Hint: Node is given Solid's form for servers, in which nothing reacts; the store needs the browser's.
registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier,
      specifier.startsWith("solid-js") ? { ...context, conditions: ["browser", ...context.conditions] } : context,
    ),
});

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    first: { type: "string", default: "1" },
    minutes: { type: "string", default: "5" },
    only: { type: "string" },
    trace: { type: "boolean", default: false },
    // Ends at the first seed that fails.
    stop: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});
const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
const print = (line: string): void => void process.stdout.write(`${line}\n`);

// Hint: a disk that fails may be nobody's to catch; anything else is a fault.
const uncaught: unknown[] = [];
process.on("unhandledRejection", (error) => {
  if (!isOfDisk(error)) uncaught.push(error);
});
process.setMaxListeners(0);
// Hint: Dexie says each time that it opens a database anew.
Object.assign(console, { warn: () => undefined });

const elapsed = process.hrtime.bigint.bind(process.hrtime);
const world = installWorld();
const begin = elapsed();
const { isOfDisk } = await import("./disk.testing.ts");
const { play } = await import("./play.testing.ts");
await import("../store/engine.ts");
await import("../store/opened.ts");

const [first, seeds, minutes] = [Number(values.first), Number(values.seeds), Number(values.minutes)];
const only = values.only === undefined ? {} : { only: new Set(values.only.split(",")) };
const faults = new Map<string, number>();
const failed: number[] = [];
let [acts, stored, typed, longest] = [0, 0, 0, 0];
for (let seed = first; seed < first + seeds; seed += 1) {
  const log = values.verbose ? { log: print } : {};
  const played = await play(world, { seed, minutes, ...only, ...log }).catch((error: unknown) => ({
    complaints: [`SI7 ${textOf(error)}`],
    ...{ acts: 0, stored: 0, typed: 0, faults: new Map<string, number>(), settledAfter: 0 },
  }));
  if (values.trace) print(`trace ${world.trace().toString(16)}`);
  const complaints = [
    ...played.complaints,
    ...uncaught.splice(0).map((error) => `SI7 nobody caught: ${textOf(error)}`),
  ];
  acts += played.acts;
  stored += played.stored;
  typed += played.typed;
  longest = Math.max(longest, played.settledAfter);
  for (const [name, times] of played.faults) faults.set(name, (faults.get(name) ?? 0) + times);
  const done = seed - first + 1;
  if (done % 25 === 0)
    print(`${done} seeds, ${acts} acts, failed: ${failed.length === 0 ? "none" : failed.join(", ")}`);
  if (complaints.length === 0) continue;
  failed.push(seed);
  print(`seed ${seed} fails; repeat with: npm run simulate -- --first ${seed} --seeds 1 --minutes ${minutes}`);
  for (const complaint of complaints.slice(0, 8)) print(`  ${complaint}`);
  if (values.stop) break;
}
const seconds = Number(elapsed() - begin) / 1e9;
const list = [...faults].toSorted(([left], [right]) => left.localeCompare(right));
print(`${seeds} seeds from ${first}, ${minutes} virtual minutes each, ${seconds.toFixed(1)} s`);
print(`${acts} acts, ${stored} called stored, ${typed} times typed; settled at the latest after ${longest} virtual s`);
print(`faults: ${list.map(([name, times]) => `${name} ${times}`).join(", ")}`);
print(`failed: ${failed.length === 0 ? "none" : failed.join(", ")}`);
process.exit(failed.length === 0 ? 0 : 1);
