// Owns a peer that speaks HTTP and WebSocket byte by byte, so that a test can do what no client library does.
// Never used by the product.
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { createHash, randomBytes } from "node:crypto";

/** A connection to a port of this machine; what the peer hears is kept. */
export type Peer = {
  readonly socket: Socket;
  readonly heard: () => string;
  /** Resolves when what was heard holds a text. */
  readonly hears: (text: string) => Promise<void>;
  /** Sends one masked binary frame. */
  readonly frame: (payload: Uint8Array) => void;
};

/** Connects and sends a first piece of text. */
export async function openPeer(port: number, text: string): Promise<Peer> {
  const socket = connect(port, "127.0.0.1");
  let heard = "";
  socket.on("data", (bytes: Buffer) => void (heard += bytes.toString("latin1")));
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(text);
  return {
    socket,
    heard: () => heard,
    hears: async (wanted) => {
      while (!heard.includes(wanted)) await once(socket, "data");
    },
    frame: (payload) => void socket.write(maskedFrame(payload)),
  };
}

/** The text of a WebSocket handshake with a cookie. */
export const handshake = (path: string, cookie: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    "Host: localhost",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${createHash("md5").update(path).digest("base64")}`,
    `Cookie: ${cookie}`,
    "\r\n",
  ].join("\r\n");

function maskedFrame(payload: Uint8Array): Buffer {
  const mask = randomBytes(4);
  const { length } = payload;
  const head = length < 126 ? Buffer.of(0x82, 0x80 | length) : Buffer.of(0x82, 0x80 | 126, length >> 8, length & 255);
  const body = Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return Buffer.concat([head, mask, body]);
}
