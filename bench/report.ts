// Owns how figures are written: docs/benchmarks.json, and the part of docs/benchmarks.md between its two marks.
// Never measures and never judges; what the figures mean is written by hand around them.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DurabilityReport } from "../server/durability/tally.testing.ts";
import type { ClosedLoopFigures } from "./closed-loop.ts";
import type { CrashFigures } from "./crash.ts";
import type { DeviceFigures } from "./device/figures.ts";
import { deviceText } from "./device/text.ts";
import type { Machine } from "./machine.ts";
import type { ReconnectFigures } from "./reconnect.ts";
import { reconnectText } from "./reconnect.text.ts";
import { rowsText } from "./rows.text.ts";
import type { RowResults } from "./rows.text.ts";
import { contenders } from "./servers.ts";
import { median } from "./stats.ts";

/** When and where a suite ran. Units: load averages of the minute before its start and its end. */
export type Circumstances = {
  readonly at: string;
  readonly machine: Machine;
  readonly seed: number;
  readonly loadBefore: number;
  readonly loadAfter: number;
};

type Measured<T> = Circumstances & { readonly figures: T };

/** Everything that was measured; a suite that did not run keeps its last figures. */
export type Results = {
  readonly durability?: Measured<DurabilityReport>;
  readonly crash?: Measured<readonly CrashFigures[]>;
  readonly closedLoop?: Measured<readonly ClosedLoopFigures[]> & { readonly setting: string };
  readonly rows?: RowResults;
  readonly reconnect?: Measured<readonly ReconnectFigures[]>;
  readonly device?: Measured<DeviceFigures>;
};

const DOCS = join(import.meta.dirname, "../docs");
const JSON_PATH = join(DOCS, "benchmarks.json");
const TEXT_PATH = join(DOCS, "benchmarks.md");
const MARKS = ["<!-- figures -->", "<!-- /figures -->"] as const;

