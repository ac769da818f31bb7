// Owns the question whether a stored note may be bound to an editor: a binding deletes what its schema cannot hold.
// Never changes the note: the answer is found on a copy.
import { getSchema } from "@tiptap/core";
import type { Schema } from "@tiptap/pm/model";
import { yXmlFragmentToProseMirrorRootNode } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import { isLawfulText, textToPlain } from "../../../shared/text.ts";
import { noteSchema } from "./schema.ts";

let schema: Schema | null = null;

/** The schema of the editor, made once. */
export function editorSchema(): Schema {
  schema ??= getSchema(noteSchema(() => ""));
  return schema;
}

/** Tells whether opening a note in the editor loses none of its text. Rule: NO4. */
export function isBindable(fragment: Y.XmlFragment): boolean {
  if (!isLawfulText(fragment)) return false;
  const copy = new Y.Doc();
  const root = copy.getMap<Y.XmlFragment>("copy");
  root.set("body", fragment.clone());
  const body = root.get("body");
  if (body === undefined) return false;
  const before = textToPlain(body, Number.POSITIVE_INFINITY);
  // Hint: like the binding itself, the conversion deletes from the document what the schema cannot hold.
  yXmlFragmentToProseMirrorRootNode(body, editorSchema());
  const isWhole = textToPlain(body, Number.POSITIVE_INFINITY) === before;
  copy.destroy();
  return isWhole;
}
