// Owns how a server goes: sockets told one after the other to come again, requests finished, each step within a bound.
// Never waits for a peer longer than that bound: what was acknowledged is on disk, so nothing is lost by cutting.
import { setTimeout as wait } from "node:timers/promises";
import type { WebSocketServer } from "ws";
import { startTimer } from "./clock.ts";
import type { RandomBytes } from "./clock.ts";
import type { Limits } from "./limits.ts";
import type { Listening } from "./listen.ts";

/** Restart, as WebSocket has it: every client comes again by itself. Rule: DR2. Source: sync.md §4.3. */
const RESTART = 1012;

/** How long a connection that is neither idle nor asking may stay after all else. Units: ms. */
const LAST_MS = 500;

/** How long nobody must have asked for anything. Units: ms. */
const QUIET_MS = 25;

export type DrainOptions = { readonly random: RandomBytes; readonly limits: Limits };

/** Ends all sockets, then the requests in flight, then the port. Rules: DR2, DR3. */
export async function drainPort(listening: Listening, { random, limits }: DrainOptions): Promise<void> {
  const { sockets } = listening;
  await closeSockets(sockets, { random, limits });
  await untilQuiet(listening, limits.drainRequestsMs);
  await closePort(listening);
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

/** Accepts nothing more and cuts whoever still holds on: nobody is owed anything by now. */
async function closePort({ server, connections }: Listening): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  // Hint: it closes idle connections itself, and an answer that has just been written needs a moment to leave.
  if (await within(LAST_MS, closed)) return;
  connections.cut();
  await within(LAST_MS, closed);
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
