// Owns a document's place in its room: the stock provider of y-websocket, our messages 100–102, how a connection ends, and when
// the next one is tried.
// Never stores and never judges a close code (engine.closed.ts): it says what was covered, refused and closed.
import type { Decoder } from "lib0/decoding";
import type { Awareness } from "y-protocols/awareness";
import { WebsocketProvider } from "y-websocket";
import { MODEL_VERSION } from "../../shared/document.ts";
import { messageKinds, readContentHash, readRefusal, readSettled } from "../../shared/protocol.ts";
import type { ContentHash, RefusalNotice } from "../../shared/protocol.ts";
import { LONGEST_WAIT_MS, makeSocketBackoff } from "./backoff.ts";
import type { Item } from "./ledger.ts";
import type { LinkState } from "./link.ts";
import type { Live } from "./live.ts";
import type { Cancel, StoreParts } from "./parts.ts";
import { makeCountingSocket } from "./socket.ts";

/** How a connection ended for good; the notice is there when message 101 came before. */
export type Closed = { readonly code: number; readonly reason: string; readonly notice: RefusalNotice | null };

export type RoomEvents = {
  /** The server has these changes on disk. */
  readonly onSettled: (items: readonly Item[]) => void;
  /** The provider will not come back by itself; `connect` resumes. */
  readonly onClosed: (closed: Closed) => void;
  /** The server will not take what a frame brought, and keeps the room open: the right to write ended. */
  readonly onReadOnly: (notice: RefusalNotice) => void;
  readonly onContentHash: (hash: ContentHash) => void;
  readonly onLink: (state: LinkState) => void;
};

export type Room = {
  /** Tells whether a transaction came from this room. */
  readonly isOrigin: (origin: unknown) => boolean;
  /** Tells whether what the document emits now goes out at once. */
  readonly isConnected: () => boolean;
  readonly connect: () => void;
  /** Connects after a pause that grows from time to time, where the server ended the connection for a reason that may pass. */
  readonly retry: (atLeastMs?: number) => void;
  /** Connects at once instead of after a pause; does nothing where the connection was ended for good. */
  readonly hurry: () => void;
  /** Leaves the room; safe to call twice. */
  readonly close: () => void;
};

/** The first pause between attempts to connect. Units: ms. */
const FIRST_WAIT_MS = 400;

/** What a room joins: a loaded document and its presence, which live and end together (sync.md L10). */
export type Joining = { readonly live: Live; readonly awareness: Awareness; readonly connect: boolean };

/** Joins a loaded document to its room. Rules: S30–S32. */
export function joinRoom({ live, awareness, connect }: Joining, parts: StoreParts, events: RoomEvents): Room {
  const provider = new WebsocketProvider(`${parts.socketOrigin}/sync/${parts.org}`, live.id, live.doc, {
    connect: false,
    awareness,
    params: { m: parts.member, d: parts.device, v: String(MODEL_VERSION), ack: "1" },
    WebSocketPolyfill: makeCountingSocket(parts.WebSocket, live.ledger),
    // Hint: tabs meet through Dexie; the provider's own link between them would outlive an erasure (sync.md §1.4).
    disableBc: true,
    shouldReconnect,
  });
  const attempts = makeAttempts(provider, parts);
  const stop = listen({ provider, live, events });
  if (connect) attempts.now();
  return {
    isOrigin: (origin) => origin === provider,
    isConnected: () => provider.wsconnected,
    connect: attempts.now,
    retry: attempts.later,
    hurry: attempts.hurry,
    close: () => {
      attempts.stop();
      if (!stop()) leave(provider);
    },
  };
}

type Attempts = {
  readonly now: () => void;
  readonly later: (atLeastMs?: number) => void;
  readonly hurry: () => void;
  readonly stop: () => void;
};

/**
 * Decides when the provider connects. Its own pauses are the same for every device, so that all of them would come back to a server
 * in the same moment; it is told not to connect, and connected here. Rules: RE30, RE32.
 */
function makeAttempts(provider: WebsocketProvider, parts: StoreParts): Attempts {
  const backoff = makeSocketBackoff(parts, { firstMs: FIRST_WAIT_MS, longestMs: LONGEST_WAIT_MS });
  let cancel: Cancel | null = null;
  let isStopped = false;
  let isEnded = true;

  const now = (): void => {
    cancel?.();
    if (isStopped) return;
    isEnded = false;
    provider.connect();
  };
  const after = (ms: number): void => {
    cancel?.();
    cancel = isStopped ? null : parts.later(now, ms);
  };
  provider.on("status", ({ status }) => status === "connected" && backoff.opened());
  provider.on("connection-close", (event) => {
    provider.shouldConnect = false;
    isEnded = event !== null && !shouldReconnect(event);
    if (!isEnded) after(backoff.closed(event?.code ?? null));
  });
  return {
    now,
    later: (atLeastMs = 0) => after(Math.max(backoff.closed(null), atLeastMs)),
    hurry: () => {
      if (isEnded) return;
      backoff.reset();
      now();
    },
    stop: () => {
      isStopped = true;
      cancel?.();
    },
  };
}

/** The provider's own rule, and not after 1009: it would send the same too large frame again. Source: sync.md §4.3. */
export const shouldReconnect = ({ code }: { readonly code: number }): boolean =>
  !(code >= 4400 && code < 4500) && code !== 1009;

type Listening = { readonly provider: WebsocketProvider; readonly live: Live; readonly events: RoomEvents };

/** Passes on what the room says; the answer ends that, and tells whether it had ended before. */
function listen({ provider, live, events }: Listening): () => boolean {
  let notice: RefusalNotice | null = null;
  let isLeft = false;
  const onRefusal = (said: RefusalNotice): void => {
    if (said.reason === "read_only") events.onReadOnly(said);
    else notice = said;
  };
  const handle = (kind: number, read: (decoder: Decoder) => void): void => {
    provider.messageHandlers[kind] = (_encoder, decoder) => read(decoder);
  };
  handle(messageKinds.settled, (decoder) => events.onSettled(live.ledger.settled(readSettled(decoder).frames)));
  handle(messageKinds.refusal, (decoder) => onRefusal(readRefusal(decoder)));
  handle(messageKinds.contentHash, (decoder) => events.onContentHash(readContentHash(decoder)));
  provider.on("status", ({ status }) => {
    if (status === "connected") {
      notice = null;
      announce(provider.awareness);
    }
    if (status !== "connecting" && !isLeft) events.onLink(status === "connected" ? "up" : "down");
  });
  provider.on("connection-close", (event) => {
    if (event !== null && !isLeft) events.onLink("down");
  });
  provider.on("closed", ({ code, reason }) => events.onClosed({ code, reason, notice }));
  return () => {
    const wasLeft = isLeft;
    isLeft = true;
    if (!wasLeft) events.onLink("left");
    return wasLeft;
  };
}

/**
 * Makes this client's presence newer than what others know: they take no state of number 0, and when a connection was lost
 * the server has told them of its end under the number after the last one.
 */
function announce(awareness: Awareness): void {
  for (let times = 0; times < 2; times += 1) awareness.setLocalState(awareness.getLocalState());
}

function leave(provider: WebsocketProvider): void {
  try {
    provider.destroy();
  } catch {
    // Hint: when yjs has changed the client id, the provider throws while it says goodbye (sync.md L10); it is closed all the same.
  }
}
