// Owns how many connections there are, and how many of them one caller may have, before a byte of theirs is read.
// Never keeps an address: callers are counted under HMACs of a key of the process. Rule: ED9.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server, Socket } from "node:net";
import { callerOf, plainAddress } from "./address.ts";
import type { Limits } from "./limits.ts";
import type { KeyOf } from "./rates.ts";

export type ConnectionOptions = {
  readonly limits: Limits;
  readonly keyOf: KeyOf;
  /** A proxy brings everybody's connections and is not one caller. */
  readonly isProxy: (address: string) => boolean;
};

/** The connections of a server. */
export type Connections = {
  readonly count: () => number;
  /** Ends every one, whatever it is doing. */
  readonly cut: () => void;
};

/** Counts the connections of a server and cuts those above a caller's share. Rules: ED17, SO13. */
export function boundConnections(server: Pick<Server, "on">, options: ConnectionOptions): Connections {
  const { connectionsPerAddress, closeAnswerMs } = options.limits;
  const ofCaller = new Map<string, number>();
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    const key = callerKey(socket, options);
    const before = key === null ? 0 : (ofCaller.get(key) ?? 0);
    if (before >= connectionsPerAddress) return void socket.destroy();
    open.add(socket);
    if (key !== null) ofCaller.set(key, before + 1);
    hangUp(socket, closeAnswerMs);
    socket.once("close", () => {
      open.delete(socket);
      if (key !== null) release(ofCaller, key);
    });
  });
  // Hint: under TLS the end is said on a socket around that one.
  server.on("secureConnection", (socket: Socket) => hangUp(socket, closeAnswerMs));
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return { count: () => open.size, cut };
}

type Requests = Pick<Server, "on" | "listeners" | "removeAllListeners">;

/** A client may have its answer, and ask again, a moment before the server has ended it; no browser and no proxy asks for more. */
const AT_ONCE = 4;

/**
 * Cuts a connection that asks again and again before it is answered, and answers with how many requests are under way. Node would
 * serve a thousand requests that came in one piece without a turn for anybody else, and forget those that wait in line when their
 * connection ends. Called when the server has its listeners of requests. Rule: ED24.
 */
export function serveInTurn(server: Requests): () => number {
  const serve = server.listeners("request");
  const asking = new WeakMap<Socket, number>();
  const add = (socket: Socket, more: 1 | -1): number => {
    const now = (asking.get(socket) ?? 0) + more;
    asking.set(socket, now);
    return now;
  };
  let count = 0;
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, answer: ServerResponse) => {
    const { socket } = request;
    // Hint: what came in the same piece is still read after the cut.
    if (socket.destroyed) return;
    if (add(socket, 1) > AT_ONCE) return void socket.destroy();
    count += 1;
    answer.once("close", () => {
      add(socket, -1);
      count -= 1;
    });
    for (const each of serve) Reflect.apply(each, server, [request, answer]);
  });
  return () => count;
}

/** Null for who is not counted: a trusted proxy, and a socket that has ended already. */
function callerKey(socket: Socket, { keyOf, isProxy }: ConnectionOptions): string | null {
  const address = plainAddress(socket.remoteAddress ?? "");
  return address === null || isProxy(address) ? null : keyOf("connection", callerOf(address));
}

function release(ofCaller: Map<string, number>, key: string): void {
  const left = (ofCaller.get(key) ?? 1) - 1;
  if (left > 0) ofCaller.set(key, left);
  else ofCaller.delete(key);
}

/** A refused upgrade leaves the peer's half of a connection open, which no time limit of HTTP watches. Rule: SO13. */
function hangUp(socket: Socket, afterMs: number): void {
  socket.once("finish", () => {
    const timer = setTimeout(() => socket.destroy(), afterMs).unref();
    socket.once("close", () => clearTimeout(timer));
  });
}
