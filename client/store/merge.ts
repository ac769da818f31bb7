// Owns what a state of the server and what this device has of a document become together, in memory. Never reads or writes the disk
// (page.ts) and never asks the network.
import * as Y from "yjs";
import type { DocId } from "../../shared/document.ts";
import type { FeedEntry } from "../../shared/protocol.ts";
import type { DocRow, UpdateRow } from "./db.ts";
import { applySafely, documentOf, hasPending, newDoc } from "./live.ts";
import type { Stored } from "./live.ts";
import { project } from "./projection.ts";
import type { Projected } from "./projection.ts";

/** An entry of the feed with a state. */
export type StateEntry = Extract<FeedEntry, { kind: "state" }>;

/** A row to be added. */
export type NewRow = Omit<UpdateRow, "id">;

/** What is to be written of one document. */
export type Merged = {
  readonly row: DocRow;
  /** Ids of sent rows that the new state holds. */
  readonly covered: readonly number[];
  /** What a restored server does not have, to be sent again. */
  readonly lacking: readonly NewRow[];
  readonly projected: Projected | null;
};

/** What a state says by itself. `damaged`: it cannot be read whole (S07). */
export type Fresh = { readonly projected: Projected | null } | "damaged";

/** Reads a state that nothing on this device is to be merged with. Rule: RE17. */
export function readFresh({ doc, state }: StateEntry): Fresh {
  const ydoc = newDoc();
  const isWhole = applySafely(ydoc, { update: state, format: "v2" }) && !hasPending(ydoc);
  const fresh = isWhole ? { projected: project(doc, ydoc) } : "damaged";
  ydoc.destroy();
  return fresh;
}

/** How a state is merged. `fill` marks the row with the filling that brought it. */
export type Merging = {
  readonly entry: StateEntry;
  readonly stored: Stored;
  readonly fill: string | undefined;
  /** Given when the server may lack what this device has, and the member may send it. Units: ms since 1970. */
  readonly restoringAt: number | null;
};

/** Merges a state with what is stored; null when the server's state cannot be read whole. Rules: RE2, RE7, S07. */
export function mergeState(merging: Merging): Merged | null {
  const { entry, stored, restoringAt } = merging;
  const sent = stored.rows.filter(({ unsent }) => unsent === undefined);
  const ydoc = withServerState({ row: stored.row, rows: sent }, entry.state);
  if (ydoc === null) return null;
  const lacking = restoringAt === null ? [] : lackingRow(ydoc, { entry, now: restoringAt });
  const row = nextRow(merging, Y.encodeStateAsUpdateV2(ydoc));
  for (const { update, unsent } of stored.rows) if (unsent === 1) applySafely(ydoc, { update, format: "v1" });
  const projected = project(entry.doc, ydoc);
  ydoc.destroy();
  return { row, covered: sent.map(({ id }) => id), lacking, projected };
}

/** The row of a document whose state is this one; whatever else its row said is over. */
export function nextRow({ entry, stored, fill }: Omit<Merging, "restoringAt">, state: Uint8Array): DocRow {
  const { doc, seq } = entry;
  const numbers = { seq, rev: (stored.row?.rev ?? 0) + 1, epoch: stored.row?.epoch ?? 0 };
  return { doc, ...numbers, state, ...(fill === undefined ? {} : { fill }) };
}

/** What the device has of the server's, and the server's state; that alone when the device's bytes are damaged (S07). */
function withServerState(stored: Stored, state: Uint8Array): Y.Doc | null {
  const ydoc = documentOf(stored);
  if (applySafely(ydoc, { update: state, format: "v2" }) && !hasPending(ydoc)) return ydoc;
  ydoc.destroy();
  const server = newDoc();
  if (applySafely(server, { update: state, format: "v2" }) && !hasPending(server)) return server;
  server.destroy();
  return null;
}

/** Deletions count too, so snapshots are compared and not state vectors alone. Rule: RE7. */
function lackingRow(ydoc: Y.Doc, { entry, now }: { entry: StateEntry; now: number }): NewRow[] {
  const server = newDoc();
  applySafely(server, { update: entry.state, format: "v2" });
  const isSame = Y.equalSnapshots(Y.snapshot(ydoc), Y.snapshot(server));
  const update = Y.encodeStateAsUpdate(ydoc, Y.encodeStateVector(server));
  server.destroy();
  return isSame ? [] : [restRow(entry.doc, { update, now })];
}

/** The row that sends a restored server what it lacks. Rule: RE7. */
export const restRow = (doc: DocId, { update, now }: { update: Uint8Array; now: number }): NewRow => ({
  doc,
  update,
  at: now,
  unsent: 1,
  made: { rest: true },
  change: `rest:${doc}`,
});
