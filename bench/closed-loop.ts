// Owns the closed loop: rooms of four clients, each of which sends its next update only when one of its last has come to the
// three others (and, for ours, is acknowledged as on disk). Servers take turns, each in a fresh process.
import { checkRooms, openLoad } from "./load.ts";
import type { Phase } from "./meter.ts";
import { contenders, processorSeconds, residentBytes } from "./servers.ts";
import type { Contender } from "./servers.ts";
import { percentile } from "./stats.ts";
import { onOwnCores } from "./turns.ts";
import { makeWorkload } from "./workload.ts";

export type ClosedLoopOptions = {
  readonly rooms: number;
  readonly clients: number;
  /** Updates per client that are measured, after `warmUp` that are not. */
  readonly updates: number;
  readonly warmUp: number;
  readonly inFlight: readonly number[];
  readonly runs: number;
  readonly seed: number;
  readonly only?: Contender["name"] | undefined;
  readonly nodeFlags?: readonly string[] | undefined;
  readonly say: (line: string) => void;
};

/** One server in one run. Units: in the names. */
export type ClosedLoopFigures = {
  readonly server: Contender["name"];
  readonly run: number;
  readonly inFlight: number;
  readonly updatesPerSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Until the acknowledgement; null where the server sends none. */
  readonly acknowledgedP50Ms: number | null;
  readonly acknowledgedP99Ms: number | null;
  /** Processor time of the server per update, for its delivery to three others. */
  readonly serverMicrosecondsPerUpdate: number;
  /** How busy the cores of server and load were, from 0 to 1. */
  readonly serverBusy: number;
  readonly loadBusy: number;
  readonly serverMegabytes: number;
};

/** Runs all servers in turns. Throws: when one of them loses, reorders or refuses an update. */
export const closedLoop = (options: ClosedLoopOptions): Promise<ClosedLoopFigures[]> =>
  onOwnCores((core) => measureAll(core, options));

async function measureAll(core: number | null, options: ClosedLoopOptions): Promise<ClosedLoopFigures[]> {
  const figures: ClosedLoopFigures[] = [];
  const chosen = contenders.filter(({ name }) => options.only === undefined || options.only === name);
  for (let run = 1; run <= options.runs; run += 1) {
    for (const inFlight of options.inFlight) {
      for (const contender of chosen) {
        const measured = await measure(contender, { ...options, run, window: inFlight, core });
        figures.push(measured);
        options.say(lineOf(measured));
      }
    }
  }
  return figures;
}

type Measuring = ClosedLoopOptions & { readonly run: number; readonly window: number; readonly core: number | null };

async function measure(contender: Contender, options: Measuring): Promise<ClosedLoopFigures> {
  const { rooms, clients, updates, warmUp, seed, run, window, nodeFlags = [] } = options;
  const server = await contender.start({ core: options.core, nodeFlags });
  try {
    const scripts = makeWorkload({ rooms, clients, updates: warmUp + updates, by: server.member, seed: seed + run });
    const load = await openLoad({ server, rooms: scripts, waitsForDisk: contender.waitsForDisk });
    await load.run(warmUp, window);
    const before = { server: processorSeconds(server.pid), load: process.cpuUsage() };
    const phase = await load.run(updates, window);
    const serverSeconds = processorSeconds(server.pid) - before.server;
    const { user, system } = process.cpuUsage(before.load);
    const resident = residentBytes(server.pid);
    // Hint: before the load leaves, since a server in memory forgets a room that is empty.
    await checkRooms(server, scripts, warmUp + updates);
    load.close();
    return {
      server: contender.name,
      run,
      inFlight: window,
      ...timesOf(phase),
      serverMicrosecondsPerUpdate: (serverSeconds * 1e6) / phase.updates,
      serverBusy: (serverSeconds * 1000) / phase.ms,
      loadBusy: (user + system) / 1000 / phase.ms,
      serverMegabytes: resident / 1e6,
    };
  } finally {
    await server.stop();
  }
}

type Times = "updatesPerSecond" | "p50Ms" | "p95Ms" | "p99Ms" | "acknowledgedP50Ms" | "acknowledgedP99Ms";

function timesOf({ ms, updates, delivered, settled }: Phase): Pick<ClosedLoopFigures, Times> {
  const acknowledged = (share: number): number | null => (settled.length === 0 ? null : percentile(settled, share));
  return {
    updatesPerSecond: (updates * 1000) / ms,
    p50Ms: percentile(delivered, 0.5),
    p95Ms: percentile(delivered, 0.95),
    p99Ms: percentile(delivered, 0.99),
    acknowledgedP50Ms: acknowledged(0.5),
    acknowledgedP99Ms: acknowledged(0.99),
  };
}

function lineOf(figures: ClosedLoopFigures): string {
  const { server, run, inFlight, updatesPerSecond, p50Ms, p95Ms, p99Ms } = figures;
  const times = [p50Ms, p95Ms, p99Ms].map((ms) => ms.toFixed(1)).join(" / ");
  const cost = `${figures.serverMicrosecondsPerUpdate.toFixed(0)} µs each, server ${percent(figures.serverBusy)}, load ${percent(figures.loadBusy)}`;
  return `run ${run}, ${inFlight} in flight, ${server}: ${updatesPerSecond.toFixed(0)}/s, ${times} ms, ${cost}`;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
