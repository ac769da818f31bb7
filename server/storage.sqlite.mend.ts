// Owns how a document that cannot be read any more is mended by what a backup holds of it, when an operator asks for it.
// Never touches a document that can be read, and never brings back an erased one.
import { seal, unseal } from "./seal.ts";
import { barredAt, columnsOf, headOf } from "./storage.sqlite.parts.ts";
import type { StorageParts } from "./storage.sqlite.parts.ts";
import type { BackedUp, Mended } from "./storage.ts";
import type { DocumentsTable } from "./storage.tables.ts";
import type { DocId } from "../shared/document.ts";

/** Puts a lost key back, so that nothing is lost; else the state of the backup, under a new key. Rule: ST46. */
export function mendDocument(doc: DocId, backup: BackedUp, parts: StorageParts): Mended {
  const row = parts.statements.find.get(doc);
  if (row === undefined) return barredAt(columnsOf(doc), parts) === null ? "absent" : "erased";
  const stored = { ...row, doc };
  if (isReadable(stored, parts)) return "readable";
  if (row.key_id === backup.key.id && parts.keys.putBack(doc, backup.key) && isReadable(stored, parts)) return "key";
  return replaceState(stored, backup, parts) ? "state" : "erased";
}

type Row = DocumentsTable & { readonly doc: DocId };

function isReadable({ doc, key_id: id, state }: Row, { keys }: StorageParts): boolean {
  const key = keys.find(doc, id);
  return key.ok && unseal(state, key.value.box).ok;
}

function replaceState({ doc, version }: Row, { state }: BackedUp, parts: StorageParts): boolean {
  const key = parts.keys.make([doc]).get(doc);
  if (key === undefined) throw new Error("no key was made for a mended document");
  const row = { ...columnsOf(doc), version: version + 1, key_id: key.id, state: seal(state, key.box, parts.random) };
  const store = parts.data.transaction(() => {
    const seq = headOf(parts) + 1;
    const { changes } = parts.statements.mend.run({ ...row, seq });
    if (changes > 0) parts.statements.setSeq.run(seq);
    return changes > 0;
  });
  // Hint: the key that was used before lies unused from now on and goes at a later start (K4).
  return store.immediate();
}
