// Owns a client that speaks y-websocket's protocol frame by frame and keeps what it heard. Never hides anything: a rule looks at
// frames, at the document or at the presence as it likes.
import { once } from "node:events";
import { WebSocket } from "ws";
import * as awarenessProtocol from "y-protocols/awareness";
import * as Y from "yjs";
import { awarenessFrame, readFrame, syncFrame } from "./wire.ts";
import type { Envelope, Frame } from "./wire.ts";

/** How the server under test is reached. Units: `patienceMs` is how long anything may take. */
export type Target = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly envelope: Envelope;
  readonly content: Content;
  readonly patienceMs: number;
};

/** What the suite writes: servers that judge content want their own. `entries` lists the texts that were written, in any order. */
export type Content = {
  /** The name of a new room. */
  readonly room: () => string;
  readonly start: (ydoc: Y.Doc) => void;
  /** Adds a text. */
  readonly add: (ydoc: Y.Doc, text: string) => void;
  /** Takes a text away. */
  readonly remove: (ydoc: Y.Doc, text: string) => void;
  readonly entries: (ydoc: Y.Doc) => readonly string[];
};

export type Client = {
  readonly ydoc: Y.Doc;
  readonly awareness: awarenessProtocol.Awareness;
  readonly frames: readonly Frame[];
  readonly socket: WebSocket;
  /** Sends a frame as it is; the envelope is put around it. */
  readonly send: (frame: Uint8Array) => void;
  /** The code it was closed with, null while it is open. */
  readonly closedWith: () => number | null;
  /** Resolves once something is true; asked after each frame and at the end. Throws: when it is not in time. */
  readonly until: (what: string, isTrue: () => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** How a client joins. `isSilent`: it sends and answers nothing by itself. */
export type JoinOptions = { readonly ydoc?: Y.Doc; readonly isSilent?: true };

/** Opens a socket to a room and lives there as a device does: greets, answers, sends its own changes and its presence. */
export async function join(
  target: Target,
  room: string,
  { ydoc = new Y.Doc(), isSilent }: JoinOptions = {},
): Promise<Client> {
  const { envelope, headers } = target;
  const socket = new WebSocket(envelope.urlOf(target.url, room), { headers });
  const awareness = new awarenessProtocol.Awareness(ydoc);
  const frames: Frame[] = [];
  let code: number | null = null;
  const send = (frame: Uint8Array): void => socket.send(envelope.wrap(room, frame), () => undefined);
  const { wake, until } = createWaiting(target.patienceMs);
  socket.on("message", (data: Buffer) => {
    const frame = readFrame(envelope.unwrap(new Uint8Array(data)));
    frames.push(frame);
    take(frame, { ydoc, awareness, answer: isSilent ? null : send });
    wake();
  });
  socket.on("error", () => undefined);
  socket.once("close", (closed) => {
    code = closed;
    clearInterval(awareness._checkInterval);
    wake();
  });
  const opened = once(socket, "open");
  await Promise.race([
    opened,
    once(socket, "close").then(() => Promise.reject(new Error("closed before it was open"))),
  ]);
  for (const hello of envelope.hello(room)) socket.send(hello);
  if (!isSilent) speak({ ydoc, awareness, send });
  const close = async (): Promise<void> => {
    if (code !== null) return;
    const closed = once(socket, "close");
    socket.close();
    await closed;
  };
  return { ydoc, awareness, frames, socket, send, closedWith: () => code, until, close };
}

type Speaking = {
  readonly ydoc: Y.Doc;
  readonly awareness: awarenessProtocol.Awareness;
  readonly send: Client["send"];
};

const REMOTE = Symbol("remote");

function speak({ ydoc, awareness, send }: Speaking): void {
  ydoc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== REMOTE) send(syncFrame("update", update));
  });
  awareness.on("update", (changed: Record<"added" | "updated" | "removed", number[]>, origin: unknown) => {
    const clients = [...changed.added, ...changed.updated, ...changed.removed].filter((each) => each === ydoc.clientID);
    if (origin === "local" && clients.length > 0) {
      send(awarenessFrame(awarenessProtocol.encodeAwarenessUpdate(awareness, clients)));
    }
  });
  send(syncFrame("step1", Y.encodeStateVector(ydoc)));
}

type Taking = Omit<Speaking, "send"> & { readonly answer: Client["send"] | null };

function take(frame: Frame, { ydoc, awareness, answer }: Taking): void {
  if (frame.kind === "other") return;
  if (frame.kind === "awareness") return awarenessProtocol.applyAwarenessUpdate(awareness, frame.body, REMOTE);
  if (frame.kind !== "step1") return Y.applyUpdate(ydoc, frame.body, REMOTE);
  answer?.(syncFrame("step2", Y.encodeStateAsUpdate(ydoc, frame.body)));
}

type Waiting = { readonly wake: () => void; readonly until: Client["until"] };

function createWaiting(patienceMs: number): Waiting {
  const waiting = new Set<() => void>();
  const until: Client["until"] = async (what, isTrue) => {
    const end = Date.now() + patienceMs;
    while (!isTrue()) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`${what}: not within ${patienceMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(wake, left);
        function wake(): void {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        }
        waiting.add(wake);
      });
    }
  };
  return { wake: () => [...waiting].forEach((each) => each()), until };
}

/** Joins and waits until the server has answered the SyncStep1. */
export async function joinSynced(target: Target, room: string, ydoc = new Y.Doc()): Promise<Client> {
  const client = await join(target, room, { ydoc });
  await client.until("an answer to SyncStep1", () => client.frames.some(({ kind }) => kind === "step2"));
  return client;
}

/** A plain map under one root, which any server takes. */
export const plainContent: Content = {
  room: () => `conformance-${crypto.randomUUID()}`,
  start: () => undefined,
  add: (ydoc, text) => void ydoc.getMap("conformance").set(crypto.randomUUID(), text),
  remove: (ydoc, text) => {
    const map = ydoc.getMap("conformance");
    ydoc.transact(() => {
      for (const [key, value] of map.entries()) if (value === text) map.delete(key);
    });
  },
  entries: (ydoc) => [...ydoc.getMap("conformance").values()].map(String),
};
