// Owns updates that are small on the wire and quadratic to apply, for tests and for the attack's bench.
// Never used by the product.
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { notes } from "../../shared/notes.ts";
import { putRecord } from "../../shared/collection.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { emptyDocument } from "./apply.ts";
import { ada, change } from "./testing.ts";

const at = "2026-03-01T09:00:00.000Z";

/** A person's document with one note of one line; `run` is the id of the line's first letter. */
export type Note = { readonly doc: DocId; readonly ydoc: Y.Doc; readonly line: Y.XmlText; readonly update: Uint8Array };

/** Makes a note of so many letters, as an editor would. */
export function noteOf(letters: number, { by = ada }: { by?: string } = {}): Note {
  const doc = docId("client", crypto.randomUUID());
  const ydoc = emptyDocument(doc);
  const line = new Y.XmlText();
  const paragraph = new Y.XmlElement("paragraph");
  const body = new Y.XmlFragment();
  paragraph.insert(0, [line]);
  body.insert(0, [paragraph]);
  const update = change(ydoc, () => {
    putRecord(ydoc, notes, { id: crypto.randomUUID(), values: { body, createdAt: at, createdBy: by } });
    line.insert(0, "x".repeat(letters));
  });
  return { doc, ydoc, line, update };
}

type Inserts = { readonly client: number; readonly clock?: number; readonly count: number; readonly from?: number };

/**
 * Inserts that all begin where the line begins and each end at another letter, so that each has to be compared with all others:
 * about 7 bytes each.
 */
export function conflicts({ line }: Note, { client, clock = 0, count, from = 0 }: Inserts): Uint8Array {
  const run = line._start?.id;
  if (run === undefined) throw new Error("an empty line has no letters");
  const encoder = new Y.UpdateEncoderV1();
  encoding.writeVarUint(encoder.restEncoder, 1);
  encoding.writeVarUint(encoder.restEncoder, count);
  encoder.writeClient(client);
  encoding.writeVarUint(encoder.restEncoder, clock);
  for (let index = 0; index < count; index += 1) {
    // Hint: 4 is a string, 0x40 says that only the right neighbour is named.
    encoder.writeInfo(4 | 0x40);
    encoder.writeRightID(Y.createID(run.client, run.clock + from + index));
    encoder.writeString("b");
  }
  encoding.writeVarUint(encoder.restEncoder, 0);
  return encoder.toUint8Array();
}

/** Deletes the same stretch from the line's beginning so many times over, in one update. */
export function deletions({ line }: Note, { count, length }: { count: number; length: number }): Uint8Array {
  const run = line._start?.id;
  if (run === undefined) throw new Error("an empty line has no letters");
  const encoder = new Y.UpdateEncoderV1();
  for (const number of [0, 1, run.client, count]) encoding.writeVarUint(encoder.restEncoder, number);
  for (let index = 0; index < count; index += 1) {
    encoding.writeVarUint(encoder.restEncoder, run.clock);
    encoding.writeVarUint(encoder.restEncoder, length);
  }
  return encoder.toUint8Array();
}
