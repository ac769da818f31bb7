// Owns what the tests of the store stand on: devices over a real server, with a disk in memory and a network that can be cut and slowed.
// Only the way between the two is a double (network.testing.ts); the server, its storage and its sockets are real.
import { Dexie } from "dexie";
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import type { Role } from "../../policy/roles.ts";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import { createContact, createPerson } from "../../shared/people.ts";
import type { Member } from "../../server/testing.ts";
import { quickenClones } from "./clone.testing.ts";
import { openStudioDb } from "./db.ts";
import type { Engine, StudioDb } from "./db.ts";
import type { DocCall } from "./history.ts";
import { fetchOf, makeNetwork, socketClass } from "./network.testing.ts";
import type { Network } from "./network.testing.ts";
import type { Channel, Locks, StoreParts } from "./parts.ts";
import { makeStore } from "./store.ts";
import type { Store } from "./store.ts";
import { makeChannels, makeLocks } from "./tabs.testing.ts";

export { until } from "./happened.testing.ts";

/** A disk that outlives the stores on it, as a browser's does: two tabs share one. */
export type Disk = Engine & { readonly locks: Locks; readonly channel: () => Channel };

/** Makes an empty disk. */
export function makeDisk(): Disk {
  quickenClones();
  const indexedDB = new IDBFactory();
  // Hint: Dexie's liveQuery looks for an engine of the page, which Node does not have.
  Dexie.dependencies.indexedDB = indexedDB;
  return { indexedDB, IDBKeyRange, locks: makeLocks(), channel: makeChannels() };
}

/** One tab of a device. */
export type Tab = {
  readonly store: Store;
  readonly db: StudioDb;
  readonly network: Network;
  readonly parts: StoreParts;
  readonly refused: string[];
  readonly failures: unknown[];
};

/** A member, and the server they are signed in to. */
export type Who = { readonly url: string; readonly member: Member };

/** A member whom no server knows, for devices that are never online. */
export function makeLoner(): Who {
  const member = { userId: `member${crypto.randomUUID()}`, orgId: "org00000000000000000000a" };
  // Hint: without a network nothing else of a member is asked for.
  return { url: "http://127.0.0.1:9", member: member as Member };
}

/** A network that is down from the start. */
export function noNetwork(): Network {
  const network = makeNetwork();
  network.cut();
  return network;
}

export type TabOptions = {
  readonly disk?: Disk;
  readonly network?: Network;
  readonly role?: Role;
  readonly parts?: Partial<StoreParts>;
};

const tabs = new Set<Tab>();

/** Opens a tab for a member; without a disk it is a new device. */
export function openTab({ url, member }: Who, options: TabOptions = {}): Tab {
  const { disk = makeDisk(), network = makeNetwork(), role = "owner" } = options;
  const db = openStudioDb({ user: member.userId, org: member.orgId }, disk);
  const refused: string[] = [];
  const failures: unknown[] = [];
  const parts: StoreParts = {
    org: member.orgId,
    member: member.userId,
    device: "device-under-test",
    role,
    db,
    origin: url,
    socketOrigin: url.replace(/^http/, "ws"),
    fetch: fetchOf(member, network),
    WebSocket: socketClass(member, network),
    locks: disk.locks,
    channel: disk.channel(),
    clock: () => Date.now(),
    steady: () => performance.now(),
    uuid: () => crypto.randomUUID(),
    random: () => 0.5,
    later: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    page: { isOnline: network.isOnline, listen: network.listen },
    refused: (type) => refused.push(type),
    onFailure: (error) => failures.push(error),
    ...options.parts,
  };
  const tab = { store: makeStore(parts), db, network, parts, refused, failures };
  tabs.add(tab);
  return tab;
}

/** Closes a tab as a member does. */
export async function closeTab(tab: Tab): Promise<void> {
  tabs.delete(tab);
  await tab.store.close();
}

/** Closes all tabs that are open, for the end of a test. Throws: what only the edge of a store saw. */
export async function closeTabs(): Promise<void> {
  const failures = [...tabs].flatMap((tab) => tab.failures);
  await Promise.all([...tabs].map(closeTab));
  if (failures.length > 0) throw new AggregateError(failures, "the store met what nobody could foresee");
}

/** Parts for a device whose time runs so many times faster, for what waits for seconds. */
export function fast(times: number): Partial<StoreParts> {
  const start = Date.now();
  return {
    clock: () => start + (Date.now() - start) * times,
    steady: () => performance.now() * times,
    later: (run, ms) => {
      const timer = setTimeout(run, ms / times);
      return () => clearTimeout(timer);
    },
  };
}

/** The calls that make a person, and their subject. */
export function newPerson(name: string, subject: string = crypto.randomUUID()): { subject: string; calls: DocCall[] } {
  const calls = [
    { doc: docId("contact", subject), call: call(createContact, { name }) },
    { doc: docId("client", subject), call: call(createPerson, { statusId: "new" }) },
  ];
  return { subject, calls };
}

/** Numbers from a seed, so that a failing run can be repeated. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
