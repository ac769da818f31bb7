// Owns the look of an open document at its own rows: what another tab, the feed or a compaction wrote.
// Two tabs of one browser meet here, without any network. Never applies anything itself.
import type { StudioDb } from "./db.ts";
import { follow } from "./follow.ts";
import type { Stored } from "./live.ts";
import type { Held } from "./slot.ts";
import type { Cancel } from "./parts.ts";

/** Who hears of it; `error` gets what is no lost connection. */
export type Watching = { readonly hear: (seen: Stored) => void; readonly onFailure: (error: unknown) => void };

/** Hears of the row of a document and of the updates it has not seen. Rule: S26. */
export const watchRows = (db: StudioDb, held: Held, { hear, onFailure }: Watching): Cancel =>
  follow(db, () => unseenRows(db, held), { next: hear, error: onFailure });

/** Hint: in one transaction, because every change of the document asks, and each transaction costs the page. */
const unseenRows = (db: StudioDb, held: Held): PromiseLike<Stored> =>
  db.transaction("r", db.docs, db.updates, async () => unseenRowsHere(db, held));

async function unseenRowsHere(db: StudioDb, held: Held): Promise<Stored> {
  const [row, keys] = await Promise.all([db.docs.get(held.id), db.updates.where("doc").equals(held.id).primaryKeys()]);
  const unseen = keys.filter((key) => key > held.live().lastRow);
  const rows = unseen.length === 0 ? [] : await db.updates.bulkGet(unseen);
  return { row, rows: rows.filter((each) => each !== undefined) };
}
