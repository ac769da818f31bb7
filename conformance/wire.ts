// Owns the frames of y-websocket's protocol as the suite writes and reads them, and the envelope that some servers put around them.
// Written from the protocol alone (y-protocols, PROTOCOL.md): never from the code of a server under test.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

/** First number of a frame. */
const kinds = { sync: 0, awareness: 1, auth: 2, queryAwareness: 3 } as const;

/** Second number of a sync frame. */
export const steps = { step1: 0, step2: 1, update: 2 } as const;

/** A frame that came from a server. */
export type Frame =
  | { readonly kind: "step1" | "step2" | "update" | "awareness"; readonly body: Uint8Array }
  | { readonly kind: "other"; readonly type: number };

/** Writes a sync frame. */
export const syncFrame = (step: keyof typeof steps, body: Uint8Array): Uint8Array =>
  written((encoder) => {
    encoding.writeVarUint(encoder, kinds.sync);
    encoding.writeVarUint(encoder, steps[step]);
    encoding.writeVarUint8Array(encoder, body);
  });

/** Writes an awareness frame around an encoded awareness update. */
export const awarenessFrame = (update: Uint8Array): Uint8Array =>
  written((encoder) => {
    encoding.writeVarUint(encoder, kinds.awareness);
    encoding.writeVarUint8Array(encoder, update);
  });

/** Asks for everybody's presence. */
export const queryAwarenessFrame = (): Uint8Array => Uint8Array.of(kinds.queryAwareness);

/** Reads a frame. Throws: on bytes that are none. */
export function readFrame(bytes: Uint8Array): Frame {
  const decoder = decoding.createDecoder(bytes);
  const type = decoding.readVarUint(decoder);
  if (type === kinds.awareness) return { kind: "awareness", body: decoding.readVarUint8Array(decoder) };
  if (type !== kinds.sync) return { kind: "other", type };
  const step = decoding.readVarUint(decoder);
  const kind = (["step1", "step2", "update"] as const)[step];
  return kind === undefined ? { kind: "other", type } : { kind, body: decoding.readVarUint8Array(decoder) };
}

/** What a server puts around the frames of one room. */
export type Envelope = {
  /** Sent first. */
  readonly hello: (room: string) => readonly Uint8Array[];
  readonly wrap: (room: string, frame: Uint8Array) => Uint8Array;
  readonly unwrap: (bytes: Uint8Array) => Uint8Array;
  /** The address of a room under the server's. */
  readonly urlOf: (base: string, room: string) => string;
};

/** y-websocket's own: nothing; the room is part of the address. */
export const plainEnvelope: Envelope = {
  hello: () => [],
  wrap: (_room, frame) => frame,
  unwrap: (bytes) => bytes,
  urlOf: (base, room) => {
    const url = new URL(base);
    url.pathname = `${url.pathname.replace(/\/$/, "")}/${room}`;
    return url.href;
  },
};

/** The kind of frame with which Hocuspocus answers a SyncStep1. Source: @hocuspocus/server 4.7.0, MessageType. */
const SYNC_REPLY = 4;

/** Hocuspocus 4: the room's name before each frame, a token first, and all rooms at one address. */
export const hocuspocusEnvelope: Envelope = {
  hello: (room) => [
    written((encoder) => {
      encoding.writeVarString(encoder, room);
      encoding.writeVarUint(encoder, kinds.auth);
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarString(encoder, "token");
    }),
  ],
  wrap: (room, frame) =>
    written((encoder) => {
      encoding.writeVarString(encoder, room);
      encoding.writeUint8Array(encoder, frame);
    }),
  unwrap: (bytes) => {
    const decoder = decoding.createDecoder(bytes);
    decoding.readVarString(decoder);
    const frame = bytes.slice(decoder.pos);
    if (frame[0] === SYNC_REPLY) frame[0] = kinds.sync;
    return frame;
  },
  urlOf: (base) => base,
};

function written(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
}
