// Owns how a server goes: sockets told one after the other to come again, requests finished, each step within a bound.
// Never waits for a peer longer than that bound: what was acknowledged is on disk, so nothing is lost by cutting.
import { setTimeout as wait } from "node:timers/promises";
import type { ServerType } from "@hono/node-server";
import type { WebSocketServer } from "ws";
import { startTimer } from "./clock.ts";
import type { RandomBytes } from "./clock.ts";
import type { Limits } from "./limits.ts";
import type { Listening } from "./listen.ts";

/** Restart, as WebSocket has it: every client comes again by itself. Rule: DR2. Source: sync.md §4.3. */
const RESTART = 1012;

/** How often connections that have become idle are closed. Units: ms. */
const IDLE_MS = 50;

/** How long nobody must have asked for anything. Units: ms. */
const QUIET_MS = 25;

export type DrainOptions = { readonly random: RandomBytes; readonly limits: Limits };

/** Ends all sockets, then the requests in flight, then the port. Rules: DR2, DR3. */
export async function drainPort(listening: Listening, { random, limits }: DrainOptions): Promise<void> {
  const { server, sockets } = listening;
  await closeSockets(sockets, { random, limits });
  await untilQuiet(listening, limits.drainRequestsMs);
  await closePort(server, limits.drainRequestsMs);
  for (const socket of sockets.clients) socket.terminate();
}

/** Tells sockets over a span that grows with their number, so that not all of them come back in one moment; then cuts. */
async function closeSockets(sockets: WebSocketServer, { random, limits }: DrainOptions): Promise<void> {
  const clients = [...sockets.clients];
  const spread = Math.min(limits.drainSpreadMs, clients.length);
  const gone = Promise.all(clients.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  for (const socket of clients) setTimeout(() => socket.close(RESTART, "restart"), spread * share(random));
  await within(spread + limits.closeAnswerMs, gone);
  for (const socket of sockets.clients) socket.terminate();
}

/** A random number from 0 to 1. */
const share = (random: RandomBytes): number => Buffer.from(random(4)).readUInt32BE() / 2 ** 32;

/** A port that closes resets who has just knocked, so it stays open until nobody has asked for a moment. Rule: DR3. */
async function untilQuiet({ requests }: Listening, boundMs: number): Promise<void> {
  const elapsed = startTimer();
  let quietSince = startTimer();
  while (quietSince() < QUIET_MS && elapsed() < boundMs) {
    await wait(QUIET_MS / 5);
    if (requests() > 0) quietSince = startTimer();
  }
}

/** Accepts nothing more, lets what is under way end, and cuts it after a while. */
async function closePort(server: ServerType, boundMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  // Hint: a connection that is kept alive becomes idle when its request has been answered.
  const idle = setInterval(() => "closeIdleConnections" in server && server.closeIdleConnections(), IDLE_MS);
  const isClosed = await within(boundMs, closed);
  clearInterval(idle);
  if (isClosed) return;
  if ("closeAllConnections" in server) server.closeAllConnections();
  await within(boundMs, closed);
}

/** Waits for something, but not longer than that; false when it had not ended. Units: ms. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const isDone = await Promise.race([work.then(() => true), bound]);
  clearTimeout(timer);
  return isDone;
}
