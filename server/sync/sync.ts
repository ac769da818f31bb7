// Owns the doors for sockets: rooms at /sync/<org>/<class>[/<subject>] and nudges at /sync/<org>.
// Who may not enter is let in only to be closed with a code, because a browser cannot see the status of a failed upgrade;
// statuses are for a wrong origin, a throttled address and an unverified account. Source: design §3, sync.md §4.3.
import { Hono } from "hono";
import type { Context } from "hono";
import type { WebSocket } from "ws";
import type { DocId } from "../../shared/document.ts";
import type { ServerError } from "../../shared/errors.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { Session } from "../auth/principal.ts";
import { failed, onNotFound } from "../http-error.ts";
import { takeSocket } from "../upgrade.ts";
import type { SocketEvents } from "../upgrade.ts";
import { createConnection } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { holdsTooMuch } from "./holdings.ts";
import type { Hub } from "./hub.ts";
import { nudgeEvents } from "./nudges.ts";
import { openBringing } from "./restoring.ts";
import type { Bringing } from "./restoring.ts";
import type { Room } from "./room.ts";
import { closeWith, isSlow, refusing, sendBounded } from "./sockets.ts";
import type { OpenSocket } from "./sockets.ts";
import type { Tenant } from "./tenant.ts";
import { createThrottle } from "./shares.ts";
import { findCaller, findRight, mayCreate, passOf, readClaim, refuseModel, showing } from "./who.ts";
import type { Caller, Pass, Who } from "./who.ts";

/** Frames that wait while a room is being loaded. */
const MAX_WAITING_FRAMES = 64;

type Entry = {
  readonly caller: Caller;
  readonly tenant: Tenant;
  readonly doc: DocId;
  readonly right: "read" | "write";
};

/** What the gate leaves behind: the session that it has read. Rule: AU23. */
type SyncEnv = { Variables: { session: Session | null } };

/** Tells whether a request may become a socket, and whose it is. */
export type MayUpgrade = (c: Context) => Promise<Result<Session | null, ServerError>>;

/** The routes of sockets. `mayUpgrade` answers for the address of a request. Rules: SO1–SO10. */
export function createSyncRoutes(hub: Hub, mayUpgrade: MayUpgrade): Hono<SyncEnv> {
  const app = new Hono<SyncEnv>();
  const taking = (eventsFor: (c: Context) => Promise<SocketEvents>) => takeSocket(eventsFor, hub.onFailure);
  app.use("*", async (c, next) => {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") return failed(c, { type: "not_found" });
    const allowed = await mayUpgrade(c);
    if (!allowed.ok) return failed(c, allowed.error);
    c.set("session", allowed.value);
    return next();
  });
  app.use("/:org/*", async (c, next) =>
    sessionOf(c)?.verified === false ? failed(c, { type: "email_unverified" }) : next(),
  );
  app.get(
    "/:org",
    taking((c) => nudgeEvents(hub, whoOf(c))),
  );
  app.get(
    "/:org/:class",
    taking((c) => roomEvents(hub, c, c.req.param("class") ?? "")),
  );
  app.get(
    "/:org/:class/:subject",
    taking((c) => roomEvents(hub, c, `${c.req.param("class")}/${c.req.param("subject")}`)),
  );
  app.all("*", onNotFound);
  return app;
}

const sessionOf = (c: Context<SyncEnv>): Session | null => c.get("session");

const whoOf = (c: Context): Who => ({
  headers: c.req.raw.headers,
  session: sessionOf(c),
  org: c.req.param("org") ?? "",
  claim: readClaim((name) => c.req.query(name)),
});

async function enter(hub: Hub, who: Who, name: string): Promise<Result<Entry, ServerError>> {
  const caller = await findCaller(hub.sessions, who);
  if (!caller.ok) return caller;
  const allowed = findRight(caller.value, name);
  const tenant = await hub.tenant(who.org);
  if (!allowed.ok || tenant === null || allowed.value.right === "none") return err({ type: "not_found" });
  const retryAfterMs = hub.share(caller.value.member).waitMs();
  const isOneTooMany = hub.sockets.countOf(caller.value.member) >= hub.limits.socketsPerMember;
  if (retryAfterMs > 0 || isOneTooMany) return err({ type: "too_fast", retryAfterMs });
  // Hint: a room is for writing together; a bundle that may not write reads the same from the feed.
  const refused = refuseModel(caller.value, hub.models);
  if (refused !== null) return err(refused);
  const { doc, right } = allowed.value;
  return ok({ caller: caller.value, tenant, doc, right });
}

async function roomEvents(hub: Hub, c: Context, name: string): Promise<SocketEvents> {
  const who = whoOf(c);
  const hasAcks = c.req.query("ack") === "1";
  const entered = await enter(hub, who, name);
  if (!entered.ok) return refusing(entered.error);
  return openRoom({ hub, pass: passOf(who), name, hasAcks, entry: entered.value });
}

