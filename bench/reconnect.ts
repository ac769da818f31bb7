// Owns the measurement of a restart with everybody there: SIGTERM, a new process on the same port, and devices that come back by
// themselves. Never with the app itself: sockets and frames only (reconnect.device.ts).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as Y from "yjs";
import { createDice } from "../server/demo/random.ts";
import type { Dice } from "../server/demo/random.ts";
import { startServerProcess } from "../server/durability/process.testing.ts";
import type { ServerProcess } from "../server/durability/process.testing.ts";
import { change, putContact } from "../server/sync/testing.ts";
import { signUpOwner } from "../server/testing.ts";
import type { Member } from "../server/testing.ts";
import { docId } from "../shared/document.ts";
import type { DocId } from "../shared/document.ts";
import { freePort } from "../tools/port.ts";
import { makeDevice } from "./reconnect.device.ts";
import type { Device } from "./reconnect.device.ts";
import { processorSeconds, residentBytes } from "./servers.ts";
import { percentile } from "./stats.ts";

export type ReconnectOptions = {
  readonly clients: number;
  readonly runs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
};

/** One restart. Units: ms from SIGTERM, unless the name says otherwise. */
export type ReconnectFigures = {
  readonly clients: number;
  readonly sockets: number;
  /** Sockets that heard 1012; the others were cut. */
  readonly told: number;
  readonly lastToldMs: number;
  readonly goneMs: number;
  readonly readyMs: number;
  /** Until a device had both sockets open and its document again. */
  readonly backP50Ms: number;
  readonly backP95Ms: number;
  readonly backLastMs: number;
  /** How often a socket knocked in vain. */
  readonly failures: number;
  /** How long pushes of somebody at work took while the others came back; not from SIGTERM. */
  readonly pushP50Ms: number;
  readonly pushP95Ms: number;
  readonly serverSeconds: number;
  readonly serverMegabytes: number;
  readonly acknowledged: number;
  /** Acknowledged before or after SIGTERM, and not there at the end. */
  readonly lost: number;
};

const CLIENTS_PER_STUDIO = 50;
const ROOMS_PER_STUDIO = 12;
const PUSH_EVERY_MS = 100;

/** Many devices at one address are what is measured. */
const LIMITS = JSON.stringify({
  upgradesPerAddressPerMinute: 1_000_000,
  upgradesPerMemberPerMinute: 1_000_000,
  connectionsPerAddress: 100_000,
  socketsPerMember: 10_000,
  framesPerMemberPerSecond: 1_000_000,
});

/** Restarts a server under so many devices, run after run. */
export async function reconnect({ clients, runs, seed, say }: ReconnectOptions): Promise<ReconnectFigures[]> {
  const dice = createDice(seed);
  const figures: ReconnectFigures[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const figure = await restartOnce(clients, dice);
    figures.push(figure);
    say(`reconnect ${run}: all ${clients} back after ${Math.round(figure.backLastMs)} ms, ${figure.lost} lost`);
  }
  return figures;
}

