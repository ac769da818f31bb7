// Owns the devices of a simulation: a browser with its disk, its cookies and its network, and the tabs that come and go in it.
// In a tab runs the store as it is. Never decides what goes wrong (faults.testing.ts).
import type { Member } from "../../server/testing.ts";
import type { StudioDb } from "../store/db.ts";
import type { Channel } from "../store/parts.ts";
import type { OpenDocument, Store } from "../store/store.ts";
import { openTab } from "../store/testing.ts";
import { makeNetwork } from "../store/network.testing.ts";
import { isOfDisk, makeSimDisk, standOn } from "./disk.testing.ts";
import type { Footing, SimDisk } from "./disk.testing.ts";
import { makeNet } from "./net.testing.ts";
import type { Net, Weather } from "./net.testing.ts";
import type { SimMember, SimServer } from "./server.testing.ts";
import type { World } from "./time.testing.ts";
import { witness } from "./witness.testing.ts";
import type { Witness } from "./witness.testing.ts";

export type SimTab = {
  readonly name: string;
  readonly store: Store;
  readonly db: StudioDb;
  readonly footing: Footing;
  /** The documents on its screen. */
  readonly open: Map<string, OpenDocument>;
  readonly isDead: () => boolean;
  readonly isFrozen: () => boolean;
  /** It takes nothing in and does nothing, and keeps what it holds. */
  freeze: () => void;
  thaw: () => void;
  /** Ends it as the end of its process does. */
  readonly kill: () => void;
  /** Closes it as a member does. */
  readonly close: () => Promise<void>;
  readonly refused: string[];
  readonly failures: unknown[];
};

export type Device = {
  readonly name: string;
  readonly member: SimMember;
  readonly disk: SimDisk;
  readonly net: Net;
  readonly witness: Witness;
  readonly tabs: SimTab[];
  /** How far its clock is wrong. Units: ms. */
  skew: number;
  /** Whose cookie the browser has: with that of another member the tabs are locked. */
  signedIn: SimMember;
  readonly openTab: () => SimTab;
};

export type DeviceDeps = {
  readonly world: World;
  readonly server: SimServer;
  readonly weather: Weather;
  readonly member: SimMember;
  readonly name: string;
};

/** Makes a device without a tab. */
export function makeDevice(deps: DeviceDeps): Device {
  const { world, server, weather, member, name } = deps;
  const disk = makeSimDisk();
  const net = makeNet({
    world,
    server,
    weather,
    isOwnCookie: () => device.signedIn === member,
    cookie: () => device.signedIn.cookie,
  });
  const device: Device = {
    name,
    member,
    disk,
    net,
    witness: witness(name),
    tabs: [],
    skew: 0,
    signedIn: member,
    openTab: () => {
      const tab = makeTab(deps, device, `${name}.${count}`);
      count += 1;
      device.tabs.push(tab);
      return tab;
    },
  };
  let count = 1;
  return device;
}

function makeTab({ world, member }: DeviceDeps, device: Device, name: string): SimTab {
  const gate = makeGate();
  const leave = (): void => {
    const index = device.tabs.indexOf(tab);
    if (index >= 0) device.tabs.splice(index, 1);
  };
  const kill = (): void => {
    if (gate.isDead()) return;
    gate.die();
    footing.abandon();
    leave();
    // Hint: the tab is cut off from everything; this only stops the timers of what is left in memory.
    void store.close().catch(() => undefined);
  };
  const footing = standOn(world, device.disk, kill);
  const opened = openTab(
    // Hint: of a member the store is told no more than who they are.
    { url: "http://localhost", member: member as unknown as Member },
    {
      disk: { ...footing.engine, locks: footing.locks, channel: device.disk.channel },
      network: makeNetwork(),
      role: member.role,
      parts: {
        ...device.net.forTab(gate),
        device: device.name,
        channel: gated(gate, device.disk.channel()),
        clock: () => world.now() + device.skew,
        steady: () => world.now(),
        uuid: () => crypto.randomUUID(),
        random: world.random,
        later: (run, ms) => world.later(() => gate.enter(run), ms),
        page: {
          isOnline: device.net.isOnline,
          listen: (hear) => device.net.listen((event) => gate.enter(() => hear(event))),
        },
        // Hint: what is left of a dead tab meets closed doors; nobody is there to hear of it.
        onFailure: (error) => void (gate.isDead() || isOfDisk(error) || opened.failures.push(error)),
      },
    },
  );
  const { store } = opened;
  device.witness.watch(opened.db, gate.isDead);
  const tab: SimTab = {
    name,
    store,
    db: opened.db,
    footing,
    open: new Map(),
    isDead: gate.isDead,
    isFrozen: gate.isFrozen,
    freeze: gate.freeze,
    thaw: gate.thaw,
    kill,
    close: async () => {
      leave();
      await store.close();
      gate.die();
      footing.abandon();
    },
    refused: opened.refused,
    failures: opened.failures,
  };
  return tab;
}

function makeGate() {
  const waiting: (() => void)[] = [];
  let state: "open" | "frozen" | "dead" = "open";
  return {
    enter: (run: () => void): void => {
      if (state === "open") run();
      else if (state === "frozen") waiting.push(run);
    },
    isDead: () => state === "dead",
    isFrozen: () => state === "frozen",
    die: () => {
      state = "dead";
    },
    freeze: () => {
      if (state === "open") state = "frozen";
    },
    thaw: () => {
      if (state !== "frozen") return;
      state = "open";
      for (const run of waiting.splice(0)) run();
    },
  };
}

/** A tab that is frozen hears nothing until it is thawed, and says nothing either. */
const gated =
  (gate: Pick<SimGate, "enter">, channel: Channel): Channel =>
  (name, hear) => {
    const { post, close } = channel(name, (text) => gate.enter(() => hear(text)));
    return { post: (text) => gate.enter(() => post(text)), close };
  };

type SimGate = ReturnType<typeof makeGate>;
