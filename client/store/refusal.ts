// Owns what follows a refusal: find the change that the server does not take, put that one aside, and run the others again
// on the server's state. Each step leaves the disk whole, so that a crash or a lost network costs nothing.
// Never decides whether a change is lawful: the server does, one prefix at a time.
import type { DocId } from "../../shared/document.ts";
import type { FeedEntry } from "../../shared/protocol.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { RefusedRow, StudioDb, UpdateRow } from "./db.ts";
import { applyPage, pageTables } from "./page.ts";
import type { StoreParts } from "./parts.ts";
import { toParcel } from "./push.ts";
import { rebuild } from "./rebuild.ts";
import type { Bad } from "./rebuild.ts";
import type { Role } from "../../policy/roles.ts";
import type { Wire, WireError } from "./wire.ts";
import { markRowsSent } from "./write.ts";

export type RefusalDeps = Pick<StoreParts, "db" | "member" | "clock" | "uuid"> & {
  readonly wire: Pick<Wire, "changes" | "push" | "serverTime">;
  readonly role: () => Role;
};

/** Settles one refused document. Fails: as the calls do; the next attempt goes on where this one stopped. */
export type SettleRefusal = (refused: RefusedRow) => Promise<Result<null, WireError>>;

/** Reasons that say nothing against one change: what it builds on is missing or cannot be read. */
const notItsFault: ReadonlySet<string> = new Set(["gap", "malformed", "damaged"]);

/** Reasons that say that the member may not write here at all. */
const noRight: ReadonlySet<string> = new Set(["read_only", "not_found", "forbidden"]);

/** Makes the function. Rules: RE10–RE13. */
export function makeSettleRefusal(deps: RefusalDeps): SettleRefusal {
  return async ({ doc, reason }) => {
    let isFresh = false;
    if (reason === "damaged" || (await unsentOf(deps.db, doc)).length === 0) {
      const rebuilt = await renew(deps, doc, []);
      if (!rebuilt.ok) return rebuilt;
      isFresh = true;
    }
    for (;;) {
      const rows = await unsentOf(deps.db, doc);
      const found = await findBad(deps, { doc, rows });
      if (!found.ok) return found;
      if (found.value === null) return finish(deps.db, { doc, rows });
      const bad = badRows(found.value, { rows, isFresh });
      const rebuilt = await renew(deps, doc, bad);
      if (!rebuilt.ok) return rebuilt;
      if (rebuilt.value === "gone") return ok(null);
      // Hint: every step is to leave less or other rows; where it does not, the same question would be asked for ever.
      if (isSame(rows, await unsentOf(deps.db, doc))) return err({ type: "unexpected" });
      isFresh = true;
    }
  };
}

const unsentOf = async (db: StudioDb, doc: DocId): Promise<UpdateRow[]> =>
  db.updates.where("[doc+unsent]").equals([doc, 1]).sortBy("id");

const isSame = (rows: readonly UpdateRow[], others: readonly UpdateRow[]): boolean =>
  rows.length === others.length && rows.every(({ id }, index) => others[index]?.id === id);

/** The first row the server does not take, and its reason. */
type Found = Bad & { readonly index: number; readonly isAlone: boolean };

type Searching = { readonly doc: DocId; readonly rows: readonly UpdateRow[] };

/** Sends ever shorter beginnings until the first bad row is alone; what the server takes on the way is sent. Rule: RE10. */
async function findBad(deps: RefusalDeps, { doc, rows }: Searching): Promise<Result<Found | null, WireError>> {
  let from = 0;
  let to = rows.length;
  let bad: Found | null = null;
  while (from < to) {
    const until: number = bad === null ? to : from + Math.ceil((to - from) / 2);
    const answer = await send(deps, { doc, rows: rows.slice(from, until) });
    if (!answer.ok) return answer;
    if (answer.value === null) from = until;
    else {
      const row: UpdateRow | undefined = rows[until - 1];
      bad = row === undefined ? null : { ...answer.value, index: until - 1, row: row.id, isAlone: until - from === 1 };
      to = until - 1;
    }
    // Hint: many at once may be too much where each alone is not; so none is blamed in company.
    if (from === to && bad?.isAlone === false) [to, bad] = [bad.index + 1, null];
    if (from === to && bad === null) to = rows.length;
  }
  return ok(bad);
}

/** Sends rows as one update; answers with the refusal, null when they were taken. */
async function send(
  deps: RefusalDeps,
  { doc, rows }: Searching,
): Promise<Result<Pick<Bad, "reason" | "place"> | null, WireError>> {
  const parcel = toParcel(doc, rows);
  if (parcel === null) return ok({ reason: "malformed", place: undefined });
  const answer = await deps.wire.push([parcel]);
  const result = answer.ok ? answer.value[0] : undefined;
  if (!answer.ok && answer.error.type !== "too_large") return answer;
  if (result !== undefined && "seq" in result) {
    await deps.db.transaction("rw", deps.db.updates, async () => markRowsSent(deps.db, parcel.rows));
    return ok(null);
  }
  const error: WireError = result !== undefined && "error" in result ? result.error : { type: "too_large" };
  if (passing.has(error.type)) return err(error);
  return ok({ reason: error.refusal?.reason ?? error.type, place: error.refusal });
}

/** Errors that pass by themselves. */
const passing: ReadonlySet<string> = new Set(["too_fast", "later", "key_missing", "internal"]);

type Blaming = { readonly rows: readonly UpdateRow[]; readonly isFresh: boolean };

/** Which rows are put aside: the found one, all when nothing may be written, none when it may only need to be run again. */
function badRows({ index, isAlone: _isAlone, ...found }: Found, { rows, isFresh }: Blaming): Bad[] {
  if (noRight.has(found.reason)) return rows.map(({ id }) => ({ ...found, row: id }));
  if (!isFresh && notItsFault.has(found.reason)) return [];
  return rows.slice(index, index + 1).map(({ id }) => ({ ...found, row: id }));
}

/** Takes the server's state and runs what is left again on it, under a new client id. */
async function renew(
  deps: RefusalDeps,
  doc: DocId,
  bad: readonly Bad[],
): Promise<Result<"renewed" | "gone", WireError>> {
  const page = await deps.wire.changes(`doc=${doc}`);
  if (!page.ok && page.error.type !== "not_found") return page;
  const entry: FeedEntry | undefined = page.ok ? page.value.entries[0] : undefined;
  if (entry?.kind === "erased" || entry?.kind === "revoked") {
    const { member, role, clock } = deps;
    await applyPage(deps.db, { entries: [entry], cursor: null, member, role: role(), now: clock(), id: deps.uuid() });
    return ok("gone");
  }
  const server = entry?.kind === "state" ? { seq: entry.seq, state: entry.state } : null;
  const now = { device: deps.clock(), server: deps.wire.serverTime() };
  await deps.db.transaction("rw", pageTables(deps.db), async () =>
    rebuild(deps.db, { doc, server, isUnreadable: !page.ok, bad, by: deps.member, uuid: deps.uuid, now }),
  );
  return ok("renewed");
}

/** Ends the settling, unless more was written meanwhile that builds on nothing refused: then it is simply sent. */
async function finish(db: StudioDb, { doc }: Searching): Promise<Result<null, WireError>> {
  await db.refused.delete(doc);
  return ok(null);
}
