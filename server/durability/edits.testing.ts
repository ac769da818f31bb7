// Owns random changes as a studio's members make them: through the actions of the screens, and by typing and deleting in notes.
// Never writes what a server would refuse; the same dice give the same changes.
import * as Y from "yjs";
import type { ActionCall } from "../../shared/action.ts";
import { call } from "../../shared/action.ts";
import { recordMap } from "../../shared/collection.ts";
import { classOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote, notes, restoreNote, trashNote } from "../../shared/notes.ts";
import {
  contacts,
  createContact,
  createPerson,
  editContact,
  editPerson,
  moveStatus,
  personSources,
  persons,
  setCustomValue,
} from "../../shared/people.ts";
import { idOf, instantAt, runCall } from "../../shared/testing.ts";
import type { Dice } from "../demo/random.ts";

/** Who changes which document, by which dice. */
export type Editor = { readonly ydoc: Y.Doc; readonly doc: DocId; readonly dice: Dice; readonly by: string };

/**
 * Makes one random change in one transaction and answers with its update, in V1; one that happens to change nothing is
 * tried again. Call it outside a transaction: updates come when one ends. Throws: when an action fails.
 */
export function editOnce(editor: Editor): Uint8Array {
  const updates: Uint8Array[] = [];
  const onUpdate = (update: Uint8Array): void => void updates.push(update);
  editor.ydoc.on("update", onUpdate);
  while (updates.length === 0) (classOf(editor.doc) === "contact" ? editContactOnce : editClientOnce)(editor);
  editor.ydoc.off("update", onUpdate);
  return Y.mergeUpdates(updates);
}

function run({ ydoc, dice, by }: Editor, toRun: ActionCall): void {
  const result = runCall(ydoc, toRun, { id: dice.uuid(), at: instantAt(dice.below(1000)), by });
  if (!result.ok) throw new Error(`${toRun.action}: ${result.error.type}`);
}

const letters = Array.from("abcçdefgğhıijklmnoöprsştuüvyz ");
const textOf = (dice: Dice, most: number): string =>
  Array.from({ length: 1 + dice.below(most) }, () => dice.pick(letters)).join("");

function editContactOnce(editor: Editor): void {
  const { ydoc, dice } = editor;
  const name = `${textOf(dice, 12)} ${textOf(dice, 12)}`;
  if (recordMap(ydoc, contacts, "self") === null) {
    return run(editor, call(createContact, { name, address: textOf(dice, 60), language: "tr" }));
  }
  // Hint: null clears an optional field, and a cleared field is an update that only deletes.
  const fields = {
    name,
    phone: dice.pick([null, `0555 000 ${1000 + dice.below(9000)}`]),
    email: dice.pick([null, `kisi${dice.below(1000)}@example.com`]),
    address: dice.pick([null, textOf(dice, 60)]),
    language: dice.pick([null, "tr", "en"]),
  };
  const field = dice.pick(["name", "phone", "email", "address", "language"] as const);
  run(editor, call(editContact, { [field]: fields[field] }));
}

function editClientOnce(editor: Editor): void {
  const { ydoc, dice } = editor;
  if (recordMap(ydoc, persons, "self") === null) {
    return run(editor, call(createPerson, { statusId: "new", source: dice.pick(personSources) }));
  }
  const noteIds = [...ydoc.getMap(notes.name).keys()];
  if (noteIds.length === 0) return run(editor, call(createNote, { text: textOf(dice, 40) }));
  const kind = dice.below(10);
  if (kind < 3) typeInto(editor, dice.pick(noteIds));
  else if (kind < 6) deleteFrom(editor, dice.pick(noteIds));
  else run(editor, dice.pick(clientCalls)(dice, dice.pick(noteIds)));
}

const clientCalls: readonly ((dice: Dice, noteId: string) => ActionCall)[] = [
  (dice) => call(createNote, { text: textOf(dice, 40) }),
  (dice) => call(moveStatus, { to: dice.pick(["new", "qualified", "won", "lost"]) }),
  (dice) => call(editPerson, { source: dice.pick([null, ...personSources]) }),
  (dice) => call(setCustomValue, { fieldId: idOf(dice.below(4)), value: dice.pick([null, textOf(dice, 20), true]) }),
  (_dice, noteId) => call(trashNote, { noteId }),
  (_dice, noteId) => call(restoreNote, { noteId }),
];

function typeInto({ ydoc, dice }: Editor, noteId: string): void {
  const text = textIn(ydoc, noteId);
  text?.insert(dice.below(text.length + 1), textOf(dice, 8));
}

function deleteFrom({ ydoc, dice }: Editor, noteId: string): void {
  const text = textIn(ydoc, noteId);
  if (text === null || text.length === 0) return;
  const at = dice.below(text.length);
  text.delete(at, Math.min(1 + dice.below(12), text.length - at));
}

/** The first run of text in a note, or null. */
function textIn(ydoc: Y.Doc, noteId: string): Y.XmlText | null {
  const body = recordMap(ydoc, notes, noteId)?.get("body");
  const [first] = body instanceof Y.XmlFragment ? body.createTreeWalker((node) => node instanceof Y.XmlText) : [];
  return first instanceof Y.XmlText ? first : null;
}
