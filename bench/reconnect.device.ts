// Owns a device as a restart meets it: a room and a nudge socket that come back by themselves, after the waits of the app
// (client/store/backoff.ts, rules RE30 and RE32). Never holds a document: it asks for the whole state each time.
import type { WebSocket } from "ws";
import type { Member } from "../server/testing.ts";
import type { DocId } from "../shared/document.ts";
import { messageKinds, syncKinds, writeSync } from "../shared/protocol.ts";

/** A close that a device saw. Units: ms on the page's own watch. */
export type Close = { readonly at: number; readonly code: number };

export type Device = {
  /** Resolves when both sockets have what they came for. */
  readonly open: () => Promise<void>;
  readonly closes: readonly Close[];
  /** Forgets what was, and tells when both sockets are back. Units: ms on the page's own watch. */
  readonly untilBack: () => Promise<number>;
  readonly close: () => void;
};

export type DeviceOptions = {
  readonly url: string;
  readonly owner: Member;
  readonly doc: DocId;
  /** Chance from 0 to 1. */
  readonly random: () => number;
};

/** An empty state vector, and an update without anything in it. */
const NOTHING = Uint8Array.of(0);
const NO_UPDATE = Uint8Array.of(0, 0);

const LONGEST_WAIT_MS = 30_000;

/** Makes a device; nothing is opened yet. */
export function makeDevice({ url, owner, doc, random }: DeviceOptions): Device {
  const base = `${url.replace("http", "ws")}/sync/${owner.orgId}`;
  const closes: Close[] = [];
  const room = keepOpen({
    make: () => new owner.WebSocket(`${base}/${doc}?ack=1`),
    greet: (socket, arrived) => greetRoom(socket, arrived),
    ...{ firstMs: 400, random, closes },
  });
  const nudges = keepOpen({
    make: () => new owner.WebSocket(base),
    greet: (socket, arrived) => void socket.on("open", arrived),
    ...{ firstMs: 1000, random, closes },
  });
  const lines = [room, nudges];
  return {
    open: async () => {
      const back = lines.map((line) => line.untilBack());
      for (const line of lines) line.open();
      await Promise.all(back);
    },
    closes,
    untilBack: async () => Math.max(...(await Promise.all(lines.map((line) => line.untilBack())))),
    close: () => {
      for (const line of lines) line.close();
    },
  };
}

/** Asks for the document and answers when it is asked. */
function greetRoom(socket: WebSocket, arrived: () => void): void {
  const send = (frame: Uint8Array): void => socket.send(frame as Uint8Array<ArrayBuffer>);
  socket.on("open", () => send(writeSync("step1", NOTHING)));
  socket.on("message", (data: Buffer) => {
    if (data[0] !== messageKinds.sync) return;
    if (data[1] === syncKinds.step1) send(writeSync("step2", NO_UPDATE));
    if (data[1] === syncKinds.step2) arrived();
  });
}

type LineOptions = {
  readonly make: () => WebSocket;
  readonly greet: (socket: WebSocket, arrived: () => void) => void;
  readonly firstMs: number;
  readonly random: () => number;
  readonly closes: Close[];
};

type Line = Pick<Device, "untilBack" | "close"> & { readonly open: () => void };

function keepOpen({ make, greet, firstMs, random, closes }: LineOptions): Line {
  let failures = 0;
  let isOver = false;
  let socket: WebSocket | null = null;
  let tell: (at: number) => void = () => undefined;
  const waitAfter = (code: number): number => {
    const wait = Math.min(firstMs * 2 ** failures, LONGEST_WAIT_MS) * (0.5 + random() / 2);
    failures += 1;
    return Math.max(wait, code === 1012 ? 1000 + 3000 * random() : 0);
  };
  const open = (): void => {
    if (isOver) return;
    socket = make();
    // Hint: a server that is not there refuses; the close that follows says all we need.
    socket.on("error", () => undefined);
    socket.on("close", (code) => {
      closes.push({ at: performance.now(), code });
      setTimeout(open, waitAfter(code));
    });
    greet(socket, () => tell(performance.now()));
  };
  return {
    open,
    untilBack: () =>
      new Promise((resolve) => {
        tell = resolve;
      }),
    close: () => {
      isOver = true;
      socket?.terminate();
    },
  };
}
