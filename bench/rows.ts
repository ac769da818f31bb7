// Owns the form of figures that are a few numbers per server and run, and how they are written as a table of medians.
// Never measures.
import { median } from "./stats.ts";

/** What one case showed in one run; units are in the names of the values. */
export type Row = { readonly name: string; readonly run: number; readonly values: Readonly<Record<string, number>> };

/** Which value is also shown as a ratio to that of another row of the same run. */
export type RatioTo = { readonly value: string; readonly name: string };

const written = (value: number): string => {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
};

/** Medians over the runs, one line per case, with the ratio that counts behind them. */
export function rowsTable(rows: readonly Row[], ratios: readonly RatioTo[] = []): string {
  const names = [...new Set(rows.map(({ name }) => name))];
  const fields = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const head = ["", ...fields, ...ratios.map(({ value, name }) => `${value} ÷ ${name}`)];
  const lines = names.map((name) => {
    const own = rows.filter((row) => row.name === name);
    const cells = fields.map((field) => cell(own.flatMap(({ values }) => values[field] ?? [])));
    return [name, ...cells, ...ratios.map((ratio) => ratioOf(own, rows, ratio))];
  });
  const all = [head, head.map(() => "---"), ...lines];
  return all.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cell(values: readonly number[]): string {
  if (values.length === 0) return "–";
  const range = values.length > 1 ? ` (${written(Math.min(...values))}–${written(Math.max(...values))})` : "";
  return `${written(median(values))}${range}`;
}

/** The median of the ratios within each run: runs differ more from each other than servers within one. */
function ratioOf(own: readonly Row[], all: readonly Row[], { value, name }: RatioTo): string {
  const ratios = own.flatMap((row) => {
    const other = all.find((each) => each.run === row.run && each.name === name)?.values[value];
    const mine = row.values[value];
    return other === undefined || mine === undefined ? [] : [mine / other];
  });
  return ratios.length === 0 ? "–" : written(median(ratios));
}

/** One row as a line for the terminal. */
export const lineOf = ({ name, run, values }: Row): string =>
  `run ${run}, ${name}: ${Object.entries(values)
    .map(([field, value]) => `${field} ${written(value)}`)
    .join(", ")}`;
