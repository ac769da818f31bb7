// Owns what the load writes: a person with a note in each room, and the updates of the members who type into it, made beforehand.
// The documents are ones that our server accepts; the others get the same updates, byte for byte.
import * as Y from "yjs";
import { call } from "../shared/action.ts";
import type { ActionCall } from "../shared/action.ts";
import { findAction } from "../shared/actions.ts";
import { recordMap } from "../shared/collection.ts";
import { docId } from "../shared/document.ts";
import type { DocId } from "../shared/document.ts";
import { createNote, notes } from "../shared/notes.ts";
import { createPerson, editPerson, personSources } from "../shared/people.ts";
import { createDice } from "../server/demo/random.ts";
import type { Dice } from "../server/demo/random.ts";
import { emptyDocument } from "../server/sync/apply.ts";

/**
 * One client of a room: its updates in order, each with the clock of the client id behind it. A deletion has none; it has come
 * once what was sent after it has.
 */
export type Script = {
  readonly clientId: number;
  readonly updates: readonly Uint8Array[];
  readonly ends: readonly number[];
};

/** One room: the document that everybody in it has at the start, in V1, and who writes what. */
export type RoomScript = { readonly doc: DocId; readonly base: Uint8Array; readonly clients: readonly Script[] };

export type WorkloadOptions = {
  readonly rooms: number;
  readonly clients: number;
  readonly updates: number;
  /** The member who made the person; our server checks it. */
  readonly by: string;
  readonly seed: number;
  /** Takes every fifth letter away again, in an update that only deletes. */
  readonly deletes?: true;
};

/** Every so many keystrokes a field of the person is set instead. */
const FIELD_EVERY = 8;

const DELETE_EVERY = 5;

/** Makes the updates of a run; the same options give the same bytes. */
export function makeWorkload({ rooms, clients, updates, by, seed, deletes }: WorkloadOptions): RoomScript[] {
  const dice = createDice(seed);
  return Array.from({ length: rooms }, (_, room) => {
    const doc = docId("client", dice.uuid());
    const firstId = 1 + room * (clients + 1);
    const { base, noteId } = makeBase(doc, { dice, by, clientId: firstId });
    const scripts = Array.from({ length: clients }, (__, index) =>
      makeScript({ doc, base, noteId, clientId: firstId + 1 + index, updates, dice, by, deletes }),
    );
    return { doc, base, clients: scripts };
  });
}

type Maker = { readonly dice: Dice; readonly by: string; readonly clientId: number };

const AT = "2026-03-01T09:00:00.000Z";

function run(ydoc: Y.Doc, toRun: ActionCall, { id, by }: { id: string; by: string }): void {
  const result = ydoc.transact(() => findAction(toRun.action)?.run({ doc: ydoc, id, at: AT, by }, toRun));
  if (!result?.ok) throw new Error(`workload: ${toRun.action} failed`);
}

function makeBase(doc: DocId, { dice, by, clientId }: Maker): { base: Uint8Array; noteId: string } {
  const ydoc = emptyDocument(doc);
  ydoc.clientID = clientId;
  const noteId = dice.uuid();
  run(ydoc, call(createPerson, { statusId: "new", source: "web" }), { id: dice.uuid(), by });
  run(ydoc, call(createNote, { text: "Dış çekim, gün batımı. " }), { id: noteId, by });
  return { base: Y.encodeStateAsUpdate(ydoc), noteId };
}

const letters = Array.from("aeiklmnrsty ");

type Scripting = Maker & {
  readonly doc: DocId;
  readonly base: Uint8Array;
  readonly noteId: string;
  readonly updates: number;
  readonly deletes: true | undefined;
};

function makeScript({ doc, base, noteId, clientId, updates, dice, by, deletes }: Scripting): Script {
  const ydoc = emptyDocument(doc);
  ydoc.clientID = clientId;
  Y.applyUpdate(ydoc, base);
  const made: Uint8Array[] = [];
  const ends: number[] = [];
  ydoc.on("update", (update: Uint8Array) => {
    made.push(update);
    ends.push(Y.getState(ydoc.store, clientId));
  });
  const text = textOf(ydoc, noteId);
  for (let step = 1; step <= updates; step += 1) {
    // Hint: never the last one, which nothing would come after.
    if (deletes && step % DELETE_EVERY === 0 && step < updates) text.delete(text.length - 1, 1);
    else if (step % FIELD_EVERY > 0) text.insert(text.length, dice.pick(letters));
    else {
      const source = personSources[(step / FIELD_EVERY) % personSources.length];
      run(ydoc, call(editPerson, { source }), { id: dice.uuid(), by });
    }
  }
  if (made.length !== updates) throw new Error("workload: a step changed nothing");
  return {
    clientId,
    updates: made,
    ends: ends.map((end, index) => (isDeletion(ends, index) ? (ends[index + 1] ?? end) : end)),
  };
}

const isDeletion = (ends: readonly number[], index: number): boolean => index > 0 && ends[index] === ends[index - 1];

function textOf(ydoc: Y.Doc, noteId: string): Y.XmlText {
  const body = recordMap(ydoc, notes, noteId)?.get("body");
  const [first] = body instanceof Y.XmlFragment ? body.createTreeWalker((node) => node instanceof Y.XmlText) : [];
  if (first instanceof Y.XmlText) return first;
  throw new Error("workload: the note has no text");
}
