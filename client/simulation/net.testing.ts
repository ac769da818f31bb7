// Owns the way between the devices and the server of a simulation: frames and answers are late, lost, cut off and repeated.
// What a connection does deliver it delivers in order and unchanged, as TCP does; what goes over another one may overtake it.
// Never knows what is said.
import { socketOf } from "./line.testing.ts";
import type { Line } from "./line.testing.ts";
import type { SimServer } from "./server.testing.ts";
import type { World } from "./time.testing.ts";

/** How bad the network is. Units: chances from 0 to 1 per frame, connection or call; ms one way. */
export type Weather = {
  latencyMs: number;
  /** A frame breaks its connection off. */
  cut: number;
  /** From this frame on, one direction swallows everything and nobody is told. */
  halfOpen: number;
  /** A connection is never answered. */
  hang: number;
  loseRequest: number;
  /** The server has done what was asked, and nobody hears of it. */
  loseAnswer: number;
  /** A call reaches the server once more, later. */
  repeat: number;
};

export const fairWeather: Weather = {
  latencyMs: 40,
  cut: 0,
  halfOpen: 0,
  hang: 0,
  loseRequest: 0,
  loseAnswer: 0,
  repeat: 0,
};

export type NetDeps = {
  /** Whether the browser has the cookie of that member. */
  readonly isOwnCookie: () => boolean;
  readonly world: World;
  readonly server: SimServer;
  readonly weather: Weather;
  /** The cookies of the browser. */
  readonly cookie: () => string;
};

/** The network of one device. */
export type Net = {
  /** False where the page itself knows that there is none. */
  readonly isOnline: () => boolean;
  /** The cable is out: the page is told, connections break. */
  readonly unplug: () => void;
  /** The server cannot be reached, and nobody says so. */
  readonly partition: () => void;
  readonly mend: () => void;
  readonly isWhole: () => boolean;
  readonly listen: (hear: (event: "online" | "offline") => void) => () => void;
  /** Breaks all connections, as the death of the server does. */
  readonly breakAll: () => void;
  /** Calls that the server took although another member was signed in. */
  readonly underOtherName: string[];
  /** What a tab finds as `fetch` and `WebSocket`; what arrives goes through its gate. */
  readonly forTab: (gate: Gate) => { fetch: typeof globalThis.fetch; WebSocket: typeof globalThis.WebSocket };
};

/** Lets a tab take what arrives: at once, when it is thawed, or never. */
export type Gate = { readonly enter: (run: () => void) => void; readonly isDead: () => boolean };

/** Makes the network of a device. */
export function makeNet(deps: NetDeps): Net {
  const { world, weather } = deps;
  const sockets = new Set<Line>();
  const listeners = new Set<(event: "online" | "offline") => void>();
  let mode: Mode = "whole";
  let isTold = false;
  const chance = (of: number): boolean => of > 0 && world.random() < of;
  const latency = (): number => 1 + world.random() * weather.latencyMs;
  const tell = (event: "online" | "offline"): void => {
    for (const hear of listeners) hear(event);
  };
  const underOtherName: string[] = [];
  const around: Around = { ...deps, underOtherName, chance, latency, sockets, mode: () => mode };
  return {
    underOtherName,
    isOnline: () => mode !== "unplugged",
    isWhole: () => mode === "whole",
    unplug: () => {
      mode = "unplugged";
      isTold = true;
      for (const line of [...sockets]) line.cut();
      tell("offline");
    },
    partition: () => {
      if (mode === "whole") mode = "partitioned";
      for (const line of sockets) line.swallow();
    },
    mend: () => {
      mode = "whole";
      if (isTold) tell("online");
      isTold = false;
    },
    listen: (hear) => {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    breakAll: () => {
      for (const line of [...sockets]) line.cut();
    },
    forTab: (gate) => ({ fetch: fetchOf(around, gate), WebSocket: socketOf(around, gate) }),
  };
}

type Mode = "whole" | "unplugged" | "partitioned";

/** What a connection and a call know of the network they are on. */
export type Around = NetDeps & {
  readonly chance: (of: number) => boolean;
  readonly latency: () => number;
  readonly sockets: Set<Line>;
  readonly underOtherName: string[];
  readonly mode: () => Mode;
};

function fetchOf(around: Around, gate: Gate): typeof globalThis.fetch {
  const { world, server, weather, chance, latency, cookie } = around;
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void world.later(resolve, ms));
  const lost = (): Promise<never> => new Promise(() => undefined);
  const fail = (): never => {
    throw new TypeError("fetch failed");
  };
  const arrive = async (): Promise<void> => {
    await wait(latency());
    if (around.mode() === "unplugged" || !server.isUp()) fail();
    if (around.mode() === "partitioned" || gate.isDead()) await lost();
  };
  const go = async (path: string, init: RequestInit): Promise<Response> => {
    await arrive();
    if (chance(weather.loseRequest)) await (chance(0.5) ? lost() : fail());
    const call = { ...init, cookie: cookie() };
    const isOwn = around.isOwnCookie();
    const answer = await world.outside(answerOf(server.fetch(path, call), world.now()));
    if (answer.ok && !isOwn && path.startsWith("/api/orgs")) around.underOtherName.push(path);
    if (init.method === "POST" && chance(weather.repeat)) {
      const again = (): void => void world.outside(server.fetch(path, call).catch(() => undefined));
      world.later(again, world.random() * 20_000);
    }
    if (chance(weather.loseAnswer)) await (chance(0.5) ? lost() : fail());
    await arrive();
    return answer;
  };
  return (input, init = {}) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    return new Promise((resolve, reject) => {
      init.signal?.addEventListener("abort", () => gate.enter(() => reject(new Error("aborted"))));
      if (init.signal?.aborted) reject(new Error("aborted"));
      go(pathname + search, init).then(
        (response) => gate.enter(() => resolve(response)),
        (error: unknown) => gate.enter(() => reject(error)),
      );
    });
  };
}

/** The whole answer, read at once, with the date that a server writes. */
async function answerOf(asked: Promise<Response>, now: number): Promise<Response> {
  const response = await asked;
  const body = await response.arrayBuffer();
  const headers = new Headers(response.headers);
  headers.set("date", new Date(now).toUTCString());
  return new Response(body, { status: response.status, headers });
}
