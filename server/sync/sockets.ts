// Owns the list of open sockets and what ends them when rights end: sign-out, a changed role, an erased document, the minute's check.
// Never knows what travels on a socket.
import type { WebSocket } from "ws";
import { errorTypes } from "../../shared/errors.ts";
import type { ServerError } from "../../shared/errors.ts";
import type { BusEvent } from "../bus.ts";
import type { Limits } from "../limits.ts";
import type { SocketEvents } from "../upgrade.ts";
import type { SyncMeter } from "./meter.ts";
import { writeFrame } from "./wire.ts";

/** One open socket. `recheck` asks again for its rights: null when nothing changed, else why it must end. */
export type OpenSocket = {
  readonly org: string;
  readonly member: string;
  readonly session: string;
  readonly close: (error: ServerError) => void;
  readonly recheck: () => Promise<ServerError | null>;
  /** Nudge sockets stay open when only the role changed; they hear of it. */
  readonly onEvent?: (event: BusEvent) => void;
};

export type Sockets = {
  readonly add: (socket: OpenSocket) => void;
  readonly remove: (socket: OpenSocket) => void;
  readonly countOf: (member: string) => number;
  /** Takes an event of the bus. Rules: SO7, SO8. */
  readonly onEvent: (event: BusEvent) => void;
  /** Asks for everybody's rights again; called every 60 s. Rule: SO9. */
  readonly recheckAll: () => Promise<void>;
  readonly closeAll: (close: (socket: OpenSocket) => void) => void;
};

/** The code and the reason a socket is closed with: one word of a closed list. Rule: SO2. */
const closeOf = (error: ServerError): { code: number; reason: string } => {
  const edge = errorTypes[error.type];
  const code = "close" in edge ? edge.close : errorTypes.later.close;
  return { code, reason: error.refusal?.reason ?? error.type };
};

/** What may have been on its way when a socket was ended; reading more than that is work for nobody. */
const FRAMES_ON_THEIR_WAY = 64;

/** Until who went on sending is cut, so that the close is read before. Units: ms. */
const LAST_WORD_MS = 1000;

/** Closes a socket with the code of an error and one word; nothing it still sends is heard. Rules: SO2, SO14. */
export function closeWith(ws: WebSocket, error: ServerError): void {
  const { code, reason } = closeOf(error);
  endSocket(ws, code, reason);
}

function endSocket(ws: WebSocket, code: number, reason: string): void {
  if (ws.readyState !== ws.OPEN) return;
  ws.close(code, reason);
  let left = FRAMES_ON_THEIR_WAY;
  ws.removeAllListeners("message").on("message", () => {
    left -= 1;
    if (left !== 0) return;
    ws.pause();
    setTimeout(() => ws.terminate(), LAST_WORD_MS).unref();
  });
}

/** Lets somebody in only to be told why not. Rule: SO1. */
export const refusing = (error: ServerError): SocketEvents => ({
  onOpen: (ws) => closeWith(ws, error),
  onMessage: () => undefined,
  onClose: () => undefined,
});

type Sending = { readonly limits: Limits; readonly meter?: SyncMeter };

/**
 * Sends a frame; false when a reader too slow to take what it is sent had to be closed, so that it cannot fill the memory.
 * Rule: SO10.
 */
export function sendBounded(ws: WebSocket, frame: Uint8Array | string, { limits, meter }: Sending): boolean {
  if (ws.readyState !== 1) return true;
  const isTooSlow = ws.bufferedAmount > limits.bufferedHardBytes;
  if (isTooSlow) {
    meter?.guarded("slow");
    endSocket(ws, 1013, "slow");
  } else writeFrame(ws, frame);
  return !isTooSlow;
}

/** Tells whether so much waits for a reader that it is spared what may be lost. Rule: SO17. */
export function isSlow({ bufferedAmount }: WebSocket, { limits, meter }: Sending): boolean {
  const isOver = bufferedAmount > limits.bufferedSoftBytes;
  if (isOver) meter?.guarded("presence");
  return isOver;
}

/** Makes the list. */
export function createSockets(onFailure: (error: unknown) => void): Sockets {
  const byMember: Groups = new Map();
  // Hint: apart from the rooms, because every commit is told to them, and there are many rooms.
  const listeners: Groups = new Map();
  const of = (member: string): OpenSocket[] => [...(byMember.get(member) ?? [])];

  const recheck = async (socket: OpenSocket): Promise<void> => {
    try {
      const error = await socket.recheck();
      if (error !== null) socket.close(error);
    } catch (error) {
      // Hint: rights that cannot be read are no rights (S13).
      onFailure(error);
      socket.close({ type: "later" });
    }
  };

  return {
    add: (socket) => {
      addTo(byMember, socket.member, socket);
      if (socket.onEvent) addTo(listeners, socket.org, socket);
    },
    remove: (socket) => {
      removeFrom(byMember, socket.member, socket);
      removeFrom(listeners, socket.org, socket);
    },
    countOf: (member) => byMember.get(member)?.size ?? 0,
    onEvent: (event) => {
      if (event.type === "signed_out") {
        for (const socket of of(event.member)) endSession(socket, event.session);
        return;
      }
      for (const socket of [...(listeners.get(event.org) ?? [])]) socket.onEvent?.(event);
      if (event.type !== "access") return;
      for (const socket of of(event.member)) if (socket.org === event.org) void recheck(socket);
    },
    recheckAll: async () => {
      for (const sockets of [...byMember.values()]) for (const socket of [...sockets]) await recheck(socket);
    },
    closeAll: (close) => {
      for (const sockets of [...byMember.values()]) for (const socket of [...sockets]) close(socket);
    },
  };
}

type Groups = Map<string, Set<OpenSocket>>;

function addTo(groups: Groups, name: string, socket: OpenSocket): void {
  const group = groups.get(name) ?? new Set();
  groups.set(name, group.add(socket));
}

function removeFrom(groups: Groups, name: string, socket: OpenSocket): void {
  const group = groups.get(name);
  group?.delete(socket);
  if (group?.size === 0) groups.delete(name);
}

function endSession(socket: OpenSocket, session: string | undefined): void {
  if (session === undefined || session === socket.session) socket.close({ type: "signed_out" });
}
