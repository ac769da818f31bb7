// Owns the store as screens see it: a studio's data of one member on this device. Light enough for the first chunk:
// lists read Dexie at once, while the engine with yjs is loaded behind it.
import { createSignal, untrack } from "solid-js";
import type { Accessor } from "solid-js";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type { Role } from "../../policy/roles.ts";
import type { AnyCollection, Stored } from "../../shared/collection.ts";
import type { DocId } from "../../shared/document.ts";
import type { Standing } from "../../shared/model.ts";
import type { SyncState } from "../saving.ts";
import type { Act } from "./act.ts";
import type { ActBatch } from "./batch.ts";
import type { Gone, MemberRow, QuarantineRow, StudioDb } from "./db.ts";
import type { Engine } from "./engine.ts";
import { fillProgress } from "./filled.ts";
import type { FillProgress } from "./filled.ts";
import { follow } from "./follow.ts";
import type { Cancel, StoreParts } from "./parts.ts";
import type { Missing } from "./slot.ts";
import type { AllUnsaved } from "./unsaved.ts";
import { createStatus } from "./status.ts";
import { roleOf } from "./team.ts";

/**
 * A document on screen. `doc`, `awareness`, `isReadOnly` and `gone` are reactive: after a refusal the document is another one,
 * so an editor is bound inside an effect that reads `doc`.
 */
export type OpenDocument = {
  readonly id: DocId;
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly isReadOnly: boolean;
  readonly gone: Accessor<Gone | null>;
  /** Why the content is not here though the document is; it comes by itself with the network. Rules: S66, S72. */
  readonly missing: Accessor<Missing | null>;
  readonly release: () => void;
  /** Tells the others in the room where this member is; nothing happens once the document is released. */
  readonly stand: (place: { readonly record: string; readonly field?: string } | null) => void;
  /** Reads one record; null when it is absent or does not pass its schema. Not reactive; see `onChange`. */
  readonly read: <C extends AnyCollection>(collection: C, id: string) => Stored<C> | null;
  /** The ids in a collection. Not reactive. */
  readonly ids: (collection: AnyCollection) => string[];
  /** Hears which records of a collection changed. */
  readonly onChange: (collection: AnyCollection, hear: (ids: ReadonlySet<string>) => void) => Cancel;
};

/** A studio on this device. */
export type Store = {
  readonly org: string;
  readonly member: string;
  readonly role: Accessor<Role>;
  readonly db: StudioDb;
  /** Opens a document: the local copy first, never waiting for the network; joins its room. Rule: S34. */
  readonly open: (doc: DocId) => Promise<OpenDocument>;
  /** Runs calls: all or nothing; resolves when they are on disk ("saved here"). Rule: S21. */
  readonly act: Act;
  /** The same in bulk for documents nobody looks at, such as an import. Rule: S42. */
  readonly actBatch: ActBatch;
  readonly status: Accessor<SyncState>;
  /** Whether the server takes what this bundle writes. Rule: RE15. */
  readonly standing: Accessor<Standing>;
  /** True while something waits for the disk, so that the page must not be reloaded. Rule: PW3. */
  readonly isWriting: Accessor<boolean>;
  /** How far the first filling of this device is, in people; null when there is none. The same in every tab. */
  readonly filling: Accessor<FillProgress | null>;
  readonly members: Accessor<readonly MemberRow[]>;
  /** Asks the server for the members when somebody is met whom this device does not know, such as a new colleague. */
  readonly meet: (userId: string) => void;
  readonly quarantine: Accessor<readonly QuarantineRow[]>;
  /** Reads what no server has, from memory too, to be taken along in words. Rule: CH8. */
  readonly unsaved: () => Promise<AllUnsaved>;
  readonly discardQuarantined: (id: number) => Promise<void>;
  /** Sends all that is unsent now. */
  /** Puts what only memory holds into another database, after this one was deleted; answers with how many documents. Rule: S62. */
  readonly rescue: (into: StudioDb) => Promise<number>;
  readonly flush: () => void;
  /** Goes on after a sign-in. */
  readonly resume: () => void;
  /** Starts the inside, with yjs: the first screen does it when its rows are painted, whatever needs the inside does it at once. */
  readonly start: () => void;
  /** True once it was asked for: what is not needed for the first rows waits for it. Rule: SP2. */
  readonly started: Accessor<boolean>;
  readonly close: () => Promise<void>;
};

