// Owns what is known of a device from outside the store: each change that was stored, and each that was called sent.
// It looks at the transactions of the disk alone, so that the store cannot deceive it. Never changes anything.
import type { StudioDb, UpdateRow } from "../store/db.ts";
import type { DocId } from "../../shared/document.ts";

/** A change that a device has stored: the promise is that it is never lost. */
export type Stored = {
  readonly device: string;
  readonly row: number;
  readonly doc: DocId;
  readonly update: Uint8Array;
  readonly made: UpdateRow["made"];
  readonly change: string;
  /** Since it was stored, its document was erased, or the right to see it ended. */
  isGone: boolean;
  /** The device called it sent. */
  isSent: boolean;
};

export type Witness = {
  readonly stored: Stored[];
  /** What was called sent since this was last asked. */
  readonly takeSent: () => Stored[];
  /** Documents whose refusal was settled here: history of what was put aside may be left out. */
  readonly refused: Set<DocId>;
  readonly watch: (db: StudioDb, isDead: () => boolean) => void;
};

type Mutation = {
  readonly type: string;
  readonly trans: unknown;
  readonly values?: readonly unknown[];
};

/** Makes the witness of a device. */
export function witness(device: string): Witness {
  const stored: Stored[] = [];
  const rows = new Map<number, Stored>();
  const refused = new Set<DocId>();
  let sent: Stored[] = [];

  const onRow = (row: UpdateRow): void => {
    const known = rows.get(row.id);
    if (row.unsent === 1 && known === undefined) {
      const { id, doc, update, made, change = "" } = row;
      const entry: Stored = { device, row: id, doc, update, made, change, isGone: false, isSent: false };
      rows.set(id, entry);
      stored.push(entry);
    } else if (row.unsent === undefined && known !== undefined && !known.isSent) {
      known.isSent = true;
      sent.push(known);
    }
  };
  const onGone = (doc: DocId): void => {
    for (const entry of stored) if (entry.doc === doc) entry.isGone = true;
  };
  return {
    stored,
    refused,
    takeSent: () => {
      const taken = sent;
      sent = [];
      return taken;
    },
    watch: (db) => {
      db.use({
        stack: "dbcore",
        name: "witness",
        create: (core) => ({
          ...core,
          table: (name) => {
            const table = core.table(name);
            if (name !== "updates" && name !== "docs" && name !== "refused") return table;
            return {
              ...table,
              mutate: async (request) => {
                // Hint: with the keys of new rows, which not every caller asks for.
                const answer = await table.mutate(request.type === "add" ? { ...request, wantResults: true } : request);
                // Hint: of a request only what is read here.
                const { type, trans, values = [] } = request as Mutation;
                const keys = answer.results ?? [];
                const seen = (): void =>
                  values.forEach((value, index) => {
                    // Hint: the rows of these tables, as db.ts types them.
                    if (name === "updates") {
                      const row = value as UpdateRow;
                      onRow({ ...row, id: row.id ?? Number(keys[index]) });
                    } else if (name === "refused") refused.add((value as { doc: DocId }).doc);
                    else if ((value as { gone?: string }).gone !== undefined) onGone((value as { doc: DocId }).doc);
                  });
                if (type !== "delete") (trans as IDBTransaction).addEventListener("complete", seen);
                return answer;
              },
            };
          },
        }),
      });
    },
  };
}
