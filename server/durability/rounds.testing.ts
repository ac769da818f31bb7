// Owns the rounds of the durability suite: devices write, the server is killed at a random moment and started again on the
// same folder, and everything it had acknowledged must be in what it now gives out. Oracle: `Y.snapshotContainsUpdate`, deletions included.
// SIGKILL shows that nothing was acknowledged from the memory of the process. What the operating system holds survives it,
// so that a power cut is not shown here: for that every commit is synced to disk (ST40).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as Y from "yjs";
import type { DocId } from "../../shared/document.ts";
import { createDice } from "../demo/random.ts";
import type { Dice } from "../demo/random.ts";
import { openSqlite } from "../sqlite.ts";
import { organisationFiles } from "../organisations.files.ts";
import { emptyDocument } from "../sync/apply.ts";
import { member, signUpOwner } from "../testing.ts";
import type { Member } from "../testing.ts";
import { newDocId, readStates, writeInRoom, writeOverHttp } from "./device.testing.ts";
import type { Sent, Witness } from "./device.testing.ts";
import { editOnce } from "./edits.testing.ts";
import { launchServer, startServerProcess } from "./process.testing.ts";
import type { ServerProcess } from "./process.testing.ts";

/** What the rounds showed. All but `lost`, `refused`, `problems` and `invented` say how much was tried. */
export type DurabilityReport = {
  readonly rounds: number;
  readonly documents: number;
  readonly sent: number;
  readonly acknowledged: number;
  /** Acknowledged updates that only delete. */
  readonly acknowledgedDeletions: number;
  /** Acknowledged updates that are not in the server's state: must be 0. */
  readonly lost: number;
  /** Servers that were killed while they started. */
  readonly killedStarts: number;
  /** Updates that were made and never sent, and how many of them the oracle finds: must be 0, or it is blind. */
  readonly unsent: number;
  readonly invented: number;
  /** Refusals and lines of the log at warning or above: must be empty. */
  readonly refused: readonly string[];
  readonly problems: readonly string[];
  /** What SQLite says of the organisation's files at the end: must be "ok". */
  readonly integrity: readonly string[];
};

export type DurabilityOptions = {
  readonly rounds: number;
  readonly seed: number;
  /** Called after each round with the figures so far. */
  readonly onRound?: (round: number, report: DurabilityReport) => void;
};

/** A socket's limits must not end a device that writes as fast as it can. */
const LIMITS = JSON.stringify({
  framesPerSecond: 100_000,
  frameBytesPerSecond: 1_000_000_000,
  upgradesPerAddressPerMinute: 100_000,
});

const ROOM_DEVICES = 6;
const HTTP_DEVICES = 2;

/** Of how many known documents rooms are chosen; few, so that devices meet. */
const KNOWN_ROOMS = 8;

type Run = {
  readonly dataDir: string;
  readonly dice: Dice;
  readonly owner: Member;
  readonly all: Sent[];
  readonly counters: { killedStarts: number; unsent: number; invented: number };
  /** A set, because a device may send again later what was lost once. */
  readonly lost: Set<Sent>;
  readonly refused: string[];
  readonly problems: string[];
  /** Documents that devices keep over restarts, as a browser does. */
  readonly kept: Map<DocId, Y.Doc>;
  /** Documents that the server has, as of its last start. */
  known: readonly DocId[];
};

