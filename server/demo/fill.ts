// Owns how invented people become documents of a studio: through the same actions that a screen calls, committed in batches.
// Never writes a record by hand.
import * as Y from "yjs";
import { call } from "../../shared/action.ts";
import type { ActionCall } from "../../shared/action.ts";
import { findAction } from "../../shared/actions.ts";
import { recordPersonActivity } from "../../shared/activity.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote } from "../../shared/notes.ts";
import { createContact, createPerson } from "../../shared/people.ts";
import { toInstant } from "../clock.ts";
import type { Change, DocumentStorage } from "../storage.ts";
import { emptyDocument } from "../sync/apply.ts";
import { createDice } from "./random.ts";
import type { Dice } from "./random.ts";
import { samplePerson } from "./people.ts";
import type { SamplePerson } from "./people.ts";

/** How many people share one commit. */
const BATCH = 250;
const DAY_MS = 86_400_000;

/** How many people, invented from which seed, made by whom, as of when. Units: `nowMs` ms since 1970. */
export type FillOptions = {
  readonly people: number;
  readonly seed: number;
  readonly by: string;
  readonly nowMs: number;
};

/** Fills a studio with invented people. Throws: when a document could not be committed. */
export async function fillStudio(storage: DocumentStorage, { people, seed, by, nowMs }: FillOptions): Promise<void> {
  const dice = createDice(seed);
  for (let from = 0; from < people; from += BATCH) {
    const size = Math.min(BATCH, people - from);
    const batch = Array.from({ length: size }, (_, offset) => samplePerson(dice, from + offset));
    const changes = batch.flatMap((person) => personChanges(dice, person, { by, nowMs }));
    const results = await storage.commit(changes);
    if (results.some((result) => result.kind !== "committed")) throw new Error("sample people were not stored");
  }
}

type Maker = { readonly by: string; readonly nowMs: number };

function personChanges(dice: Dice, person: SamplePerson, { by, nowMs }: Maker): Change[] {
  const at = toInstant(nowMs - person.daysAgo * DAY_MS);
  const make = (doc: DocId, calls: readonly ActionCall[]): Change => {
    const ydoc = emptyDocument(doc);
    for (const each of calls) runCall(ydoc, each, { id: dice.uuid(), at, by });
    const state = Y.encodeStateAsUpdateV2(ydoc);
    ydoc.destroy();
    return { doc, state, expectedVersion: 0 };
  };
  const { subject, name, phone, email, address, statusId, source, notes } = person;
  const contact = { name, phone, ...(email === null ? {} : { email }), ...(address === null ? {} : { address }) };
  const history = call(recordPersonActivity, { verb: "person.create", entity: "person", fields: [] });
  return [
    make(docId("contact", subject), [call(createContact, contact)]),
    make(docId("client", subject), [
      call(createPerson, { statusId, source }),
      history,
      ...notes.map((text) => call(createNote, { text })),
    ]),
  ];
}

function runCall(doc: Y.Doc, toRun: ActionCall, { id, at, by }: { id: string; at: string; by: string }): void {
  const result = doc.transact(() => findAction(toRun.action)?.run({ doc, id, at, by }, toRun));
  if (!result?.ok) throw new Error(`sample: ${toRun.action} failed`);
}
