// Owns the wire: frames of a room, bodies of feed and updates, nudges, headers. One read/write pair per message,
// pinned to PROTOCOL_VERSION by a test. Never decides anything: it turns bytes into values and back.
// Who speaks first in a room: both sides send SyncStep1; each answers with SyncStep2; updates follow. Source: design §3.
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as v from "valibot";
import { isDocId } from "./document.ts";
import type { DocId } from "./document.ts";
import { refusalReasons } from "./errors.ts";
import type { Refusal } from "./errors.ts";
import { fixedLimits } from "./limits.ts";
import { err, ok } from "./result.ts";
import type { Result } from "./result.ts";

/** Version of the wire. History: 1 first version. Rule: P11. */
export const PROTOCOL_VERSION = 1;

/** First varUint of a frame. 0–3 are y-websocket's, 100–102 ours and only sent when the room was opened with `?ack=1`. */
export const messageKinds = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  settled: 100,
  refusal: 101,
  contentHash: 102,
} as const;

/** Second varUint of a sync frame. */
export const syncKinds = { step1: 0, step2: 1, update: 2 } as const;

/** A frame of a room as a device may send it. */
export type ClientFrame =
  | { readonly kind: "step1"; readonly stateVector: Uint8Array }
  | { readonly kind: "step2" | "update"; readonly update: Uint8Array }
  | { readonly kind: "awareness"; readonly update: Uint8Array }
  | { readonly kind: "queryAwareness" };

/** Reads one frame of a device; trailing bytes and unknown kinds are malformed. Rule: P1. */
export function readClientFrame(bytes: Uint8Array): Result<ClientFrame, "malformed"> {
  try {
    const decoder = decoding.createDecoder(bytes);
    const frame = readFrame(decoder);
    return frame === null || decoding.hasContent(decoder) ? err("malformed") : ok(frame);
  } catch {
    // Hint: lib0 throws on a truncated buffer or an overlong integer; both are simply malformed.
    return err("malformed");
  }
}

function readFrame(decoder: decoding.Decoder): ClientFrame | null {
  const kind = decoding.readVarUint(decoder);
  if (kind === messageKinds.queryAwareness) return { kind: "queryAwareness" };
  if (kind === messageKinds.awareness) return { kind: "awareness", update: readBytes(decoder) };
  if (kind !== messageKinds.sync) return null;
  const sync = decoding.readVarUint(decoder);
  const body = readBytes(decoder);
  if (sync === syncKinds.step1) return { kind: "step1", stateVector: body };
  if (sync === syncKinds.step2) return { kind: "step2", update: body };
  return sync === syncKinds.update ? { kind: "update", update: body } : null;
}

/** Writes a sync frame. Shape: `0, kind, varUint8Array body`. */
export const writeSync = (kind: keyof typeof syncKinds, body: Uint8Array): Uint8Array =>
  encode((encoder) => {
    encoding.writeVarUint(encoder, messageKinds.sync);
    encoding.writeVarUint(encoder, syncKinds[kind]);
    encoding.writeVarUint8Array(encoder, body);
  });

/** Writes an awareness frame around an encoded awareness update. */
export const writeAwareness = (update: Uint8Array): Uint8Array =>
  encode((encoder) => {
    encoding.writeVarUint(encoder, messageKinds.awareness);
    encoding.writeVarUint8Array(encoder, update);
  });

/** An awareness frame without entries: keeps the stock provider open and changes nothing. Source: sync.md §4.1. */
export const keepAliveFrame = (): Uint8Array => writeAwareness(Uint8Array.of(0));

/** Message 100: the organisation's number of the last commit, and how many document frames of this connection are on disk. */
export type Settled = { readonly seq: number; readonly frames: number };

/** Writes message 100, `varUint seq, varUint frames`. Rule: P2. */
export const writeSettled = ({ seq, frames }: Settled): Uint8Array =>
  encode((encoder) => {
    encoding.writeVarUint(encoder, messageKinds.settled);
    encoding.writeVarUint(encoder, seq);
    encoding.writeVarUint(encoder, frames);
  });

/** Reads the rest of message 100. Throws: on truncated bytes (they come from our server). */
export const readSettled = (decoder: decoding.Decoder): Settled => ({
  seq: decoding.readVarUint(decoder),
  frames: decoding.readVarUint(decoder),
});

/** What message 101 says before a 4422 close: why, where, and which document frame of this connection (from 1). */
export const refusalNoticeSchema = v.object({
  type: v.literal("refused"),
  reason: v.picklist(refusalReasons),
  collection: v.optional(v.string()),
  record: v.optional(v.string()),
  path: v.optional(v.string()),
  frame: v.optional(v.number()),
});

export type RefusalNotice = v.InferOutput<typeof refusalNoticeSchema>;

/** Writes message 101, `varString json`. Rule: P3. */
export const writeRefusal = (refusal: Refusal, frame?: number): Uint8Array =>
  encode((encoder) => {
    encoding.writeVarUint(encoder, messageKinds.refusal);
    encoding.writeVarString(encoder, JSON.stringify({ type: "refused", ...refusal, frame }));
  });

