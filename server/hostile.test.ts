// Hostile requests and sockets against a whole server, byte by byte where no client library would do it.
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPeer } from "./hostile.testing.ts";
import { startTestServer } from "./testing.ts";
import type { TestServer } from "./testing.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

test.each(["h2c", "websocket, h2c", "anything"])("[SO13] an upgrade to %s is an ordinary request", async (to) => {
  const request = `GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: ${to}\r\n\r\n`;
  const peer = await openPeer(server.running.port, request);
  await peer.hears('{"ok":true}');
  peer.socket.resetAndDestroy();
  await once(peer.socket, "close");
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});
