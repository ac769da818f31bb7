// Owns how a frame is written to a socket: in one piece, and framed once however many get it. A room of two hundred costs two
// hundred writes for each edit, and that is most of what an edit costs there.
// Never decides who gets what, and leaves large frames and text to ws.
import type { WebSocket } from "ws";
import { streamOf } from "../upgrade.ts";

/** Larger frames are not copied behind their head: ws writes the two one after the other. Units: bytes. */
const COPIED_BYTES = 16_384;

/** The last frame, since whoever comes next in a room gets the same one. */
let last: { readonly frame: Uint8Array; readonly wire: Uint8Array } | null = null;

/** Sends a frame on an open socket. */
export function writeFrame(ws: WebSocket, frame: Uint8Array | string): void {
  const stream = typeof frame === "string" || frame.length > COPIED_BYTES ? null : streamOf(ws);
  // Hint: text has no stream here.
  if (stream === null || typeof frame === "string") ws.send(frame);
  else stream.write(wireOf(frame));
}

function wireOf(frame: Uint8Array): Uint8Array {
  if (last?.frame !== frame) last = { frame, wire: Buffer.concat([headOf(frame.length), frame]) };
  return last.wire;
}

/** The head of a final, binary, unmasked frame of less than 64 KiB. Source: RFC 6455, 5.2. */
const headOf = (length: number): Uint8Array =>
  Uint8Array.from(length < 126 ? [0x82, length] : [0x82, 126, length >> 8, length & 255]);
