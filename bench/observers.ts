// Owns the measurement of one room that many watch: one writes at the pace of fast typing, all others count what comes by its content.
// Servers take turns, each in a fresh process.
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { WebSocket } from "ws";
import * as Y from "yjs";
import { syncKinds } from "../shared/protocol.ts";
import { NOTHING, NO_UPDATE, sync } from "./load.ts";
import type { Row } from "./rows.ts";
import { contenders, processorSeconds } from "./servers.ts";
import type { Contender, Running } from "./servers.ts";
import { percentile } from "./stats.ts";
import { inTurns } from "./turns.ts";
import type { Turn } from "./turns.ts";
import { makeWorkload } from "./workload.ts";
import type { RoomScript } from "./workload.ts";

export type ObserversOptions = {
  readonly observers: number;
  readonly updates: number;
  readonly runs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
};

/** Between two updates of the writer. Units: ms. */
const PACE_MS = 20;

/** Updates that are sent before any counts. */
const WARM_UP = 30;

/** Runs all servers in turns. */
export const observers = (options: ObserversOptions): Promise<Row[]> =>
  inTurns(options, contenders, (contender, turn) => measure(contender, { ...options, ...turn }));

type Measuring = ObserversOptions & Turn;

async function measure(contender: Contender, options: Measuring): Promise<Row> {
  const { observers: count, updates, run, core, seed } = options;
  const server = await contender.start({ core });
  try {
    const shape = { rooms: 1, clients: 1, updates: WARM_UP + updates, by: server.member, seed: seed + run };
    const [script] = makeWorkload(shape);
    if (script === undefined) throw new Error("no room");
    const room = await openRoom(server, script, count);
    await room.play(0, WARM_UP);
    const before = processorSeconds(server.pid);
    const times = await room.play(WARM_UP, WARM_UP + updates);
    const seconds = processorSeconds(server.pid) - before;
    room.close();
    const sorted = times.toSorted((a, b) => a - b);
    const values = {
      "p50 ms": percentile(sorted, 0.5),
      "p95 ms": percentile(sorted, 0.95),
      "p99 ms": percentile(sorted, 0.99),
      "CPU µs per delivery": (seconds * 1e6) / sorted.length,
    };
    return { name: contender.label, run, values };
  } finally {
    await server.stop();
  }
}

type Room = { readonly play: (from: number, to: number) => Promise<number[]>; readonly close: () => void };

async function openRoom(server: Running, { doc, base, clients }: RoomScript, count: number): Promise<Room> {
  const [script] = clients;
  if (script === undefined) throw new Error("nobody writes");
  const writer = server.connect(doc);
  await sync(writer.socket, writer.wire, () => writer.socket.send(writer.wire.sync("step2", base)));
  const sockets: WebSocket[] = [writer.socket];
  const sent: number[] = [];
  let arrived = (_index: number): void => undefined;
  const join = async (): Promise<void> => {
    const { socket, wire } = server.connect(doc);
    sockets.push(socket);
    let seen = 0;
    const { hear } = await sync(socket, wire, () => socket.send(wire.sync("step2", NO_UPDATE)));
    hear((frame) => {
      if (frame.kind !== "sync" || frame.sync === syncKinds.step1) return;
      const end = Y.parseUpdateMeta(frame.body).to.get(script.clientId) ?? 0;
      for (; (script.ends[seen] ?? Infinity) <= end; seen += 1) arrived(seen);
    });
  };
  for (let from = 0; from < count; from += 50) {
    await Promise.all(Array.from({ length: Math.min(50, count - from) }, join));
  }
  return {
    close: () => sockets.forEach((socket) => socket.terminate()),
    play: async (from, to) => {
      const times: number[] = [];
      const all = Promise.withResolvers<void>();
      arrived = (index) => {
        times.push(performance.now() - (sent[index] ?? Number.NaN));
        if (times.length === (to - from) * count) all.resolve();
      };
      for (let index = from; index < to; index += 1) {
        sent[index] = performance.now();
        writer.socket.send(writer.wire.sync("update", script.updates[index] ?? NOTHING));
        await wait(PACE_MS);
      }
      await all.promise;
      return times;
    },
  };
}
