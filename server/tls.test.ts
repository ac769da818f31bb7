// A whole server that speaks TLS itself: what must be over before anybody is known, and that its connections have an end.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import type { ConnectionOptions } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { handshake, openPeer } from "./hostile.testing.ts";
import { startTestServer } from "./testing.ts";
import type { TestServer } from "./testing.ts";

/** Makes the certificate that a server shows. */
const OPENSSL = "openssl";

/** The first bytes of a handshake: a record of 512 bytes that holds the beginning of a greeting. Source: RFC 8446 §4.1.2, §5.1. */
const GREETING = Buffer.from("16030102000100 01fc0303".replaceAll(" ", ""), "hex");

let folder: string;
let certificate: { TLS_KEY: string; TLS_CERT: string };
const servers: TestServer[] = [];
const sockets: Socket[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lumiso-tls-"));
  certificate = { TLS_KEY: join(folder, "key.pem"), TLS_CERT: join(folder, "cert.pem") };
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost"];
  const files = ["-keyout", certificate.TLS_KEY, "-out", certificate.TLS_CERT];
  execFileSync(OPENSSL, ["req", "-x509", ...kind, ...files], { stdio: "ignore" });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) await server.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

async function start(limits: Record<string, number>): Promise<TestServer> {
  const server = await startTestServer({ env: { LIMITS: JSON.stringify(limits), ...certificate } });
  servers.push(server);
  return server;
}

/** A connection below TLS. */
async function knock(server: TestServer): Promise<Socket> {
  const { socket } = await openPeer(server.running.port, "");
  sockets.push(socket);
  return socket;
}

const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => void (socket.destroyed ? resolve() : socket.once("close", () => resolve())));

const optionsOf = ({ running }: TestServer) => ({ port: running.port, host: "127.0.0.1", rejectUnauthorized: false });

/** Asks over TLS; empty when the connection is cut. */
async function ask(server: TestServer, path: string): Promise<string> {
  const socket = connect(optionsOf(server));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  const parts: unknown[] = await socket.toArray().catch(() => []);
  return parts.join("");
}

/** How many connections are open beside the question itself. */
async function others(server: TestServer): Promise<number> {
  return Number(/^lumiso_connections_open (\d+)/m.exec(await ask(server, "/metrics"))?.[1]) - 1;
}

describe("under TLS", () => {
  test("[ED18] a handshake that does not begin, does not end or drips is cut", async () => {
    const server = await start({ headersMs: 1000 });
    const [silent, begun, dripping] = await Promise.all([knock(server), knock(server), knock(server)]);
    begun.write(GREETING);
    dripping.write(GREETING);
    const drip = setInterval(() => dripping.write(Buffer.alloc(1)), 50);
    await Promise.all([silent, begun, dripping].map(ended));
    clearInterval(drip);
    while ((await others(server)) > 0);
    expect(await ask(server, "/healthz")).toContain('{"ok":true}');
  });

  test("[ED18] headers that do not come after the handshake are not waited for", async () => {
    const server = await start({ headersMs: 1000 });
    const socket = connect(optionsOf(server));
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.resume();
    socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n");
    await ended(socket);
    expect(await ask(server, "/healthz")).toContain('{"ok":true}');
  });

  test("[ED17] handshakes that are not over count as connections", async () => {
    const server = await start({ connectionsPerAddress: 3, headersMs: 60_000 });
    const silent = await Promise.all([knock(server), knock(server), knock(server)]);
    expect(await ask(server, "/healthz")).toBe("");
    silent[0]?.destroy();
    // Hint: the server hears of the end a moment later.
    while (!(await ask(server, "/healthz")).includes('{"ok":true}'));
  });

  test("[SO13][ED17] connections are counted and ended alike", async () => {
    const server = await start({ closeAnswerMs: 300 });
    // Hint: the types of TLS do not name what it hands on to its connection.
    const socket = connect({ ...optionsOf(server), allowHalfOpen: true } as ConnectionOptions);
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.resume();
    socket.write(handshake("/sync", ""));
    await once(socket, "end");
    // Hint: our own half stays open; only the server can end it.
    while ((await others(server)) > 0);
    expect(socket.writable).toBe(true);
  });
});
