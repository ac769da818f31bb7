// Owns where this device is in the changes feed, as the disk remembers it: one row, written in the transaction of each page, so that
// a filling goes on where it stopped and every tab knows how far it is. Light: read by the first screen.
import * as v from "valibot";
import { roles } from "../../policy/roles.ts";
import { docClasses } from "../../shared/document.ts";
import type { StudioDb } from "./db.ts";

const cursorSchema = v.object({
  history: v.string(),
  access: v.string(),
  /** Names the filling that runs or ran last. */
  fill: v.string(),
  /** Down to where it is filled; null when it is done. */
  before: v.nullable(v.number()),
  /** Up to where changes are followed: the head when the filling began, then the newest number seen. */
  after: v.number(),
  /** The server's history is another one: what it lacks is sent again. */
  isRestoring: v.boolean(),
  /** Rights changed: what this filling does not bring is dropped where a class is granted one by one. */
  isSweeping: v.boolean(),
  /** True until a filling has come to its end for the first time. */
  isFirst: v.optional(v.boolean(), false),
  /** The role the documents here were given to; null when it was not noted. */
  role: v.optional(v.nullable(v.picklist(roles)), null),
  /** Classes that are being dropped, because the role no longer reads them. */
  losing: v.optional(v.nullable(v.array(v.picklist(docClasses))), null),
  /** The people of a first filling: brought by the present one, shown as here, and how many there are. */
  people: v.optional(v.nullable(v.object({ come: v.number(), shown: v.number(), total: v.number() })), null),
});

/** Where a device is in the feed. Shape: table `meta`, key `feed`. */
export type Cursor = Readonly<v.InferOutput<typeof cursorSchema>>;

/** The key of the row in `meta`. */
const KEY = "feed";

/** Reads where this device is in the feed; null when it has never begun. */
export async function readCursor(db: StudioDb): Promise<Cursor | null> {
  const parsed = v.safeParse(cursorSchema, (await db.meta.get(KEY))?.value);
  return parsed.success ? parsed.output : null;
}

/** Writes where this device is; inside the transaction of what brought it there. */
export async function writeCursor(db: StudioDb, cursor: Cursor): Promise<void> {
  await db.meta.put({ key: KEY, value: cursor });
}
