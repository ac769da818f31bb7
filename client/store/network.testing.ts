// Owns the way between a device under test and a real server: it can be slow, be cut, and hold answers back.
// Never part of the product; what it carries is not changed.
import type { Member } from "../../server/testing.ts";
import { happened } from "./happened.testing.ts";
import type { PageEvent } from "./parts.ts";

/** An infinite latency swallows everything. */
function sleep(ms: number): Promise<void> {
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve) => ms < Number.POSITIVE_INFINITY && void setTimeout(resolve, ms));
}

/** The way between a device and the server. */
export type Network = {
  /** Units: ms per frame or call, one way. */
  latency: () => number;
  readonly isOnline: () => boolean;
  /** Sockets break without a word, calls fail; the page is told unless `silently`. */
  readonly cut: () => void;
  readonly restore: () => void;
  readonly listen: (hear: (event: PageEvent) => void) => () => void;
  readonly tell: (event: PageEvent) => void;
  readonly sockets: Set<NetSocket>;
  /** The paths that were asked for, and the frames that were sent, for those who count them. */
  readonly calls: string[];
  /** The codes sockets were closed with. */
  readonly closes: number[];
  /** Looks at each answer before the device does; may hold it back or replace it. */
  intercept: ((path: string, go: () => Promise<Response>) => Promise<Response>) | null;
};

/** Makes a network that works. */
export function makeNetwork(): Network {
  const listeners = new Set<(event: PageEvent) => void>();
  const sockets = new Set<NetSocket>();
  let isOnline = true;
  const tell = (event: PageEvent): void => {
    for (const hear of listeners) hear(event);
  };
  return {
    latency: () => 0,
    isOnline: () => isOnline,
    cut: () => {
      isOnline = false;
      for (const socket of sockets) socket.cut();
      tell("offline");
    },
    restore: () => {
      isOnline = true;
      tell("online");
    },
    listen: (hear) => {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    tell,
    sockets,
    calls: [],
    closes: [],
    intercept: null,
  };
}

type Handler = ((event: never) => void) | null;
type Raw = InstanceType<Member["WebSocket"]>;

/** A browser's WebSocket over a real one, through a network: what is in the air when it is cut is lost. */
export class NetSocket extends EventTarget {
  readonly OPEN = 1;
  readyState = 0;
  binaryType = "arraybuffer";
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  /** Sends nothing any more, and does not say so. */
  isMute = false;
  readonly address: string;
  #raw: Raw | null = null;
  #network: Network;
  #inbound = Promise.resolve();
  #outbound = Promise.resolve();

  constructor(address: string | URL, { network, member }: { network: Network; member: Member }) {
    super();
    this.#network = network;
    this.address = String(address);
    network.sockets.add(this);
    void this.#open(address, member);
  }

  async #open(address: string | URL, member: Member): Promise<void> {
    await sleep(this.#network.latency());
    if (!this.#network.isOnline() || this.readyState === 3) return this.cut();
    const raw = new member.WebSocket(address);
    raw.binaryType = "arraybuffer";
    this.#raw = raw;
    raw.on("open", () => this.#in(() => this.#opened()));
    raw.on("message", (data: ArrayBuffer, isBinary) =>
      this.#in(() => this.#message(isBinary ? data : new TextDecoder().decode(data))),
    );
    raw.on("close", (code, reason) => this.#in(() => this.#closed(code, reason.toString())));
    raw.on("error", () => undefined);
  }

  /** In order, each after its latency. */
  #in(run: () => void): void {
    const wait = sleep(this.#network.latency());
    this.#inbound = this.#inbound.then(() => wait).then(() => (this.readyState === 3 ? undefined : run()));
  }

  #opened(): void {
    this.readyState = 1;
    this.#emit("open", new Event("open"));
  }

  #message(data: unknown): void {
    this.#emit("message", new MessageEvent("message", { data }));
  }

  #closed(code: number, reason: string): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#network.closes.push(code);
    this.#network.sockets.delete(this);
    this.#emit("close", Object.assign(new Event("close"), { code, reason }));
  }

  #emit(name: "open" | "message" | "close", event: Event): void {
    // Hint: the handlers of a browser's socket take the event of their name.
    (this[`on${name}`] as ((event: Event) => void) | null)?.(event);
    this.dispatchEvent(event);
    happened();
  }

  send(data: string | Uint8Array): void {
    const copy = typeof data === "string" ? data : Uint8Array.from(data);
    const wait = sleep(this.#network.latency());
    const go = (): void => {
      if (this.#raw?.readyState === 1 && !this.isMute) this.#raw.send(copy);
    };
    this.#outbound = this.#outbound.then(() => wait).then(go);
  }

  close(): void {
    if (this.readyState < 2) this.readyState = 2;
    this.#outbound = this.#outbound.then(() => this.#raw?.close());
  }

  /** Breaks without a closing handshake. */
  cut(): void {
    this.fail(1006);
  }

  /** Ends as if the other side had closed with this code. */
  fail(code: number): void {
    this.#raw?.terminate();
    this.#closed(code, "");
  }
}

/** The constructor a page would find, for one member and network. */
export function socketClass(member: Member, network: Network): typeof WebSocket {
  const Socket = class extends NetSocket {
    constructor(address: string | URL) {
      super(address, { network, member });
    }
  };
  // Hint: it has of a browser's WebSocket what y-websocket and the store use.
  return Socket as unknown as typeof WebSocket;
}

/** Calls with the member's cookie, through the network. */
export function fetchOf(member: Member, network: Network): typeof fetch {
  return async (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    network.calls.push(`${init?.method ?? "GET"} ${pathname}${search}`);
    const go = async (): Promise<Response> => {
      await sleep(network.latency());
      if (!network.isOnline()) throw new TypeError("fetch failed");
      const response = await member.fetch(pathname + search, init);
      await sleep(network.latency());
      if (!network.isOnline()) throw new TypeError("fetch failed");
      return response;
    };
    init?.signal?.throwIfAborted();
    const { promise: given, reject } = Promise.withResolvers<never>();
    init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
    const answer = network.intercept === null ? go() : network.intercept(pathname + search, go);
    return Promise.race([given, answer]).finally(happened);
  };
}
