// Owns the wiring of the store's inside to the network: rooms, feed, push, refusals, the page's events, the state of saving.
// Loaded after the first screen, because yjs is large. Never holds behaviour of its own: here stands who tells whom.
import { createEffect, createRoot, on } from "solid-js";
import type { Accessor } from "solid-js";
import type { Role } from "../../policy/roles.ts";
import { ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import type { Act } from "./act.ts";
import { makeActBatch } from "./batch.ts";
import type { ActBatch } from "./batch.ts";
import { takeClosed } from "./closed.ts";
import type { Asked } from "./closed.ts";
import { createInside } from "./inside.ts";
import { createLink } from "./link.ts";
import type { Link } from "./link.ts";
import type { Documents } from "./open.ts";
import type { Held } from "./slot.ts";
import { follow } from "./follow.ts";
import type { Cancel, StoreParts } from "./parts.ts";
import { makeSendCommands } from "./outbox.ts";
import { makePulls } from "./pull.ts";
import type { Pulls } from "./pull.ts";
import { makePush } from "./push.ts";
import { makeSettleRefusal } from "./refusal.ts";
import { rescue } from "./rescue.ts";
import type { Rescued } from "./rescue.ts";
import { startReplicator } from "./replicate.ts";
import type { Replicator } from "./replicate.ts";
import { isServerRestored } from "./restoring.ts";
import { withRoom } from "./space.ts";
import { refreshMembers } from "./team.ts";
import type { Reading } from "./unsaved.ts";
import type { Writer } from "./writer.ts";
import { makeWire } from "./wire.ts";
import type { WireError } from "./wire.ts";

export type Engine = {
  readonly act: Act;
  readonly actBatch: ActBatch;
  readonly show: Documents["show"];
  readonly mayWrite: (held: Held) => boolean;
  /** What waits in memory, for taking along what is not saved. */
  readonly unsaved: () => Reading;
  /** What the state of saving is judged by (status.ts). */
  readonly writer: Writer;
  readonly link: Link;
  /** What in memory the server has not answered for. */
  readonly rescued: () => readonly Rescued[];
  readonly isLeader: Accessor<boolean>;
  readonly refreshMembers: () => Promise<Result<null, WireError>>;
  /** Sends all that is unsent now. */
  readonly flush: () => void;
  /** Goes on after a sign-in. */
  readonly resume: () => void;
  readonly close: () => Promise<void>;
};

export type EngineDeps = {
  readonly role: Accessor<Role>;
};

/** Starts the inside of a store; `studio` stays on screen as long as it is open. Rule: S34. */
export function startEngine(parts: StoreParts, { role }: EngineDeps): Engine {
  const link = createLink({ ...parts, onDoubt: () => wire.probe() });
  const closing = new AbortController();
  const wire = makeWire(parts, { link, closing: closing.signal });
  const refresh = async (): Promise<Result<null, WireError>> => {
    const answer = await withRoom(parts.db, () => refreshMembers(parts.db, wire));
    return answer.ok ? ok(null) : answer;
  };
  const feed = makePulls(parts, { wire, link, role, refreshMembers: refresh, closing: closing.signal });
  const onSignedOut = makeSignedOut(parts, link);
  const inside = createInside({
    parts,
    link,
    role,
    fetch: async (held) => (await ask(held)) === "shown",
    onClosed: (held, closed) => takeClosed({ parts, onSignedOut, ask, flush: () => replicator.flush() }, held, closed),
  });
  const ask = makeAsk(feed, refresh);
  const replicator = startReplicator({
    parts,
    link,
    feed,
    push: makePush({ ...parts, wire }),
    settleRefusal: makeSettleRefusal({ ...parts, wire, role }),
    sendCommands: makeSendCommands({ ...parts, wire }),
    isRestoring: () => isServerRestored({ ...parts, wire }),
    isOnScreen: () => inside.documents.shown().some(({ id }) => id !== "studio"),
    refreshMembers: refresh,
    serverTime: wire.serverTime,
    onSignedOut,
  });
  const { documents, writer, compactor } = inside;
  const unwatch = [listenToPage({ parts, link, documents, replicator }), watchRefused(parts, documents)];
  const studio = documents.show(docId("studio"));
  const reconnect = (): void => {
    for (const held of documents.shown()) held.room()?.connect();
    replicator.wake();
  };
  unwatch.push(watchStanding(link, reconnect), watchOnline(link, documents.fetchMissing));
  return {
    act: inside.act,
    actBatch: makeActBatch(inside.actDeps),
    show: documents.show,
    mayWrite: inside.mayWrite,
    unsaved: () => ({
      waiting: writer.waiting(),
      studio: documents
        .shown()
        .find(({ id }) => id === "studio")
        ?.live().doc,
    }),
    // Hint: what the feed brings and the disk does not take is as much its failure as what is written here. Rule: RE22.
    writer: { ...writer, failure: () => writer.failure() ?? feed.failure() },
    link,
    rescued: () => rescue(documents.unanswered(), parts.clock()),
    isLeader: replicator.isLeader,
    refreshMembers: refresh,
    flush: replicator.flush,
    resume: () => {
      link.block(null);
      reconnect();
    },
    close: async () => {
      for (const stop of unwatch) stop();
      closing.abort();
      await Promise.all([replicator.stop(), studio]);
      await writer.idle();
      await compactor.stop();
      documents.close();
      writer.close();
    },
  };
}

function makeSignedOut(parts: StoreParts, link: Link): (type: "signed_out" | "other_member") => void {
  return (type) => {
    if (link.blocked() === type) return;
    link.block(type);
    parts.refused(type);
  };
}

/** Asks the feed about one document, with the rights of now. */
function makeAsk(feed: Pulls, refresh: () => Promise<Result<null, WireError>>): (held: Held) => Promise<Asked> {
  return async ({ id }) => {
    const refreshed = await refresh();
    // Hint: who is no longer in the studio is shown nothing of it; asking again would change nothing.
    if (!refreshed.ok) return refreshed.error.type === "not_found" ? "not_shown" : "unanswered";
    const asked = await feed.pullOne(id);
    if (!asked.ok) return "unanswered";
    return asked.value ? "shown" : "not_shown";
  };
}

type Around = {
  readonly parts: StoreParts;
  readonly link: Link;
  readonly documents: Documents;
  readonly replicator: Replicator;
};

function listenToPage({ parts, link, documents, replicator }: Around): Cancel {
  return parts.page.listen((event) => {
    if (event === "hidden") return replicator.flush();
    if (event !== "visible") link.page(event === "online");
    if (event === "offline") return;
    if (event === "visible") void parts.db.disk.probe();
    for (const held of documents.shown()) held.room()?.hurry();
    replicator.wake();
  });
}

/** What waited while this bundle might not write goes on when it may. Rule: RE15. */
function watchStanding({ standing }: Link, goOn: () => void): Cancel {
  return createRoot((dispose) => {
    createEffect(on(standing, (now) => now === "current" && goOn(), { defer: true }));
    return dispose;
  });
}

/** What was let go for want of space and is on screen comes back with the network. Rule: S66. */
function watchOnline({ isOnline }: Link, comesBack: () => void): Cancel {
  return createRoot((dispose) => {
    createEffect(on(isOnline, (now) => now && comesBack(), { defer: true }));
    return dispose;
  });
}

/** A document whose refusal is settled joins its room again, in whichever tab it is open. */
function watchRefused({ db, onFailure }: StoreParts, documents: Documents): Cancel {
  let before = new Set<DocId>();
  const next = (ids: readonly DocId[]): void => {
    const now = new Set(ids);
    for (const held of documents.shown()) if (before.has(held.id) && !now.has(held.id)) held.room()?.connect();
    before = now;
  };
  return follow(db, () => db.refused.toCollection().primaryKeys(), { next, error: onFailure });
}
