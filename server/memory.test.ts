// What open sockets hold and what closed ones leave, counted in the heap after a full collection.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { queryObjects } from "node:v8";
import { Context } from "hono";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { docId } from "../shared/document.ts";
import { NODE_FLAGS } from "./durability/process.testing.ts";
import { liftedLimits } from "./limits.testing.ts";
import { startTestServer } from "./testing.ts";
import type { Member, TestServer } from "./testing.ts";

const SOCKETS = 200;
const ROOMS = 10;

let server: TestServer;
let owner: Member;

beforeAll(async () => {
  server = await startTestServer({ env: { LIMITS: liftedLimits } });
  owner = await server.owner("ada@example.com");
});

afterAll(() => server.close());

const PATIENCE = { timeout: 20_000, interval: 500 };

/** Collects first, which takes a second or more. */
const count = (made: Function): number => queryObjects(made, { format: "count" });

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

/** Rooms and nudge sockets by turns, each having heard something, so that it is all there. */
async function openMany(): Promise<WebSocket[]> {
  const docs = Array.from({ length: ROOMS }, () => docId("contact", crypto.randomUUID()));
  const base = `${server.url.replace("http", "ws")}/sync/${owner.orgId}`;
  return Promise.all(
    Array.from({ length: SOCKETS }, async (_, index) => {
      const doc = docs[index % docs.length];
      const socket = new owner.WebSocket(index % 4 === 0 ? base : `${base}/${doc}?ack=1`);
      await once(socket, index % 4 === 0 ? "open" : "message");
      return socket;
    }),
  );
}

test("[MM1][MM2][MM5] an open socket keeps nothing of its request and no timer, and a closed one leaves nothing", async () => {
  const { hub } = server.running;
  // Hint: other files may share the process.
  const before = { timers: timers(), contexts: count(Context), sockets: count(WebSocket) };
  const sockets = await openMany();
  expect(hub.sockets.countOf(owner.userId)).toBe(SOCKETS);
  expect(timers() - before.timers).toBeLessThan(SOCKETS / 10);
  expect(count(Context) - before.contexts).toBeLessThan(SOCKETS / 10);

  for (const socket of sockets) socket.close();
  await vi.waitFor(() => expect(hub.sockets.countOf(owner.userId)).toBe(0), PATIENCE);
  sockets.length = 0;
  await vi.waitFor(() => expect(count(WebSocket) - before.sockets).toBeLessThan(SOCKETS / 10), PATIENCE);
  expect(await hub.counts()).toMatchObject({ queued: 0 });
  const tenant = await hub.tenant(owner.orgId);
  for (const room of tenant?.rooms() ?? []) {
    expect(room.watchers.size).toBe(0);
    expect(room.whenIdle).toEqual([]);
    expect(room.unsettled.size).toBe(0);
  }
}, 60_000);

test("[MM4] what is measured and tested as a process is started as npm start does", () => {
  expect(readFileSync("package.json", "utf8")).toContain(`node ${NODE_FLAGS.join(" ")} server/main.ts"`);
});
