// Owns what happens to each update a document emits: named, numbered and handed to the writer in the same breath,
// before the room sends it. Never writes and never sends.
import type * as Y from "yjs";
import type { DocId } from "../../shared/document.ts";
import type { TextPlace } from "./db.ts";
import type { Item } from "./ledger.ts";
import { isStoredOrigin } from "./live.ts";
import type { Live } from "./live.ts";
import type { Held } from "./slot.ts";
import { isUserOrigin, madeBy, removesRecord } from "./origin.ts";
import type { StoreParts } from "./parts.ts";
import type { Entry } from "./write.ts";
import type { Writer } from "./writer.ts";

/** What yjs says of an update. */
type Emitted = [Uint8Array, unknown, Y.Doc, Y.Transaction];

export type ListenDeps = Pick<StoreParts, "clock"> & {
  readonly writer: Pick<Writer, "add">;
  readonly mayWrite: (held: Held) => boolean;
  /** An editor changed a text. */
  readonly onTyped: (doc: DocId, place: TextPlace) => void;
  /** Something changed a document that this member may only read: it is to be taken anew. */
  readonly onUnlawful: (held: Held) => void;
};

/** Listens to a document from its loading to its end. Registered before its room, so that numbering comes first. Rules: S22, S30, S33. */
export function listen(deps: ListenDeps, held: Held, live: Live): void {
  live.doc.on("update", (...[update, origin, , transaction]: Emitted) => {
    if (isStoredOrigin(origin)) return live.ledger.emitting(origin.items);
    const room = held.room();
    const isOutside = room?.isOrigin(origin) ?? false;
    if (isOutside) {
      live.ledger.emitting([]);
      // Hint: without what it builds on it is of no use on the disk; the document is fetched whole (inside.ts).
      if (live.isEvicted) return;
      const removes = removesRecord(live.id, transaction);
      return deps.writer.add({ ...entryOf(deps, { live, update }), removes });
    }
    if (!deps.mayWrite(held)) return deps.onUnlawful(held);
    const { made, change } = madeBy(live.id, origin, transaction);
    const entry = { ...entryOf(deps, { live, update }), made, change, inRoom: room?.isConnected() ?? false };
    live.ledger.hold([entry.item]);
    live.ledger.emitting([entry.item]);
    deps.writer.add(entry);
    if (isUserOrigin(origin)) origin.entries.push(entry);
    else if ("text" in made) deps.onTyped(live.id, made.text);
  });
}

function entryOf({ clock }: ListenDeps, { live, update }: Pick<Entry, "live" | "update">): Entry {
  const item: Item = { row: null };
  return { live, update, at: clock(), made: null, change: "", inRoom: false, item, removes: false };
}
