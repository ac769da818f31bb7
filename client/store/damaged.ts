// Owns what happens first to a document whose stored bytes cannot be read whole (S07): its unsent changes are copied to where they can
// be read and copied out, in the transaction that asks for it to be fetched again. What follows, refusal.ts and rebuild.ts do.
// Never repairs bytes and never removes the rows it copied.
import type { UpdateRow } from "./db.ts";
import type { StoreParts } from "./parts.ts";
import { toQuarantine } from "./quarantine.ts";
import { plainPieces } from "./replay.ts";
import type { Held } from "./slot.ts";

/** Puts the unsent changes of a damaged document aside and has it fetched again; once, however often it is found. Rule: S72. */
export async function setAside({ db, clock }: Pick<StoreParts, "db" | "clock">, held: Held): Promise<void> {
  const { id: doc } = held;
  const now = { device: clock(), server: null };
  await db.transaction("rw", db.refused, db.updates, db.quarantine, async () => {
    if ((await db.refused.get(doc))?.reason === "damaged") return;
    await db.refused.put({ doc, reason: "damaged", at: clock() });
    const rows = await db.updates.where("[doc+unsent]").equals([doc, 1]).sortBy("id");
    const copies = rows.map((row) => ({ ...toQuarantine(toRefused(row), now), ...textOf(held, row), row: row.id }));
    await db.quarantine.bulkAdd(copies);
  });
}

function toRefused({ doc, made, change, update }: UpdateRow) {
  const call = made !== undefined && "call" in made ? made.call : undefined;
  return { doc, reason: "damaged", change, ...(call === undefined ? { update } : { call }) };
}

/** The words of a text as far as they can be read, so that they can be copied out. */
function textOf(held: Held, { made }: UpdateRow): { readonly text?: string } {
  if (made === undefined || !("text" in made)) return {};
  const text = plainPieces(held.live().doc, made.text).join("\n");
  return text === "" ? {} : { text };
}