/** Opens a member's studio on this device; whoever made it closes it. */
export function makeStore(parts: StoreParts): Store {
  const { db, org, member } = parts;
  const [members, stopMembers] = fromLive(() => db.members.toArray(), parts);
  const [quarantine, stopQuarantine] = fromLive(() => db.quarantine.toArray(), parts);
  const [filling, stopFilling] = fromLive(() => fillProgress(db), parts);
  const role = (): Role => roleOf(members(), member) ?? parts.role;
  const [engine, setEngine] = createSignal<Engine | null>(null);
  const [isStopped, setStopped] = createSignal(false);
  const stopKeeping = db.disk.keepOpen(parts);
  const acting = makeActing(parts);
  const [status, stopStatus] = createStatus({ ...parts, inside: engine, actSince: acting.since, isStopped });
  const [started, setStarted] = createSignal(false);
  let starts: Promise<Engine> | null = null;
  const start = (): Promise<Engine> => {
    if (starts !== null) return starts;
    starts = import("./engine.ts").then(({ startEngine }) => {
      const inside = startEngine(parts, { role });
      setEngine(() => inside);
      return inside;
    });
    starts.catch((error: unknown) => {
      setStopped(true);
      parts.onFailure(error);
    });
    setStarted(true);
    return starts;
  };
  const stopWaiting = parts.patience === undefined ? null : parts.later(() => void start(), parts.patience);
  if (stopWaiting === null) void start();
  return {
    org,
    member,
    role,
    db,
    open: async (doc) => {
      const starting = start();
      return (await import("./opened.ts")).openDocument(await starting, doc);
    },
    act: (calls) => acting.during(start().then(({ act }) => act(calls))),
    actBatch: async (batches, options) => (await start()).actBatch(batches, options),
    status,
    standing: () => engine()?.link.standing() ?? "current",
    isWriting: () => acting.since() !== null || (engine()?.writer.waitingSince() ?? null) !== null,
    filling: () => filling() ?? null,
    members: () => members() ?? [],
    meet: makeMeet(parts, { members, ask: () => engine()?.refreshMembers() }),
    quarantine: () => quarantine() ?? [],
    unsaved: async () => (await import("./unsaved.ts")).readUnsaved(db, { ...engine()?.unsaved(), later: parts.later }),
    discardQuarantined: (id) => db.quarantine.delete(id),
    rescue: async (into) => (await import("./rescue.ts")).putRescued(into, engine()?.rescued() ?? []),
    flush: () => engine()?.flush(),
    resume: () => engine()?.resume(),
    start: () => void start(),
    started,
    close: async () => {
      stopWaiting?.();
      // Hint: an inside that did not start was told when it did not, and has nothing to close.
      const inside = await starts?.catch(() => null);
      await inside?.close();
      stopStatus();
      stopMembers();
      stopQuarantine();
      stopFilling();
      stopKeeping();
      db.close();
    },
  };
}

type Acting = { readonly since: Accessor<number | null>; readonly during: <T>(act: Promise<T>) => Promise<T> };

/** Knows since when the oldest act waits that has not been answered, so that the chip never takes it for saved. */
function makeActing({ clock }: StoreParts): Acting {
  const begun: number[] = [];
  const [since, setSince] = createSignal<number | null>(null);
  return {
    since,
    during: async (act) => {
      const at = clock();
      begun.push(at);
      setSince(begun[0] ?? null);
      try {
        return await act;
      } finally {
        begun.splice(begun.indexOf(at), 1);
        setSince(begun[0] ?? null);
      }
    },
  };
}

/** How often strangers make a device ask, at most. Units: ms. */
const MEET_EVERY_MS = 10_000;

type Meeting = {
  readonly members: Accessor<readonly MemberRow[] | undefined>;
  readonly ask: () => Promise<unknown> | undefined;
};

function makeMeet({ clock, onFailure }: StoreParts, { members, ask }: Meeting): (userId: string) => void {
  let askedAt = Number.NEGATIVE_INFINITY;
  return (userId) => {
    const isKnown = untrack(members)?.some((member) => member.userId === userId) ?? true;
    if (isKnown || clock() - askedAt < MEET_EVERY_MS) return;
    askedAt = clock();
    ask()?.catch(onFailure);
  };
}

/** A value that follows the database; undefined until it has answered. */
function fromLive<T>(query: () => PromiseLike<T>, { db, onFailure }: StoreParts): [Accessor<T | undefined>, Cancel] {
  const [value, setValue] = createSignal<T>();
  const stop = follow(db, query, { next: (next) => void setValue(() => next), error: onFailure });
  return [value, stop];
}
