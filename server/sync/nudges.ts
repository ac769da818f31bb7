// Owns the socket at /sync/<org> that tells a device there is something to pull. Whatever it says may be lost.
// Never carries content: a number, a word, the id of an erased document.
import type { WebSocket } from "ws";
import type { DocClass } from "../../shared/document.ts";
import { classOf } from "../../shared/document.ts";
import type { Nudge } from "../../shared/messages.ts";
import { readableClasses } from "../../policy/roles.ts";
import type { BusEvent } from "../bus.ts";
import type { SocketEvents } from "../upgrade.ts";
import type { Hub } from "./hub.ts";
import { closeWith, refusing, sendBounded } from "./sockets.ts";
import type { OpenSocket } from "./sockets.ts";
import { findCaller, passOf, showing } from "./who.ts";
import type { Caller, Pass, Who } from "./who.ts";

/** A page does not see WebSocket pings, and so cannot know that a network is gone. Rule: NU2. */
const alive = JSON.stringify({ type: "alive" } satisfies Nudge);

/** The life of one nudge socket. Rules: NU1, NU2. */
export async function nudgeEvents(hub: Hub, who: Who): Promise<SocketEvents> {
  const caller = await findCaller(hub.sessions, who);
  if (!caller.ok) return refusing(caller.error);
  const pass = passOf(who);
  let open: OpenSocket | null = null;
  let beat: (() => void) | null = null;
  const leave = (): void => {
    if (beat !== null) hub.beats.nudges.remove(beat);
    if (open !== null) hub.sockets.remove(open);
  };
  return {
    onOpen: (ws) => {
      if (hub.sockets.countOf(caller.value.member) >= hub.limits.socketsPerMember) {
        return closeWith(ws, { type: "too_fast" });
      }
      open = nudgeSocket({ hub, pass, caller: caller.value, leave }, ws);
      hub.sockets.add(open);
      beat = () => void sendBounded(ws, alive, hub);
      hub.beats.nudges.add(beat);
    },
    onMessage: (ws) => closeWith(ws, { type: "refused", refusal: { reason: "malformed" } }),
    onClose: leave,
  };
}

type Nudging = { readonly hub: Hub; readonly pass: Pass; readonly caller: Caller; readonly leave: () => void };

function nudgeSocket({ hub, pass, caller, leave }: Nudging, ws: WebSocket): OpenSocket {
  const tell = createTeller((text) => sendBounded(ws, text, hub));
  let classes: ReadonlySet<DocClass> = new Set(readableClasses(caller.role));
  return {
    org: caller.org,
    member: caller.member,
    session: caller.session,
    close: (error) => {
      // Hint: a peer that does not answer a close must hear nothing more either. Rule: SO14.
      leave();
      closeWith(ws, error);
    },
    onEvent: (event) => {
      const nudge = nudgeOf(event, classes);
      if (nudge !== null) tell(nudge);
    },
    recheck: async () => {
      const now = await findCaller(hub.sessions, showing(pass));
      if (!now.ok) return now.error;
      classes = new Set(readableClasses(now.value.role));
      return null;
    },
  };
}

function nudgeOf(event: BusEvent, classes: ReadonlySet<DocClass>): Nudge | null {
  // Hint: to everybody of the studio, because each device keeps the team's names for faces and for the history.
  if (event.type === "access") return { type: "access" };
  if (event.type === "erased") return classes.has(classOf(event.doc)) ? { type: "erased", doc: event.doc } : null;
  const concerns = event.type === "changed" && event.docs.some((doc) => classes.has(classOf(doc)));
  return concerns && event.type === "changed" ? { type: "changed", seq: event.seq } : null;
}

/** Sends at once, but of the changes of one tick only the newest number. */
function createTeller(send: (text: string) => void): (nudge: Nudge) => void {
  let newest: Nudge | null = null;
  const flush = (): void => {
    if (newest !== null) send(JSON.stringify(newest));
    newest = null;
  };
  return (nudge) => {
    if (nudge.type !== "changed") send(JSON.stringify(nudge));
    else {
      if (newest === null) setImmediate(flush);
      newest = nudge;
    }
  };
}
