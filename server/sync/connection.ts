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

/** A connection while it lives. */
type Line = ConnectionDeps & {
  readonly ledger: FrameLedger;
  readonly watcher: Watcher;
  readonly isOpen: () => boolean;
  readonly beat: () => void;
  readonly close: (error: ServerError) => void;
  /** Says why, and closes. */
  readonly refuse: (refusal: Refusal, frame?: number) => void;
};

/** Joins a socket to a room and speaks first. Rules: SO1–SO6, AK1–AK3. */
export function createConnection(deps: ConnectionDeps): Connection {
  const { socket, room, presence } = deps;
  const { line, leave } = makeLine(deps);
  const takeDocument = makeTaking(line);
  const answer = makeAnswer(line);

  const handlers: { [K in ClientFrame["kind"]]: (frame: Extract<ClientFrame, { kind: K }>) => void } = {
    step1: ({ stateVector }) => runWhenIdle(room, () => answer(stateVector)),
    step2: takeDocument,
    update: takeDocument,
    awareness: ({ update }) => presence.announce(line.watcher, deps.face, update),
    queryAwareness: () => sendEverybody(socket, presence),
  };
  const receive = (bytes: Uint8Array): void => {
    if (!line.isOpen()) return;
    const frame = readClientFrame(bytes);
    if (!frame.ok) return line.refuse({ reason: "malformed" });
    const elapsed = startTimer();
    // Hint: the handler is looked up by the frame's own kind, which the index cannot express.
    (handlers[frame.value.kind] as (frame: ClientFrame) => void)(frame.value);
    if (frame.value.kind !== "update") deps.share?.worked(elapsed());
  };

  room.watchers.add(line.watcher);
  runWhenIdle(room, () => {
    if (!line.isOpen()) return;
    socket.send(writeSync("step1", Y.encodeStateVector(room.ydoc)));
    sendEverybody(socket, presence);
  });
  return { watcher: line.watcher, receive, beat: line.beat, leave };
}

function makeLine(deps: ConnectionDeps): { line: Line; leave: () => void } {
  const { socket, room, presence, face, hasAcks } = deps;
  const ledger = createFrameLedger();
  let isOpen = true;
  const leave = (): void => {
    isOpen = false;
    room.watchers.delete(watcher);
    presence.leave(watcher);
  };
  const close = (error: ServerError): void => {
    if (!isOpen) return;
    leave();
    socket.close(error);
  };
  let hasMissed = false;
  // Hint: who missed a state gets them all, as soon as there is room again.
  const show = (frame: Uint8Array): void => {
    if (!isOpen) return;
    const isSpared = socket.isSlow?.() === true;
    if (!isSpared) socket.send(hasMissed ? (presence.everybody() ?? frame) : frame);
    hasMissed = isSpared;
  };
  const watcher: Watcher = {
    member: face.id,
    show,
    deliver: (frame) => isOpen && socket.send(frame),
    tell: (frame) => hasAcks && isOpen && socket.send(frame),
    close,
    flush: () => {
      const due = hasAcks && isOpen ? ledger.due() : null;
      if (due !== null) socket.send(writeSettled(due));
    },
  };
  const refuse = (refusal: Refusal, frame?: number): void => {
    watcher.tell(writeRefusal(refusal, frame));
    close({ type: "refused", refusal });
  };
  const beat = (): void => show(keepAliveFrame());
  return { line: { ...deps, ledger, watcher, isOpen: () => isOpen, beat, close, refuse }, leave };
}

/** Takes frames that carry the document: into the room's queue, or nowhere when they are a reader's. */
function makeTaking(line: Line): (received: DocumentFrame) => void {
  const { tenant, room, limits, ledger } = line;
  const onOutcome = makeOutcomes(line);
  return (received) => {
    const frame = ledger.add();
    const isSyncStep2 = received.kind === "step2";
    if (line.right !== "write") return takeFromReader(line, { received, frame });
    const bringer = isSyncStep2 ? line.bringing?.() : undefined;
    tenant.submit(room, {
      update: received.update,
      format: "v1",
      author: bringer?.author ?? { member: line.face.id },
      maxClientIds: isSyncStep2 ? limits.clientIdsPerSyncUpdate : limits.clientIdsPerLiveUpdate,
      maxStructs: limits.structsPerDocument,
      from: line.watcher,
      seenAs: line.presence.ownerOf,
      ...(line.share === undefined ? {} : { share: line.share }),
      settle: (outcome) => {
        onOutcome(outcome, frame, isSyncStep2);
        if (outcome.kind === "settled" && bringer?.hasBrought()) line.onBrought?.();
      },
    });
  };
}

/** What becomes of document frames. Rules: AK1–AK3. */
function makeOutcomes(line: Line): (outcome: Outcome, frame: number, isSyncStep2: boolean) => void {
  const { ledger, room, socket } = line;
  let hasSyncStep2 = false;
  let gapsInRow = 0;
  const onGap = (frame: number, isSyncStep2: boolean): void => {
    ledger.gap(frame);
    // Hint: an honest reconnect sends live edits before the offline ones they build on; its SyncStep2 carries both.
    if (!hasSyncStep2 && !isSyncStep2) return;
    gapsInRow += 1;
    if (gapsInRow > 1) return line.refuse({ reason: "gap" }, frame);
    socket.send(writeSync("step1", Y.encodeStateVector(room.ydoc)));
  };
  return (outcome, frame, isSyncStep2) => {
    if (!line.isOpen()) return;
    if (outcome.kind === "refused") return line.refuse(outcome.refusal, frame);
    if (outcome.kind === "failed") return line.close(outcome.error);
    if (outcome.kind === "gap") return onGap(frame, isSyncStep2);
    gapsInRow = 0;
    hasSyncStep2 ||= isSyncStep2;
    ledger.settle(frame, outcome.seq, isSyncStep2);
  };
}

type FromReader = { readonly received: DocumentFrame; readonly frame: number };

/** A reader's updates are dropped; what would have added something is told, so that the device keeps it aside. Rule: SO4. */
function takeFromReader({ room, ledger, watcher }: Line, { received, frame }: FromReader): void {
  if (bringsNothing(room, received.update)) ledger.settle(frame, room.seq, received.kind === "step2");
  else watcher.tell(writeRefusal({ reason: "read_only" }, frame));
  watcher.flush();
}

/**
 * Answers a SyncStep1. The first answer is the reason to come; a few bytes that ask for whole documents again and again are not.
 * Rule: SO15.
 */
function makeAnswer(line: Line): (stateVector: Uint8Array) => void {
  let hasAnswered = false;
  const answer = (frame: Uint8Array): void => {
    const isOverdrawn = hasAnswered && line.spend?.(frame.length) === false;
    hasAnswered = true;
    if (isOverdrawn) line.close({ type: "too_fast" });
    else line.socket.send(frame);
  };
  return (stateVector) => {
    if (!line.isOpen()) return;
    try {
      answer(joinFrame(line.room, stateVector));
    } catch {
      // Hint: yjs throws on bytes that are no state vector.
      line.refuse({ reason: "malformed" });
    }
  };
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
