// Owns the load: raw sockets in rooms, each with so many updates in flight, that count what arrives by its content.
// An update counts once all others in its room have it and, where the server acknowledges after its commit, it is on disk.
// Never applies an update to a document: the clocks in it tell what has come, so that merged frames count in full.
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import type { WebSocket } from "ws";
import * as Y from "yjs";
import type { DocId } from "../shared/document.ts";
import { syncKinds } from "../shared/protocol.ts";
import { createMeter } from "./meter.ts";
import type { Meter, Phase } from "./meter.ts";
import type { Running } from "./servers.ts";
import type { ServerFrame, Wire } from "./wire.ts";
import type { RoomScript, Script } from "./workload.ts";

export type LoadOptions = {
  readonly server: Running;
  readonly rooms: readonly RoomScript[];
  readonly waitsForDisk: boolean;
};

export type Load = {
  /** Sends the next so many updates of every client and waits until the last one has counted. */
  readonly run: (updates: number, inFlight: number) => Promise<Phase>;
  /** Every client sends its next update, if it has fewer than so many in flight; for servers that are killed meanwhile. */
  readonly step: (inFlight: number) => void;
  /** How many of each client's updates are acknowledged, in the order of the scripts. */
  readonly acknowledged: () => number[];
  /** How many of each client's updates all the others in its room have got, in the order of the scripts. */
  readonly seen: () => number[];
  /** Waits until the server's end has ended every socket. */
  readonly ended: () => Promise<void>;
  /** From here on a socket may end without that being a failure. */
  readonly expectEnd: () => void;
  readonly close: () => void;
};

/** The state vector of an empty document. */
export const NOTHING = Uint8Array.of(0);

/** An update without anything in it. */
export const NO_UPDATE = Uint8Array.of(0, 0);

/** Joins all clients to their rooms and waits until each has synced. Throws: when a socket ends. */
export async function openLoad({ server, rooms, waitsForDisk }: LoadOptions): Promise<Load> {
  const meter = createMeter();
  const clients: Client[] = [];
  for (const room of rooms) {
    const lines = await Promise.all(room.clients.map((script) => join(server, room, { script, meter })));
    const team = lines.map((line) => createClient(line, { meter, waitsForDisk, fellows: room.clients.length - 1 }));
    for (const client of team) listen(client, { team, meter });
    clients.push(...team);
  }
  return {
    run: (updates, inFlight) =>
      meter.measure(updates * clients.length, () => {
        for (const client of clients) client.start(updates, inFlight);
      }),
    step: (inFlight) => {
      for (const client of clients) client.start(1, inFlight);
    },
    acknowledged: () => clients.map((client) => client.acknowledged()),
    seen: () => clients.map((client) => client.seen()),
    ended: async () => void (await Promise.all(clients.map(({ closed }) => closed))),
    expectEnd: meter.end,
    close: () => {
      meter.end();
      for (const { socket } of clients) socket.terminate();
    },
  };
}

type Line = {
  readonly socket: WebSocket;
  readonly wire: Wire;
  readonly script: Script;
  readonly closed: Promise<unknown>;
  /** Takes what comes from now on, and what came before. */
  readonly hear: Hear;
};

type LineOptions = { readonly script: Script; readonly meter: Meter };

/** Opens a socket and syncs: every client brings the room's first document, as a device does that was offline. */
async function join(server: Running, room: RoomScript, { script, meter }: LineOptions): Promise<Line> {
  const { socket, wire } = server.connect(room.doc);
  // Hint: a server that is killed resets the connection; the close that follows says all we need.
  socket.on("error", () => undefined);
  const closed = once(socket, "close");
  void closed.then(([code]) => meter.fail(new Error(`a socket of the load was closed with ${code}`)));
  const { hear } = await sync(socket, wire, () => socket.send(wire.sync("step2", room.base)));
  return { socket, wire, script, closed, hear };
}

type Hear = (onFrame: (frame: ServerFrame) => void) => void;
/** What a socket has once it has synced: the document it was given, and its ear. */
export type Synced = { readonly state: Uint8Array; readonly hear: Hear };

/** Greets the server, lets `answer` answer its SyncStep1, and gives back the document in its SyncStep2 and what comes after it. */
export function sync(socket: WebSocket, wire: Wire, answer: () => void): Promise<Synced> {
  // Hint: between here and the first `hear` frames are kept: each one counts.
  const kept: ServerFrame[] = [];
  let onFrame = (frame: ServerFrame): void => void kept.push(frame);
  const hear: Hear = (next) => {
    onFrame = next;
    for (const frame of kept.splice(0)) next(frame);
  };
  const missing = new Set<number>([syncKinds.step1, syncKinds.step2]);
  let state: Uint8Array = NOTHING;
  socket.on("open", () => {
    for (const frame of [...wire.hello, wire.sync("step1", NOTHING)]) socket.send(frame);
  });
  return new Promise((resolve, reject) => {
    // Hint: before the socket is open, since a server may speak in the same packet as its handshake.
    socket.on("message", (data: Buffer) => {
      const frame = wire.read(data);
      const isNew = frame.kind === "sync" && missing.delete(frame.sync);
      if (!isNew) return onFrame(frame);
      if (frame.sync === syncKinds.step1) answer();
      else state = frame.body;
      if (missing.size === 0) resolve({ state, hear });
    });
    socket.once("close", (code) => reject(new Error(`closed with ${code} before it had synced`)));
  });
}

