// Owns the question whether and how far this device has been filled, as the disk remembers it: the same in every tab.
// Reads one row, so that the first screen can ask.
import type { Cursor } from "./cursor.ts";
import { readCursor } from "./cursor.ts";
import type { StudioDb } from "./db.ts";

/** `none`: the server has never been asked; `running`: not all has come, now or since an earlier start. */
export type FillStage = "none" | "running" | "done";

/** How far the first filling of this device is; `total` is null until the server has said it. Units: people. */
export type FillProgress = { readonly done: number; readonly total: number | null };

/** How far the first filling of this device is; a later one, after rights changed, takes nothing from the screen. Rule: PE4. */
export async function fillStage(db: StudioDb): Promise<FillStage> {
  const cursor = await readCursor(db);
  if (cursor === null) return "none";
  return isFilling(cursor) ? "running" : "done";
}

/** The people that have come and how many there are; null when nothing is filled for the first time. Rule: RE18. */
export async function fillProgress(db: StudioDb): Promise<FillProgress | null> {
  const cursor = await readCursor(db);
  if (cursor === null || !isFilling(cursor)) return null;
  const { people } = cursor;
  return people === null
    ? { done: 0, total: null }
    : { done: people.shown, total: people.total === 0 ? null : people.total };
}

// Hint: a cursor of an earlier version does not say `isFirst`; one that restores or sweeps is never a first filling there.
const isFilling = ({ before, isFirst, isRestoring, isSweeping }: Cursor): boolean =>
  before !== null && (isFirst || !(isRestoring || isSweeping));
