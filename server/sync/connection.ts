// Owns one socket in one room: its frames in and out, its acknowledgements, its place in the presence.
// Never decides rights (they come in, and come in anew when they change) and never stores.
import type { Right } from "../../policy/roles.ts";
import {
  keepAliveFrame,
  readClientFrame,
  writeAwareness,
  writeRefusal,
  writeSettled,
  writeSync,
} from "../../shared/protocol.ts";
import type { ClientFrame } from "../../shared/protocol.ts";
import type { Refusal, ServerError } from "../../shared/errors.ts";
import * as Y from "yjs";
import { startTimer } from "../clock.ts";
import type { Limits } from "../limits.ts";
import { createFrameLedger } from "./ledger.ts";
import type { FrameLedger } from "./ledger.ts";
import type { Face, Presence } from "./presence.ts";
import type { Bringing } from "./restoring.ts";
import { joinFrame, runWhenIdle } from "./room.ts";
import type { Outcome, Room, Watcher } from "./room.ts";
import type { QueueShare } from "./shares.ts";
import type { Tenant } from "./tenant.ts";

/** The socket as a connection sees it; `close` maps the error to its code. */
export type RoomSocket = {
  readonly send: (frame: Uint8Array) => void;
  readonly close: (error: ServerError) => void;
  /** Tells that much waits to be read already. Rule: SO17. */
  readonly isSlow?: () => boolean;
};

export type ConnectionDeps = {
  readonly socket: RoomSocket;
  readonly tenant: Tenant;
  readonly room: Room;
  readonly presence: Presence;
  readonly face: Face;
  readonly right: Right;
  /** True when the room was opened with `?ack=1`: messages of our own may be sent. */
  readonly hasAcks: boolean;
  readonly limits: Limits;
  /** Counts bytes against the socket's share; false when it is used up. */
  readonly spend?: (bytes: number) => boolean;
  /** What the member has of the server. Rule: SO16. */
  readonly share?: QueueShare;
  /** After a restore a SyncStep2 may bring back what others wrote; live updates never. Rule: SY12. */
  readonly bringing?: Bringing;
  readonly onBrought?: () => void;
};

export type Connection = {
  readonly watcher: Watcher;
  /** Takes one frame as it came. Rule: SO1. */
  readonly receive: (bytes: Uint8Array) => void;
  /** Lets a quiet socket hear something, so that the stock provider does not give it up. Source: sync.md §4.1. */
  readonly beat: () => void;
  /** Leaves the room; safe to call twice. */
  readonly leave: () => void;
};

type DocumentFrame = Extract<ClientFrame, { kind: "step2" | "update" }>;

/** A connection while it lives. What it does stands in functions beside it, which all connections share. Rule: MM3. */
type Line = {
  readonly deps: ConnectionDeps;
  readonly watcher: Watcher;
  /** From its first document frame on: who only looks sends none. */
  ledger: FrameLedger | null;
  isOpen: boolean;
  /** A state was not shown to a slow reader. */
  hasMissed: boolean;
  /** It had its first answer. */
  hasAnswered: boolean;
  hasSyncStep2: boolean;
  gapsInRow: number;
};

/** Joins a socket to a room and speaks first. Rules: SO1–SO6, AK1–AK3. */
export function createConnection(deps: ConnectionDeps): Connection {
  const { socket, room, presence } = deps;
  const line = makeLine(deps);
  room.watchers.add(line.watcher);
  runWhenIdle(room, () => {
    if (!line.isOpen) return;
    socket.send(writeSync("step1", Y.encodeStateVector(room.ydoc)));
    sendEverybody(socket, presence);
  });
  return {
    watcher: line.watcher,
    receive: (bytes) => receive(line, bytes),
    beat: () => show(line, keepAliveFrame()),
    leave: () => leave(line),
  };
}

function makeLine(deps: ConnectionDeps): Line {
  const { socket, face, hasAcks } = deps;
  const watcher: Watcher = {
    member: face.id,
    show: (frame) => show(line, frame),
    deliver: (frame) => line.isOpen && socket.send(frame),
    tell: (frame) => hasAcks && line.isOpen && socket.send(frame),
    close: (error) => close(line, error),
    flush: () => flush(line),
  };
  const line: Line = {
    deps,
    watcher,
    ledger: null,
    isOpen: true,
    hasMissed: false,
    hasAnswered: false,
    hasSyncStep2: false,
    gapsInRow: 0,
  };
  return line;
}

const handlers: {
  readonly [K in ClientFrame["kind"]]: (line: Line, frame: Extract<ClientFrame, { kind: K }>) => void;
} = {
  step1: (line, { stateVector }) => runWhenIdle(line.deps.room, () => answer(line, stateVector)),
  step2: takeDocument,
  update: takeDocument,
  awareness: ({ deps, watcher }, { update }) => deps.presence.announce(watcher, deps.face, update),
  queryAwareness: ({ deps }) => sendEverybody(deps.socket, deps.presence),
};

function receive(line: Line, bytes: Uint8Array): void {
  if (!line.isOpen) return;
  const frame = readClientFrame(bytes);
  if (!frame.ok) return refuse(line, { reason: "malformed" });
  const elapsed = startTimer();
  // Hint: the handler is looked up by the frame's own kind, which the index cannot express.
  (handlers[frame.value.kind] as (line: Line, frame: ClientFrame) => void)(line, frame.value);
  if (frame.value.kind !== "update") line.deps.share?.worked(elapsed());
}

