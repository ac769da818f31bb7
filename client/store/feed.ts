// Owns the way through the changes feed: fill downwards once, then follow upwards; begin again when rights or history changed.
// Runs in a worker or in the page (pull.ts). Never writes a document itself (page.ts, drop.ts) and never decides when it runs.
import type { Role } from "../../policy/roles.ts";
import { classOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { makeAhead } from "./ahead.ts";
import type { Read } from "./ahead.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import type { Cursor } from "./cursor.ts";
import { dropClasses, endFill, hideLost, lostClasses } from "./drop.ts";
import { applyPage } from "./page.ts";
import type { PageWork } from "./page.ts";
import type { StoreParts } from "./parts.ts";
import type { Wire, WireError } from "./wire.ts";

export type FeedDeps = Pick<StoreParts, "db" | "member" | "uuid" | "clock"> & {
  readonly wire: Pick<Wire, "changes">;
  readonly role: () => Role;
  /** Fetches the members, and with them the own role, before anything is dropped or filled by it. */
  readonly refreshMembers: () => Promise<Result<null, WireError>>;
  /** Runs a write; where there is somebody to make space on a full disk, it does. */
  readonly writing: <T>(write: () => Promise<T>) => Promise<T>;
  /** Is told how many documents came that could not be read whole; never which. */
  readonly onDamaged: (count: number) => void;
  /** How many documents a page asks for. */
  readonly pageEntries: number;
};

/** How far to go. */
export type PullOptions = {
  /** Asked between two pages: another tab leads now. */
  readonly isOver?: () => boolean;
  /** Stops before a filling, and after so many documents; the answer is then `much`. */
  readonly few?: number;
};

/** `much`: there is more to take than was asked for. */
export type Pulled = "done" | "much";

export type Feed = {
  /** Takes everything there is to take. Fails: as the call does; what came before is kept, and the next call goes on there. Throws: what the disk throws. */
  readonly pull: (options?: PullOptions) => Promise<Result<Pulled, WireError>>;
  /** Takes one document by its name; true when the server had something to say about it. */
  readonly pullOne: (doc: DocId) => Promise<Result<boolean, WireError>>;
};

/** The first page of a filling is small, so that somebody stands in the list at once. */
const FIRST_ENTRIES = 100;

type Why = Pick<Cursor, "isRestoring" | "isSweeping"> & { readonly before: Cursor | null };

/** A step: on to the next one, or an end. */
type Step = Result<"next" | Pulled, WireError>;

/** Makes the feed of a device. Rules: RE2, RE3, RE7, RE8, RE16–RE18, RE21, RE23. */
export function makeFeed(deps: FeedDeps): Feed {
  const { db } = deps;
  const take = (page: Read, cursor: Cursor | null): Promise<void> => takePage(deps, page, cursor);

  const begin = async ({ before, ...why }: Why): Promise<Step> => {
    // Hint: `studio` comes first, and with it the head: what changes while the device fills is followed afterwards.
    const page = await deps.wire.changes("doc=studio");
    if (!page.ok) return page;
    const { history, access, next } = page.value;
    const place = { history, access, fill: deps.uuid(), before: next + 1, after: next };
    const isFirst = before?.isFirst ?? true;
    const people = before?.people ? { ...before.people, come: 0 } : null;
    await take({ page: page.value }, { ...place, ...why, isFirst, role: deps.role(), losing: null, people });
    return ok("next");
  };
  const onAccess = async (cursor: Cursor): Promise<Step> => {
    const refreshed = await deps.refreshMembers();
    if (!refreshed.ok) return refreshed;
    const losing = lostClasses(cursor.role, deps.role());
    await deps.writing(() => hideLost(db, { losing, cursor }));
    return ok("next");
  };
  const lose = async (cursor: Cursor, losing: NonNullable<Cursor["losing"]>): Promise<Step> => {
    await deps.writing(() => dropClasses(db, losing));
    return begin({ isRestoring: cursor.isRestoring, isSweeping: true, before: cursor });
  };
  const down = async (read: Read, cursor: Cursor, asked: (next: Cursor) => void): Promise<Step> => {
    const { page } = read;
    const isLast = page.entries.length === 0 || page.next === 0;
    const people = countPeople(cursor, read, isLast);
    const next: Cursor = { ...cursor, before: isLast ? 0 : page.next, people };
    if (!isLast) asked(next);
    await take(read, next);
    if (!isLast) return ok("next");
    await deps.writing(() => endFill(db, workOf(deps, read, next)));
    const end = { ...next, before: null, isRestoring: false, isSweeping: false, isFirst: false, people: null };
    await deps.writing(() => writeCursor(db, end));
    return ok("next");
  };
  const follow = async (read: Read, cursor: Cursor, asked: (next: Cursor) => void): Promise<Step> => {
    const { entries, next: after } = read.page;
    const isAll = entries.length === 0 || after > (entries.at(-1)?.seq ?? 0);
    const next: Cursor = { ...cursor, after };
    if (!isAll) asked(next);
    if (entries.length > 0 || after !== cursor.after) await take(read, next);
    return ok(isAll ? "done" : "next");
  };
  const step = async (ahead: ReturnType<typeof makeAhead>, few: number | undefined): Promise<Step> => {
    const cursor = await readCursor(db);
    const isMuch = cursor === null || cursor.before !== null || cursor.losing !== null;
    if (few !== undefined && isMuch) return ok("much");
    if (cursor === null) return begin({ isRestoring: false, isSweeping: false, before: null });
    if (cursor.losing !== null) return lose(cursor, cursor.losing);
    const queryAt = (at: Cursor): string => queryOf(at, few ?? deps.pageEntries);
    const read = await ahead.take(queryAt(cursor));
    if (!read.ok) return read;
    const { history, access } = read.value.page;
    if (few !== undefined && (history !== cursor.history || access !== cursor.access)) return ok("much");
    if (history !== cursor.history) return begin({ isRestoring: true, isSweeping: cursor.isSweeping, before: cursor });
    if (access !== cursor.access) return onAccess(cursor);
    const asked = (next: Cursor): void =>
      few === undefined ? ahead.ask(queryAt(next), next.before !== null) : undefined;
    if (cursor.before !== null) return down(read.value, cursor, asked);
    const followed = await follow(read.value, cursor, asked);
    const isFull = few !== undefined && read.value.page.entries.length >= few;
    return isFull && followed.ok && followed.value === "next" ? ok("much") : followed;
  };
  return {
    pull: async ({ isOver = () => false, few } = {}) => {
      const ahead = makeAhead(deps.wire);
      while (!isOver()) {
        const stepped = await step(ahead, few);
        if (!stepped.ok) return stepped;
        if (stepped.value !== "next") return ok(stepped.value);
      }
      return ok("done");
    },
    pullOne: async (doc) => {
      const page = await deps.wire.changes(`doc=${doc}`);
      if (!page.ok) return page.error.type === "not_found" ? ok(false) : err(page.error);
      await take({ page: page.value }, null);
      return ok(page.value.entries.length > 0);
    },
  };
}

function queryOf({ before, after, people }: Cursor, entries: number): string {
  if (before === null) return `after=${after}&limit=${entries}`;
  // Hint: a filling that goes on asks for the count again when it was never told.
  return people === null
    ? `before=${before}&limit=${Math.min(entries, FIRST_ENTRIES)}&first=1`
    : `before=${before}&limit=${entries}`;
}

async function takePage(deps: FeedDeps, read: Read, cursor: Cursor | null): Promise<void> {
  const { damaged } = await deps.writing(() => applyPage(deps.db, workOf(deps, read, cursor)));
  if (damaged.length > 0) deps.onDamaged(damaged.length);
}

function workOf({ member, role, clock, uuid }: FeedDeps, { page, fresh }: Read, cursor: Cursor | null): PageWork {
  const work = { entries: page.entries, cursor, member, role: role(), now: clock(), id: uuid() };
  return fresh === undefined ? work : { ...work, fresh };
}

/** Counts people by their contact documents; what is shown never goes back, and is all of them at the end. Rule: RE18. */
function countPeople({ people }: Cursor, { page }: Read, isLast: boolean): Cursor["people"] {
  const total = people?.total ?? page.people ?? 0;
  const contacts = page.entries.filter(({ kind, doc }) => kind === "state" && classOf(doc) === "contact");
  const come = (people?.come ?? 0) + contacts.length;
  const shown = Math.max(people?.shown ?? 0, come);
  return { come, shown, total: isLast ? shown : Math.max(total, shown) };
}
