// Owns the list of all actions, by which undo, history and replay find them by name.
import type { Action } from "./action.ts";
import { recordPersonActivity, recordStudioActivity } from "./activity.ts";
import { createNote, restoreNote, trashNote } from "./notes.ts";
import {
  createContact,
  createPerson,
  editContact,
  editPerson,
  moveStatus,
  restorePerson,
  setCustomValue,
  trashPerson,
} from "./people.ts";
import { createCustomField, editProfile, trashCustomField } from "./studio.ts";

/** Every action there is. Rule: A6. */
export const allActions: readonly Action[] = [
  createContact,
  editContact,
  createPerson,
  editPerson,
  setCustomValue,
  moveStatus,
  trashPerson,
  restorePerson,
  createNote,
  trashNote,
  restoreNote,
  recordPersonActivity,
  editProfile,
  createCustomField,
  trashCustomField,
  recordStudioActivity,
];

const actionsByName = new Map(allActions.map((each) => [each.name, each]));

/** The action of a name, or null: a bundle newer than this one may have recorded it. */
export const findAction = (name: string): Action | null => actionsByName.get(name) ?? null;
