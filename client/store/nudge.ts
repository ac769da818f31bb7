// Owns the socket on which the server says that there is something to pull. Whatever it says may be lost, so it decides speed only.
// Never carries content and never pulls (replicate.ts).
import * as v from "valibot";
import { nudgeSchema } from "../../shared/messages.ts";
import type { Nudge } from "../../shared/messages.ts";
import { LONGEST_WAIT_MS, makeSocketBackoff } from "./backoff.ts";
import type { Link } from "./link.ts";
import { nudgeAddress } from "./parts.ts";
import type { Cancel, StoreParts } from "./parts.ts";

export type NudgeEvents = {
  /** The socket is open: what was said before it was is to be asked for. */
  readonly onOpen: () => void;
  readonly onNudge: (nudge: Exclude<Nudge, { type: "alive" }>) => void;
  /** The server will not have this page for now. */
  readonly onFinal: (code: number, reason: string) => void;
};

export type Nudges = {
  /** Connects at once instead of after a pause. */
  readonly connect: () => void;
  readonly isOpen: () => boolean;
  readonly close: Cancel;
};

const FIRST_WAIT_MS = 1000;

/** The server says every 20 s that it is there; a socket that is silent for longer only looks open. Units: ms. Rule: RE33. */
const SILENCE_MS = 45_000;

type Pulse = { readonly beat: () => void; readonly stop: Cancel };

/** Opens the nudge socket and keeps it open. Rules: RE5, RE30, RE33. */
export function openNudges(parts: StoreParts, link: Pick<Link, "socket">, events: NudgeEvents): Nudges {
  const backoff = makeSocketBackoff(parts, { firstMs: FIRST_WAIT_MS, longestMs: LONGEST_WAIT_MS });
  let socket: WebSocket | null = null;
  let cancel: Cancel | null = null;
  let isClosed = false;
  const pulse = makePulse(parts, () => lose(null, ""));

  const connect = (): void => {
    cancel?.();
    if (isClosed || socket !== null) return;
    const opened = new parts.WebSocket(nudgeAddress(parts));
    socket = opened;
    // Hint: what a socket says that was given up is no longer heard.
    const hear =
      <E>(take: (event: E) => void) =>
      (event: E): void => {
        if (socket === opened) take(event);
      };
    pulse.beat();
    opened.addEventListener("open", hear(onOpen));
    opened.addEventListener("message", hear(onMessage));
    opened.addEventListener(
      "close",
      hear(({ code, reason }: CloseEvent) => lose(code, reason)),
    );
    // Hint: every error is followed by a close; without a listener some runtimes end the process.
    opened.addEventListener("error", () => undefined);
  };
  const onOpen = (): void => {
    backoff.opened();
    pulse.beat();
    link.socket("nudges", "up");
    events.onOpen();
  };
  const onMessage = ({ data }: MessageEvent<unknown>): void => {
    pulse.beat();
    const nudge = readNudge(data);
    if (nudge !== null && nudge.type !== "alive") events.onNudge(nudge);
  };
  const lose = (code: number | null, reason: string): void => {
    const lost = socket;
    socket = null;
    pulse.stop();
    if (isClosed) return;
    lost?.close();
    link.socket("nudges", "down");
    const isFinal = code !== null && code >= 4400 && code < 4429;
    if (isFinal) events.onFinal(code, reason);
    // Hint: who is signed out comes back by `connect`.
    if (code === 4401) return;
    cancel = parts.later(connect, Math.max(backoff.closed(code), isFinal ? LONGEST_WAIT_MS : 0));
  };
  connect();
  return {
    connect: () => {
      backoff.reset();
      connect();
    },
    isOpen: () => socket?.readyState === 1,
    close: () => {
      isClosed = true;
      cancel?.();
      pulse.stop();
      socket?.close();
      link.socket("nudges", "left");
    },
  };
}

/** Calls out when nothing was heard for too long, the opening included. */
function makePulse({ later }: Pick<StoreParts, "later">, onSilence: () => void): Pulse {
  let cancel: Cancel | null = null;
  const stop = (): void => cancel?.();
  return {
    beat: () => {
      stop();
      cancel = later(onSilence, SILENCE_MS);
    },
    stop,
  };
}

function readNudge(data: unknown): Nudge | null {
  if (typeof data !== "string") return null;
  try {
    const parsed = v.safeParse(nudgeSchema, JSON.parse(data));
    return parsed.success ? parsed.output : null;
  } catch {
    // Hint: not JSON; a nudge may be lost.
    return null;
  }
}
