// Owns the rounds of the durability suite: devices write, the server is killed at a random moment and started again on the
// same folder, and everything it had acknowledged must be in what it now gives out.
// SIGKILL shows that nothing was acknowledged from the memory of the process. What the operating system holds survives it,
// so that a power cut is not shown here: for that every commit is synced to disk (ST40).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import * as Y from "yjs";
import type { DocId } from "../../shared/document.ts";
import { createDice } from "../demo/random.ts";
import type { Dice } from "../demo/random.ts";
import { liftedLimits } from "../limits.testing.ts";
import { emptyDocument } from "../sync/apply.ts";
import { member, signUpOwner } from "../testing.ts";
import type { Member } from "../testing.ts";
import { newDocId, readState, readStates, writeInRoom, writeOverHttp } from "./device.testing.ts";
import type { Sent, Witness } from "./device.testing.ts";
import { editOnce } from "./edits.testing.ts";
import { createTally, integrityOf } from "./tally.testing.ts";
import type { DurabilityReport, States, Tally } from "./tally.testing.ts";
import { launchServer, startServerProcess } from "./process.testing.ts";
import type { ServerProcess } from "./process.testing.ts";

export type DurabilityOptions = {
  readonly rounds: number;
  readonly seed: number;
  /** Called after each round with the figures so far. */
  readonly onRound?: (round: number, report: DurabilityReport) => void;
};

const ROOM_DEVICES = 6;
const HTTP_DEVICES = 2;

/** Of how many known documents rooms are chosen; few, so that devices meet. */
const KNOWN_ROOMS = 8;

/** After every so many rounds the server is killed again while it starts. */
const START_KILLED_EVERY = 3;

/** How many updates and answers there are before the kill: few in most rounds, since more kills show more than long ones. */
const FEW_STEPS = 120;
const MANY_STEPS = 800;

/** Of how many documents devices keep copies over restarts, as a browser does. */
const KEPT = 6;

type Run = {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly dice: Dice;
  readonly owner: Member;
  readonly tally: Tally;
  readonly kept: Map<DocId, Y.Doc>;
  /** The documents that changed last, as of the server's last start, and the number of its feed then. */
  known: readonly DocId[];
  head: number;
};

/** Runs the rounds in a folder of its own. Throws: when the server does not start again. Rules: SY1, AK1, UP1, ST7. */
export async function runDurability({ rounds, seed, onRound }: DurabilityOptions): Promise<DurabilityReport> {
  const root = mkdtempSync(join(tmpdir(), "lumiso-durability-"));
  const dataDir = join(root, "data");
  // Hint: a start is most of a round, and reading our code anew most of a start.
  const env = { LIMITS: liftedLimits, NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? join(root, "compiled") };
  try {
    let server = await startServerProcess({ dataDir, env });
    const owner = await signUpOwner(server, { email: "ada@example.com" });
    // Hint: what was compiled is kept at an orderly end alone.
    await server.kill("SIGTERM");
    server = await startServerProcess({ dataDir, env });
    const tally = createTally();
    const run: Run = { dataDir, env, dice: createDice(seed), owner, tally, kept: new Map(), known: [], head: 0 };
    for (let round = 1; round <= rounds; round += 1) {
      server = await runRound(run, server, round);
      onRound?.(round, tally.report(round));
    }
    tally.judge((await readStates(at(run, server), 0)).documents, tally.all);
    await server.kill("SIGTERM");
    return { ...tally.report(rounds), integrity: integrityOf(dataDir, owner.orgId) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const at = ({ owner }: Run, server: ServerProcess): Member => member(server.url, owner);

async function runRound(run: Run, server: ServerProcess, round: number): Promise<ServerProcess> {
  const { tally, kept } = run;
  const sent = await writeUntilKilled(run, server);
  changeOffline(run);
  if (round % START_KILLED_EVERY === 0) await killStart(run);
  const next = await startServerProcess(run);
  const states = await readChanged(run, next, sent);
  run.known = [...new Set([...run.known, ...states.keys()])].slice(-KNOWN_ROOMS);
  for (const doc of [...kept.keys()].slice(0, -KEPT)) kept.delete(doc);
  tally.judge(states, sent);
  tally.judgeUnsent(states, makeUnsent(run, states));
  return next;
}

/** What changed since the last start, and what was written to besides: the rest was judged before. */
async function readChanged(run: Run, server: ServerProcess, sent: readonly Sent[]): Promise<States> {
  const reader = at(run, server);
  const { documents, head } = await readStates(reader, run.head);
  run.head = head;
  for (const doc of new Set(sent.map((each) => each.doc))) {
    const state = documents.has(doc) ? null : await readState(reader, doc);
    if (state !== null) documents.set(doc, state);
  }
  return documents;
}

/** Lets all devices write at once and kills the server after a random number of their steps, and a random moment more. */
async function writeUntilKilled(run: Run, server: ServerProcess): Promise<Sent[]> {
  const { dice, tally } = run;
  const sent: Sent[] = [];
  const enough = Promise.withResolvers<void>();
  let left = 20 + dice.below(dice.below(8) === 0 ? MANY_STEPS : FEW_STEPS);
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
    refused: (why) => void tally.refused.push(why),
  };
  const began = performance.now();
  const devices = startDevices(run, server, witness);
  await enough.promise;
  await wait(dice.below(20));
  const wroteMs = performance.now() - began;
  await server.kill("SIGKILL");
  await Promise.all(devices.map(({ done }) => done));
  tally.problems.push(...server.problems);
  tally.add(sent, wroteMs);
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

/**
 * Changes that kept documents make while nothing is connected; the next SyncStep2 brings them. A document that was never seen is
 * none yet: who wrote there would make a record anew that others have made, which is refused.
 */
function changeOffline({ kept, dice, owner }: Run): void {
  const seen = [...kept].filter(([, ydoc]) => ydoc.store.clients.size > 0);
  for (const [doc, ydoc] of seen) editOnce({ ydoc, doc, dice, by: owner.userId });
}

/** Changes that nobody sends, made on copies of the server's states. */
function makeUnsent({ dice, owner }: Run, states: States): Sent[] {
  return [...states].slice(0, KNOWN_ROOMS).map(([doc, state]): Sent => {
    const ydoc = emptyDocument(doc);
    Y.applyUpdate(ydoc, Y.encodeStateAsUpdate(state));
    return { doc, update: editOnce({ ydoc, doc, dice, by: owner.userId }), isAcknowledged: false };
  });
}

/** Kills the server once more, before it is ready. */
async function killStart({ dataDir, env, dice, tally }: Run): Promise<void> {
  const starting = launchServer({ dataDir, env });
  await wait(dice.below(500));
  await starting.kill("SIGKILL");
  tally.startKilled();
}