/** An update on its way. Units: `at` in milliseconds. */
type Flight = { readonly at: number; missing: number; isSettled: boolean };

type Client = Line & {
  readonly start: (updates: number, inFlight: number) => void;
  /** One more fellow has this client's update. */
  readonly arrived: (index: number) => void;
  /** So many document frames are settled; the first one was the SyncStep2. */
  readonly settled: (frames: number) => void;
  readonly acknowledged: () => number;
  readonly seen: () => number;
};

type ClientOptions = { readonly meter: Meter; readonly waitsForDisk: boolean; readonly fellows: number };

function createClient(line: Line, { meter, waitsForDisk, fellows }: ClientOptions): Client {
  const { socket, wire, script } = line;
  const flights: Flight[] = [];
  let [target, window, flying, acknowledged, seen] = [0, 0, 0, 0, 0];
  const fill = (): void => {
    while (flying < window && flights.length < target) {
      const update = script.updates[flights.length];
      if (update === undefined) throw new Error("the script is too short");
      flights.push({ at: performance.now(), missing: fellows, isSettled: false });
      flying += 1;
      socket.send(wire.sync("update", update));
    }
  };
  const count = (flight: Flight): void => {
    if (flight.missing > 0 || (waitsForDisk && !flight.isSettled)) return;
    flying -= 1;
    meter.counted();
    fill();
  };
  return {
    ...line,
    start: (updates, inFlight) => {
      target = flights.length + updates;
      window = inFlight;
      fill();
    },
    arrived: (index) => {
      const flight = flights[index];
      if (flight === undefined) return meter.fail(new Error("an update came that was never sent"));
      flight.missing -= 1;
      if (flight.missing > 0) return;
      // Hint: in order, because each of the others gets them in order.
      seen += 1;
      meter.delivered(performance.now() - flight.at);
      count(flight);
    },
    acknowledged: () => acknowledged,
    seen: () => seen,
    settled: (frames) => {
      for (; acknowledged < frames - 1; acknowledged += 1) {
        const flight = flights[acknowledged];
        if (flight === undefined) continue;
        flight.isSettled = true;
        meter.settled(performance.now() - flight.at);
        if (waitsForDisk) count(flight);
      }
    },
  };
}

/** Reads what one client hears, and tells each fellow what has come of theirs. */
function listen(client: Client, { team, meter }: { team: readonly Client[]; meter: Meter }): void {
  const others = team.filter((each) => each !== client).map((fellow) => ({ fellow, seen: 0 }));
  client.hear((frame) => {
    if (frame.kind === "settled") client.settled(frame.frames);
    if (frame.kind !== "sync" || frame.sync === syncKinds.step1) return;
    const { from, to } = Y.parseUpdateMeta(frame.body);
    for (const other of others) {
      const { clientId, ends } = other.fellow.script;
      const start = from.get(clientId);
      const end = to.get(clientId);
      if (start === undefined || end === undefined) continue;
      if (start > (ends[other.seen - 1] ?? 0)) meter.fail(new Error("an update came before the one it builds on"));
      for (; (ends[other.seen] ?? Infinity) <= end; other.seen += 1) other.fellow.arrived(other.seen);
    }
  });
}

/** Joins each room once more and compares what the server now gives out with what was sent. Throws: when something is missing. */
export async function checkRooms(server: Running, rooms: readonly RoomScript[], updates: number): Promise<void> {
  for (const room of rooms) {
    const ydoc = await readRoom(server, room.doc);
    const isWhole = room.clients.every(({ clientId, ends }) => Y.getState(ydoc.store, clientId) === ends[updates - 1]);
    if (!isWhole || ydoc.store.pendingStructs !== null) throw new Error("the server's document lacks what it relayed");
  }
}

/** A room's document as a newcomer gets it; `lateMs` is how long to wait for more after the first answer, 0 for not at all. */
export async function readRoom(server: Running, doc: DocId, lateMs = 0): Promise<Y.Doc> {
  const { socket, wire } = server.connect(doc);
  const { state, hear } = await sync(socket, wire, () => undefined);
  const ydoc = new Y.Doc();
  Y.applyUpdate(ydoc, state);
  const more = Promise.withResolvers<void>();
  hear((frame) => {
    if (frame.kind !== "sync" || frame.sync === syncKinds.step1) return;
    Y.applyUpdate(ydoc, frame.body);
    more.resolve();
  });
  if (lateMs > 0) await Promise.race([more.promise.then(() => wait(AFTER_MORE_MS)), wait(lateMs)]);
  socket.terminate();
  return ydoc;
}

/** A stored document comes in one piece; this is for a second one. */
const AFTER_MORE_MS = 500;
