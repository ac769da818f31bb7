// Owns the making of a note editor: the schema, the binding to the stored text, its undo, and colleagues' carets.
// Never stores: the binding writes into the open document, whose store hears of it. Loaded when a note is opened.
import { Editor, Extension } from "@tiptap/core";
import type { AnyExtension } from "@tiptap/core";
import { Collaboration } from "@tiptap/extension-collaboration";
import { yCursorPlugin } from "@tiptap/y-tiptap";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { inkOn } from "../../ui/face.ts";
import { lawfulNotes, noteSchema } from "./schema.ts";
import type { Full } from "./schema.ts";

/** What an editor stands on. Words and names are asked for when they are drawn, so that a change of language counts. */
export type NoteEditorParts = {
  readonly element: HTMLElement;
  readonly fragment: Y.XmlFragment;
  readonly awareness: Awareness;
  readonly label: string;
  readonly isEditable: boolean;
  readonly box: (text: string, checked: boolean) => string;
  readonly nameOf: (memberId: string) => string;
  /** Whether the record the note is in has room for more. Rule: LI6. */
  readonly hasRoom: () => boolean;
  readonly onFull: (what: Full) => void;
  readonly onLeave: () => void;
};

/** Makes an editor bound to a note; whoever made it destroys it. The undo stack lives and ends with it. Rules: NO2, NO5. */
export function makeNoteEditor(parts: NoteEditorParts): Editor {
  const { element, fragment, label, isEditable, box, hasRoom, onFull } = parts;
  return new Editor({
    element,
    editable: isEditable,
    injectCSS: false,
    extensions: [
      ...noteSchema(box),
      lawfulNotes({ hasRoom, onFull }),
      Collaboration.configure({ fragment }),
      carets(parts),
      leaving(parts),
    ],
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": label, class: "note-text" },
    },
  });
}

/** Escape leaves the note; inside a list Tab is taken, so without it the keyboard would be caught. */
const leaving = ({ onLeave }: NoteEditorParts): AnyExtension =>
  Extension.create({
    name: "leaving",
    addKeyboardShortcuts: () => ({
      Escape: () => {
        onLeave();
        return true;
      },
    }),
  });

/** Hint: the user part of a state is the server's word, so it may be trusted for who it is but holds no name. */
type User = { readonly id?: unknown; readonly color?: unknown };

const carets = ({ awareness, nameOf }: NoteEditorParts): AnyExtension =>
  Extension.create({
    name: "carets",
    addProseMirrorPlugins: () => [
      yCursorPlugin(awareness, {
        cursorBuilder: (user: User) => drawCaret(nameOf(String(user.id)), colourOf(user)),
        selectionBuilder: (user: User) => ({ style: `background-color: ${colourOf(user)}40` }),
      }),
    ],
  });

const colourOf = ({ color }: User): string =>
  typeof color === "string" && /^#[0-9a-fA-F]{6}$/.test(color) ? color : "#5b6866";

function drawCaret(name: string, colour: string): HTMLElement {
  const caret = document.createElement("span");
  caret.className = "note-caret";
  caret.style.setProperty("--who", colour);
  caret.style.setProperty("--who-ink", inkOn(colour));
  const flag = document.createElement("span");
  flag.className = "note-caret-name";
  flag.textContent = name;
  // Hint: zero-width joiners keep the caret from breaking a line or being selected.
  caret.append("\u2060", flag, "\u2060");
  return caret;
}
