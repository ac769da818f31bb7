// Owns the question whether the server was restored from a backup and this device is not yet filled from what it has now.
// Never fills (feed.ts) and never sends (push.ts).
import { readCursor } from "./cursor.ts";
import type { StudioDb } from "./db.ts";
import type { Wire } from "./wire.ts";

export type RestoringDeps = { readonly db: StudioDb; readonly wire: Pick<Wire, "history"> };

/**
 * True from the first answer under another history until this device is filled again: meanwhile the server may lack what a change
 * builds on, so that a refusal says nothing about the change. Rule: RE40.
 */
export async function isServerRestored({ db, wire }: RestoringDeps): Promise<boolean> {
  const cursor = await readCursor(db);
  const history = wire.history();
  if (cursor === null || history === null) return false;
  return cursor.isRestoring || cursor.history !== history;
}
