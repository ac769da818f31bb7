// Owns the sending of what no room has carried: unsent rows, merged per document, in pieces, over HTTP.
// Never settles a refusal (refusal.ts) and never decides when it runs (replicate.ts).
import * as Y from "yjs";
import type { DocId } from "../../shared/document.ts";
import { fixedLimits } from "../../shared/limits.ts";
import { MAX_UPDATES } from "../../shared/protocol.ts";
import type { UpdateResults } from "../../shared/messages.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { StudioDb, UpdateRow } from "./db.ts";
import { eraseDocument } from "./erase.ts";
import type { StoreParts } from "./parts.ts";
import { isServerRestored } from "./restoring.ts";
import type { Outgoing, Wire, WireError } from "./wire.ts";
import { markRowsSent } from "./write.ts";

/** A row that a connected room has sent too waits so long for the room's answer. Units: ms. Source: design §3. */
const PUSH_AFTER_MS = 2000;

/** The size of a piece. Units: bytes. Source: sync.md §4.4. */
const PIECE_BYTES = fixedLimits.importPieceBytes;

/** How many rows are read at once. */
const PIECE_ROWS = 500;

export type PushDeps = Pick<StoreParts, "db" | "clock" | "uuid"> & { readonly wire: Pick<Wire, "push" | "history"> };

/** Which rows are sent: all, or those that no room is carrying. */
export type PushWish = "due" | "all";

/** Answers with the ms until the next row is due; null when none waits. */
export type Push = (wish: PushWish) => Promise<Result<number | null, WireError>>;

/** The unsent rows of a document, as one update. */
export type Parcel = Outgoing & { readonly rows: readonly number[] };

type Answer = UpdateResults["results"][number];

/** Makes the push of a device. Rule: RE9. */
export function makePush(deps: PushDeps): Push {
  return async (wish) => {
    const ids = await deps.db.updates.where("unsent").equals(1).primaryKeys();
    const held = new Set(await deps.db.refused.toCollection().primaryKeys());
    let wait: number | null = null;
    for (let from = 0; from < ids.length; from += PIECE_ROWS) {
      const rows = await readRows(deps.db, { ids: ids.slice(from, from + PIECE_ROWS), held });
      const [due, later] = split(rows, { wish, now: deps.clock() });
      for (const row of later) wait = Math.min(wait ?? PUSH_AFTER_MS, dueIn(row, deps.clock()));
      const sent = await pushRows(deps, { rows: due, held });
      if (!sent.ok) return sent;
    }
    return ok(wait);
  };
}

type Reading = { readonly ids: readonly number[]; readonly held: ReadonlySet<DocId> };

/** Rows may have been answered since their ids were read; those of a refused document wait for refusal.ts. */
async function readRows(db: StudioDb, { ids, held }: Reading): Promise<UpdateRow[]> {
  const rows = await db.updates.bulkGet([...ids]);
  return rows.filter((row) => row !== undefined).filter(({ unsent, doc }) => unsent === 1 && !held.has(doc));
}

type Splitting = { readonly wish: PushWish; readonly now: number };

/** Rows of a document keep their order: what is due takes along what was written before it. */
function split(rows: readonly UpdateRow[], { wish, now }: Splitting): [UpdateRow[], UpdateRow[]] {
  const isDue = (row: UpdateRow): boolean => wish === "all" || row.inRoom === undefined || dueIn(row, now) <= 0;
  const dueDocs = new Set(rows.filter(isDue).map(({ doc }) => doc));
  return [rows.filter(({ doc }) => dueDocs.has(doc)), rows.filter(({ doc }) => !dueDocs.has(doc))];
}

/** Hint: a row from the future is one of a clock that was set back; it is due. */
const dueIn = ({ at }: UpdateRow, now: number): number => (at > now ? 0 : at + PUSH_AFTER_MS - now);

type Pushing = { readonly rows: readonly UpdateRow[]; readonly held: Set<DocId> };

async function pushRows(deps: PushDeps, { rows, held }: Pushing): Promise<Result<null, WireError>> {
  const parcels: Parcel[] = [];
  for (const [doc, ofDoc] of Map.groupBy(rows, (row) => row.doc)) {
    const parcel = toParcel(doc, ofDoc);
    if (parcel !== null) parcels.push(parcel);
    else await refuse(deps, held, { doc, reason: "malformed" });
  }
  for (const piece of toPieces(parcels)) {
    const sent = await pushPiece(deps, { piece, held });
    if (!sent.ok) return sent;
  }
  return ok(null);
}

