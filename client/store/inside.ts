// Owns the wiring between memory and disk of one tab: what a document emits, who writes it, who acts on it, which room it joins.
// Never asks the feed and never replicates (engine.ts).
import type { Role } from "../../policy/roles.ts";
import type { DocId } from "../../shared/document.ts";
import type { ContentHash } from "../../shared/protocol.ts";
import { makeAct } from "./act.ts";
import type { Act, ActDeps } from "./act.ts";
import { makeCompactor, MANY_ROWS } from "./compactor.ts";
import type { Compactor } from "./compactor.ts";
import { historyOfText, makeSpells } from "./history.ts";
import { differs } from "./content-hash.ts";
import type { Link, LinkState } from "./link.ts";
import { listen } from "./listen.ts";
import type { ListenDeps } from "./listen.ts";
import { setAside } from "./damaged.ts";
import { createDocuments } from "./open.ts";
import type { Documents } from "./open.ts";
import type { Held } from "./slot.ts";
import type { StoreParts } from "./parts.ts";
import { rightTo } from "./rights.ts";
import { joinRoom } from "./room.ts";
import type { Closed, RoomEvents } from "./room.ts";
import { takeUnstored } from "./unstored.ts";
import type { Entry } from "./write.ts";
import { createWriter } from "./writer.ts";
import type { Writer } from "./writer.ts";

export type Inside = {
  readonly writer: Writer;
  readonly documents: Documents;
  readonly act: Act;
  readonly actDeps: ActDeps;
  readonly compactor: Compactor;
  readonly mayWrite: (held: Held) => boolean;
};

export type InsideDeps = {
  readonly parts: StoreParts;
  readonly link: Link;
  readonly role: () => Role;
  readonly onClosed: (held: Held, closed: Closed) => void;
  /** Asks the feed about one document; true when it came. */
  readonly fetch: (held: Held) => Promise<boolean>;
};

/** Wires memory and disk of one tab. */
export function createInside(deps: InsideDeps): Inside {
  const { parts, role } = deps;
  const { db, member, onFailure } = parts;
  const compactor = makeCompactor(parts);
  const rightOf = ({ id, live }: Held) => rightTo(id, { member, role: role(), isFromServer: live().isFromServer });
  const mayWrite = (held: Held): boolean => rightOf(held) === "write" && held.missing() === null;
  const writer = createWriter({
    ...parts,
    onStored: (entries) => compactStored(entries, compactor),
    onUnstored: (entries, outcome) => takeUnstored({ parts, documents, act }, entries, outcome),
  });
  const listening = makeListening({ parts, writer, mayWrite }, () => ({ act, documents }));
  const documents = createDocuments({
    ...parts,
    idle: writer.idle,
    fetch: deps.fetch,
    listen: (held, live) => listen(listening, held, live),
    join: async (held, live, awareness) => {
      if (rightOf(held) === "none") return null;
      const isRefused = (await db.refused.get(held.id)) !== undefined;
      const mayJoin = deps.link.blocked() === null && deps.link.standing() === "current";
      const connect = !isRefused && mayJoin;
      return joinRoom({ live, awareness, connect }, parts, roomEvents(deps, { held, writer }));
    },
    onDamaged: (held) => void setAside(parts, held).catch(onFailure),
  });
  const actDeps: ActDeps = { ...parts, role, documents, writer };
  const act = makeAct(actDeps);
  return { writer, documents, act, actDeps, compactor, mayWrite };
}

type Listening = Pick<Inside, "writer" | "mayWrite"> & { readonly parts: StoreParts };

function makeListening(inside: Listening, later: () => Pick<Inside, "act" | "documents">): ListenDeps {
  const { parts, writer, mayWrite } = inside;
  const { clock, onFailure } = parts;
  const isNoted = makeSpells(clock);
  return {
    clock,
    writer,
    mayWrite,
    onTyped: (doc, place) => {
      const entry = isNoted(doc, place) ? historyOfText(doc, place) : null;
      // Hint: after the editor's own transaction, which must not be entered again.
      if (entry !== null) queueMicrotask(() => void later().act([entry]).catch(onFailure));
    },
    onUnlawful: (held) => void later().documents.retake(held).catch(onFailure),
  };
}

function roomEvents(
  { parts, link, onClosed }: InsideDeps,
  { held, writer }: { held: Held; writer: Writer },
): RoomEvents {
  return {
    onSettled: writer.mark,
    onClosed: (closed: Closed) => onClosed(held, closed),
    onReadOnly: ({ reason }: { reason: string }) => markRefused(parts, held.id, reason),
    onContentHash: (hash: ContentHash) => {
      const compare = async (): Promise<void> => {
        if (await differs(held.live(), hash)) markRefused(parts, held.id, "damaged");
      };
      compare().catch(parts.onFailure);
    },
    onLink: (state: LinkState) => link.socket(held.id, state),
  };
}

/** Says that a document's changes are not taken; refusal.ts settles it, in whichever tab replicates. */
function markRefused({ db, clock, onFailure }: StoreParts, doc: DocId, reason: string): void {
  db.refused.put({ doc, reason, at: clock() }).catch(onFailure);
}

/** Hint: only when they are on the disk, or what a removed record held would be compacted before its removal. Rules: S29, S71. */
function compactStored(entries: readonly Entry[], compactor: Compactor): void {
  const removing = new Set(entries.filter(({ removes }) => removes).map(({ live }) => live));
  for (const live of new Set(entries.map((entry) => entry.live))) {
    if (live.rows < MANY_ROWS && !removing.has(live)) continue;
    live.rows = 0;
    compactor.request(live.id);
  }
}
