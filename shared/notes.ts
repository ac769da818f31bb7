// Owns the notes about a person: long texts that two people type into at once.
// The body is changed only by the binding of an open editor (client); actions make, trash and restore a note.
import * as v from "valibot";
import { action, done, inverseCall } from "./action.ts";
import type { ActionCall, ActionContext, ActionResult } from "./action.ts";
import { collection, putRecord, recordMap, rootOf, setTrashed } from "./collection.ts";
import { instant, memberId, uuid } from "./fields.ts";
import { recordLimits } from "./limits.ts";
import { err } from "./result.ts";
import { MAX_TEXT_LENGTH, plainToText, richText } from "./text.ts";

/** Notes about a person. Shape: `client/<subject>`, root `notes`; `body` is a Y.XmlFragment of the schema in text.ts. Rule: M4. */
export const notes = collection("notes", {
  class: "client",
  ids: "random",
  entries: { body: richText, createdAt: instant, createdBy: memberId, trashedAt: v.optional(instant) },
  immutable: ["createdAt", "createdBy"],
  author: ["createdBy"],
});

/** Makes a note, empty or from plain text (an import, a refused text given back). Its id is the call's. Fails: `exists`, `limit`. */
export const createNote = action({
  name: "notes.create",
  version: 1,
  class: "client",
  args: v.strictObject({ text: v.optional(v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH)), "") }),
  activity: (_args, id) => ({ entity: "note", record: id, fields: [] }),
  run: ({ doc, id, at, by }, { text }) => {
    if (recordMap(doc, notes, id)) return err({ type: "exists" });
    const limit = recordLimits.notesPerPerson;
    if (rootOf(doc, notes).size >= limit) return err({ type: "limit", of: "notes", limit });
    putRecord(doc, notes, { id, values: { body: plainToText(text), createdAt: at, createdBy: by } });
    return done(inverseCall("notes.trash", { noteId: id }));
  },
});

/** Puts a note into the trash. Fails: `not_found`. */
export const trashNote = action({
  name: "notes.trash",
  version: 1,
  class: "client",
  isTidy: true,
  args: v.strictObject({ noteId: uuid }),
  activity: ({ noteId }) => ({ entity: "note", record: noteId, fields: ["trashedAt"] }),
  run: (context, { noteId }) =>
    trashIn(context, { noteId, trashedAt: context.at, inverse: inverseCall("notes.restore", { noteId }) }),
});

/** Takes a note out of the trash. Fails: `not_found`. */
export const restoreNote = action({
  name: "notes.restore",
  version: 1,
  class: "client",
  isTidy: true,
  args: v.strictObject({ noteId: uuid }),
  activity: ({ noteId }) => ({ entity: "note", record: noteId, fields: ["trashedAt"] }),
  run: (context, { noteId }) =>
    trashIn(context, { noteId, trashedAt: null, inverse: inverseCall("notes.trash", { noteId }) }),
});

type Trashing = { readonly noteId: string; readonly trashedAt: string | null; readonly inverse: ActionCall };

function trashIn({ doc }: ActionContext, { noteId, trashedAt, inverse }: Trashing): ActionResult {
  const map = recordMap(doc, notes, noteId);
  if (map === null) return err({ type: "not_found" });
  return done(setTrashed(map, trashedAt) ? inverse : null);
}
