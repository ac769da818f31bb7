// Owns what the tests of rooms share: a tenant over real storage in memory, and a device that speaks frames without a network.
import * as decoding from "lib0/decoding";
import * as Y from "yjs";
import { contacts } from "../../shared/people.ts";
import { putRecord } from "../../shared/collection.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import type { ServerError } from "../../shared/errors.ts";
import { messageKinds, readRefusal, readSettled, syncKinds, writeSync } from "../../shared/protocol.ts";
import type { RefusalNotice, Settled } from "../../shared/protocol.ts";
import type { Right } from "../../policy/roles.ts";
import { createBus } from "../bus.ts";
import type { BusEvent } from "../bus.ts";
import { startTimer } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { startLimits } from "../limits.ts";
import type { Limits } from "../limits.ts";
import type { DocumentStorage } from "../storage.ts";
import { createMemoryStorage } from "../storage.memory.ts";
import { emptyDocument } from "./apply.ts";
import { createConnection } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { createJudge } from "./judge.ts";
import type { Judge } from "./judge.ts";
import { createPresence } from "./presence.ts";
import type { Presence } from "./presence.ts";
import { createTallies } from "./tally.ts";
import { createTenant } from "./tenant.ts";
import type { QueueShare } from "./shares.ts";
import type { Tenant } from "./tenant.ts";
import { createTurns } from "./turns.ts";
import type { Outcome, Room } from "./room.ts";

const org = "org00000000000000000000a";
export const ada = "member000000000000000ada";
export const ben = "member000000000000000ben";
const subject = "3f0c1e0a-58d3-4c5c-9a50-0a2f0d8f6b11";
export const contactDoc: DocId = docId("contact", subject);
const at = "2026-03-01T09:00:00.000Z";

export type Bench = {
  tenant: Tenant;
  storage: DocumentStorage;
  events: BusEvent[];
  failures: unknown[];
  limits: Limits;
  /** Waits until nothing is queued, tried or being committed. */
  idle: () => Promise<void>;
};

/** A tenant over memory storage; `wrap` lets a test slow down or break the storage. */
export function setupTenant({
  limits = startLimits,
  clock = () => 0,
  judge = createJudge(limits),
  wrap = (storage) => storage,
}: {
  limits?: Limits;
  clock?: Clock;
  judge?: Judge;
  wrap?: (storage: DocumentStorage) => DocumentStorage;
} = {}): Bench {
  const storage = wrap(createMemoryStorage({ org, random: (length) => new Uint8Array(length) }));
  const events: BusEvent[] = [];
  const failures: unknown[] = [];
  const bus = createBus();
  bus.subscribe((event) => events.push(event));
  const tenant = createTenant({
    org,
    storage,
    bus,
    limits,
    judge,
    turns: createTurns(startTimer),
    tallies: createTallies(limits, clock),
    onCommitted: () => undefined,
    onFailure: (error) => failures.push(error),
  });
  const isBusy = (): boolean => [...tenant.rooms()].some(({ isTrying, queue }) => isTrying || queue.length > 0);
  const idle = async (): Promise<void> => {
    do {
      await judge.idle();
      await tenant.idle();
    } while (isBusy());
  };
  return { tenant, storage, events, failures, limits, idle };
}

type Sender = { readonly doc?: DocId; readonly member?: string };

/** Writes as a request over HTTP does: without a socket, hearing one outcome. Units: V1. */
export async function submit(
  bench: Bench,
  update: Uint8Array,
  { doc = contactDoc, member = ada }: Sender = {},
): Promise<Outcome> {
  const room = await bench.tenant.room(doc);
  if (!room.ok) throw new Error(room.error.type);
  const { clientIdsPerSyncUpdate: maxClientIds, structsPerDocument: maxStructs } = bench.limits;
  return new Promise((settle) => {
    const bounds = { maxClientIds, maxStructs };
    bench.tenant.submit(room.value, { update, format: "v1", author: { member }, ...bounds, from: null, settle });
  });
}

