// Owns the end of one document that the server says is erased, said outside the feed: everything of it goes, and the confirmation is
// queued in the same transaction. What the feed says is applied in page.ts by the same rule.
import type { DocId } from "../../shared/document.ts";
import type { StudioDb } from "./db.ts";
import { confirmErased } from "./outbox.ts";
import type { Stamp } from "./outbox.ts";
import { dropDocument, isHeld, pageTables } from "./page.ts";

/** Erases a document on this device. Rules: RE6, RE36, RE37. */
export async function eraseDocument(db: StudioDb, doc: DocId, stamp: Stamp): Promise<void> {
  await db.transaction("rw", pageTables(db), async () => {
    const held = isHeld(await db.docs.get(doc)) ? [doc] : [];
    await dropDocument(db, doc, { why: "erased", seq: 0 });
    await confirmErased(db, held, stamp);
  });
}
