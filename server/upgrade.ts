// Owns how an upgrade becomes a socket: its request goes through the app like any other, and the route that takes it says who
// hears the socket. Never keeps anything of a request once its socket is open: there may be thousands. Rule: MM1.
import { STATUS_CODES } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { ServerType } from "@hono/node-server";
import type { Context } from "hono";
import type { WebSocket, WebSocketServer } from "ws";

/** What happens on a socket. */
export type SocketEvents = {
  readonly onOpen: (socket: WebSocket) => void;
  /** A message in bytes of its own; null for one of text, which nobody sends us. */
  readonly onMessage: (socket: WebSocket, bytes: Uint8Array | null) => void;
  /** The end, or what leads to it; may be heard twice. */
  readonly onClose: () => void;
};

/** Who takes a socket, and who hears what they throw. */
type Taker = { readonly events: SocketEvents; readonly onFailure: (error: unknown) => void };

/** What a route finds in its context beside the request. */
type UpgradeEnv = { readonly incoming: IncomingMessage; taker?: Taker };

/** Where upgrades come in and what answers them. */
export type Door = {
  readonly sockets: WebSocketServer;
  readonly fetch: (request: Request, env: UpgradeEnv) => Response | Promise<Response>;
};

type Knock = { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer };

/** Makes the handler of a route that takes sockets. Rule: SO1. */
export const takeSocket =
  (eventsFor: (c: Context) => Promise<SocketEvents>, onFailure: (error: unknown) => void) =>
  async (c: Context): Promise<Response> => {
    const events = await eventsFor(c);
    // Hint: the environment of a request is what `serveUpgrades` gives.
    (c.env as UpgradeEnv).taker = { events, onFailure };
    return new Response();
  };

/** Lets the routes of an app take the upgrades of a server. Rules: SO1, SO13, MM1. */
export function serveUpgrades(server: ServerType, door: Door): void {
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    void meet(door, { request, socket, head });
  });
  server.on("close", () => door.sockets.close());
}

async function meet(door: Door, knock: Knock): Promise<void> {
  const { request, socket } = knock;
  // Hint: who breaks off while it is asked for is nobody's loss; without a listener it would be the process's.
  socket.on("error", ignore);
  const env: UpgradeEnv = { incoming: request };
  const response = await answerTo(door, env);
  if (socket.destroyed) return;
  if (env.taker === undefined) refuse(socket, response);
  else shakeHands(door, knock, { headers: linesOf(response.headers), taker: env.taker });
}

const ignore = (): void => undefined;

async function answerTo(door: Door, env: UpgradeEnv): Promise<Response> {
  const request = requestOf(env.incoming);
  if (request === null) return new Response(null, { status: 400 });
  try {
    return await door.fetch(request, env);
  } catch {
    // Hint: the app reports what its routes throw and answers; what is left is nothing that anybody could act on.
    return new Response(null, { status: 500 });
  }
}

/** A name or an address, with a port: nothing that would make another path of what follows it. */
const hostForm = /^[\w.:[\]-]+$/;

/** The request as the app reads it; null when it is none. */
function requestOf({ headers: given, socket, url = "/" }: IncomingMessage): Request | null {
  const host = given.host ?? "localhost";
  if (!url.startsWith("/") || !hostForm.test(host)) return null;
  try {
    const headers = new Headers();
    for (const [name, value] of Object.entries(given)) {
      if (value !== undefined) headers.append(name, Array.isArray(value) ? (value[0] ?? "") : value);
    }
    return new Request(`${"encrypted" in socket ? "https" : "http"}://${host}${url}`, { headers });
  } catch {
    // Hint: an address or a header that cannot be read.
    return null;
  }
}

/** What the handshake itself says, and what a refusal says of its end. */
const ownHeaders = new Set(["connection", "content-length", "transfer-encoding", "upgrade"]);

const linesOf = (headers: Headers): string[] =>
  [...headers].filter(([name]) => !ownHeaders.has(name)).map(([name, value]) => `${name}: ${value}`);

function refuse(socket: Duplex, { status, headers }: Response): void {
  const lines = ["Connection: close", "Content-Length: 0", ...linesOf(headers)];
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("\r\n")}\r\n\r\n`);
}

const streams = new WeakMap<WebSocket, Duplex>();

/** What an open socket writes to; null for one that did not come in here. Nothing is compressed, so ws has nothing of its own in between. */
export const streamOf = (ws: WebSocket): Duplex | null => streams.get(ws) ?? null;

type Hands = { readonly headers: readonly string[]; readonly taker: Taker };

/** Answers the handshake with the app's headers, and gives the socket to its taker. */
function shakeHands({ sockets }: Door, { request, socket, head }: Knock, { headers, taker }: Hands): void {
  const addHeaders = (lines: string[]): void => void lines.push(...headers);
  sockets.on("headers", addHeaders);
  try {
    sockets.handleUpgrade(request, socket, head, (ws) => {
      socket.off("error", ignore);
      streams.set(ws, socket);
      sockets.emit("connection", ws, request);
      attach(ws, taker);
    });
  } finally {
    sockets.off("headers", addHeaders);
  }
}

/** Apart, so that what is heard for as long as the socket lives holds these two and nothing of its request. */
function attach(ws: WebSocket, { events, onFailure }: Taker): void {
  const guarded = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      onFailure(error);
    }
  };
  const { onOpen, onMessage, onClose } = events;
  ws.on("message", (data: Buffer, isBinary: boolean) =>
    // Hint: copied, since a part of a document that is kept must not keep everything that was read with it.
    guarded(() => onMessage(ws, isBinary ? new Uint8Array(data) : null)),
  );
  const end = (): void => guarded(onClose);
  ws.on("close", end);
  ws.on("error", end);
  guarded(() => onOpen(ws));
}
