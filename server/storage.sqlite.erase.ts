// Owns the order of an erasure: rows and tombstones, keys, WALs, done; and finishing what a stop interrupted.
// Never closes rooms nor tells devices: its caller does, and the feed says the rest.
import { setTimeout as wait } from "node:timers/promises";
import { truncateWal } from "./sqlite.ts";
import { columnsOf, headOf } from "./storage.sqlite.parts.ts";
import type { StorageParts } from "./storage.sqlite.parts.ts";
import { storageError } from "./storage.ts";
import type { DocId } from "../shared/document.ts";

/** Why and when something is erased: the id of a rule, an instant. */
export type Reason = { readonly rule: string; readonly at: string };

/** Takes rows away and sets their tombstones, in one transaction; answers with their numbers. Rule: ST9–ST11, ST14. */
export function buryDocuments(docs: readonly DocId[], reason: Reason, parts: StorageParts): { seq: number }[] {
  const buried = parts.data.transaction(() => docs.map((doc) => bury(doc, reason, parts))).immediate();
  parts.step("tombstones_written");
  return buried;
}

/** The same for every document of a person, and the tombstone that bars the person. Rule: ST12. */
export function burySubject(subject: string, reason: Reason, parts: StorageParts): void {
  const { statements } = parts;
  const buryAll = parts.data.transaction(() => {
    if (statements.subjectTombstone.get(subject) === undefined) {
      statements.burySubject.run({ subject, ...reason, seq: nextSeq(parts) });
    }
    for (const { doc } of statements.ofSubject.all(subject)) bury(doc, reason, parts);
  });
  buryAll.immediate();
  parts.step("tombstones_written");
}

function bury(doc: DocId, { rule, at }: Reason, parts: StorageParts): { seq: number } {
  const { statements } = parts;
  const earlier = statements.tombstone.get(doc);
  if (earlier !== undefined) return { seq: earlier.seq };
  const seq = nextSeq(parts);
  statements.remove.run(doc);
  statements.removeWriters.run(doc);
  statements.bury.run({ doc, class: columnsOf(doc).class, seq, rule, at });
  return { seq };
}

/** Draws the organisation's next number. Hint: only inside a transaction that holds the write lock. */
function nextSeq(parts: StorageParts): number {
  const seq = headOf(parts) + 1;
  parts.statements.setSeq.run(seq);
  return seq;
}

/**
 * Finishes every pending erasure: keys, bytes in both files, mark. Rule: ST14–ST16.
 * Throws: StorageError `erasure_pending` when another connection kept a WAL from being emptied for too long.
 */
export async function finishErasures(parts: StorageParts): Promise<void> {
  const docs = parts.statements.pending.all().map((row) => row.doc);
  if (docs.length === 0) return;
  parts.keys.destroy(docs);
  parts.step("keys_destroyed");
  await emptyWals(parts);
  parts.step("wals_emptied");
  parts.data.transaction(() => docs.forEach((doc) => parts.statements.finish.run(doc))).immediate();
  parts.step("erasure_done");
}

async function emptyWals({ data, keyFile, patience, step, org }: StorageParts): Promise<void> {
  for (let attempt = 1; attempt <= patience.attempts; attempt += 1) {
    // Hint: keys first; without the key the bytes of a state are only noise.
    if (truncateWal(keyFile) && truncateWal(data)) return;
    step("wal_busy");
    if (attempt < patience.attempts) await wait(patience.waitMs);
  }
  throw storageError("erasure_pending", org);
}
