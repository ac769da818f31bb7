// Owns the sockets of a simulated network: connections with two directions, each in order and unchanged, as TCP is.
// One can be cut at any frame, or swallow everything without a word. Never knows what is said.
import { EventEmitter } from "node:events";
import type { Around, Gate } from "./net.testing.ts";

/** After so long a system gives up a connection that swallows. Units: ms. */
const GIVE_UP_MS = 240_000;

/** One direction of a connection: in order, each after its latency. */
type Pipe = { readonly push: (run: () => void) => void; isMute: boolean; isGone: boolean };

function makePipe({ world, latency }: Around): Pipe {
  let last = 0;
  const pipe: Pipe = {
    isMute: false,
    isGone: false,
    push: (run) => {
      if (pipe.isMute || pipe.isGone) return;
      last = Math.max(last, world.now() + latency());
      world.later(() => pipe.isGone || run(), last - world.now());
    },
  };
  return pipe;
}

/** A connection with its two ends. */
export type Line = { readonly cut: () => void; readonly swallow: () => void };

type Handler = ((event: Event) => void) | null;

/** The constructor that a page finds. */
export function socketOf(around: Around, gate: Gate): typeof WebSocket {
  const Socket = class extends EventTarget {
    readonly OPEN = 1;
    readyState = 0;
    binaryType = "arraybuffer";
    onopen: Handler = null;
    onmessage: Handler = null;
    onclose: Handler = null;
    onerror: Handler = null;
    readonly #connection: Connection;

    constructor(address: string | URL) {
      super();
      const emit = (name: "open" | "message" | "close", event: Event): void => {
        this[`on${name}`]?.(event);
        this.dispatchEvent(event);
      };
      this.#connection = connect(around, String(address), {
        opened: () =>
          gate.enter(() => {
            if (this.readyState !== 0) return;
            this.readyState = 1;
            emit("open", new Event("open"));
          }),
        message: (data) =>
          gate.enter(() => void (this.readyState === 1 && emit("message", new MessageEvent("message", { data })))),
        closed: (code, reason) =>
          gate.enter(() => {
            if (this.readyState === 3) return;
            this.readyState = 3;
            emit("close", Object.assign(new Event("close"), { code, reason }));
          }),
      });
    }

    send(data: string | Uint8Array): void {
      if (this.readyState === 1 && !gate.isDead()) this.#connection.send(data);
    }

    close(): void {
      if (this.readyState < 2) this.readyState = 2;
      this.#connection.close();
    }
  };
  // Hint: it has of a browser's WebSocket what y-websocket and the store use.
  return Socket as unknown as typeof WebSocket;
}

type Ears = {
  readonly opened: () => void;
  readonly message: (data: string | ArrayBuffer) => void;
  readonly closed: (code: number, reason: string) => void;
};

type Connection = { readonly send: (data: string | Uint8Array) => void; readonly close: () => void };

function connect(around: Around, address: string, ears: Ears): Connection {
  const { world, server, weather, chance, latency, sockets, cookie } = around;
  const { pathname, search } = new URL(address);
  const [toServer, toClient] = [makePipe(around), makePipe(around)];
  const raw = serverEnd();
  let isOver = false;

  const over = (code: number, reason = ""): void => {
    if (isOver) return;
    isOver = true;
    sockets.delete(line);
    ears.closed(code, reason);
  };
  const endServer = (code: number): void => {
    if (raw.readyState === 3) return;
    raw.readyState = 3;
    raw.emit("close", code, Buffer.alloc(0));
  };
  const line: Line = {
    cut: () => {
      // Hint: what is in the air may still come in, even after the device has opened another connection.
      toServer.isGone = world.random() < 0.5;
      toClient.isGone = true;
      world.later(() => endServer(1006), world.random() * 60_000);
      over(1006);
    },
    swallow: () => {
      toServer.isMute = true;
      toClient.isMute = true;
      world.later(line.cut, GIVE_UP_MS * (0.5 + world.random()));
    },
  };
  const meet = (): void => {
    if (chance(weather.cut)) line.cut();
    if (!chance(weather.halfOpen)) return;
    (chance(0.5) ? toServer : toClient).isMute = true;
    world.later(line.cut, GIVE_UP_MS * (0.5 + world.random()));
  };
  Object.assign(raw, {
    opened: () => toClient.push(ears.opened),
    send: (data: string | Uint8Array) => {
      if (raw.readyState !== 1) return;
      const copy = typeof data === "string" ? data : Uint8Array.from(data).buffer;
      toClient.push(() => ears.message(copy));
      meet();
    },
    close: (code = 1005, reason = "") => {
      if (raw.readyState !== 1) return;
      raw.readyState = 2;
      toClient.push(() => over(code, reason));
      world.later(() => endServer(code), 2 * latency());
    },
  });
  const begin = async (): Promise<void> => {
    if (isOver) return;
    if (around.mode() === "partitioned" || chance(weather.hang)) return line.swallow();
    if (around.mode() === "unplugged" || !server.isUp()) return over(1006);
    if (!(await world.outside(server.upgrade(pathname + search, cookie(), raw)))) over(1006);
  };
  sockets.add(line);
  world.later(() => void begin(), latency());
  return {
    send: (data) => {
      const copy = typeof data === "string" ? data : Uint8Array.from(data).buffer;
      const isBinary = typeof data !== "string";
      toServer.push(() => raw.readyState === 1 && raw.emit("message", copy, isBinary));
      meet();
    },
    close: () => {
      toServer.push(() => endServer(1000));
      world.later(() => over(1000), 3 * latency());
    },
  };
}

type ServerEnd = EventEmitter & {
  readyState: number;
  readonly protocol: string;
  readonly bufferedAmount: number;
  opened: () => void;
};

const serverEnd = (): ServerEnd =>
  Object.assign(new EventEmitter(), {
    readyState: 1,
    protocol: "",
    bufferedAmount: 0,
    ping: () => undefined,
    opened: () => undefined,
  });