/** The figures of the last runs; none when there is no file yet. */
export function readResults(): Results {
  try {
    // Hint: written by writeResults below, from this type.
    return JSON.parse(readFileSync(JSON_PATH, "utf8")) as Results;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}

/** Writes figures as data and as text. Throws: when the text has lost its marks. */
export function writeResults(results: Results): void {
  writeFileSync(JSON_PATH, `${JSON.stringify(results, null, 2)}\n`);
  execFileSync(join(import.meta.dirname, "../node_modules/.bin/oxfmt"), [JSON_PATH]);
  const [before, after] = MARKS;
  const text = readFileSync(TEXT_PATH, "utf8");
  const [head] = text.split(before);
  const tail = text.split(after)[1];
  if (head === undefined || tail === undefined) throw new Error("docs/benchmarks.md has lost its marks");
  writeFileSync(TEXT_PATH, `${head}${before}\n${figuresOf(results)}\n${after}${tail}`);
}

/** The figures as Markdown. */
export const figuresOf = ({ durability, crash, closedLoop, rows, reconnect, device }: Results): string =>
  [
    ...(durability === undefined ? [] : [durabilityText(durability)]),
    ...(crash === undefined ? [] : [crashText(crash)]),
    ...(closedLoop === undefined ? [] : [closedLoopText(closedLoop)]),
    ...(rows === undefined ? [] : rowsText(rows, where)),
    ...(reconnect === undefined ? [] : [`### A restart\n\n${where(reconnect)} ${reconnectText(reconnect.figures)}`]),
    ...(device === undefined ? [] : [`### The screens on a device\n\n${where(device)} ${deviceText(device.figures)}`]),
  ].join("\n\n");

const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

function where({ at, machine, loadBefore, loadAfter }: Circumstances): string {
  const { processor, cores, gibibytes, node } = machine;
  const load = `load average ${loadBefore} before, ${loadAfter} after`;
  return `*${at.slice(0, 10)}, ${processor}, ${cores} cores, ${gibibytes} GiB, Node ${node}; ${load}.*`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function durabilityText(measured: Measured<DurabilityReport>): string {
  const { rounds, acknowledged, acknowledgedDeletions, lost, documents, killedStarts, unsent } = measured.figures;
  return `### Acknowledged updates lost when the server is killed

${where(measured)}

**${number(lost)} of ${number(acknowledged)}** in ${rounds} rounds of SIGKILL (${number(acknowledgedDeletions)} of them only delete), over ${number(documents)} documents; ${killedStarts} servers were killed once more while they started. The oracle was asked for ${number(unsent)} updates that nobody had sent, and found none.`;
}

function crashText(measured: Measured<readonly CrashFigures[]>): string {
  const rows = measured.figures.map(({ label, acknowledged, lost, seen, lostOfSeen, rounds, roundsWithLoss }) => [
    label,
    acknowledged === 0 ? "none" : number(acknowledged),
    acknowledged === 0 ? "–" : number(lost),
    seen === undefined ? "–" : number(seen),
    lostOfSeen === undefined ? "–" : number(lostOfSeen),
    `${roundsWithLoss} of ${rounds}`,
  ]);
  const head = ["Server", "acknowledged", "of these lost", "seen by all others", "of these lost", "rounds with a loss"];
  return `### The same kill, server by server

${where(measured)}

${table(head, rows)}`;
}

function closedLoopText(measured: Measured<readonly ClosedLoopFigures[]> & { readonly setting: string }): string {
  const windows = [...new Set(measured.figures.map(({ inFlight }) => inFlight))];
  const parts = windows.map((inFlight) => {
    const figures = measured.figures.filter((each) => each.inFlight === inFlight);
    return `**${inFlight} in flight per client**\n\n${closedLoopTable(figures)}`;
  });
  return `### Closed loop

${where(measured)} ${measured.setting}

${parts.join("\n\n")}`;
}

function closedLoopTable(figures: readonly ClosedLoopFigures[]): string {
  const head = [
    "Server",
    "updates/s, median (range)",
    "× y-websocket",
    "× Hocuspocus",
    "p50 / p95 / p99 ms",
    "acknowledged p50 / p99 ms",
    "server CPU per update",
    "cores of server / load",
    "memory",
  ];
  const rows = contenders.flatMap(({ name, label }) => {
    const own = figures.filter(({ server }) => server === name);
    return own.length === 0 ? [] : [[label, ...cellsOf(own, figures)]];
  });
  return table(head, rows);
}

function cellsOf(own: readonly ClosedLoopFigures[], all: readonly ClosedLoopFigures[]): string[] {
  const of = (field: NumberField): number => median(own.map((each) => each[field] ?? Number.NaN));
  const rates = own.map(({ updatesPerSecond }) => updatesPerSecond);
  const acknowledged = own.every(({ acknowledgedP50Ms }) => acknowledgedP50Ms !== null);
  return [
    `${number(median(rates))} (${number(Math.min(...rates))}–${number(Math.max(...rates))})`,
    ratio(own, all, "y-websocket"),
    ratio(own, all, "hocuspocus"),
    `${number(of("p50Ms"), 1)} / ${number(of("p95Ms"), 1)} / ${number(of("p99Ms"), 1)}`,
    acknowledged ? `${number(of("acknowledgedP50Ms"), 1)} / ${number(of("acknowledgedP99Ms"), 1)}` : "none",
    `${number(of("serverMicrosecondsPerUpdate"))} µs`,
    `${number(of("serverBusy") * 100)} % / ${number(of("loadBusy") * 100)} %`,
    `${number(of("serverMegabytes"))} MB`,
  ];
}

type NumberField = Exclude<keyof ClosedLoopFigures, "server">;

/** The median of the ratios within each run: runs differ more from each other than servers within one. */
function ratio(own: readonly ClosedLoopFigures[], all: readonly ClosedLoopFigures[], peer: string): string {
  const ratios = own.flatMap(({ run, updatesPerSecond }) => {
    const other = all.find((each) => each.run === run && each.server === peer);
    return other === undefined ? [] : [updatesPerSecond / other.updatesPerSecond];
  });
  return ratios.length === 0 ? "–" : number(median(ratios), 2);
}
