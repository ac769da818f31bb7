// Owns how the figures of the suite `device` are written: the table of targets, the growth with the number of people, its chart.
// Never measures and never judges beyond the targets of the table.
import { BUDGET } from "../../tools/budget.ts";
import { median } from "../stats.ts";
import type { DeviceFigures, SizeFigures, Spread, UseRound } from "./figures.ts";

/** The size that the targets are about, and the one it is compared with. */
const [BIG, SMALL] = [20_000, 200];

const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

type Row = readonly [what: string, shown: string, target: string, isMet: boolean | null];

/** The figures as Markdown. */
export function deviceText(figures: DeviceFigures): string {
  const big = figures.sizes.find(({ people }) => people === BIG) ?? figures.sizes.at(-1);
  if (big === undefined) return "";
  const { slow, runs, useMinutes } = figures;
  return `${slow} × CPU slow-down, ${runs} runs, sizes in turn; medians over the runs, p95 within a run; ${number(useMinutes, 1)} min of use.

${targetTable(figures, big)}

**Growth with the number of people** (medians)

${growthTable(figures)}

${chart(figures)}`;
}

function targetTable(figures: DeviceFigures, big: SizeFigures): string {
  const rows = [
    ...startRows(figures, big),
    ...useRows(big),
    ...memoryRows(big),
    ...networkRows(big),
    bundleRow(figures),
  ];
  const marks = rows.map(([what, shown, target, isMet]) => {
    const mark = isMet === null ? "" : isMet ? " ✓" : " ✗";
    return `| ${what} | ${shown} | ${target}${mark} |`;
  });
  return [`| at ${number(big.people)} people | measured | target |`, "| --- | --- | --- |", ...marks].join("\n");
}

function startRows({ sizes }: DeviceFigures, big: SizeFigures): Row[] {
  const small = sizes.find(({ people }) => people === SMALL);
  const [rows, answered] = [median(big.rowsMs), median(big.answeredMs)];
  const shown = `rows ${number(rows)} ms, answers ${number(answered)} ms`;
  if (small === undefined || small === big) return [["cold offline start", shown, "", null]];
  const ratio = answered / median(small.answeredMs);
  return [
    [
      "cold offline start until the list answers",
      `${shown}: ${number(ratio, 2)} × ${SMALL} people`,
      "≤ 1.3 ×",
      ratio <= 1.3,
    ],
  ];
}

const p95 = (rounds: readonly UseRound[], part: keyof UseRound): number =>
  median(rounds.map((round) => round[part].p95));

/** What is written of one kind of input; without a limit it is only reported. */
type UseLine = {
  readonly what: string;
  readonly part: keyof UseRound;
  readonly limit?: number;
  readonly digits?: number;
};

const useLines: readonly UseLine[] = [
  { what: "search, a letter to its results, p95", part: "search", limit: 50 },
  { what: "… the first letter, which matches thousands, p95", part: "shortSearch", limit: 50 },
  { what: "open a person, p95", part: "open", limit: 100 },
  { what: "edit on screen: work until its frame is painted, p95", part: "editWork", limit: 16.7, digits: 1 },
  { what: "… from the input to the painted frame, p95", part: "editShown", digits: 1 },
  { what: "edit stored on the device, p95", part: "stored", limit: 50 },
];

const useRows = ({ rounds }: SizeFigures): Row[] =>
  useLines.map(({ what, part, limit, digits = 0 }): Row => {
    const spreads = rounds.map((round): Spread => round[part]);
    const [value, middle] = [p95(rounds, part), median(spreads.map(({ p50 }) => p50))];
    const most = Math.max(...spreads.map((spread) => spread.most));
    const shown = `${number(value, digits)} ms (p50 ${number(middle, digits)}, most ${number(most, digits)})`;
    return limit === undefined ? [what, shown, "", null] : [what, shown, `≤ ${limit} ms`, value <= limit];
  });

function memoryRows({ heapAfterStart, heapAfterUse, heapMost }: SizeFigures): Row[] {
  const start = median(heapAfterStart);
  const rows: Row[] = [["JavaScript heap after the start", `${number(start, 1)} MB`, "≤ 80 MB", start <= 80]];
  if (heapAfterUse === null || heapMost === null) return rows;
  const shown = `${number(heapAfterUse, 1)} MB (most ${number(heapMost, 1)})`;
  return [...rows, ["… after use", shown, "≤ 80 MB", heapMost <= 80]];
}

function networkRows({ fills, awayMs }: SizeFigures): Row[] {
  const filled = fills.map(({ slow, seconds, longestTaskMs }): Row => {
    const task = longestTaskMs === 0 ? "no task above 50 ms" : `longest task ${number(longestTaskMs)} ms`;
    const target = slow === 1 ? "≤ 60 s" : "no task above 50 ms";
    return [
      `first fill, ${slow} × slower`,
      `${number(seconds, 1)} s, ${task}`,
      target,
      slow === 1 ? seconds <= 60 : longestTaskMs <= 50,
    ];
  });
  if (awayMs.length === 0) return filled;
  const away = median(awayMs);
  return [...filled, ["1,000 documents changed while away", `${number(away / 1000, 1)} s`, "≤ 5 s", away <= 5000]];
}

const bundleRow = ({ firstBytes }: DeviceFigures): Row => [
  "JavaScript before the list shows, compressed",
  `${number(firstBytes / 1000, 1)} kB`,
  `≤ ${BUDGET / 1000} kB`,
  firstBytes <= BUDGET,
];

/** One line of growth: what, its value at a size, and how it is written. */
type Line = readonly [what: string, of: (size: SizeFigures) => number, digits: number];

const lines: readonly Line[] = [
  ["start: the list answers, ms", ({ answeredMs }) => median(answeredMs), 0],
  ["search p95, ms", ({ rounds }) => p95(rounds, "search"), 0],
  ["open a person p95, ms", ({ rounds }) => p95(rounds, "open"), 0],
  ["edit, work p95, ms", ({ rounds }) => p95(rounds, "editWork"), 1],
  ["stored p95, ms", ({ rounds }) => p95(rounds, "stored"), 0],
  ["heap after the start, MB", ({ heapAfterStart }) => median(heapAfterStart), 1],
  ["first fill, s", ({ fills }) => fills[0]?.seconds ?? Number.NaN, 1],
];

function growthTable({ sizes }: DeviceFigures): string {
  const head = `| | ${sizes.map(({ people }) => number(people)).join(" | ")} |`;
  const body = lines.map(
    ([what, of, digits]) => `| ${what} | ${sizes.map((size) => number(of(size), digits)).join(" | ")} |`,
  );
  return [head, `| --- |${" --- |".repeat(sizes.length)}`, ...body].join("\n");
}

/** The longest bar. Units: letters. */
const WIDTH = 48;

/** Bars of one scale per line, so that a line that grows is seen to grow. */
function chart({ sizes }: DeviceFigures): string {
  const parts = lines.map(([what, of, digits]) => {
    const values = sizes.map(of);
    const most = Math.max(...values);
    const bars = sizes.map(({ people }, index) => {
      const value = values[index] ?? Number.NaN;
      const bar = "█".repeat(Math.max(1, Math.round((value / most) * WIDTH)));
      return `  ${number(people).padStart(7)} ${bar} ${number(value, digits)}`;
    });
    return [what, ...bars].join("\n");
  });
  return ["```text", ...parts, "```"].join("\n");
}
