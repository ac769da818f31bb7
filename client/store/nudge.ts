// Owns the socket on which the server says that there is something to pull. Whatever it says may be lost, so it decides speed only.
// Never carries content and never pulls (replicate.ts).
import * as v from "valibot";
import { nudgeSchema } from "../../shared/messages.ts";
import type { Nudge } from "../../shared/messages.ts";
import type { Link } from "./link.ts";
import { nudgeAddress } from "./parts.ts";
import type { Cancel, StoreParts } from "./parts.ts";

export type NudgeEvents = {
  /** The socket is open: what was said before it was is to be asked for. */
  readonly onOpen: () => void;
  readonly onNudge: (nudge: Nudge) => void;
  /** The server ended it for good until something changes. */
  readonly onFinal: (code: number, reason: string) => void;
};

export type Nudges = { readonly connect: () => void; readonly close: Cancel };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Opens the nudge socket and keeps it open. Rule: RE5. */
export function openNudges(parts: StoreParts, link: Pick<Link, "socket">, events: NudgeEvents): Nudges {
  let socket: WebSocket | null = null;
  let cancel: Cancel | null = null;
  let failures = 0;
  let isClosed = false;

  const connect = (): void => {
    cancel?.();
    if (isClosed || socket !== null) return;
    const opened = new parts.WebSocket(nudgeAddress(parts));
    socket = opened;
    opened.addEventListener("open", () => {
      failures = 0;
      link.socket("nudges", "up");
      events.onOpen();
    });
    opened.addEventListener("message", ({ data }) => {
      const nudge = readNudge(data);
      if (nudge !== null) events.onNudge(nudge);
    });
    opened.addEventListener("close", ({ code, reason }) => onClose(code, reason));
    // Hint: every error is followed by a close; without a listener some runtimes end the process.
    opened.addEventListener("error", () => undefined);
  };
  const onClose = (code: number, reason: string): void => {
    socket = null;
    if (isClosed) return;
    link.socket("nudges", "down");
    if (code >= 4400 && code < 4429) return events.onFinal(code, reason);
    failures += 1;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
    cancel = parts.later(connect, wait * (0.5 + parts.random() / 2));
  };
  connect();
  return {
    connect,
    close: () => {
      isClosed = true;
      cancel?.();
      socket?.close();
      link.socket("nudges", "left");
    },
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
