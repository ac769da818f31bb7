// Owns the question whether this device has been filled, as the disk remembers it. Reads one row, so that the first screen can ask.
import * as v from "valibot";
import type { StudioDb } from "./db.ts";

/** `none`: the server has never been asked; `running`: not all has come, now or since an earlier start. */
export type FillStage = "none" | "running" | "done";

const cursorSchema = v.object({ before: v.nullable(v.number()) });

/** How far the filling of this device is. Rule: PE4. */
export async function fillStage(db: StudioDb): Promise<FillStage> {
  const parsed = v.safeParse(cursorSchema, (await db.meta.get("feed"))?.value);
  if (!parsed.success) return "none";
  return parsed.output.before === null ? "done" : "running";
}
