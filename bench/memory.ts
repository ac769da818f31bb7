// Owns the measurement of the server's memory: with much and with little stored, per idle room and socket, and under idle sockets.
// Resident memory as the system counts it, the smallest of some readings, since garbage comes and goes.
import { setTimeout as wait } from "node:timers/promises";
import { createDice } from "../server/demo/random.ts";
import type { DocId } from "../shared/document.ts";
import { makeContacts, pushAll } from "./documents.ts";
import { sync } from "./load.ts";
import type { Row } from "./rows.ts";
import { contenders, residentBytes, restartStudio, startStudio } from "./servers.ts";
import type { Contender, Running } from "./servers.ts";
import { inTurns } from "./turns.ts";
import type { Turn } from "./turns.ts";
import { makeWorkload } from "./workload.ts";
import type { RoomScript } from "./workload.ts";

export type MemoryOptions = {
  /** The large number of stored documents; the small one is `opened`. */
  readonly stored: number;
  readonly opened: number;
  readonly rooms: number;
  readonly sockets: number;
  readonly runs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
};

/** Readings of memory, one second apart. */
const READINGS = 8;

/** Runs all cases in turns, each with a fresh process. */
export function memory(options: MemoryOptions): Promise<Row[]> {
  const { stored, opened } = options;
  const cases: ((now: Now) => Promise<Row>)[] = [
    ...[opened, stored].map((count) => (now: Now) => withStored(count, now)),
    ...contenders.map((contender) => (now: Now) => perRoom(contender, now)),
    withSockets,
  ];
  return inTurns(options, cases, (one, turn) => one({ ...options, ...turn }));
}

type Now = MemoryOptions & Turn;

async function settledBytes(pid: number): Promise<number> {
  const readings: number[] = [];
  for (let reading = 0; reading < READINGS; reading += 1) {
    await wait(1000);
    readings.push(residentBytes(pid));
  }
  return Math.min(...readings);
}

async function withStored(count: number, { opened, seed, run, core }: Now): Promise<Row> {
  const first = await startStudio({ core });
  const people = makeContacts(count, { by: first.member, dice: createDice(seed) });
  await pushAll(first.owner, people, "made");
  await first.server.kill("SIGTERM");
  const again = await restartStudio(first, { core });
  try {
    const docs = people.slice(0, opened).map(({ doc }) => doc);
    for (const doc of docs) await open(again, doc, null);
    const megabytes = (await settledBytes(again.pid)) / 1e6;
    return { name: `${count} documents stored, ${opened} open`, run, values: { "memory MB": megabytes } };
  } finally {
    await again.server.kill("SIGTERM");
    await first.stop();
  }
}

/** Sits down in a room and stays there; a base is brought where there is nothing yet. */
async function open(server: Running, doc: DocId, base: Uint8Array | null): Promise<void> {
  const { socket, wire } = server.connect(doc);
  socket.on("error", () => undefined);
  const { hear } = await sync(socket, wire, () => {
    if (base !== null) socket.send(wire.sync("step2", base));
  });
  hear(() => undefined);
}

function makeRooms(server: Running, { rooms, seed }: Now): RoomScript[] {
  return makeWorkload({ rooms, clients: 1, updates: 1, by: server.member, seed });
}

async function perRoom(contender: Contender, now: Now): Promise<Row> {
  const server = await contender.start({ core: now.core });
  try {
    const scripts = makeRooms(server, now);
    // Hint: what the process makes once, such as compiled code, belongs to no room.
    const warm = Math.min(50, Math.floor(scripts.length / 4));
    for (const { doc, base } of scripts.slice(0, warm)) await open(server, doc, base);
    const before = await settledBytes(server.pid);
    for (const { doc, base } of scripts.slice(warm)) await open(server, doc, base);
    const after = await settledBytes(server.pid);
    const each = (after - before) / (scripts.length - warm) / 1000;
    const values = { "kB per room and socket": each, "memory MB": after / 1e6 };
    return { name: `${contender.label}: ${scripts.length} rooms of one`, run: now.run, values };
  } finally {
    await server.stop();
  }
}

async function withSockets(now: Now): Promise<Row> {
  const server = await startStudio({ core: now.core });
  try {
    const scripts = makeRooms(server, { ...now, rooms: Math.ceil(now.sockets / 10) });
    for (const { doc, base } of scripts) {
      await open(server, doc, base);
      await Promise.all(Array.from({ length: 9 }, () => open(server, doc, null)));
    }
    const megabytes = (await settledBytes(server.pid)) / 1e6;
    const name = `${scripts.length * 10} idle sockets in ${scripts.length} rooms`;
    return { name, run: now.run, values: { "memory MB": megabytes } };
  } finally {
    await server.stop();
  }
}
