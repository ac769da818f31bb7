// Owns two kinds of devices that write until the server dies: one in a room over a raw socket, one over HTTP.
// Each keeps every update it sent beside the server's word on it. Never judges what the server kept.
import * as decoding from "lib0/decoding";
import type { WebSocket } from "ws";
import * as Y from "yjs";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { messageKinds, readRefusal, readSettled, syncKinds, writeSync } from "../../shared/protocol.ts";
import type { FeedEntry } from "../../shared/protocol.ts";
import type { Dice } from "../demo/random.ts";
import type { Member } from "../testing.ts";
import { emptyDocument, hasPending } from "../sync/apply.ts";
import { editOnce } from "./edits.testing.ts";

/** One update that was sent, in V1, and whether the server said that it is on disk. */
export type Sent = { readonly doc: DocId; readonly update: Uint8Array; isAcknowledged: boolean };

/** What a device tells: each update as it leaves, each acknowledgement, each refusal (there must be none). */
export type Witness = {
  readonly sent: (sent: Sent) => void;
  readonly acknowledged: (sent: readonly Sent[]) => void;
  readonly refused: (why: string) => void;
};

/** A device that writes; `done` resolves when its connection has ended. */
export type Device = { readonly done: Promise<void> };

export type DeviceOptions = { readonly member: Member; readonly dice: Dice; readonly witness: Witness };

export type RoomOptions = DeviceOptions & {
  readonly url: string;
  readonly doc: DocId;
  /** Kept over restarts: what the server missed comes with the next SyncStep2. */
  readonly ydoc: Y.Doc;
  /** How many changes it sends ahead of their acknowledgement. */
  readonly inFlight: number;
};

/** Opens a room and changes its document, as fast as acknowledgements come. Rules: AK1, AK2. */
export function writeInRoom({ member, dice, witness, url, doc, ydoc, inFlight }: RoomOptions): Device {
  const socket = new member.WebSocket(`${url.replace("http", "ws")}/sync/${member.orgId}/${doc}?ack=1`);
  const book = createBook(doc, witness);
  // Hint: a device edits what it has seen; who writes before that makes a record anew that others made, which is refused.
  const waitingFor = new Set<number>([syncKinds.step1, syncKinds.step2]);
  const send = (kind: "step2" | "update", update: Uint8Array): void => {
    book.add(update);
    socket.send(writeSync(kind, update));
  };
  const fill = (): void => {
    while (waitingFor.size === 0 && socket.readyState === socket.OPEN && book.waiting() < inFlight) {
      editOnce({ ydoc, doc, dice, by: member.userId });
    }
  };
  const onUpdate = (update: Uint8Array, origin: unknown): void => void (origin !== socket && send("update", update));
  ydoc.on("update", onUpdate);
  socket.on("open", () => socket.send(writeSync("step1", Y.encodeStateVector(ydoc))));
  socket.on("message", (data: Buffer) => {
    const frame = readServerFrame(data);
    if (frame.kind === "settled") book.settle(frame.frames);
    if (frame.kind === "refusal") witness.refused(frame.reason);
    if (frame.kind === "sync") {
      if (frame.sync === syncKinds.step1) send("step2", Y.encodeStateAsUpdate(ydoc, frame.body));
      else Y.applyUpdate(ydoc, frame.body, socket);
      waitingFor.delete(frame.sync);
    }
    fill();
  });
  return { done: ended(socket).finally(() => ydoc.off("update", onUpdate)) };
}

/** The document frames of one connection in their order, as acknowledgements count them. */
type Book = {
  readonly add: (update: Uint8Array) => void;
  readonly settle: (frames: number) => void;
  readonly waiting: () => number;
};

function createBook(doc: DocId, witness: Witness): Book {
  const frames: Sent[] = [];
  let settled = 0;
  return {
    add: (update) => {
      const sent = { doc, update, isAcknowledged: false };
      frames.push(sent);
      witness.sent(sent);
    },
    settle: (count) => {
      const now = frames.slice(settled, count);
      settled = count;
      for (const each of now) each.isAcknowledged = true;
      witness.acknowledged(now);
    },
    waiting: () => frames.length - settled,
  };
}

type ServerFrame =
  | { readonly kind: "sync"; readonly sync: number; readonly body: Uint8Array }
  | { readonly kind: "settled"; readonly frames: number }
  | { readonly kind: "refusal"; readonly reason: string }
  | { readonly kind: "other" };

