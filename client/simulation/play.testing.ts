// Owns one run of the simulation: a studio, its devices, so many virtual minutes of work and faults, then calm, then judgement.
// Everything in it comes from the seed.
import { isStorageError } from "../../server/storage.ts";
import { judgeEnd, judgeNow, viewOf } from "./checks.testing.ts";
import type { Court, ServerView } from "./checks.testing.ts";
import { makeDevice } from "./device.testing.ts";
import type { SimTab } from "./device.testing.ts";
import { endStorm, faultOnce } from "./faults.testing.ts";
import type { Storm } from "./faults.testing.ts";
import { fairWeather } from "./net.testing.ts";
import { startSimServer } from "./server.testing.ts";
import type { World } from "./time.testing.ts";
import { workOnce } from "./work.testing.ts";
import type { Promises } from "./work.testing.ts";

export type PlayOptions = {
  readonly seed: number;
  readonly minutes: number;
  /** Names of faults; absent: all. */
  readonly only?: ReadonlySet<string>;
  readonly log?: (line: string) => void;
};

/** What became of a run; without complaints all was well. */
export type Played = {
  readonly complaints: readonly string[];
  readonly acts: number;
  readonly stored: number;
  readonly typed: number;
  readonly faults: ReadonlyMap<string, number>;
  /** How long after the end of all faults everything was saved everywhere. Units: virtual s. */
  readonly settledAfter: number;
};

/** After the faults everything must be saved and equal within this time. Units: ms. Rule: SI6. */
const CALM_MS = 10 * 60_000;

/** Plays one seed. */
export async function play(world: World, options: PlayOptions): Promise<Played> {
  const { seed, minutes, log = () => undefined } = options;
  world.clear();
  world.seed(seed);
  const server = await startSimServer(world, ["assistant", "manager"]);
  const weather = { ...fairWeather };
  const [ada, ben, can] = server.members;
  if (ada === undefined || ben === undefined || can === undefined) throw new Error("members");
  const names = { ada1: ada, ben, ada2: ada, can };
  const devices = Object.entries(names).map(([name, member]) => makeDevice({ world, server, weather, member, name }));
  server.onDeath = () => {
    for (const device of devices) device.net.breakAll();
  };
  const promises: Promises = { subjects: [], notes: [], taken: new Set(), acts: 0, stored: 0, typed: 0 };
  const happened = new Map<string, number>();
  const view = viewOf(server);
  const court: Court = { server, devices, promises, hasForgotten: false, hadRoles: () => happened.has("role") };
  const complaints: string[] = [];
  const storm: Storm = {
    world,
    server,
    weather,
    devices,
    subjects: promises.subjects,
    happened,
    ...(options.only && { only: options.only }),
    onRestored: () => {
      court.hasForgotten = true;
    },
  };
  for (const device of devices) device.openTab();
  const end = world.now() + minutes * 60_000;
  while (world.now() < end && complaints.length === 0) {
    await world.pass(gap(world));
    complaints.push(...(await world.outside(judgeNow(court, view))), ...failuresOf(storm));
    await doSomething({ world, storm, devices, promises });
    log(
      `${Math.round((world.now() - end) / 1000)} s ${[...happened].map(([name, times]) => `${name} ${times}`).join(", ")}`,
    );
  }
  const settledAfter = complaints.length === 0 ? await settle({ world, storm, court, view, complaints }) : 0;
  for (const device of devices) for (const tab of [...device.tabs]) tab.kill();
  server.kill();
  await world.quiet();
  world.clear();
  const { acts, stored, typed } = promises;
  return { complaints, acts, stored, typed, faults: happened, settledAfter };
}

/** Much happens within a second, and now and then nothing for minutes. */
function gap({ random }: World): number {
  const far = random();
  if (far < 0.75) return random() * 500;
  return far < 0.97 ? random() * 8000 : random() * 90_000;
}

type Doing = Pick<Storm, "world" | "devices"> & { readonly storm: Storm; readonly promises: Promises };

async function doSomething({ world, storm, devices, promises }: Doing): Promise<void> {
  if (world.random() < 0.2) return faultOnce(storm);
  const device = devices[Math.floor(world.random() * devices.length)];
  const tab = device?.tabs[Math.floor(world.random() * device.tabs.length)];
  if (device === undefined || tab === undefined) return;
  for (let left = 1 + Math.floor(world.random() * 3); left > 0 && !tab.isDead(); left -= 1) {
    workOnce({ world, promises, device, tab });
  }
}

/** What reached an edge, except what a failing disk says, and what was sent under another name. Rule: SI7. */
function failuresOf({ devices, server }: Pick<Storm, "devices" | "server">): string[] {
  const seen = server.failures.filter((error) => !isStorageError(error));
  return [
    ...seen.map((error) => `SI7 server: ${say(error)}`),
    ...devices.flatMap(({ name, net }) => net.underOtherName.map((path) => `SI7 ${name} under another name: ${path}`)),
    ...devices.flatMap(({ tabs }) =>
      tabs.flatMap(({ name, failures }) => failures.map((error) => `SI7 ${name}: ${say(error)}`)),
    ),
  ];
}

const say = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error);

function statusOf({ name, store }: SimTab): string {
  const { kind, count, reason } = store.status();
  return `${name} ${kind} ${count} ${reason ?? ""}`;
}

type Settling = {
  readonly world: World;
  readonly storm: Storm;
  readonly court: Court;
  readonly view: ServerView;
  readonly complaints: string[];
};

/** Ends all faults and waits until every tab says that all is saved and every copy is the same. */
async function settle({ world, storm, court, view, complaints }: Settling): Promise<number> {
  await endStorm(storm);
  const { devices } = storm;
  const from = world.now();
  const isSaved = (): boolean =>
    devices.every(({ tabs }) => tabs.every(({ store }) => ["saved", "refused"].includes(store.status().kind)));
  let left: string[] = [];
  const isWell = async (): Promise<boolean> => {
    if (!isSaved()) return false;
    left = await world.outside(judgeEnd(court, view));
    return left.length === 0;
  };
  const isDone = await world.passUntil(every(world, isWell), CALM_MS);
  if (!isDone) {
    const said = devices.flatMap(({ tabs }) => tabs.map(statusOf));
    complaints.push(`SI6 not settled: ${said.join("; ")}`, ...left);
  }
  complaints.push(...failuresOf(storm), ...(isDone ? await world.outside(judgeNow(court, view)) : []));
  return Math.round((world.now() - from) / 1000);
}

/** Asks at most every few seconds, because an answer costs a reading of all copies. */
function every(world: World, question: () => Promise<boolean>): () => Promise<boolean> {
  let nextAt = 0;
  return async () => {
    if (world.now() < nextAt) return false;
    nextAt = world.now() + 2000;
    return question();
  };
}
