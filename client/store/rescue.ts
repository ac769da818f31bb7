// Owns what is saved from memory when the database was deleted under a page: documents with anything the server has not answered for,
// whole, as changes to be sent. Merging is idempotent, so what the server has already costs nothing.
// Never decides whether it is to be saved: who signed out or was wiped on purpose is not (client/shell/storage.ts).
import * as Y from "yjs";
import type { DocId } from "../../shared/document.ts";
import type { StudioDb } from "./db.ts";
import type { Held } from "./slot.ts";

/** A document as it stands in memory. Units: `at` in ms since 1970. */
export type Rescued = { readonly doc: DocId; readonly update: Uint8Array; readonly at: number };

/** Takes documents out of memory. */
export const rescue = (held: readonly Held[], at: number): Rescued[] =>
  held
    .filter(({ gone, missing }) => gone() === null && missing() === null)
    .map(({ id, live }) => ({ doc: id, update: Y.encodeStateAsUpdate(live().doc), at }));

/** Puts them into the new database before anything else is written there; answers with how many. Rule: S62. */
export async function putRescued(db: StudioDb, rescued: readonly Rescued[]): Promise<number> {
  return db.transaction("rw", db.docs, db.updates, async () => {
    const rows = await db.docs.bulkGet(rescued.map(({ doc }) => doc));
    // Hint: another tab may have filled the new database, and learned what has ended meanwhile.
    const alive = rescued.filter((_each, index) => rows[index]?.gone === undefined);
    const fresh = rescued.filter((_each, index) => rows[index] === undefined);
    await db.docs.bulkPut(fresh.map(({ doc }) => ({ doc, seq: 0, rev: 0, epoch: 0 })));
    await db.updates.bulkAdd(
      alive.map(({ doc, update, at }) => ({
        doc,
        update,
        at,
        unsent: 1 as const,
        made: { rest: true as const },
        change: `rest:${doc}`,
      })),
    );
    return alive.length;
  });
}
