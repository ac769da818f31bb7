// Owns the comparison of what servers keep when they are killed: the same load, the same harness, each server with its storage and
// its defaults. Counts what was acknowledged and what the others in a room had seen. The thorough form for ours is durability.ts.
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
  /** Updates that the server had acknowledged; always 0 where it acknowledges nothing. */
  readonly acknowledged: number;
  readonly lost: number;
  readonly roundsWithLoss: number;
  /** Updates that everybody else in the room had got. */
  readonly seen?: number;
  readonly lostOfSeen?: number;
};

const ROOMS = 10;
const CLIENTS = 4;
const IN_FLIGHT = 8;

/** A client writes so often, on every server: one that is faster shall not have more to lose. Units: ms. */
const EVERY_MS = 100;

/** More than a client gets done before the longest kill. */
const UPDATES = 160;

/** Longest time until the kill; past the longest wait of Hocuspocus' saving, so that it has saved at least once. Units: ms. */
const LONGEST_MS = 14_000;

type Sums = { acknowledged: number; lost: number; roundsWithLoss: number; seen: number; lostOfSeen: number };

/** A server over all its rounds, in one folder. */
type Contest = { readonly storing: Storing; readonly folder: string; readonly sums: Sums; server: Running };

/** Kills each server in turns. Throws: when one does not start again. */
export async function crash({ rounds, seed, say }: CrashOptions): Promise<CrashFigures[]> {
  const dice = createDice(seed);
  const contests: Contest[] = [];
  try {
    for (const storing of storingServers()) {
      const folder = mkdtempSync(join(tmpdir(), "lumiso-crash-"));
      const sums = { acknowledged: 0, lost: 0, roundsWithLoss: 0, seen: 0, lostOfSeen: 0 };
      contests.push({ storing, folder, sums, server: await storing.start(folder) });
    }
    for (let round = 1; round <= rounds; round += 1) {
      // Hint: the same moment for all, so that none of them is luckier.
      const afterMs = 300 + dice.below(LONGEST_MS - 300);
      for (const contest of contests) say(`crash ${round}: ${await killOnce(contest, { dice, afterMs })}`);
    }
    return contests.map(({ storing: { name, label }, sums }) => ({ server: name, label, rounds, ...sums }));
  } finally {
    for (const { server, folder } of contests) {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Lets clients write to new rooms, kills the server, starts it again and looks for what it had promised. Answers in words. */
async function killOnce(contest: Contest, { dice, afterMs }: { dice: Dice; afterMs: number }): Promise<string> {
  const { storing, folder, sums } = contest;
  const size = { rooms: ROOMS, clients: CLIENTS, updates: UPDATES, deletes: true as const };
  const rooms = makeWorkload({ ...size, by: contest.server.member, seed: dice.below(2 ** 31) });
  const load = await openLoad({ server: contest.server, rooms, waitsForDisk: storing.acknowledges });
  const { acknowledged, seen } = await writeUntilKilled(contest.server, { load, afterMs });
  contest.server = await storing.start(folder);
  const kept = await Promise.all(rooms.map(({ doc }) => readRoom(contest.server, doc, storing.lateMs)));
  const [lost, lostOfSeen] = [acknowledged, seen].map((promised) => countLost(rooms, kept, promised));
  sums.acknowledged += total(acknowledged);
  sums.lost += lost ?? 0;
  sums.seen += total(seen);
  sums.lostOfSeen += lostOfSeen ?? 0;
  sums.roundsWithLoss += Number((storing.acknowledges ? lost : lostOfSeen) !== 0);
  return `${storing.name} killed after ${afterMs} ms: lost ${lost} of ${total(acknowledged)} acknowledged, ${lostOfSeen} of ${total(seen)} seen`;
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

type Promised = { readonly acknowledged: readonly number[]; readonly seen: readonly number[] };

async function writeUntilKilled(
  server: Running,
  { load, afterMs }: { load: Load; afterMs: number },
): Promise<Promised> {
  const writing = setInterval(() => load.step(IN_FLIGHT), EVERY_MS);
  await wait(afterMs);
  clearInterval(writing);
  load.expectEnd();
  await server.kill();
  await load.ended();
  return { acknowledged: load.acknowledged(), seen: load.seen() };
}

/** How many of the first so many updates of each client are not in what the server now gives out, deletions included. */
function countLost(rooms: readonly RoomScript[], kept: readonly Y.Doc[], promised: readonly number[]): number {
  let lost = 0;
  for (const [room, { clients }] of rooms.entries()) {
    const snapshot = Y.snapshot(kept[room] ?? new Y.Doc());
    for (const [index, { updates }] of clients.entries()) {
      const first = updates.slice(0, promised[room * clients.length + index]);
      lost += first.filter((update) => !Y.snapshotContainsUpdate(snapshot, update)).length;
    }
  }
  return lost;
}
