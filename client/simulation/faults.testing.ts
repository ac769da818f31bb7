// Owns what goes wrong in a simulation, and when it ends. Each fault is one that devices, networks and servers have in earnest.
// Never judges what comes of it (checks.testing.ts).
import type { DocId } from "../../shared/document.ts";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import { createNote } from "../../shared/notes.ts";
import type { Device } from "./device.testing.ts";
import { fairWeather } from "./net.testing.ts";
import type { Weather } from "./net.testing.ts";
import type { SimServer } from "./server.testing.ts";
import type { World } from "./time.testing.ts";

export type Storm = {
  readonly world: World;
  readonly server: SimServer;
  readonly weather: Weather;
  readonly devices: readonly Device[];
  readonly subjects: readonly string[];
  /** Counts what happened, by name. */
  readonly happened: Map<string, number>;
  /** Faults of this run; absent: all. */
  readonly only?: ReadonlySet<string>;
  /** Is called when the server has lost what it had said. */
  readonly onRestored: () => void;
};

type Fault = { readonly name: string; readonly often: number; readonly run: (storm: Storm) => void | Promise<void> };

const pick = <T>(world: World, list: readonly T[]): T | undefined => list[Math.floor(world.random() * list.length)];

/** Something goes wrong now. */
export async function faultOnce(storm: Storm): Promise<void> {
  const possible = faults.filter(({ name }) => storm.only?.has(name) ?? true);
  const sum = possible.reduce((before, { often }) => before + often, 0);
  let at = storm.world.random() * sum;
  for (const { name, often, run } of possible) {
    at -= often;
    if (at >= 0) continue;
    storm.happened.set(name, (storm.happened.get(name) ?? 0) + 1);
    return run(storm);
  }
}

const someTab = ({ world, devices }: Storm) => pick(world, pick(world, devices)?.tabs ?? []);
const DAY = 24 * 60 * 60 * 1000;

const faults: readonly Fault[] = [
  { name: "weather", often: 6, run: turnWeather },
  { name: "unplug", often: 4, run: ({ world, devices }) => pick(world, devices)?.net.unplug() },
  { name: "partition", often: 4, run: ({ world, devices }) => pick(world, devices)?.net.partition() },
  { name: "mend", often: 10, run: ({ world, devices }) => pick(world, devices)?.net.mend() },
  { name: "break", often: 3, run: ({ world, devices }) => pick(world, devices)?.net.breakAll() },
  { name: "kill_tab", often: 3, run: (storm) => someTab(storm)?.kill() },
  {
    name: "close_tab",
    often: 3,
    run: (storm) =>
      void someTab(storm)
        ?.close()
        .catch(() => undefined),
  },
  { name: "open_tab", often: 8, run: openTab },
  { name: "freeze", often: 2, run: freeze },
  { name: "die_before", often: 3, run: (storm) => void someTab(storm)?.footing.faults.push("die_before") },
  { name: "die_after", often: 3, run: (storm) => void someTab(storm)?.footing.faults.push("die_after") },
  { name: "full_once", often: 2, run: (storm) => void someTab(storm)?.footing.faults.push("full") },
  { name: "disk_full", often: 2, run: fillDisk },
  { name: "disk_closed", often: 2, run: (storm) => void someTab(storm)?.footing.faults.push("close") },
  { name: "server_kill", often: 3, run: killServer },
  { name: "commit_before", often: 2, run: ({ server }) => void server.commitFaults.push("before") },
  { name: "commit_after", often: 3, run: ({ server }) => void server.commitFaults.push("after") },
  { name: "commit_fails", often: 2, run: ({ server }) => void server.commitFaults.push("fails") },
  { name: "clock", often: 2, run: turnClock },
  { name: "bad_record", often: 2, run: makeBadRecord },
  { name: "erase", often: 1, run: erase },
  { name: "role", often: 1, run: changeRole },
  { name: "other_member", often: 1, run: signInAsOther },
  { name: "backup", often: 1, run: ({ server }) => server.backUp() },
  { name: "restore", often: 0.5, run: restore },
];

