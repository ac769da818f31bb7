// Owns the comparison of what servers keep of what they have acknowledged when they are killed: the same load, the same harness,
// each server with its storage and its defaults. The thorough form for ours, deletions included, is durability.ts.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as Y from "yjs";
import { createDice } from "../server/demo/random.ts";
import type { Dice } from "../server/demo/random.ts";
import { openLoad, readRoom } from "./load.ts";
import type { Load } from "./load.ts";
import { storingServers } from "./servers.ts";
import type { Running, Storing } from "./servers.ts";
import { makeWorkload } from "./workload.ts";
import type { RoomScript } from "./workload.ts";

export type CrashOptions = {
  readonly rounds: number;
  readonly seed: number;
  readonly say: (line: string) => void;
};

/** What a server kept over all rounds. */
export type CrashFigures = {
  readonly server: string;
  readonly label: string;
  readonly rounds: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly roundsWithLoss: number;
};

const ROOMS = 10;
const CLIENTS = 4;
/** More than a client gets done before the longest kill. */
const UPDATES = 2000;

/** Longest time until the kill; past the longest wait of Hocuspocus' saving, so that it has saved at least once. Units: ms. */
const LONGEST_MS = 14_000;

/** Kills each server in turns. Throws: when one does not start again. */
export async function crash({ rounds, seed, say }: CrashOptions): Promise<CrashFigures[]> {
  const dice = createDice(seed);
  const totals = storingServers().map(({ name, label }) => ({
    server: name,
    label,
    rounds,
    acknowledged: 0,
    lost: 0,
    roundsWithLoss: 0,
  }));
  for (let round = 1; round <= rounds; round += 1) {
    const servers = storingServers();
    // Hint: the same moment for all, so that none of them is luckier.
    const afterMs = 300 + dice.below(LONGEST_MS - 300);
    for (const [index, storing] of servers.entries()) {
      const { acknowledged, lost } = await killOnce(storing, { dice, afterMs });
      const total = totals[index];
      if (total === undefined) continue;
      total.acknowledged += acknowledged;
      total.lost += lost;
      total.roundsWithLoss += Number(lost > 0);
      say(`crash ${round}, ${storing.name} killed after ${afterMs} ms: ${lost} of ${acknowledged} acknowledged lost`);
    }
  }
  return totals;
}

type Kept = { readonly acknowledged: number; readonly lost: number };

async function killOnce(storing: Storing, { dice, afterMs }: { dice: Dice; afterMs: number }): Promise<Kept> {
  const folder = mkdtempSync(join(tmpdir(), "lumiso-crash-"));
  let server = await storing.start(folder);
  try {
    const size = { rooms: ROOMS, clients: CLIENTS, updates: UPDATES };
    const rooms = makeWorkload({ ...size, by: server.member, seed: dice.below(2 ** 31) });
    const load = await openLoad({ server, rooms, waitsForDisk: true });
    const acknowledged = await writeUntilKilled(server, { load, afterMs });
    server = await storing.start(folder);
    return {
      acknowledged: acknowledged.reduce((sum, count) => sum + count, 0),
      lost: await countLost(server, rooms, acknowledged),
    };
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeUntilKilled(
  server: Running,
  { load, afterMs }: { load: Load; afterMs: number },
): Promise<number[]> {
  load.begin(1);
  await wait(afterMs);
  load.expectEnd();
  await server.kill();
  await load.ended();
  return load.acknowledged();
}

async function countLost(
  server: Running,
  rooms: readonly RoomScript[],
  acknowledged: readonly number[],
): Promise<number> {
  let lost = 0;
  for (const [room, { doc, clients }] of rooms.entries()) {
    const ydoc = await readRoom(server, doc);
    for (const [index, { clientId, ends }] of clients.entries()) {
      const kept = Y.getState(ydoc.store, clientId);
      const promised = ends.slice(0, acknowledged[room * clients.length + index]);
      lost += promised.filter((end) => end > kept).length;
    }
  }
  return lost;
}