function leave(line: Line): void {
  line.isOpen = false;
  line.deps.room.watchers.delete(line.watcher);
  line.deps.presence.leave(line.watcher);
}

function close(line: Line, error: ServerError): void {
  if (!line.isOpen) return;
  leave(line);
  line.deps.socket.close(error);
}

/** Who missed a state gets them all, as soon as there is room again. */
function show(line: Line, frame: Uint8Array): void {
  if (!line.isOpen) return;
  const { socket, presence } = line.deps;
  const isSpared = socket.isSlow?.() === true;
  if (!isSpared) socket.send(line.hasMissed ? (presence.everybody() ?? frame) : frame);
  line.hasMissed = isSpared;
}

function flush({ deps, isOpen, ledger }: Line): void {
  const due = deps.hasAcks && isOpen && ledger !== null ? ledger.due() : null;
  if (due !== null) deps.socket.send(writeSettled(due));
}

/** Says why, and closes. */
function refuse(line: Line, refusal: Refusal, frame?: number): void {
  line.watcher.tell(writeRefusal(refusal, frame));
  close(line, { type: "refused", refusal });
}

/** Takes a frame that carries the document: into the room's queue, or nowhere when it is a reader's. */
function takeDocument(line: Line, received: DocumentFrame): void {
  const { tenant, room, limits, right, face, presence, share, bringing, onBrought } = line.deps;
  line.ledger ??= createFrameLedger();
  const frame = line.ledger.add();
  const isSyncStep2 = received.kind === "step2";
  if (right !== "write") return takeFromReader(line, { received, frame, ledger: line.ledger });
  const bringer = isSyncStep2 ? bringing?.() : undefined;
  tenant.submit(room, {
    update: received.update,
    format: "v1",
    author: bringer?.author ?? { member: face.id },
    maxClientIds: isSyncStep2 ? limits.clientIdsPerSyncUpdate : limits.clientIdsPerLiveUpdate,
    maxStructs: limits.structsPerDocument,
    from: line.watcher,
    seenAs: presence.ownerOf,
    ...(share === undefined ? {} : { share }),
    settle: (outcome) => {
      onOutcome(line, outcome, { frame, isSyncStep2 });
      if (outcome.kind === "settled" && bringer?.hasBrought()) onBrought?.();
    },
  });
}

type Taken = { readonly frame: number; readonly isSyncStep2: boolean };

/** What becomes of document frames. Rules: AK1–AK3. */
function onOutcome(line: Line, outcome: Outcome, taken: Taken): void {
  if (!line.isOpen) return;
  if (outcome.kind === "refused") return refuse(line, outcome.refusal, taken.frame);
  if (outcome.kind === "failed") return close(line, outcome.error);
  if (outcome.kind === "gap") return onGap(line, taken);
  line.gapsInRow = 0;
  line.hasSyncStep2 ||= taken.isSyncStep2;
  line.ledger?.settle(taken.frame, outcome.seq, taken.isSyncStep2);
}

function onGap(line: Line, { frame, isSyncStep2 }: Taken): void {
  line.ledger?.gap(frame);
  // Hint: an honest reconnect sends live edits before the offline ones they build on; its SyncStep2 carries both.
  if (!line.hasSyncStep2 && !isSyncStep2) return;
  line.gapsInRow += 1;
  if (line.gapsInRow > 1) return refuse(line, { reason: "gap" }, frame);
  line.deps.socket.send(writeSync("step1", Y.encodeStateVector(line.deps.room.ydoc)));
}

type FromReader = { readonly received: DocumentFrame; readonly frame: number; readonly ledger: FrameLedger };

/** A reader's updates are dropped; what would have added something is told, so that the device keeps it aside. Rule: SO4. */
function takeFromReader({ deps: { room }, watcher }: Line, { received, frame, ledger }: FromReader): void {
  if (bringsNothing(room, received.update)) ledger.settle(frame, room.seq, received.kind === "step2");
  else watcher.tell(writeRefusal({ reason: "read_only" }, frame));
  watcher.flush();
}

/** Answers a SyncStep1. */
function answer(line: Line, stateVector: Uint8Array): void {
  if (!line.isOpen) return;
  try {
    sendAnswer(line, joinFrame(line.deps.room, stateVector));
  } catch {
    // Hint: yjs throws on bytes that are no state vector.
    refuse(line, { reason: "malformed" });
  }
}

/** The first answer is the reason to come; a few bytes that ask for whole documents again and again are not. Rule: SO15. */
function sendAnswer(line: Line, frame: Uint8Array): void {
  const isOverdrawn = line.hasAnswered && line.deps.spend?.(frame.length) === false;
  line.hasAnswered = true;
  if (isOverdrawn) close(line, { type: "too_fast" });
  else line.deps.socket.send(frame);
}

function sendEverybody(socket: RoomSocket, presence: Presence): void {
  socket.send(presence.everybody() ?? writeAwareness(Uint8Array.of(0)));
}

/** Tells whether an update holds nothing that the room lacks; deletions alone are in nobody's way and are not told. */
function bringsNothing(room: Room, update: Uint8Array): boolean {
  try {
    const { to } = Y.parseUpdateMeta(update);
    return [...to].every(([client, clock]) => clock <= Y.getState(room.ydoc.store, client));
  } catch {
    // Hint: bytes that are no update bring nothing, and a reader's are dropped anyway.
    return true;
  }
}
