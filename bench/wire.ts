// Owns how frames look on the sockets of the servers that are compared: y-websocket's protocol, which ours speaks too, and
// Hocuspocus', which puts the document's name in front. Never sends anything.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { messageKinds, readSettled, writeSync } from "../shared/protocol.ts";
import type { syncKinds } from "../shared/protocol.ts";

/** A frame of a server, as far as the load understands it. */
export type ServerFrame =
  | { readonly kind: "sync"; readonly sync: number; readonly body: Uint8Array }
  /** Document frames of this connection that are settled: on disk (ours), or applied in memory (Hocuspocus). */
  | { readonly kind: "settled"; readonly frames: number }
  | { readonly kind: "other" };

/** How one connection speaks. */
export type Wire = {
  /** Sent when the socket opens, before anything else. */
  readonly hello: readonly Uint8Array[];
  readonly sync: (kind: keyof typeof syncKinds, body: Uint8Array) => Uint8Array;
  readonly read: (data: Uint8Array) => ServerFrame;
};

/** The protocol of y-websocket, with our acknowledgements where the server sends them. */
export const plainWire = (): Wire => ({ hello: [], sync: writeSync, read: (data) => readPlain(data) });

function readPlain(data: Uint8Array): ServerFrame {
  const decoder = decoding.createDecoder(data);
  const kind = decoding.readVarUint(decoder);
  if (kind === messageKinds.settled) return { kind: "settled", frames: readSettled(decoder).frames };
  return kind === messageKinds.sync ? readSync(decoder) : { kind: "other" };
}

const readSync = (decoder: decoding.Decoder): ServerFrame => ({
  kind: "sync",
  sync: decoding.readVarUint(decoder),
  body: decoding.readVarUint8Array(decoder),
});

/** Messages of Hocuspocus that follow the name. Source: @hocuspocus/server 4.7.0, MessageType. */
const hocuspocusKinds = { sync: 0, auth: 2, syncReply: 4, syncStatus: 8 } as const;

/** The protocol of Hocuspocus 4.7.0: a name before each frame, a token first, and a status after each applied frame. */
export function hocuspocusWire(name: string): Wire {
  let settled = 0;
  const named = (write: (encoder: encoding.Encoder) => void): Uint8Array => {
    const encoder = encoding.createEncoder();
    encoding.writeVarString(encoder, name);
    write(encoder);
    return encoding.toUint8Array(encoder);
  };
  const token = named((encoder) => {
    encoding.writeVarUint(encoder, hocuspocusKinds.auth);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarString(encoder, "token");
  });
  return {
    hello: [token],
    sync: (kind, body) => named((encoder) => encoding.writeUint8Array(encoder, writeSync(kind, body))),
    read: (data) => {
      const decoder = decoding.createDecoder(data);
      decoding.readVarString(decoder);
      const kind = decoding.readVarUint(decoder);
      if (kind === hocuspocusKinds.syncStatus) return { kind: "settled", frames: (settled += 1) };
      const isSync = kind === hocuspocusKinds.sync || kind === hocuspocusKinds.syncReply;
      return isSync ? readSync(decoder) : { kind: "other" };
    },
  };
}