async function restartOnce(clients: number, dice: Dice): Promise<ReconnectFigures> {
  const folder = mkdtempSync(join(tmpdir(), "lumiso-reconnect-"));
  const env = { LIMITS, PORT: String(await freePort()) };
  const start = (): Promise<ServerProcess> => startServerProcess({ dataDir: join(folder, "data"), env });
  const first = await start();
  const studios = await makeStudios(first, { count: Math.ceil(clients / CLIENTS_PER_STUDIO), dice });
  const devices = Array.from({ length: clients }, (_, index) => deviceOf(first.url, studios, { index, dice }));
  // Hint: in portions, as people come in the morning; the storm comes later.
  for (let from = 0; from < clients; from += 100) {
    await Promise.all(devices.slice(from, from + 100).map((device) => device.open()));
  }
  const somebody = startPushing(studios[0]?.owner, dice);
  try {
    return await measure({ first, start, devices, somebody });
  } finally {
    for (const device of devices) device.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Studio = { readonly owner: Member; readonly docs: readonly DocId[] };

async function makeStudios(
  server: ServerProcess,
  { count, dice }: { readonly count: number; readonly dice: Dice },
): Promise<Studio[]> {
  const studios: Studio[] = [];
  for (let index = 0; index < count; index += 1) {
    const owner = await signUpOwner(server, { email: `olcum${index}@example.com` });
    const docs = Array.from({ length: ROOMS_PER_STUDIO }, () => docId("contact", dice.uuid()));
    await owner.push(docs.map((doc) => ({ doc, update: contactBy(owner) })));
    studios.push({ owner, docs });
  }
  return studios;
}

const contactBy = (owner: Member): Uint8Array =>
  Y.convertUpdateFormatV1ToV2(change(new Y.Doc(), (ydoc) => putContact(ydoc, "Ayşe", owner.userId)));

function deviceOf(
  url: string,
  studios: readonly Studio[],
  { index, dice }: { readonly index: number; readonly dice: Dice },
): Device {
  const studio = studios[index % studios.length];
  if (studio === undefined) throw new Error("no studio");
  const random = (): number => dice.below(2 ** 30) / 2 ** 30;
  return makeDevice({ url, owner: studio.owner, doc: dice.pick(studio.docs), random });
}

type Pushing = {
  /** Ends it; answers with what was acknowledged and how long pushes took that began after a moment. */
  readonly stop: () => Promise<void>;
  readonly acknowledged: readonly DocId[];
  readonly times: readonly { readonly at: number; readonly ms: number }[];
  readonly owner: Member;
};

/** Somebody at work, whose device pushes new people over HTTP and tries again what was not answered. */
function startPushing(owner: Member | undefined, dice: Dice): Pushing {
  if (owner === undefined) throw new Error("no studio");
  const acknowledged: DocId[] = [];
  const times: { at: number; ms: number }[] = [];
  let isOver = false;
  const pushOnce = async (doc: DocId): Promise<boolean> => {
    const at = performance.now();
    try {
      const [result] = await owner.push([{ doc, update: contactBy(owner) }]);
      if (result === undefined || !("seq" in result)) return false;
    } catch {
      // Hint: the server is going or gone; a device tries again.
      return false;
    }
    times.push({ at, ms: performance.now() - at });
    acknowledged.push(doc);
    return true;
  };
  const work = async (): Promise<void> => {
    let doc = docId("contact", dice.uuid());
    while (!isOver) {
      if (await pushOnce(doc)) doc = docId("contact", dice.uuid());
      await wait(PUSH_EVERY_MS);
    }
  };
  const running = work();
  const stop = async (): Promise<void> => {
    isOver = true;
    await running;
  };
  return { stop, acknowledged, times, owner };
}

type Restart = {
  readonly first: ServerProcess;
  readonly start: () => Promise<ServerProcess>;
  readonly devices: readonly Device[];
  readonly somebody: Pushing;
};

async function measure({ first, start, devices, somebody }: Restart): Promise<ReconnectFigures> {
  await wait(1000);
  const back = Promise.all(devices.map((device) => device.untilBack()));
  const begin = performance.now();
  await first.kill("SIGTERM");
  const goneMs = performance.now() - begin;
  const second = await start();
  const readyAt = performance.now();
  const after = (await back).map((at) => at - begin).toSorted((a, b) => a - b);
  const serverSeconds = processorSeconds(second.pid);
  const serverMegabytes = residentBytes(second.pid) / 1e6;
  await somebody.stop();
  const pushes = somebody.times.filter(({ at }) => at >= readyAt).map(({ ms }) => ms);
  pushes.sort((a, b) => a - b);
  const lost = await countLost(somebody);
  const closes = devices.flatMap((device) => device.closes);
  const told = closes.filter(({ code }) => code === 1012);
  const figures = {
    ...{ clients: devices.length, sockets: devices.length * 2, told: told.length, goneMs, readyMs: readyAt - begin },
    lastToldMs: Math.max(...told.map(({ at }) => at)) - begin,
    ...{
      backP50Ms: percentile(after, 0.5),
      backP95Ms: percentile(after, 0.95),
      backLastMs: after.at(-1) ?? Number.NaN,
    },
    failures: closes.length - devices.length * 2,
    ...{ pushP50Ms: percentile(pushes, 0.5), pushP95Ms: percentile(pushes, 0.95), serverSeconds, serverMegabytes },
    ...{ acknowledged: somebody.acknowledged.length, lost },
  };
  for (const device of devices) device.close();
  await second.kill("SIGKILL");
  return figures;
}

async function countLost({ acknowledged, owner }: Pushing): Promise<number> {
  const there = new Set<DocId>();
  let cursor = 0;
  for (;;) {
    const { entries, next } = await owner.changes(`after=${cursor}&limit=500`);
    for (const { doc } of entries) there.add(doc);
    if (entries.length === 0) break;
    cursor = next;
  }
  return acknowledged.filter((doc) => !there.has(doc)).length;
}
