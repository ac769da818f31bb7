// Owns the attackers: a process of its own that does one harmful thing to our own server, until it is ended.
// Only for our server, on this machine. Never measures.
import { once } from "node:events";
import { setPriority } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import * as Y from "yjs";
import * as awareness from "y-protocols/awareness";
import { handshake, openPeer } from "../server/hostile.testing.ts";
import { conflicts, noteOf } from "../server/sync/heavy.testing.ts";
import type { Note } from "../server/sync/heavy.testing.ts";
import { change } from "../server/sync/testing.ts";
import { docId } from "../shared/document.ts";
import { writeAwareness, writeSync } from "../shared/protocol.ts";
import { NOTHING, NO_UPDATE } from "./load.ts";

/** What an attacker knows: a member's session and the room of the others. */
export type Attack = {
  readonly kind: AttackKind;
  readonly url: string;
  readonly org: string;
  readonly doc: string;
  readonly cookie: string;
  readonly member: string;
};

/** The attacks in the order in which they are measured. */
export const attackKinds = [
  "quadratic",
  "presence",
  "updates",
  "handshakes",
  "slow readers",
  "bodies",
  "large documents",
  "frames",
] as const;

export type AttackKind = (typeof attackKinds)[number];

const SOCKETS = 20;

function connect({ url, org, cookie }: Attack, doc: string): WebSocket {
  const socket = new WebSocket(`${url.replace("http", "ws")}/sync/${org}/${doc}?ack=1`, { headers: { cookie } });
  socket.on("error", () => undefined);
  return socket;
}

/** Keeps sockets that do something as often as they can; one that is closed comes back at once. */
async function flood(attack: Attack, { doc, act }: { doc: string; act: (socket: WebSocket) => void }): Promise<never> {
  const sockets = Array.from({ length: SOCKETS }, () => connect(attack, doc));
  for (;;) {
    for (const [index, socket] of sockets.entries()) {
      if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < 1_000_000) act(socket);
      if (socket.readyState === WebSocket.CLOSED) sockets[index] = connect(attack, doc);
    }
    await wait(1);
  }
}

async function quadratic(attack: Attack): Promise<never> {
  const note = noteOf(20_000, { by: attack.member });
  const opening = connect(attack, note.doc);
  await new Promise((resolve) => void opening.on("open", resolve));
  opening.send(writeSync("step1", NOTHING));
  opening.send(writeSync("step2", note.update));
  let client = 1000;
  const act = (socket: WebSocket): void => {
    socket.send(writeSync("step2", NO_UPDATE));
    socket.send(writeSync("update", conflicts(note, { client: (client += 1), count: 15_000 })));
  };
  return flood(attack, { doc: note.doc, act });
}

function presence(attack: Attack): Promise<never> {
  const ydoc = new Y.Doc();
  const state = new awareness.Awareness(ydoc);
  let turn = 0;
  const act = (socket: WebSocket): void => {
    for (let count = 0; count < 10; count += 1) {
      state.setLocalState({ place: "x".repeat(500), turn: (turn += 1) });
      socket.send(writeAwareness(awareness.encodeAwarenessUpdate(state, [ydoc.clientID])));
    }
  };
  return flood(attack, { doc: attack.doc, act });
}

function updates(attack: Attack): Promise<never> {
  const note = noteOf(10, { by: attack.member });
  const act = (socket: WebSocket): void => {
    for (let count = 0; count < 10; count += 1) {
      const [made] = typed(note.ydoc, () => note.line.insert(0, "a"));
      socket.send(writeSync("step2", note.update));
      if (made !== undefined) socket.send(writeSync("update", made));
    }
  };
  return flood(attack, { doc: note.doc, act });
}

function typed(ydoc: Y.Doc, run: () => void): Uint8Array[] {
  const made: Uint8Array[] = [];
  const keep = (update: Uint8Array): void => void made.push(update);
  ydoc.on("update", keep);
  run();
  ydoc.off("update", keep);
  return made;
}

async function handshakes(attack: Attack): Promise<never> {
  for (let turn = 0; ; turn += 1) {
    const who = turn % 2 === 0 ? attack : { ...attack, cookie: "" };
    const socket = connect(who, attack.doc);
    socket.on("open", () => socket.terminate());
    if (turn % 5 === 0) await wait(1);
  }
}

