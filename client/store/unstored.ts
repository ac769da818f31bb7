// Owns what becomes of changes that reached the disk too late, because their document was replaced or is gone: calls are run again by
// whoever made them, texts go on as a note, and what no note takes is put aside in words.
// Never decides that a change is late (write.ts).
import { call } from "../../shared/action.ts";
import type { ActionCall } from "../../shared/action.ts";
import { createNote } from "../../shared/notes.ts";
import type { Act, ActError } from "./act.ts";
import type { DocCall } from "./history.ts";
import type { Documents } from "./open.ts";
import type { StoreParts } from "./parts.ts";
import { toQuarantine } from "./quarantine.ts";
import { plainPieces } from "./replay.ts";
import type { Entry, Outcome } from "./write.ts";

export type UnstoredDeps = {
  readonly parts: Pick<StoreParts, "db" | "clock" | "uuid" | "onFailure">;
  readonly documents: Pick<Documents, "renew">;
  readonly act: Act;
};

/** Takes what was not stored. Rule: RE12. */
export function takeUnstored(deps: UnstoredDeps, entries: readonly Entry[], outcome: Exclude<Outcome, "stored">): void {
  const { documents, parts } = deps;
  for (const doc of new Set(entries.map(({ live }) => live.id))) documents.renew(doc).catch(parts.onFailure);
  if (outcome === "gone") return;
  const texts = new Map<string, Entry>();
  for (const entry of entries)
    if (entry.made !== null && "text" in entry.made) texts.set(entry.made.text.record, entry);
  for (const { live, made } of texts.values()) {
    if (made === null || !("text" in made)) continue;
    const calls = plainPieces(live.doc, made.text).map((text) => ({ doc: live.id, call: call(createNote, { text }) }));
    if (calls.length > 0) goOn(deps, calls).catch(parts.onFailure);
  }
}

/** Adds the notes; where they cannot be added they are put aside, so that nothing typed is lost unread. */
async function goOn({ act, parts }: UnstoredDeps, calls: readonly DocCall[]): Promise<void> {
  const done = await act(calls);
  if (done.ok) return;
  const reason = reasonOf(done.error);
  if (reason === null) return;
  const now = { device: parts.clock(), server: null };
  const at = new Date(now.device).toISOString();
  const recorded = (made: ActionCall) => ({ ...made, id: parts.uuid(), at });
  const { db } = parts;
  await db.transaction("rw", db.docs, db.quarantine, async () => {
    const rows = await db.docs.bulkGet(calls.map(({ doc }) => doc));
    // Hint: of what is erased or no longer shown no trace stays.
    const kept = calls.filter((_each, index) => rows[index]?.gone === undefined);
    await db.quarantine.bulkAdd(
      kept.map((each) => toQuarantine({ doc: each.doc, reason, call: recorded(each.call) }, now)),
    );
  });
}

/** Why it is put aside; null when it waits for the disk like any other act. */
function reasonOf({ type }: ActError): string | null {
  if (type === "not_stored") return null;
  return type === "not_here" ? "not_found" : type;
}
