// Owns the way through the changes feed: fill downwards once, then follow upwards; begin again when rights or history changed.
// Never writes a document itself (page.ts) and never decides when it runs (replicate.ts).
import * as v from "valibot";
import type { Role } from "../../policy/roles.ts";
import type { DocId } from "../../shared/document.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { StudioDb } from "./db.ts";
import { dropDocument, endFill, pageTables } from "./page.ts";
import type { Cursor, PageWork } from "./page.ts";
import type { Pages } from "./pages.ts";
import type { StoreParts } from "./parts.ts";
import { rightTo } from "./rights.ts";
import type { FeedPage, Wire, WireError } from "./wire.ts";

/** How far the filling of this device is; `total` is null until the server has said it. Units: documents. */
export type FillProgress = { readonly done: number; readonly total: number | null };

export type FeedDeps = Pick<StoreParts, "db" | "member" | "uuid" | "clock"> & {
  readonly wire: Pick<Wire, "changes">;
  readonly role: () => Role;
  /** Fetches the members, and with them the own role, before anything is dropped or filled by it. */
  readonly refreshMembers: () => Promise<Result<null, WireError>>;
  readonly onProgress: (progress: FillProgress | null) => void;
  readonly pages: Pick<Pages, "apply">;
};

export type Feed = {
  /** Takes everything there is to take. Fails: as the call does; what came before is kept, and the next call goes on there. */
  readonly pull: () => Promise<Result<null, WireError>>;
  /** Takes one document by its name; true when the server had something to say about it. */
  readonly pullOne: (doc: DocId) => Promise<Result<boolean, WireError>>;
};

/** How many documents a page asks for: few enough that the screen stays alive while it is applied. */
const PAGE = 100;

const cursorSchema = v.object({
  history: v.string(),
  access: v.string(),
  fill: v.string(),
  before: v.nullable(v.number()),
  after: v.number(),
  isRestoring: v.boolean(),
  isSweeping: v.boolean(),
});

/** Where this device is in the feed; null when it has never begun. */
export async function readCursor(db: StudioDb): Promise<Cursor | null> {
  const parsed = v.safeParse(cursorSchema, (await db.meta.get("feed"))?.value);
  return parsed.success ? parsed.output : null;
}

/** A step: on to the next one, or done. */
type Step = Result<"next" | "done", WireError>;

/** Makes the feed of a device. Rules: RE2–RE8. */
export function makeFeed(deps: FeedDeps): Feed {
  const { apply } = deps.pages;
  const workOf = (page: FeedPage, cursor: Cursor | null): PageWork => ({
    entries: page.entries,
    cursor,
    member: deps.member,
    role: deps.role(),
    now: deps.clock(),
  });
  const fill = makeFill(deps);

  const begin = async (why: Pick<Cursor, "isRestoring" | "isSweeping">): Promise<Step> => {
    // Hint: `studio` comes first, and with it the head: what changes while the device fills is followed afterwards.
    const page = await deps.wire.changes("doc=studio");
    if (!page.ok) return page;
    const { history, access, next } = page.value;
    const cursor = { history, access, fill: deps.uuid(), before: next + 1, after: next, ...why };
    await apply(workOf(page.value, cursor));
    return ok("next");
  };
  const step = async (): Promise<Step> => {
    const cursor = await readCursor(deps.db);
    if (cursor === null) return begin({ isRestoring: false, isSweeping: false });
    const page = await deps.wire.changes(queryOf(cursor, fill.isNew()));
    if (!page.ok) return page;
    const { history, access } = page.value;
    if (history !== cursor.history) return begin({ isRestoring: true, isSweeping: cursor.isSweeping });
    if (access !== cursor.access) return onAccess(cursor);
    return cursor.before === null ? follow(page.value, cursor) : down(page.value, cursor);
  };
  const onAccess = async (cursor: Cursor): Promise<Step> => {
    const refreshed = await deps.refreshMembers();
    if (!refreshed.ok) return refreshed;
    await dropUnreadable(deps);
    return begin({ isRestoring: cursor.isRestoring, isSweeping: true });
  };
  const down = async (page: FeedPage, cursor: Cursor): Promise<Step> => {
    const isLast = page.entries.length === 0 || page.next === 0;
    const work = workOf(page, { ...cursor, before: isLast ? 0 : page.next });
    await apply(work);
    fill.count(page);
    if (!isLast) return ok("next");
    await endFill(deps.db, work);
    const end: Cursor = { ...cursor, before: null, isRestoring: false, isSweeping: false };
    await deps.db.meta.put({ key: "feed", value: end });
    fill.end();
    return ok("next");
  };
  const follow = async (page: FeedPage, cursor: Cursor): Promise<Step> => {
    const newest = page.entries.at(-1)?.seq ?? 0;
    if (page.entries.length > 0 || page.next !== cursor.after)
      await apply(workOf(page, { ...cursor, after: page.next }));
    return ok(page.entries.length === 0 || page.next > newest ? "done" : "next");
  };
  return {
    pull: async () => {
      for (;;) {
        const stepped = await step();
        if (!stepped.ok) return stepped;
        if (stepped.value === "done") return ok(null);
      }
    },
    pullOne: async (doc) => {
      const page = await deps.wire.changes(`doc=${doc}`);
      if (!page.ok) return page.error.type === "not_found" ? ok(false) : err(page.error);
      await apply(workOf(page.value, null));
      return ok(page.value.entries.length > 0);
    },
  };
}

function queryOf({ before, after }: Cursor, isFirst: boolean): string {
  const from = before === null ? `after=${after}` : `before=${before}`;
  return `${from}&limit=${PAGE}${before !== null && isFirst ? "&first=1" : ""}`;
}

/** Counts a filling for the screen. */
function makeFill({ onProgress }: Pick<FeedDeps, "onProgress">) {
  let total: number | null = null;
  let done = 0;
  return {
    isNew: () => total === null,
    count: ({ entries, remaining }: FeedPage) => {
      total ??= remaining ?? 0;
      done += entries.length;
      onProgress({ done, total: Math.max(total, done) });
    },
    end: () => {
      total = null;
      done = 0;
      onProgress(null);
    },
  };
}

/** Drops the documents of classes that the role no longer reads at all. Rule: RE8. */
async function dropUnreadable({ db, member, role }: FeedDeps): Promise<void> {
  const ids = await db.docs.toCollection().primaryKeys();
  const asking = { member, role: role(), isFromServer: true };
  const dropped = ids.filter((doc) => rightTo(doc, asking) === "none");
  await db.transaction("rw", pageTables(db), async () => {
    for (const doc of dropped) await dropDocument(db, doc, { why: "revoked", seq: 0 });
  });
}