/** One update of several rows; null when one of them cannot be read. Merged for sending only, never to be stored (S10). */
export function toParcel(doc: DocId, rows: readonly UpdateRow[]): Parcel | null {
  try {
    const update = Y.convertUpdateFormatV1ToV2(Y.mergeUpdates(rows.map((row) => row.update)));
    const isRestoring = rows.some(({ made }) => made !== undefined && "rest" in made);
    return { doc, update, rows: rows.map(({ id }) => id), isRestoring };
  } catch {
    // Hint: yjs throws on bytes that are no update, as a damaged disk may give.
    return null;
  }
}

function toPieces(parcels: readonly Parcel[]): Parcel[][] {
  const pieces: Parcel[][] = [];
  let bytes = PIECE_BYTES;
  for (const parcel of parcels) {
    const last = pieces.at(-1);
    bytes += parcel.update.length;
    // Hint: what brings back what a restored server lacks goes by itself, because a whole body is marked so.
    const isAlike = last?.[0]?.isRestoring === parcel.isRestoring;
    if (last !== undefined && isAlike && bytes <= PIECE_BYTES && last.length < MAX_UPDATES) last.push(parcel);
    else {
      pieces.push([parcel]);
      bytes = parcel.update.length;
    }
  }
  return pieces;
}

type Sending = { readonly piece: readonly Parcel[]; readonly held: Set<DocId> };

/** Errors that say that the body itself is at fault, so that a smaller one may pass. */
const bodyErrors: ReadonlySet<string> = new Set(["too_large", "malformed"]);

async function pushPiece(deps: PushDeps, { piece, held }: Sending): Promise<Result<null, WireError>> {
  const answer = await deps.wire.push(piece);
  if (answer.ok) return settlePiece(deps, { piece, held, answers: answer.value });
  if (!bodyErrors.has(answer.error.type)) return answer;
  const [first] = piece;
  if (first !== undefined && piece.length === 1) {
    await refuse(deps, held, { doc: first.doc, reason: "limit" });
    return ok(null);
  }
  const middle = Math.ceil(piece.length / 2);
  const front = await pushPiece(deps, { piece: piece.slice(0, middle), held });
  return front.ok ? pushPiece(deps, { piece: piece.slice(middle), held }) : front;
}

type Settling = Sending & { readonly answers: readonly Answer[] };

/** Errors of one document that pass by themselves: the rest of the piece counts, and this one is sent again. */
const passing: ReadonlySet<string> = new Set(["too_fast", "later", "key_missing", "internal"]);

async function settlePiece(deps: PushDeps, { piece, held, answers }: Settling): Promise<Result<null, WireError>> {
  const accepted = piece.flatMap(({ rows }, index) => (isAccepted(answers[index]) ? rows : []));
  await deps.db.transaction("rw", deps.db.updates, async () => markRowsSent(deps.db, accepted));
  const isUncertain = piece.length > accepted.length && (await isServerRestored(deps));
  let waiting: WireError | null = null;
  for (const [index, { doc }] of piece.entries()) {
    const error = errorOf(answers[index]);
    if (error === null) continue;
    if (passing.has(error.type)) waiting = error;
    else if (error.type === "erased") await drop(deps, doc);
    else if (isUncertain) waiting = { type: "later" };
    else await refuse(deps, held, { doc, reason: error.refusal?.reason ?? error.type });
  }
  return waiting === null ? ok(null) : err(waiting);
}

const isAccepted = (answer: Answer | undefined): boolean => answer !== undefined && "seq" in answer;

const errorOf = (answer: Answer | undefined): WireError | null =>
  answer !== undefined && "error" in answer ? answer.error : null;

async function drop({ db, uuid, clock }: PushDeps, doc: DocId): Promise<void> {
  await eraseDocument(db, doc, { id: uuid(), now: clock() });
}

type Refused = { readonly doc: DocId; readonly reason: string };

async function refuse({ db, clock }: PushDeps, held: Set<DocId>, { doc, reason }: Refused): Promise<void> {
  held.add(doc);
  await db.refused.put({ doc, reason, at: clock() });
}
