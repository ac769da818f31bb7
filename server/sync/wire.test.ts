// Frames of every kind of length over a real socket: what is written past ws is what ws reads.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Hono } from "hono";
import { afterAll, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { serveUpgrades, takeSocket } from "../upgrade.ts";
import { writeFrame } from "./wire.ts";

const lengths = [0, 1, 125, 126, 127, 255, 256, 4096, 16_384, 16_385, 65_535, 65_536];
const frames = lengths.map((length, at) => new Uint8Array(length).fill(at + 1));

const app = new Hono();
app.get(
  "/",
  takeSocket(
    async () => ({
      onOpen: (ws) => {
        for (const frame of frames) writeFrame(ws, frame);
        writeFrame(ws, "last");
      },
      onMessage: () => undefined,
      onClose: () => undefined,
    }),
    (error) => {
      throw error;
    },
  ),
);
const server = createServer();
serveUpgrades(server, {
  sockets: new WebSocketServer({ noServer: true, perMessageDeflate: false }),
  fetch: (request, env) => app.fetch(request, env),
});

afterAll(() => server.close());

it("[SO18] a frame of any length arrives whole and in its turn", async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // Hint: a server that listens on a port has an address with one.
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const got: (Uint8Array | string)[] = [];
  await new Promise<void>((resolve) =>
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      got.push(isBinary ? new Uint8Array(data) : data.toString());
      if (!isBinary) resolve();
    }),
  );
  socket.terminate();
  expect(got).toEqual([...frames, "last"]);
});
