// Owns what leaves this device in masses: the documents of classes a role no longer reads, and what a filling after a change of
// rights or of the server's history did not bring. In pieces, so that nobody waits for the disk long. Never decides when (feed.ts).
import * as Y from "yjs";
import { accessTable } from "../../policy/roles.ts";
import type { Role } from "../../policy/roles.ts";
import { docClasses } from "../../shared/document.ts";
import type { DocClass, DocId } from "../../shared/document.ts";
import { personColumns } from "../../shared/projection.ts";
import { writeCursor } from "./cursor.ts";
import type { Cursor } from "./cursor.ts";
import type { DocRow, StudioDb } from "./db.ts";
import { documentOf, newDoc, readStoredHere } from "./live.ts";
import type { Stored } from "./live.ts";
import { restRow } from "./merge.ts";
import { dropDocument, mayWrite, pageTables } from "./page.ts";
import type { PageWork } from "./page.ts";
import { putProjected } from "./projection.ts";
import { rightTo } from "./rights.ts";

/** How many documents one transaction looks at. */
const PIECE = 500;

/** The classes of which nothing may stay here when a role becomes another: those not read, and those now granted one by one. Rule: RE24. */
export function lostClasses(before: Role | null, now: Role): DocClass[] {
  const isGranted = (role: Role, docClass: DocClass): boolean => accessTable[role][docClass].startsWith("granted");
  return docClasses.filter((docClass) => {
    if (accessTable[now][docClass] === "none") return true;
    return before !== null && isGranted(now, docClass) && !isGranted(before, docClass);
  });
}

/** Takes lost people from every list at once, and remembers what is to be dropped, so that it is, whatever happens next. Rule: RE24. */
export async function hideLost(
  db: StudioDb,
  { losing, cursor }: { losing: DocClass[]; cursor: Cursor },
): Promise<void> {
  await db.transaction("rw", db.people, db.meta, async () => {
    if (isOfPeople(losing)) await db.people.clear();
    await writeCursor(db, { ...cursor, losing });
  });
}

/** Hint: these two are all that the rows of people are made of. */
const isOfPeople = (classes: readonly DocClass[]): boolean => classes.includes("contact") && classes.includes("client");

/** Drops every document of some classes, hidden already, with every trace but its id. Rules: RE6, RE24. */
export async function dropClasses(db: StudioDb, classes: readonly DocClass[]): Promise<void> {
  const hasRows = !isOfPeople(classes);
  for (const docClass of classes) {
    for (let last: string | null = docClass; last !== null;) last = await dropPiece(db, { docClass, hasRows }, last);
  }
}

type Dropping = { readonly docClass: DocClass; readonly hasRows: boolean };

/** Drops some documents of a class behind one; answers with the last of them, null when there were no more. */
async function dropPiece(db: StudioDb, { docClass, hasRows }: Dropping, behind: string): Promise<string | null> {
  return db.transaction("rw", pageTables(db), async () => {
    const rows = await rowsBehind(db, behind, `${docClass}0`);
    const [first, last] = [rows[0]?.doc, rows.at(-1)?.doc];
    if (first === undefined || last === undefined) return null;
    const living = rows.filter(({ gone }) => gone === undefined);
    await db.docs.bulkPut(living.map(markerOf));
    for (const table of [db.updates, db.quarantine]) {
      await table.bulkDelete(await table.where("doc").between(first, last, true, true).primaryKeys());
    }
    for (const table of [db.refused, db.opened]) await table.where("doc").between(first, last, true, true).delete();
    const columns = hasRows ? personColumns(docClass, newDoc()) : null;
    await putProjected(db, columns === null ? [] : living.map(({ doc }) => ({ doc, columns })));
    return last;
  });
}

// Hint: a class and its subject are parted by "/", which "0" follows.
const rowsBehind = (db: StudioDb, behind: string, end: string): Promise<DocRow[]> =>
  db.docs.where("doc").between(behind, end, false, false).limit(PIECE).toArray();

const markerOf = ({ doc, epoch }: DocRow): DocRow => ({ doc, seq: 0, rev: 0, epoch: epoch + 1, gone: "revoked" });

/** Ends a filling that followed a change of rights or of the server's history. Rules: RE7, RE8. */
export async function endFill(db: StudioDb, work: PageWork): Promise<void> {
  const { cursor } = work;
  if (cursor === null || !(cursor.isRestoring || cursor.isSweeping)) return;
  for (let last: string | null = ""; last !== null;) last = await endPiece(db, { work, fill: cursor.fill }, last);
}

type Ending = { readonly work: PageWork; readonly fill: string };

async function endPiece(db: StudioDb, ending: Ending, behind: string): Promise<string | null> {
  return db.transaction("rw", pageTables(db), async () => {
    const rows = await rowsBehind(db, behind, "\uffff");
    const unbrought = rows.filter(({ gone, fill }) => gone === undefined && fill !== ending.fill);
    const stored = await readStoredHere(
      db,
      unbrought.map(({ doc }) => doc),
    );
    for (const [doc, each] of stored) await endOne(db, { doc, stored: each }, ending);
    return rows.at(-1)?.doc ?? null;
  });
}

type One = { readonly doc: DocId; readonly stored: Stored };

async function endOne(db: StudioDb, { doc, stored }: One, { work }: Ending): Promise<void> {
  const { row } = stored;
  const sent = stored.rows.filter(({ unsent }) => unsent === undefined);
  // Hint: what the server has never had waits to be sent, and is nobody's loss.
  if (row === undefined || (row.state === undefined && sent.length === 0 && row.evicted === undefined)) return;
  const asking = { member: work.member, role: work.role, isFromServer: false };
  // Hint: what a role reads whole and the feed no longer has was lost by the server; what it reads by grant was taken away.
  if (rightTo(doc, asking) === "none") return dropDocument(db, doc, { why: "revoked", seq: row.seq });
  if (work.cursor?.isRestoring !== true) return;
  // Hint: its number belonged to the history that is gone; the server will give it a new one.
  await db.docs.put({ ...row, seq: 0 });
  if (!mayWrite(doc, work) || row.evicted === 1) return;
  const ydoc = documentOf({ row, rows: sent });
  await db.updates.add(restRow(doc, { update: Y.encodeStateAsUpdate(ydoc), now: work.now }));
  ydoc.destroy();
}