type Opening = {
  readonly hub: Hub;
  readonly pass: Pass;
  readonly name: string;
  readonly hasAcks: boolean;
  readonly entry: Entry;
};

function openRoom(opening: Opening): SocketEvents {
  const { hub } = opening;
  const throttle = createThrottle(hub.limits, hub.clock);
  const share = hub.share(opening.entry.caller.member);
  let waiting: Uint8Array[] | null = [];
  let connection: Connection | null = null;
  let open: OpenSocket | null = null;

  const mayPass = (bytes: number): boolean => {
    const isWithin = throttle(bytes) && share.take(bytes) && share.waitMs() === 0;
    if (!isWithin) hub.meter?.guarded("share");
    return isWithin;
  };
  const leave = (): void => {
    if (connection !== null) hub.beats.rooms.remove(connection.beat);
    connection?.leave();
    if (open !== null) hub.sockets.remove(open);
    waiting = null;
  };
  const join = async (ws: WebSocket): Promise<void> => {
    const room = await loadFor(opening);
    if (waiting === null) return;
    if (!room.ok) return closeWith(ws, room.error);
    const bringing = await openBringing(hub, opening.entry);
    if (waiting === null) return;
    connection = connect(opening, { ws, room: room.value, spend: throttle, bringing, leave });
    hub.beats.rooms.add(connection.beat);
    for (const frame of waiting) connection.receive(frame);
    waiting = null;
  };
  return {
    onOpen: (ws) => {
      // Hint: asked before, but many may have been on their way at once.
      const isOneTooMany = hub.sockets.countOf(opening.entry.caller.member) >= hub.limits.socketsPerMember;
      if (isOneTooMany) return closeWith(ws, { type: "too_fast" });
      open = openSocket(opening, { ws, leave });
      hub.sockets.add(open);
      join(ws).catch((error: unknown) => {
        hub.onFailure(error);
        closeWith(ws, { type: "later" });
      });
    },
    onMessage: (ws, frame) => {
      if (frame === null) return closeWith(ws, { type: "refused", refusal: { reason: "malformed" } });
      if (!mayPass(frame.length)) return closeWith(ws, { type: "too_fast" });
      if (connection !== null) connection.receive(frame);
      else if (waiting !== null && waiting.length < MAX_WAITING_FRAMES) waiting.push(frame);
      else closeWith(ws, { type: "later" });
    },
    onClose: leave,
  };
}

/** Records the access, then loads the room; an absent one opens only for whom it may be made by. Rules: AC1, SO3. */
async function loadFor({ hub, entry }: Opening): Promise<Result<Room, ServerError>> {
  const { caller, tenant, doc, right } = entry;
  const room = await tenant.room(doc, { member: caller.member, share: hub.share(caller.member) });
  if (!room.ok) return room;
  if (room.value.version === 0 && !mayCreate(doc, right)) return err({ type: "not_found" });
  const { org, member, device } = caller;
  if (holdsTooMuch(room.value, { rooms: tenant.rooms(), member }, hub.limits)) {
    hub.meter?.guarded("open");
    return err({ type: "too_fast" });
  }
  await hub.recordAccess({ kind: "opened", org, member, device, doc });
  return tenant.room(doc);
}

type Joining = {
  readonly ws: WebSocket;
  readonly room: Room;
  readonly spend: (bytes: number) => boolean;
  readonly leave: () => void;
  readonly bringing: Bringing;
};

function connect({ hub, entry, hasAcks }: Opening, { ws, room, spend, bringing, leave }: Joining): Connection {
  const { caller, tenant, right } = entry;
  return createConnection({
    socket: {
      send: (frame) => {
        // Hint: a peer that does not read does not answer the close either. Rule: SO14.
        if (!sendBounded(ws, frame, hub)) leave();
      },
      close: (error) => closeWith(ws, error),
      isSlow: () => isSlow(ws, hub),
    },
    tenant,
    room,
    presence: hub.presence(room),
    face: { id: caller.member, color: caller.color },
    right,
    hasAcks,
    limits: hub.limits,
    spend,
    share: hub.share(caller.member),
    bringing,
    onBrought: () => hub.onBrought?.(entry.caller.org, 1),
  });
}

type Leaving = { readonly ws: WebSocket; readonly leave: () => void };

function openSocket({ hub, pass, name, entry }: Opening, { ws, leave }: Leaving): OpenSocket {
  const { caller } = entry;
  return {
    org: caller.org,
    member: caller.member,
    session: caller.session,
    close: (error) => {
      // Hint: a peer that does not answer a close may go on sending for half a minute. Rule: SO14.
      leave();
      closeWith(ws, error);
    },
    recheck: async () => {
      const now = await findCaller(hub.sessions, showing(pass));
      if (!now.ok) return now.error;
      const allowed = findRight(now.value, name);
      if (!allowed.ok) return allowed.error;
      return allowed.value.right === entry.right ? null : { type: "not_found" };
    },
  };
}