function turnWeather({ world, weather }: Storm): void {
  const some = (most: number): number => (world.random() < 0.5 ? 0 : world.random() * most);
  const worse: Weather = {
    latencyMs: world.random() < 0.7 ? 80 : 5000,
    cut: some(0.05),
    halfOpen: some(0.02),
    hang: some(0.2),
    loseRequest: some(0.2),
    loseAnswer: some(0.3),
    repeat: some(0.3),
  };
  Object.assign(weather, world.random() < 0.3 ? fairWeather : worse);
}

function openTab({ world, devices }: Storm): void {
  const device = pick(world, devices);
  if (device !== undefined && device.tabs.length < 2) device.openTab();
}

function freeze(storm: Storm): void {
  const tab = someTab(storm);
  tab?.freeze();
  storm.world.later(() => tab?.thaw(), storm.world.random() * 120_000);
}

function fillDisk({ world, devices }: Storm): void {
  const device = pick(world, devices);
  if (device === undefined) return;
  device.disk.isFull = true;
  world.later(() => (device.disk.isFull = false), world.random() * 60_000);
}

function killServer({ world, server }: Storm): void {
  server.kill();
  world.later(server.start, world.random() * 60_000);
}

/** A clock that is wrong by up to 40 days orders, expires and permits nothing (S14). */
function turnClock({ world, devices }: Storm): void {
  const device = pick(world, devices);
  if (device !== undefined) device.skew = world.random() < 0.3 ? 0 : Math.round((world.random() - 0.5) * 80 * DAY);
}

/** A clock that no server believes: what is made under it is refused, and nothing else is. */
const ABSURD = Date.parse("9999-12-31T23:59:59.999Z") + 1;

function makeBadRecord(storm: Storm): void {
  const { world, devices, subjects } = storm;
  const device = pick(world, devices);
  const tab = pick(world, device?.tabs ?? []);
  const subject = pick(world, subjects);
  if (device === undefined || tab === undefined || subject === undefined) return;
  const before = device.skew;
  device.skew = ABSURD - world.now();
  const bad = [{ doc: docId("client", subject), call: call(createNote, { text: "kötü" }) }];
  // Hint: the time of a call is taken at once, the clock is right again a moment later.
  tab.store.act(bad).catch(() => undefined);
  world.later(() => (device.skew = before), 0);
}

async function erase({ world, server, subjects }: Storm): Promise<void> {
  const subject = pick(world, subjects);
  const doc: DocId | undefined = subject === undefined ? undefined : docId("client", subject);
  if (doc !== undefined && server.disk().rows.has(doc)) await world.outside(server.erase(doc));
}

async function changeRole({ world, server }: Storm): Promise<void> {
  const member = pick(world, server.members.slice(1));
  if (member === undefined || !server.isUp()) return;
  const before = member.role;
  const role = pick(world, ["viewer", "accountant", "assistant", "manager"] as const) ?? before;
  if (role === before) return;
  await world.outside(server.setRole(member, role)).catch(() => undefined);
  world.later(
    () => void world.outside(server.setRole(member, before).catch(() => undefined)),
    world.random() * 120_000,
  );
}

/** Somebody else signs in in this browser, and later the first one again. */
function signInAsOther({ world, server, devices }: Storm): void {
  const device = pick(world, devices);
  const other = pick(world, server.members);
  if (device === undefined || other === undefined) return;
  device.signedIn = other;
  world.later(() => signInAgain(device), world.random() * 90_000);
}

function signInAgain(device: Device): void {
  device.signedIn = device.member;
  for (const { store } of device.tabs) store.resume();
}

function restore({ server, onRestored }: Storm): void {
  if (server.restore()) onRestored();
}

/** All that is wrong ends: everybody reaches everybody, and every device has a tab open. */
export async function endStorm({ world, server, weather, devices }: Storm): Promise<void> {
  Object.assign(weather, fairWeather);
  server.commitFaults.length = 0;
  server.start();
  for (const device of devices) {
    device.disk.isFull = false;
    device.skew = 0;
    device.net.mend();
    signInAgain(device);
    for (const tab of device.tabs) {
      tab.footing.faults.length = 0;
      tab.thaw();
    }
    if (device.tabs.length === 0) device.openTab();
  }
  await world.quiet();
}
