// Owns which rooms that nobody is in stay in memory, by their number and by what the large ones weigh, and which go.
// Never gives up a room with a watcher, with something to commit, or that somebody has just asked for.
import type { DocId } from "../../shared/document.ts";
import type { ServerError } from "../../shared/errors.ts";
import type { Result } from "../../shared/result.ts";
import type { Limits } from "../limits.ts";
import { isLarge } from "./order.ts";
import type { Room } from "./room.ts";

/** Beyond so many rooms those that nobody watches are given up. Rule: SY11. */
export const ROOMS_KEPT = 200;

/** `isFresh` from each use until the next eviction has seen it, so that who just asked for a room finds it alive. */
export type Entry = { loading: Promise<Result<Room, ServerError>>; room: Room | null; isFresh: boolean };

/** Gives up rooms that nobody watches, those first that were used longest ago. Rules: SY11, SY20. */
export function evictRooms(entries: Map<DocId, Entry>, { keptLargeBytes }: Pick<Limits, "keptLargeBytes">): void {
  let spare = entries.size - ROOMS_KEPT;
  let spareBytes = closedBytes(entries.values()) - keptLargeBytes;
  for (const [doc, entry] of entries) {
    if (spare <= 0 && spareBytes <= 0) return;
    const { room, isFresh } = entry;
    entry.isFresh = false;
    if (isFresh || !room || isInUse(room) || (spare <= 0 && !isLarge(room))) continue;
    entries.delete(doc);
    room.ydoc.destroy();
    spare -= 1;
    if (isLarge(room)) spareBytes -= room.stateBytes;
  }
}

const isInUse = ({ watchers, isBusy, isTrying, queue }: Room): boolean =>
  watchers.size > 0 || isBusy || isTrying || queue.length > 0;

/** What large documents weigh that nobody watches. */
function closedBytes(entries: Iterable<Entry>): number {
  let bytes = 0;
  for (const { room } of entries) if (room && isLarge(room) && room.watchers.size === 0) bytes += room.stateBytes;
  return bytes;
}
