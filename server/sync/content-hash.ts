// Owns when a room's content hash is told: once, a minute after its last commit. A device that has nothing unsent compares it.
// Never tells who differs and never repairs: the device loads the document anew.
import { createHash } from "node:crypto";
import { collectionsOf } from "../../policy/inventory.ts";
import { canonicalContent } from "../../shared/canonical.ts";
import { classOf } from "../../shared/document.ts";
import { writeContentHash } from "../../shared/protocol.ts";
import { runWhenIdle } from "./room.ts";
import type { Room } from "./room.ts";

/** How long after the last commit. Units: ms. Source: design §3. */
export const CONTENT_HASH_MS = 60_000;

export type Later = (run: () => void, ms: number) => { cancel: () => void };

/** Makes the timer of all rooms of a server: called after each commit. Rule: SO12. */
export function createContentHashes(later: Later): (room: Room) => void {
  const timers = new WeakMap<Room, { cancel: () => void }>();
  return (room) => {
    timers.get(room)?.cancel();
    timers.set(room, later(telling(new WeakRef(room)), CONTENT_HASH_MS));
  };
}

/** Hint: a minute is long: thousands of documents that came over HTTP would stay in memory for it, watched by nobody. */
const telling = (ref: WeakRef<Room>) => (): void => {
  const room = ref.deref();
  if (room !== undefined) runWhenIdle(room, () => tell(room));
};

function tell(room: Room): void {
  if (room.watchers.size === 0) return;
  const content = canonicalContent(room.ydoc, collectionsOf(classOf(room.doc)));
  const frame = writeContentHash({ seq: room.seq, hash: createHash("sha256").update(content).digest() });
  for (const watcher of room.watchers) watcher.tell(frame);
}
