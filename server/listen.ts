// Owns the open port: the HTTP server and its WebSocket server, with the bounds that hold before anybody is known.
// Never knows a route: what answers comes in as `fetch`.
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { ServerType } from "@hono/node-server";
import { WebSocketServer } from "ws";
import { createProxyCheck } from "./address.ts";
import { boundConnections, serveInTurn } from "./connections.ts";
import type { Connections } from "./connections.ts";
import type { Env } from "./env.ts";
import type { Limits } from "./limits.ts";
import type { Log } from "./log.ts";
import type { KeyOf } from "./rates.ts";
import { serveUpgrades } from "./upgrade.ts";
import type { Door } from "./upgrade.ts";

export type ListenDeps = {
  readonly fetch: Parameters<typeof createAdaptorServer>[0]["fetch"] & Door["fetch"];
  readonly log: Log;
  readonly keyOf: KeyOf;
  readonly onSocketClosed: (code: number) => void;
};

/** A port that is open. */
export type Listening = {
  readonly server: ServerType;
  readonly sockets: WebSocketServer;
  readonly port: number;
  /** All that are open, those of sockets included. */
  readonly connections: Connections;
  /** How many requests are under way. */
  readonly requests: () => number;
};

/** Opens the port. Throws: when it is taken or a certificate cannot be read. Rules: ED17–ED19. */
export async function listen(env: Env, { fetch, log, keyOf, onSocketClosed }: ListenDeps): Promise<Listening> {
  const { limits, tls } = env;
  const sockets = makeSockets(limits, { log, onSocketClosed });
  const serverOptions = {
    ...boundsOf(limits),
    ...(tls && { ...readCertificate(tls), handshakeTimeout: limits.headersMs }),
  };
  const server = createAdaptorServer({ fetch, serverOptions, ...(tls && { createServer }) });
  serveUpgrades(server, { sockets, fetch });
  // Hint: who asks for a page and does not read it is cut; sockets have a limit of their own and end this one.
  server.setTimeout(limits.requestMs);
  server.maxConnections = limits.connectionsAtOnce;
  const connections = boundConnections(server, { limits, keyOf, isProxy: createProxyCheck(env.trustedProxies) });
  const requests = serveInTurn(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(env.port, env.host, resolve);
  });
  // Hint: a TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return { server, sockets, port, connections, requests };
}

/** Slow and large headers, slow bodies. Rule: ED18. */
const boundsOf = (limits: Limits) => ({
  maxHeaderSize: limits.headerBytes,
  headersTimeout: limits.headersMs,
  requestTimeout: limits.requestMs,
  connectionsCheckingInterval: Math.ceil(limits.headersMs / 4),
  // Hint: longer than the usual minute of proxies, so that it is they who end a quiet connection.
  keepAliveTimeout: 65_000,
  shouldUpgradeCallback: asksForWebSocket,
});

/** Any other upgrade would be left to nobody: without an end, and a risk to the process when it breaks off. Rule: SO13. */
const asksForWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === "websocket";

function makeSockets(
  limits: Limits,
  { log, onSocketClosed }: Pick<ListenDeps, "log" | "onSocketClosed">,
): WebSocketServer {
  const { frameBytes: maxPayload, closeAnswerMs: closeTimeout } = limits;
  // Hint: apart from the call, because the types of ws do not know `closeTimeout` yet.
  const options = { noServer: true, maxPayload, closeTimeout, perMessageDeflate: false };
  const sockets = new WebSocketServer(options);
  sockets.on("connection", (socket) => {
    // Hint: a socket without an error listener puts the process at risk when a frame is too large.
    socket.on("error", (error) => log.warn({ event: "socket_error", error: error.name }));
    socket.on("close", onSocketClosed);
  });
  return sockets;
}

const readCertificate = ({ cert, key }: { cert: string; key: string }): { cert: Buffer; key: Buffer } => ({
  cert: readFileSync(cert),
  key: readFileSync(key),
});
