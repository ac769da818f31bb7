// Owns the estimate of what applying an update may cost at worst, from the update and the document it meets.
// Never measures and never applies (judge.ts does). Source: sync.md §5.
import * as Y from "yjs";
import { itemsIn, typeIn } from "../../shared/content.ts";
import { structsIn } from "./inspect.ts";
import type { Decoded } from "./inspect.ts";

/**
 * The most steps that applying an update may take: what it adds and deletes, times what the document then holds. Yjs walks past
 * neighbours to place an item and to tidy up after a deletion, so both are quadratic in a hostile document: 12 bytes that delete
 * a text of 60,000 formatted structs took 43 s of computing (measured). Ranges of deletions may overlap, and each is walked, whatever
 * is dead in it. Counting ends beyond `most`. Rule: SY13.
 */
export function effortOf(ydoc: Y.Doc, decoded: Decoded, most: number): number {
  const held = structsIn(ydoc);
  const added = decoded.structs.reduce((sum, struct) => sum + (isKnown(ydoc, struct) ? 0 : 1), 0);
  const { ranges, deleted, walked } = countDeleted(ydoc, decoded.ds, most);
  if (walked > most) return Number.POSITIVE_INFINITY;
  // Hint: an item splits at most two others, a range the two at its ends.
  return (added + deleted) * (held + 3 * added + 2 * ranges);
}

/** What loading a document may cost at worst. */
export const loadEffort = (ydoc: Y.Doc): number => structsIn(ydoc) ** 2;

const isKnown = (ydoc: Y.Doc, { id, length }: Y.AbstractStruct): boolean =>
  id.clock + length <= Y.getState(ydoc.store, id.client);

type Deleted = { ranges: number; deleted: number; walked: number };

/** Counts what deletions would really take away, with all that lies below it; an honest reconnect names all that ever was deleted. */
function countDeleted(ydoc: Y.Doc, ds: Decoded["ds"], most: number): Deleted {
  const count: Deleted = { ranges: 0, deleted: 0, walked: 0 };
  for (const [client, ranges] of ds.clients) {
    const structs = ydoc.store.clients.get(client) ?? [];
    for (const { clock, len } of ranges) {
      const before = count.deleted;
      countRange(structs, { from: clock, to: clock + len, most }, count);
      if (count.deleted > before) count.ranges += 1;
      if (count.walked > most) return count;
    }
  }
  return count;
}

type Range = { readonly from: number; readonly to: number; readonly most: number };

function countRange(structs: (Y.GC | Y.Item)[], { from, to, most }: Range, count: Deleted): void {
  const last = structs.at(-1);
  if (last === undefined || from >= last.id.clock + last.length) return;
  for (let index = Y.findIndexSS(structs, from); index < structs.length && count.walked <= most; index += 1) {
    const struct = structs[index];
    if (struct === undefined || struct.id.clock >= to) return;
    count.walked += 1;
    if (struct instanceof Y.Item && !struct.deleted) countBelow(struct, count, most);
  }
}

function countBelow(top: Y.Item, count: Deleted, most: number): void {
  const pending = [top];
  for (let item = pending.pop(); item !== undefined && count.walked <= most; item = pending.pop()) {
    count.deleted += 1;
    count.walked += 1;
    const type = typeIn(item);
    if (type === null) continue;
    for (const each of itemsIn(type)) {
      if (pending.length > most) break;
      if (!each.deleted) pending.push(each);
    }
  }
}
