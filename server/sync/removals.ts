// Owns how much a change takes away: fields overwritten or cleared, and text deleted.
// Never says that a single removal is unlawful (shared/check.ts does).
import * as Y from "yjs";

/** So many letters of a text weigh as much as a field. */
const LETTERS = 100;

/** How much a transaction took away of what was there before it. Units: fields. To be called while old values can still be read. */
export function removalsIn(transaction: Y.Transaction): number {
  let removed = 0;
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    const isOld = struct.id.clock < (transaction.beforeState.get(struct.id.client) ?? 0);
    if (isOld && struct instanceof Y.Item) removed += struct.parentSub === null ? struct.length / LETTERS : 1;
  });
  return removed;
}