/** Asks for everything and reads nothing. */
async function slowReaders(attack: Attack): Promise<never> {
  const note = noteOf(200_000, { by: attack.member });
  const first = connect(attack, note.doc);
  await new Promise((resolve) => void first.on("open", resolve));
  first.send(writeSync("step1", NOTHING));
  first.send(writeSync("step2", note.update));
  await wait(500);
  for (const doc of [note.doc, docId("client", attack.doc.split("/")[1] ?? "")]) {
    for (let count = 0; count < SOCKETS; count += 1) {
      const socket = connect(attack, doc);
      socket.on("open", () => {
        socket.pause();
        for (let asked = 0; asked < 5; asked += 1) socket.send(writeSync("step1", NOTHING));
      });
    }
  }
  return flood(attack, { doc: note.doc, act: (socket) => socket.send(writeSync("step1", NOTHING)) });
}

async function bodies({ url, org, cookie }: Attack): Promise<never> {
  const body = new Uint8Array(4 * 1024 * 1024 - 1).fill(7);
  const post = async (path: string): Promise<void> => {
    for (;;) {
      try {
        await (await fetch(url + path, { method: "POST", body, headers: { cookie } })).arrayBuffer();
      } catch {
        // Hint: refused before it was read to its end, which is what should happen.
        await wait(5);
      }
    }
  };
  const paths = [`/api/orgs/${org}/updates`, "/api/auth/sign-in", `/api/orgs/${org}/commands`];
  await Promise.all([...paths, ...paths, ...paths].map(post));
  throw new Error("an attack has no end");
}

const LARGE_DOCUMENTS = 6;

/** As much as one frame carries, and 8,000 structs: slow to load, encode and store. */
function largeNote({ member }: Attack): Note {
  const note = noteOf(800_000, { by: member });
  for (let index = 0; index < 4000; index += 1) note.line.insert((index * 61) % 800_000, "y");
  return { ...note, update: Y.encodeStateAsUpdate(note.ydoc) };
}

/** Keeps several large documents open, types into all of them, asks for them, and has them loaded again by what is refused. */
async function largeDocuments(attack: Attack): Promise<never> {
  const notes = Array.from({ length: LARGE_DOCUMENTS }, () => largeNote(attack));
  for (const note of notes) {
    const socket = connect(attack, note.doc);
    await once(socket, "open");
    socket.send(writeSync("step2", note.update));
    // Hint: it is tried in a thread first; an acknowledgement would do, but the attacker is not polite.
    await wait(700);
    socket.terminate();
  }
  const refused = change(new Y.Doc(), (ydoc) => ydoc.getMap("elsewhere").set("a", 1));
  let turn = 0;
  const act = (note: Note) => (socket: WebSocket) => {
    turn += 1;
    socket.send(writeSync("step1", Uint8Array.of(1, turn % 100, 0)));
    socket.send(writeSync("step2", NO_UPDATE));
    socket.send(writeSync("update", conflicts(note, { client: 1000 + turn, count: 1, from: turn % 500 })));
    if (turn % 3 === 0) socket.send(writeSync("update", refused));
  };
  await Promise.all(notes.map((note) => flood(attack, { doc: note.doc, act: act(note) })));
  throw new Error("an attack has no end");
}

/** 9,000 of the smallest frames, in one piece. */
const tinyFrames = Buffer.concat(Array.from({ length: 9000 }, () => Buffer.of(0x82, 0x81, 0, 0, 0, 0, 3)));

/** Sends frames without a pause and does not care for the close. */
async function frames({ url, org, doc, cookie }: Attack): Promise<never> {
  const stream = async (): Promise<void> => {
    for (;;) {
      const { socket } = await openPeer(Number(new URL(url).port), handshake(`/sync/${org}/${doc}`, cookie));
      while (!socket.destroyed) {
        if (socket.writableLength < 1_000_000) socket.write(tinyFrames);
        await wait(1);
      }
    }
  };
  await Promise.all(Array.from({ length: SOCKETS }, stream));
  throw new Error("an attack has no end");
}

const attacks: { readonly [K in AttackKind]: (attack: Attack) => Promise<never> } = {
  quadratic,
  presence,
  updates,
  handshakes,
  "slow readers": slowReaders,
  bodies,
  "large documents": largeDocuments,
  frames,
};

if (import.meta.main) {
  // Hint: the good client that is measured shares this core, and comes first; what counts is the server.
  setPriority(19);
  // Hint: written by attack.ts from this type.
  const attack = JSON.parse(process.argv[2] ?? "{}") as Attack;
  await attacks[attack.kind](attack);
}
