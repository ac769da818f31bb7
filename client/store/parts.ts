// Owns what the store stands on: network, locks, clock, chance, timers and the page, each replaceable by a test.
// Never holds state of its own.
import { addIdentity } from "../api.ts";
import type { Identity } from "../api.ts";
import { afterPaint } from "../paint.ts";
import type { Role } from "../../policy/roles.ts";
import type { StudioDb } from "./db.ts";

/** Undoes what the call that returned it began; safe to call twice. */
export type Cancel = () => void;

/** Runs one holder of a name at a time, over all tabs of the browser. */
export type Locks = <T>(name: string, options: LockOptions, run: () => Promise<T>) => Promise<T>;

/**
 * With `ifFree` a taken lock is not waited for: `run` is then not called and the answer is undefined. With `steal` it is taken
 * from its holder at once, whose call rejects while its `run` goes on.
 */
export type LockOptions = { readonly signal?: AbortSignal; readonly ifFree?: true; readonly steal?: true };

/** Words between the tabs of one browser; whoever speaks does not hear itself. */
export type Channel = (
  name: string,
  hear: (text: string) => void,
) => { readonly post: (text: string) => void; readonly close: Cancel };

/** What the page tells: the network came or went, the page is shown, or is about to be put aside. */
export type PageEvent = "online" | "offline" | "visible" | "hidden";

export type Page = {
  readonly isOnline: () => boolean;
  /** Whether somebody may be looking at it; absent means yes. */
  readonly isVisible?: () => boolean;
  readonly listen: (hear: (event: PageEvent) => void) => Cancel;
};

/** Everything the store stands on. */
export type StoreParts = {
  readonly org: string;
  readonly member: string;
  readonly device: string;
  /** The role as it was last known; the members list of the server wins. */
  readonly role: Role;
  readonly db: StudioDb;
  /** Before paths of HTTP; empty in a page. */
  readonly origin: string;
  /** Before paths of sockets, such as `wss://studio.example`. */
  readonly socketOrigin: string;
  readonly fetch: typeof globalThis.fetch;
  readonly WebSocket: typeof globalThis.WebSocket;
  readonly locks: Locks;
  /** Between tabs; without it they meet on the disk and at the locks alone. */
  readonly channel?: Channel;
  /** What is written down; a member may set it, so nothing waits by it (S14). Units: ms since 1970. */
  readonly clock: () => number;
  /** What waits go by: it never jumps. Units: ms since any moment. */
  readonly steady: () => number;
  readonly uuid: () => string;
  /** From 0 to 1; spreads what devices do at once. */
  readonly random: () => number;
  readonly later: (run: () => void, ms: number) => Cancel;
  readonly page: Page;
  /** Runs once what stands on the screen now has been painted; absent: at once. Rule: SP6. */
  readonly painted?: (run: () => void) => Cancel;
  /** How long the inside waits for the first screen to stand; absent: not at all. Units: ms. Rule: SP2. */
  readonly patience?: number;
  /** Starts the worker that follows the feed where there is much to take; without it the page does. */
  readonly startWorker?: () => Worker;
  /** Is told when the server no longer takes this page for who it says it is. */
  readonly refused: (type: "signed_out" | "other_member") => void;
  /** Is told when the server no longer knows this member in the studio. */
  readonly expelled?: () => void;
  /** Gets what nobody could foresee: the one edge of the store. */
  readonly onFailure: (error: unknown) => void;
};

/** What only the page knows of a store. */
export type StoreChoice = Pick<
  StoreParts,
  "org" | "member" | "device" | "role" | "db" | "refused" | "expelled" | "onFailure"
>;

/** The parts of a store in a browser. Throws: outside one. */
export function browserParts(choice: StoreChoice): StoreParts {
  return {
    ...choice,
    origin: "",
    socketOrigin: location.origin.replace(/^http/, "ws"),
    // Hint: called as plain functions, because the browser's own refuse any other `this`.
    fetch: (input, init) => fetch(input, init),
    WebSocket,
    locks: webLocks,
    channel: broadcast,
    clock: () => Date.now(),
    steady: () => performance.now(),
    uuid: () => crypto.randomUUID(),
    random: () => Math.random(),
    later: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    page: browserPage(),
    painted: afterPaint,
    patience: 1000,
    startWorker: () => new Worker(new URL("./feed.worker.ts", import.meta.url), { type: "module" }),
  };
}

const webLocks: Locks = async <T>(name: string, { signal, ifFree, steal }: LockOptions, run: () => Promise<T>) => {
  const options: globalThis.LockOptions = {
    ...(signal ? { signal } : {}),
    ...(ifFree ? { ifAvailable: true } : {}),
    ...(steal ? { steal } : {}),
  };
  // Hint: with `ifFree` the caller knows that there may be no answer; without it the lock is always given.
  return navigator.locks.request(name, options, (lock) => (lock === null ? undefined : run())) as Promise<T>;
};

const broadcast: Channel = (name, hear) => {
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => typeof data === "string" && hear(data));
  return { post: (text) => channel.postMessage(text), close: () => channel.close() };
};

function browserPage(): Page {
  return {
    isOnline: () => navigator.onLine,
    isVisible: () => !document.hidden,
    listen: (hear) => {
      const stop = new AbortController();
      const { signal } = stop;
      addEventListener("online", () => hear("online"), { signal });
      addEventListener("offline", () => hear("offline"), { signal });
      addEventListener("pagehide", () => hear("hidden"), { signal });
      document.addEventListener("visibilitychange", () => hear(document.hidden ? "hidden" : "visible"), { signal });
      return () => stop.abort();
    },
  };
}

/** What an address is made of. */
type Calling = Pick<StoreParts, "org" | "member" | "device" | "origin">;

/** Who calls, as every address names them. Source: design §3. */
const identityOf = (parts: Calling): Identity => ({ member: () => parts.member, device: () => parts.device });

/** The address of an HTTP call under the organisation. */
export const apiAddress = (parts: Calling, path: string): string =>
  parts.origin + addIdentity(`/api/orgs/${parts.org}/${path}`, identityOf(parts));

/** The address of the nudge socket. */
export const nudgeAddress = (parts: StoreParts): string =>
  parts.socketOrigin + addIdentity(`/sync/${parts.org}`, identityOf(parts));

/** The name of a lock of this member and studio. */
export const lockName = (parts: StoreParts, what: string): string => `lumiso.${parts.member}.${parts.org}.${what}`;