/** Reads the rest of message 101. Throws: on a body that is not a refusal. */
export const readRefusal = (decoder: decoding.Decoder): RefusalNotice =>
  v.parse(refusalNoticeSchema, JSON.parse(decoding.readVarString(decoder)));

/** Message 102: hash of the content as of a number of the organisation. Units: SHA-256 of the canonical JSON. */
export type ContentHash = { readonly seq: number; readonly hash: Uint8Array };

/** Writes message 102, `varUint seq, varUint8Array hash`. Rule: P4. */
export const writeContentHash = ({ seq, hash }: ContentHash): Uint8Array =>
  encode((encoder) => {
    encoding.writeVarUint(encoder, messageKinds.contentHash);
    encoding.writeVarUint(encoder, seq);
    encoding.writeVarUint8Array(encoder, hash);
  });

/** Reads the rest of message 102. Throws: on truncated bytes. */
export const readContentHash = (decoder: decoding.Decoder): ContentHash => ({
  seq: decoding.readVarUint(decoder),
  hash: readBytes(decoder),
});

/** One entry of a page of the changes feed. Kinds on the wire: 0 state, 1 erased, 2 revoked, 3 parked. */
export type FeedEntry =
  | { readonly seq: number; readonly doc: DocId; readonly kind: "state"; readonly state: Uint8Array }
  | { readonly seq: number; readonly doc: DocId; readonly kind: "erased" | "revoked" }
  | { readonly seq: number; readonly doc: DocId; readonly kind: "parked"; readonly card: string };

const feedKinds = ["state", "erased", "revoked", "parked"] as const;

/** Writes a page of the feed: `varUint count`, then per entry `varUint seq, varString doc, varUint kind` and its body. Rule: P5. */
export const writeFeedPage = (entries: readonly FeedEntry[]): Uint8Array =>
  encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length);
    for (const entry of entries) writeFeedEntry(encoder, entry);
  });

function writeFeedEntry(encoder: encoding.Encoder, entry: FeedEntry): void {
  encoding.writeVarUint(encoder, entry.seq);
  encoding.writeVarString(encoder, entry.doc);
  encoding.writeVarUint(encoder, feedKinds.indexOf(entry.kind));
  if (entry.kind === "state") encoding.writeVarUint8Array(encoder, entry.state);
  if (entry.kind === "parked") encoding.writeVarString(encoder, entry.card);
}

/** Reads a page of the feed. Throws: on anything else than a page (it comes from our server). */
export function readFeedPage(bytes: Uint8Array): FeedEntry[] {
  const decoder = decoding.createDecoder(bytes);
  const count = decoding.readVarUint(decoder);
  const entries = Array.from({ length: count }, () => readFeedEntry(decoder));
  if (decoding.hasContent(decoder)) throw new Error("more bytes than a page of the feed");
  return entries;
}

function readFeedEntry(decoder: decoding.Decoder): FeedEntry {
  const seq = decoding.readVarUint(decoder);
  const doc = readDocId(decoder);
  const kind = feedKinds[decoding.readVarUint(decoder)];
  if (kind === undefined) throw new Error("unknown kind of feed entry");
  if (kind === "state") return { seq, doc, kind, state: readBytes(decoder) };
  if (kind === "parked") return { seq, doc, kind, card: decoding.readVarString(decoder) };
  return { seq, doc, kind };
}

/** One document's update in the body of `POST …/updates`. Units: update in Yjs V2 encoding. */
export type DocUpdate = { readonly doc: DocId; readonly update: Uint8Array };

/** Writes the body of `POST …/updates`: `varUint count`, then `varString doc, varUint8Array updateV2`. Rule: P6. */
export const writeUpdates = (updates: readonly DocUpdate[]): Uint8Array =>
  encode((encoder) => {
    encoding.writeVarUint(encoder, updates.length);
    for (const { doc, update } of updates) {
      encoding.writeVarString(encoder, doc);
      encoding.writeVarUint8Array(encoder, update);
    }
  });

/** Most documents in one body of updates. Source: sync.md §4.4. */
export const MAX_UPDATES = fixedLimits.updatesDocuments;

/** Reads the body of `POST …/updates`. Fails: `malformed` on truncation, trailing bytes, a wrong id or more than 500. Rule: P6. */
export function readUpdates(bytes: Uint8Array): Result<DocUpdate[], "malformed"> {
  try {
    const decoder = decoding.createDecoder(bytes);
    const count = decoding.readVarUint(decoder);
    if (count > MAX_UPDATES) return err("malformed");
    const updates = Array.from({ length: count }, () => ({
      doc: readDocId(decoder),
      update: readBytes(decoder),
    }));
    return decoding.hasContent(decoder) ? err("malformed") : ok(updates);
  } catch {
    // Hint: lib0 and readDocId throw on bytes that are no body of updates.
    return err("malformed");
  }
}

/** A copy: a view would keep, and a database would store, the whole buffer it was cut from. */
const readBytes = (decoder: decoding.Decoder): Uint8Array<ArrayBuffer> => decoding.readVarUint8Array(decoder).slice();

function readDocId(decoder: decoding.Decoder): DocId {
  const text = decoding.readVarString(decoder);
  if (!isDocId(text)) throw new Error("not a document id");
  return text;
}

function encode(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
}
