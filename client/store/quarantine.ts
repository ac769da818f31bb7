// Owns what the server did not take: what is kept of it, and until when. It belongs to its document and goes with it.
// Never sends anything; what is here is read, copied out and given up by a member.
import type { RecordedCall } from "../../shared/action.ts";
import type { DocId } from "../../shared/document.ts";
import type { QuarantineRow, StudioDb } from "./db.ts";
import type { RefusalSaid } from "./wire.ts";

/** What is put aside, and why. */
export type Refused = {
  readonly doc: DocId;
  readonly reason: string;
  readonly call?: RecordedCall | undefined;
  readonly update?: Uint8Array | undefined;
  /** The change it was a part of. */
  readonly change?: string | undefined;
  /** Where the server found it; names, never values. */
  readonly place?: Omit<RefusalSaid, "reason"> | undefined;
};

export type Now = { readonly device: number; readonly server: number | null };

/** Reasons after which nothing of the content may be kept. Source: design §3. */
const withoutContent: ReadonlySet<string> = new Set(["content", "erased", "disposed"]);

/** The row for what is put aside. Rule: RE13. */
export function toQuarantine({ doc, reason, call, update, place = {} }: Refused, now: Now): Omit<QuarantineRow, "id"> {
  const { collection, record, path } = place;
  const content = withoutContent.has(reason) ? {} : { ...(call && { call }), ...(update && { update }) };
  return {
    doc,
    reason,
    at: call?.at ?? new Date(now.device).toISOString(),
    refusedAt: now.server,
    ...(collection === undefined ? {} : { collection }),
    ...(record === undefined ? {} : { record }),
    ...(path === undefined ? {} : { path }),
    ...content,
  };
}

/** How long what is put aside is kept. Units: ms. Source: design §3. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Gives up what has been kept long enough, by the server's clock alone (S14). Rule: RE13. */
export async function endQuarantine(db: StudioDb, serverTime: number | null): Promise<void> {
  if (serverTime === null) return;
  await db.quarantine.filter(({ refusedAt }) => refusedAt !== null && serverTime - refusedAt > KEPT_MS).delete();
  // Hint: what was put aside before the server told a time begins its 30 days now.
  await db.quarantine.filter(({ refusedAt }) => refusedAt === null).modify({ refusedAt: serverTime });
}

/** Gives changes up on purpose. Rule: QU3. */
export async function giveUp(db: StudioDb, rows: readonly QuarantineRow[]): Promise<void> {
  await db.quarantine.bulkDelete(rows.map(({ id }) => id));
}

/** Takes back what was given up, while its documents are there; false when one is gone: its trace must not come back. Rule: QU3. */
export async function takeBack(db: StudioDb, rows: readonly QuarantineRow[]): Promise<boolean> {
  return db.transaction("rw", db.docs, db.quarantine, async () => {
    const docs = await db.docs.bulkGet(rows.map(({ doc }) => doc));
    const alive = rows.filter((_row, index) => docs[index]?.gone === undefined);
    await db.quarantine.bulkPut(alive);
    return alive.length === rows.length;
  });
}
