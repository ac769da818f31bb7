// Owns the headings under which suites of rows are written, and which ratios count in each. Never measures.
import type { Circumstances } from "./report.ts";
import { rowsTable } from "./rows.ts";
import type { RatioTo, Row } from "./rows.ts";

export type RowSuite = "observers" | "joiners" | "documents" | "memory" | "feed" | "attack";

/** The last figures of each suite that ran. */
export type RowResults = {
  readonly [K in RowSuite]?: Circumstances & { readonly figures: readonly Row[]; readonly setting: string };
};

const Y_WEBSOCKET = "y-websocket 2.1.0, memory";
const HOCUSPOCUS = "Hocuspocus 4.7.0, memory";

type Heading = { readonly title: string; readonly ratios?: (rows: readonly Row[]) => readonly RatioTo[] };

const headings: Readonly<Record<RowSuite, Heading>> = {
  observers: { title: "One room, many observers", ratios: () => [{ value: "p95 ms", name: Y_WEBSOCKET }] },
  joiners: {
    title: "Many join a large studio document",
    ratios: () => [Y_WEBSOCKET, HOCUSPOCUS].map((name) => ({ value: "all have it, ms", name })),
  },
  documents: { title: "Each update hits another document" },
  memory: {
    title: "Memory",
    // Hint: the first case of a run is that with little stored.
    ratios: (rows) => rows.slice(0, 1).map(({ name }) => ({ value: "memory MB", name })),
  },
  feed: { title: "A device fills from the feed" },
  attack: { title: "A good client during attacks", ratios: () => [{ value: "p95 ms", name: "nobody" }] },
};

/** Each suite as Markdown; `where` tells its circumstances. */
export function rowsText(results: RowResults, where: (circumstances: Circumstances) => string): string[] {
  // Hint: the keys of a record by name are its names.
  const names = Object.keys(headings) as RowSuite[];
  return names.flatMap((name) => {
    const suite = results[name];
    if (suite === undefined) return [];
    const { title, ratios = () => [] } = headings[name];
    const table = rowsTable(suite.figures, ratios(suite.figures));
    return [`### ${title}\n\n${where(suite)} ${suite.setting}\n\n${table}`];
  });
}