function readServerFrame(data: Uint8Array): ServerFrame {
  const decoder = decoding.createDecoder(data);
  const kind = decoding.readVarUint(decoder);
  if (kind === messageKinds.settled) return { kind: "settled", frames: readSettled(decoder).frames };
  if (kind === messageKinds.refusal) return { kind: "refusal", reason: readRefusal(decoder).reason };
  if (kind !== messageKinds.sync) return { kind: "other" };
  return { kind: "sync", sync: decoding.readVarUint(decoder), body: decoding.readVarUint8Array(decoder) };
}

function ended(socket: WebSocket): Promise<void> {
  // Hint: a server that dies resets the connection; the close that follows says all we need.
  socket.on("error", () => undefined);
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** Sends batches of changes of old and new documents over HTTP until a request fails. Rules: UP1, UP4. */
export function writeOverHttp(options: DeviceOptions): Device {
  return { done: writeBatches(options) };
}

async function writeBatches({ member, dice, witness }: DeviceOptions): Promise<void> {
  try {
    const documents = statesIn(await member.changes(`before=${TOP}&limit=${NEWEST}`));
    for (;;) {
      const batch = makeBatch(documents, { dice, by: member.userId });
      for (const sent of batch) witness.sent(sent);
      const results = await member.push(
        batch.map(({ doc, update }) => ({ doc, update: Y.convertUpdateFormatV1ToV2(update) })),
      );
      for (const result of results) if ("error" in result) witness.refused(result.error.type);
      const acknowledged = batch.filter((_, index) => "seq" in (results[index] ?? {}));
      for (const sent of acknowledged) sent.isAcknowledged = true;
      witness.acknowledged(acknowledged);
    }
  } catch (error) {
    // Hint: fetch says `TypeError` when the server has died, or `SyntaxError` when its answer was cut off.
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
  }
}

function makeBatch(documents: Map<DocId, Y.Doc>, { dice, by }: { dice: Dice; by: string }): Sent[] {
  return Array.from({ length: 1 + dice.below(4) }, () => {
    const isNew = documents.size < 4 || dice.below(5) === 0;
    const doc = isNew ? newDocId(dice) : dice.pick([...documents.keys()]);
    const ydoc = documents.get(doc) ?? emptyDocument(doc);
    documents.set(doc, ydoc);
    return { doc, update: editOnce({ ydoc, doc, dice, by }), isAcknowledged: false };
  });
}

/** The id of a document of a new person. */
export const newDocId = (dice: Dice): DocId => docId(dice.pick(["contact", "client"]), dice.uuid());

/** Above every number of a feed. */
const TOP = Number("9".repeat(15));

/** Of how many documents a device that writes over HTTP knows; few, so that devices meet and a round stays short. */
const NEWEST = 60;

/** Documents as the feed gives them, and the number to go on from. */
export type States = { readonly documents: Map<DocId, Y.Doc>; readonly head: number };

/** Every document of a person that changed after a number, through the public door; nobody may be writing. Throws: as `statesIn`. */
export async function readStates(member: Member, after: number): Promise<States> {
  const documents = new Map<DocId, Y.Doc>();
  for (let head = after; ;) {
    const page = await member.changes(`after=${head}`);
    for (const [doc, ydoc] of statesIn(page)) documents.set(doc, ydoc);
    head = page.next;
    if (page.entries.length === 0) return { documents, head };
  }
}

/** One document, or null when the server has none. Throws: as `statesIn`. */
export async function readState(member: Member, doc: DocId): Promise<Y.Doc | null> {
  return statesIn(await member.changes(`doc=${doc}`)).get(doc) ?? null;
}

/** The documents of people on a page. Throws: when one has gaps (S07). */
function statesIn({ entries }: { readonly entries: readonly FeedEntry[] }): Map<DocId, Y.Doc> {
  const documents = new Map<DocId, Y.Doc>();
  for (const entry of entries) {
    if (entry.kind !== "state" || entry.doc === "studio") continue;
    const ydoc = emptyDocument(entry.doc);
    Y.applyUpdateV2(ydoc, entry.state);
    if (hasPending(ydoc)) throw new Error(`gaps in ${entry.doc}`);
    documents.set(entry.doc, ydoc);
  }
  return documents;
}
