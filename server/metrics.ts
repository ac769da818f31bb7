// Owns the figures of a running server by name, and their text for Prometheus. The parts that count get plain functions.
// Never takes an id, an address or anything a client chose as a label: labels come from closed lists alone. Rule: OB2.
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { ErrorType } from "../shared/errors.ts";
import type { LogEvent } from "./log.ts";
import type { LoopDelay } from "./loop-delay.ts";
import type { SyncCounts, SyncMeter } from "./sync/meter.ts";

/** One answer of the HTTP edge. `route` is the pattern of a route; `error` the type of an error answer. Units: ms. */
export type Answer = {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly error?: ErrorType | undefined;
};

/** What is read when somebody asks for the figures. */
export type Sources = {
  readonly counts: () => Promise<SyncCounts>;
  readonly sockets: () => number;
  readonly connections: () => number;
  readonly loop: () => LoopDelay;
};

export type Metrics = {
  readonly sync: SyncMeter;
  readonly answered: (answer: Answer) => void;
  readonly socketClosed: (code: number) => void;
  readonly mailed: (outcome: "sent" | "failed") => void;
  /** A line of a warning or failure was logged. */
  readonly problem: (event: LogEvent) => void;
  /** The text of all figures. Shape: Prometheus' text format 0.0.4. */
  readonly text: (sources: Sources) => Promise<string>;
};

/** Makes the figures of one server, all at 0. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const readings = makeReadings(registry);
  return {
    sync: makeSyncMeter(registry),
    ...makeEdgeMeter(registry),
    text: async (sources) => {
      await readings(sources);
      return registry.metrics();
    },
  };
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const counter = <L extends string>(registry: Registry, name: string, form: Form<L>): Counter<L> =>
  new Counter({ name: `lumiso_${name}_total`, help: form.help, labelNames: form.labels ?? [], registers: [registry] });
const histogram = <L extends string>(registry: Registry, name: string, form: Form<L> & Buckets): Histogram<L> =>
  new Histogram({
    name: `lumiso_${name}`,
    help: form.help,
    labelNames: form.labels ?? [],
    buckets: [...form.buckets],
    registers: [registry],
  });
type Form<L extends string> = { readonly help: string; readonly labels?: readonly L[] };
type Buckets = { readonly buckets: readonly number[] };

function makeSyncMeter(registry: Registry): SyncMeter {
  const documents = counter(registry, "committed_documents", { help: "Documents stored, once per commit." });
  const updates = counter(registry, "settled_updates", { help: "Updates that are on disk." });
  const size = histogram(registry, "tick_updates", {
    help: "Updates per tick.",
    buckets: [1, 2, 5, 10, 50, 200, 1000],
  });
  const tick = histogram(registry, "tick_seconds", { help: "From a tick's first apply to its end.", buckets: seconds });
  const commit = histogram(registry, "commit_seconds", { help: "The storage's part of a tick.", buckets: seconds });
  const guards = counter(registry, "guards", { help: "What guards did.", labels: ["guard"] });
  const refusals = counter(registry, "refusals", { help: "Updates refused.", labels: ["reason"] });
  return {
    ticked: (report) => {
      documents.inc(report.documents);
      updates.inc(report.updates);
      size.observe(report.updates);
      tick.observe(report.ms / 1000);
      if (report.documents > 0) commit.observe(report.commitMs / 1000);
    },
    guarded: (guard) => guards.inc({ guard }),
    refused: (reason) => refusals.inc({ reason }),
  };
}

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"]);

/** The codes with which our sockets end; a peer may send any other. Source: sync.md §4.3. */
const closeCodes: ReadonlySet<number> = new Set([
  1000, 1001, 1005, 1006, 1009, 1012, 1013, 4401, 4403, 4409, 4410, 4422, 4429, 4503,
]);

function makeEdgeMeter(registry: Registry): Omit<Metrics, "sync" | "text"> {
  const labels = ["method", "route", "status"] as const;
  const answers = counter(registry, "http_answers", { help: "Answers by route and class of status.", labels });
  const took = histogram(registry, "http_seconds", { help: "Time to answer.", labels: ["route"], buckets: seconds });
  const errors = counter(registry, "http_errors", { help: "Error answers by type.", labels: ["type"] });
  const closes = counter(registry, "socket_closes", { help: "Sockets that ended, by code.", labels: ["code"] });
  const mails = counter(registry, "mails", { help: "Mails by outcome.", labels: ["outcome"] });
  const problems = counter(registry, "problems", { help: "Warnings and failures of the log.", labels: ["event"] });
  return {
    answered: ({ method, route, status, ms, error }) => {
      const known = methods.has(method) ? method : "other";
      answers.inc({ method: known, route, status: `${Math.floor(status / 100)}xx` });
      took.observe({ route }, ms / 1000);
      if (error !== undefined) errors.inc({ type: error });
    },
    socketClosed: (code) => closes.inc({ code: closeCodes.has(code) ? String(code) : "other" }),
    mailed: (outcome) => mails.inc({ outcome }),
    problem: (event) => problems.inc({ event }),
  };
}

/** What is not counted but read at the moment of asking. */
function makeReadings(registry: Registry): (sources: Sources) => Promise<void> {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers: [registry] });
  const studios = gauge("lumiso_studios_open", "Studios with rooms in memory.");
  const rooms = gauge("lumiso_rooms_open", "Documents in memory.");
  const queue = gauge("lumiso_queue_updates", "Updates that wait for a commit.");
  const sockets = gauge("lumiso_sockets_open", "Open WebSockets.");
  const connections = gauge("lumiso_connections_open", "Open connections, those of sockets included.");
  const memory = gauge("process_resident_memory_bytes", "Memory of the process.");
  const heap = gauge("nodejs_heap_size_used_bytes", "JavaScript objects.");
  const cpu = gauge("process_cpu_seconds_total", "Processor time so far.");
  const uptime = gauge("lumiso_uptime_seconds", "Since the start.");
  const late = new Gauge({
    name: "lumiso_event_loop_delay_seconds",
    help: "How late the event loop was in the last 15 s.",
    labelNames: ["quantile"],
    registers: [registry],
  });
  return async (sources) => {
    const counts = await sources.counts();
    studios.set(counts.studios);
    rooms.set(counts.rooms);
    queue.set(counts.queued);
    sockets.set(sources.sockets());
    connections.set(sources.connections());
    const used = process.memoryUsage();
    memory.set(used.rss);
    heap.set(used.heapUsed);
    const { user, system } = process.cpuUsage();
    cpu.set((user + system) / 1e6);
    uptime.set(process.uptime());
    const { p50, p99, max } = sources.loop();
    late.set({ quantile: "0.5" }, p50);
    late.set({ quantile: "0.99" }, p99);
    late.set({ quantile: "1" }, max);
  };
}