export type Device = {
  readonly ydoc: Y.Doc;
  readonly connection: Connection;
  readonly frames: Uint8Array[];
  readonly settled: Settled[];
  readonly refusals: RefusalNotice[];
  readonly updates: Uint8Array[];
  closed: ServerError | null;
  /** Sends the newest local change as a live update. */
  readonly sendUpdate: (update: Uint8Array) => void;
  readonly sendStep2: () => void;
};

const presences = new WeakMap<Room, Presence>();

type Joining = {
  readonly member?: string;
  readonly right?: Right;
  readonly ydoc?: Y.Doc;
  readonly isSlow?: () => boolean;
  readonly share?: QueueShare;
};

/** A device in a room: it applies what it hears and answers SyncStep1 when told to. */
export async function joinRoom(bench: Bench, doc: DocId, options: Joining = {}): Promise<Device> {
  const room = await bench.tenant.room(doc);
  if (!room.ok) throw new Error(room.error.type);
  const { member = ada, right = "write", ydoc = emptyDocument(doc), isSlow = () => false, share } = options;
  const frames: Uint8Array[] = [];
  const settled: Settled[] = [];
  const refusals: RefusalNotice[] = [];
  const updates: Uint8Array[] = [];
  const hear = (frame: Uint8Array): void => {
    frames.push(frame);
    const decoder = decoding.createDecoder(frame);
    const kind = decoding.readVarUint(decoder);
    if (kind === messageKinds.settled) settled.push(readSettled(decoder));
    if (kind === messageKinds.refusal) refusals.push(readRefusal(decoder));
    if (kind === messageKinds.sync && decoding.readVarUint(decoder) !== syncKinds.step1) {
      const update = decoding.readVarUint8Array(decoder);
      updates.push(update);
      Y.applyUpdate(ydoc, update, "room");
    }
  };
  const presence =
    presences.get(room.value) ??
    createPresence({
      watchers: () => room.value.watchers,
      ownerOf: (client) => room.value.writers.get(client) ?? null,
      limits: bench.limits,
      clock: () => 0,
      later: (run) => run(),
    });
  presences.set(room.value, presence);
  const device: Device = {
    ydoc,
    frames,
    settled,
    refusals,
    updates,
    closed: null,
    connection: createConnection({
      socket: { send: hear, close: (error) => void (device.closed = error), isSlow },
      ...(share === undefined ? {} : { share }),
      tenant: bench.tenant,
      room: room.value,
      presence,
      face: { id: member, color: "#123456" },
      right,
      hasAcks: true,
      limits: bench.limits,
    }),
    sendUpdate: (update) => device.connection.receive(writeSync("update", update)),
    sendStep2: () => device.connection.receive(writeSync("step2", Y.encodeStateAsUpdate(ydoc))),
  };
  return device;
}

/** Runs a change on a device's document and answers with its update. */
export function change(ydoc: Y.Doc, run: (ydoc: Y.Doc) => void): Uint8Array {
  const updates: Uint8Array[] = [];
  const collect = (update: Uint8Array): void => void updates.push(update);
  ydoc.on("update", collect);
  ydoc.transact(() => run(ydoc));
  ydoc.off("update", collect);
  return Y.mergeUpdates(updates);
}

/** Puts a valid contact; `name` may be made invalid by a test. */
export const putContact = (ydoc: Y.Doc, name: string, createdBy = ada): void =>
  putRecord(ydoc, contacts, { id: "self", values: { name, createdAt: at, createdBy } });

/** The contact's name as the stored state has it; null when nothing is stored. */
export async function storedName(storage: DocumentStorage, doc: DocId = contactDoc): Promise<unknown> {
  const stored = await storage.read(doc);
  if (stored.kind !== "state") return null;
  const ydoc = emptyDocument(doc);
  Y.applyUpdateV2(ydoc, stored.state);
  const self = ydoc.getMap("contact").get("self");
  return self instanceof Y.Map ? self.get("name") : null;
}
