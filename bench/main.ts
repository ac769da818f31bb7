// Owns `npm run bench`: installs the servers to compare with, runs the suites, prints and writes what they showed.
// Use: npm run bench -- [durability] [crash] [closed-loop] [observers] [joiners] [documents] [memory] [feed] [attack] [reconnect] [device] [--runs 5] [--rounds 20] [--quick]. Without a name all run.
// The suite device also takes --people 200,20000,60000 and --slow 4.
import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { attack } from "./attack.ts";
import { closedLoop } from "./closed-loop.ts";
import { crash } from "./crash.ts";
import { device } from "./device.ts";
import { documents } from "./documents.ts";
import { durability } from "./durability.ts";
import { feed } from "./feed.ts";
import { joiners } from "./joiners.ts";
import { describeMachine, loadNow } from "./machine.ts";
import { memory } from "./memory.ts";
import { observers } from "./observers.ts";
import { reconnect } from "./reconnect.ts";
import { figuresOf, readResults, writeResults } from "./report.ts";
import type { Circumstances, Results } from "./report.ts";
import type { Row } from "./rows.ts";
import type { RowSuite } from "./rows.text.ts";

const PEERS = join(import.meta.dirname, "peers");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "5" },
    rounds: { type: "string", default: "20" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    people: { type: "string", default: "200,20000,60000" },
    slow: { type: "string", default: "4" },
    /** Short and written nowhere: tells whether the suites work. */
    quick: { type: "boolean", default: false },
  },
});

const say = (line: string): void => console.log(line);
const seed = Number(values.seed);
const rounds = values.quick ? 2 : Number(values.rounds);
const runs = values.quick ? 1 : Number(values.runs);
const loop = { rooms: 50, clients: 4, warmUp: 50, updates: values.quick ? 20 : 250, inFlight: [8, 1] };
const onDevice = {
  people: values.people.split(",").map(Number),
  slow: Number(values.slow),
  useMinutes: values.quick ? 0.3 : 5,
  opens: values.quick ? 8 : 20,
};

async function measured<T>(run: () => Promise<T>): Promise<Circumstances & { figures: T }> {
  const loadBefore = loadNow();
  const figures = await run();
  return { at: new Date().toISOString(), machine: describeMachine(), seed, loadBefore, loadAfter: loadNow(), figures };
}

/** A suite whose figures are rows; nothing else of its suites runs, so the last figures of the others stay. */
const ofRows = (name: RowSuite, setting: string, run: () => Promise<Row[]>) => async (): Promise<Results> => ({
  rows: { ...readResults().rows, [name]: { ...(await measured(run)), setting } },
});

const few = values.quick;
/** How much of each is done; a quick run says its own numbers. */
const much = {
  observers: few ? 30 : 200,
  joiners: few ? 5 : 30,
  joinerRounds: few ? 2 : 5,
  documents: few ? 500 : 10_000,
  passes: few ? 2 : 5,
  attacked: few ? 20 : 200,
};
const common = { runs, seed, say };

const rowSuites: Readonly<Record<RowSuite, () => Promise<Results>>> = {
  observers: ofRows("observers", `${runs} runs; one writes every 20 ms, ${much.observers} watch.`, () =>
    observers({ ...common, observers: much.observers, updates: few ? 50 : 400 }),
  ),
  joiners: ofRows(
    "joiners",
    `${runs} runs of ${much.joinerRounds} rounds; ${much.joiners} open the document at once, after a write.`,
    () => joiners({ ...common, joiners: much.joiners, bytes: few ? 500_000 : 3_000_000, rounds: much.joinerRounds }),
  ),
  documents: ofRows(
    "documents",
    `${runs} runs of ${much.documents} documents, at most 2,000 of them in open rooms.`,
    () => documents({ ...common, documents: much.documents }),
  ),
  memory: ofRows("memory", `${runs} runs.`, () =>
    memory({ ...common, stored: few ? 1000 : 20_000, opened: 100, rooms: few ? 100 : 500, sockets: few ? 500 : 5000 }),
  ),
  feed: ofRows("feed", `${runs} runs of ${much.passes} ways through the feed, pages of 500.`, () =>
    feed({ ...common, documents: few ? 1000 : 20_000, passes: much.passes }),
  ),
  attack: ofRows("attack", `${runs} runs; ${much.attacked} updates of each of two members, one every 50 ms.`, () =>
    attack({ ...common, updates: much.attacked }),
  ),
};

const suites: Readonly<Record<string, () => Promise<Results>>> = {
  durability: async () => ({ durability: await measured(() => durability({ rounds, seed, say })) }),
  crash: async () => ({ crash: await measured(() => crash({ rounds, seed, say })) }),
  "closed-loop": async () => {
    const { rooms, clients, updates, warmUp } = loop;
    const setting = `${runs} runs of ${rooms} rooms × ${clients} clients × ${updates} updates, after ${warmUp} each to warm up.`;
    return { closedLoop: { ...(await measured(() => closedLoop({ ...loop, runs, seed, say }))), setting } };
  },
  ...rowSuites,
  reconnect: async () => ({
    reconnect: await measured(() => reconnect({ clients: values.quick ? 100 : 2000, runs, seed, say })),
  }),
  device: async () => ({ device: await measured(() => device({ ...onDevice, runs, say })) }),
};

/** Only the suites that compare servers need the others. */
const comparing = new Set(["crash", "closed-loop", "observers", "joiners", "memory"]);

const chosen = positionals.length === 0 ? Object.keys(suites) : positionals;
if (chosen.some((name) => comparing.has(name)) && !existsSync(join(PEERS, "node_modules"))) {
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", PEERS], { stdio: "inherit" });
}
const shown: Results[] = [];
for (const name of chosen) {
  const suite = suites[name];
  if (suite === undefined) throw new Error(`no suite ${name}: ${Object.keys(suites).join(", ")}`);
  shown.push(await suite());
}
const rows = Object.assign({}, ...shown.map((each) => each.rows ?? {}));
const results: Results = Object.assign({}, ...shown, shown.some((each) => each.rows) ? { rows } : {});
say(`\n${figuresOf(results)}`);
if (!values.quick) writeResults({ ...readResults(), ...results });
