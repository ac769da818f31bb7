// Owns how the figures of a restart are written. Never measures.
import type { ReconnectFigures } from "./reconnect.ts";
import { median } from "./stats.ts";

type NumberOf = (figures: ReconnectFigures) => number;

const whole = (value: number): string => Math.round(value).toLocaleString("en");

/** The figures of a restart as Markdown: medians over the runs, and the worst run beside them. */
export function reconnectText(figures: readonly ReconnectFigures[]): string {
  const of = (field: NumberOf): number => median(figures.map(field));
  const sum = (field: NumberOf): number => figures.reduce((total, each) => total + field(each), 0);
  const row = (label: string, field: NumberOf, unit = "ms"): string =>
    `| ${label} | ${whole(of(field))} ${unit} | ${whole(Math.max(...figures.map(field)))} ${unit} |`;
  return [
    `Restarts: ${figures.length}, each under ${whole(of(({ clients }) => clients))} devices with a room and a nudge socket. **${whole(sum(({ lost }) => lost))} of ${whole(sum(({ acknowledged }) => acknowledged))}** updates that were acknowledged meanwhile are lost; ${whole(sum(({ told }) => told))} of ${whole(sum(({ sockets }) => sockets))} sockets were told 1012.`,
    "",
    "| from SIGTERM until … | median | worst run |",
    "| --- | --- | --- |",
    row("the last socket was told", ({ lastToldMs }) => lastToldMs),
    row("the process was gone", ({ goneMs }) => goneMs),
    row("its successor was ready", ({ readyMs }) => readyMs),
    row("half of the devices had synced again", ({ backP50Ms }) => backP50Ms),
    row("95 % of them", ({ backP95Ms }) => backP95Ms),
    row("all of them", ({ backLastMs }) => backLastMs),
    "",
    "| meanwhile | median | worst run |",
    "| --- | --- | --- |",
    row("a push over HTTP, p50", ({ pushP50Ms }) => pushP50Ms),
    row("a push over HTTP, p95", ({ pushP95Ms }) => pushP95Ms),
    row("sockets that knocked in vain", ({ failures }) => failures, ""),
    row("processor time of the new server", ({ serverSeconds }) => serverSeconds * 1000),
    row("its memory", ({ serverMegabytes }) => serverMegabytes, "MB"),
  ].join("\n");
}