/** Runs the rounds in a folder of its own. Throws: when the server does not start again. Rules: SY1, AK1, UP1, ST7. */
export async function runDurability({ rounds, seed, onRound }: DurabilityOptions): Promise<DurabilityReport> {
  const root = mkdtempSync(join(tmpdir(), "lumiso-durability-"));
  const dataDir = join(root, "data");
  try {
    let server = await startServerProcess({ dataDir, env: { LIMITS } });
    const owner = await signUpOwner(server, { email: "ada@example.com" });
    const run: Run = {
      dataDir,
      dice: createDice(seed),
      owner,
      all: [],
      counters: { killedStarts: 0, unsent: 0, invented: 0 },
      lost: new Set(),
      refused: [],
      problems: [],
      kept: new Map(),
      known: [],
    };
    for (let round = 1; round <= rounds; round += 1) {
      server = await runRound(run, server);
      onRound?.(round, reportOf(run, round));
    }
    noteLost(run, await readStates(at(run, server)), run.all);
    await server.kill("SIGTERM");
    return { ...reportOf(run, rounds), integrity: integrityOf(dataDir, owner.orgId) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const at = ({ owner }: Run, server: ServerProcess): Member => member(server.url, owner);

async function runRound(run: Run, server: ServerProcess): Promise<ServerProcess> {
  const sent = await writeUntilKilled(run, server);
  run.all.push(...sent);
  changeOffline(run);
  const next = await restart(run);
  const states = await readStates(at(run, next));
  run.known = [...states.keys()];
  noteLost(run, states, sent);
  run.counters.invented += countInvented(run, states);
  return next;
}

/** Lets all devices write at once and kills the server after a random number of their steps, and a random moment more. */
async function writeUntilKilled(run: Run, server: ServerProcess): Promise<Sent[]> {
  const { dice } = run;
  const sent: Sent[] = [];
  const enough = Promise.withResolvers<void>();
  let left = 20 + dice.below(1500);
  const step = (): void => {
    left -= 1;
    if (left === 0) enough.resolve();
  };
  const witness: Witness = {
    sent: (each) => {
      sent.push(each);
      step();
    },
    acknowledged: (each) => each.forEach(step),
    refused: (why) => void run.refused.push(why),
  };
  const devices = startDevices(run, server, witness);
  await enough.promise;
  await wait(dice.below(20));
  await server.kill("SIGKILL");
  await Promise.all(devices.map(({ done }) => done));
  run.problems.push(...server.problems);
  return sent;
}

function startDevices(run: Run, server: ServerProcess, witness: Witness): { readonly done: Promise<void> }[] {
  const { dice, kept } = run;
  const common = (): { member: Member; witness: Witness; dice: Dice } => ({
    member: at(run, server),
    witness,
    // Hint: dice of its own, so that the order of answers does not change what a device writes.
    dice: createDice(dice.below(2 ** 31)),
  });
  const docs = chooseRooms(run);
  const rooms = docs.map((doc, index) => {
    const isKept = docs.indexOf(doc) === index && dice.below(2) === 0;
    const ydoc = (isKept ? kept.get(doc) : undefined) ?? emptyDocument(doc);
    if (isKept) kept.set(doc, ydoc);
    return writeInRoom({ ...common(), url: server.url, doc, ydoc, inFlight: 1 + dice.below(8) });
  });
  return [...rooms, ...Array.from({ length: HTTP_DEVICES }, () => writeOverHttp(common()))];
}

/** Rooms of this round: new ones, each with one device that makes the record, and known ones, with one or more. */
const chooseRooms = ({ dice, known }: Run): DocId[] =>
  Array.from({ length: ROOM_DEVICES }, (_, index) =>
    index < 2 || known.length === 0 ? newDocId(dice) : dice.pick(known.slice(-KNOWN_ROOMS)),
  );

/** Changes that kept documents make while nothing is connected; the next SyncStep2 brings them. */
function changeOffline({ kept, dice, owner }: Run): void {
  for (const [doc, ydoc] of kept) editOnce({ ydoc, doc, dice, by: owner.userId });
}

/** How many of the changes that nobody sent, made on copies of the server's states, the oracle finds there all the same. */
function countInvented(run: Run, states: ReadonlyMap<DocId, Y.Doc>): number {
  const unsent = [...states].slice(0, KNOWN_ROOMS).map(([doc, state]): Sent => {
    const ydoc = emptyDocument(doc);
    Y.applyUpdate(ydoc, Y.encodeStateAsUpdate(state));
    const update = editOnce({ ydoc, doc, dice: run.dice, by: run.owner.userId });
    return { doc, update, isAcknowledged: false };
  });
  run.counters.unsent += unsent.length;
  return unsent.filter(({ doc, update }) => holds(states.get(doc), update)).length;
}

/** Starts the server on the same folder; now and then it is killed once more before it is ready. */
async function restart(run: Run): Promise<ServerProcess> {
  const { dataDir, dice } = run;
  if (dice.below(3) === 0) {
    const starting = launchServer({ dataDir, env: { LIMITS } });
    await wait(dice.below(700));
    await starting.kill("SIGKILL");
    run.counters.killedStarts += 1;
  }
  return startServerProcess({ dataDir, env: { LIMITS } });
}

function noteLost({ lost }: Run, states: ReadonlyMap<DocId, Y.Doc>, sent: readonly Sent[]): void {
  for (const each of sent) if (each.isAcknowledged && !holds(states.get(each.doc), each.update)) lost.add(each);
}

const snapshots = new WeakMap<Y.Doc, Y.Snapshot>();

const nothing = new Y.Doc();

function holds(state: Y.Doc = nothing, update: Uint8Array): boolean {
  const snapshot = snapshots.get(state) ?? Y.snapshot(state);
  snapshots.set(state, snapshot);
  return Y.snapshotContainsUpdate(snapshot, update);
}

function reportOf({ all, counters, lost, refused, problems }: Run, rounds: number): DurabilityReport {
  const acknowledged = all.filter(({ isAcknowledged }) => isAcknowledged);
  return {
    rounds,
    documents: new Set(all.map(({ doc }) => doc)).size,
    sent: all.length,
    acknowledged: acknowledged.length,
    acknowledgedDeletions: acknowledged.filter(({ update }) => onlyDeletes(update)).length,
    lost: lost.size,
    ...counters,
    refused: [...refused],
    problems: [...problems],
    integrity: [],
  };
}

function onlyDeletes(update: Uint8Array): boolean {
  const { structs, ds } = Y.decodeUpdate(update);
  return structs.length === 0 && ds.clients.size > 0;
}

function integrityOf(dataDir: string, org: string): string[] {
  const files = organisationFiles({ dataDir, keysDir: join(dataDir, "keys") }, org);
  return [files.data, files.keys, join(dataDir, "main.db")].map((path) => {
    const db = openSqlite(path, { create: false });
    const answer = String(db.pragma("integrity_check", { simple: true }));
    db.close();
    return answer;
  });
}
