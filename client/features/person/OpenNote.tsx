// Owns an open note: its editor from mounting to closing, its toolbar, and what is shown when it may only be read.
// Loaded when a note is opened, with everything the editor stands on.
import Check from "lucide-solid/icons/check";
import Trash from "lucide-solid/icons/trash";
import type { Editor } from "@tiptap/core";
import { createEffect, createSignal, onCleanup, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import type * as Y from "yjs";
import type { DocId } from "../../../shared/document.ts";
import { textToPlain } from "../../../shared/text.ts";
import { useText } from "../../i18n/i18n.ts";
import type { OpenDocument } from "../../store/store.ts";
import { isFull } from "../../store/weight.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Notice } from "../../ui/State.tsx";
import { useToasts } from "../../ui/toasts.ts";
import { isBindable } from "./bindable.ts";
import { NoteFoot } from "./ClosedNote.tsx";
import type { NoteProps } from "./ClosedNote.tsx";
import { makeNoteEditor } from "./editor.ts";
import { usePerson } from "./model.ts";
import "./note.css";
import type { Full } from "./schema.ts";
import { personText } from "./text.ts";
import { Toolbar } from "./Toolbar.tsx";

export type OpenNoteProps = NoteProps & {
  /** Just added: the caret goes into it. */
  readonly isFresh: boolean;
  readonly onClose: () => void;
  readonly onTrash: () => void;
};

/** A note while it is read and written. Rules: NO2, NO4. */
export function OpenNote(props: OpenNoteProps): JSX.Element {
  const t = useText(personText);
  const place = (): { record: string; field: string } => ({ record: props.note.id, field: "body" });
  onMount(() => props.client.dwell(place()));
  onCleanup(() => props.client.dwell(null));
  // Hint: keyed by the stored text, which is another one after the document was replaced.
  return (
    <div class="flex flex-col gap-2 p-3">
      <Show when={props.client.open()} keyed>
        {(open) => (
          <Show when={props.note.record.body} keyed>
            {(fragment) => (
              <Show when={isBindable(fragment)} fallback={<OnlyRead fragment={fragment} />}>
                <Bound {...props} open={open} fragment={fragment} />
              </Show>
            )}
          </Show>
        )}
      </Show>
      <div class="flex items-center gap-1">
        <div class="min-w-0 flex-1">
          <NoteFoot client={props.client} note={props.note} />
        </div>
        <Show when={props.client.mayWrite()}>
          <IconButton icon={Trash} label={t("notes.trash")} onClick={() => props.onTrash()} />
        </Show>
        <IconButton icon={Check} label={t("notes.close")} onClick={() => props.onClose()} />
      </div>
    </div>
  );
}

type BoundProps = OpenNoteProps & { readonly open: OpenDocument; readonly fragment: Y.XmlFragment };

function Bound(props: BoundProps): JSX.Element {
  const t = useText(personText);
  const { memberName } = usePerson();
  const toasts = useToasts();
  const [editor, setEditor] = createSignal<Editor>();
  let element: HTMLDivElement | undefined;
  let toldFull = 0;
  const onFull = (what: Full): void => {
    toasts.close(toldFull);
    toldFull = toasts.show({ text: t(what === "note" ? "notes.full" : "notes.recordFull"), tone: "warn" });
  };
  onMount(() => {
    if (element === undefined) return;
    const made = makeNoteEditor({
      element,
      fragment: props.fragment,
      awareness: props.open.awareness,
      label: t("notes.body"),
      isEditable: props.client.mayWrite(),
      box: (text, checked) => t("editor.box", text.slice(0, 60), checked),
      nameOf: (id) => memberName(id) ?? t("editor.someone"),
      hasRoom: makeRoom(props.open.id, props.open.doc),
      onFull,
      onLeave: () => props.onClose(),
    });
    if (made.isEditable) made.commands.focus(props.isFresh ? "start" : "end");
    setEditor(made);
    onCleanup(() => made.destroy());
  });
  // Hint: the right to write may end while the note is open; what is typed after that could not be kept.
  createEffect(() => editor()?.setEditable(props.client.mayWrite(), false));
  return (
    <>
      {/* Hint: keyed, because the toolbar still speaks to its editor while it leaves. */}
      <Show when={props.client.mayWrite() && editor()} keyed>
        {(made) => <Toolbar editor={made} />}
      </Show>
      <div ref={(made) => (element = made)} />
    </>
  );
}

/** A heavy record is weighed no more often than this while somebody types. Units: ms. */
const WEIGH_EVERY_MS = 2000;

/** Whether a record has room, asked at every letter. */
function makeRoom(id: DocId, doc: Y.Doc): () => boolean {
  let last = { at: Number.NEGATIVE_INFINITY, hasRoom: true };
  return () => {
    const now = performance.now();
    if (now - last.at > WEIGH_EVERY_MS) last = { at: now, hasRoom: !isFull(id, doc) };
    return last.hasRoom;
  };
}

/** A note that an editor would damage is shown as text; selecting and copying work. */
function OnlyRead(props: { readonly fragment: Y.XmlFragment }): JSX.Element {
  const t = useText(personText);
  return (
    <>
      <Notice tone="warn">{t("notes.readOnly")}</Notice>
      <p class="whitespace-pre-line [overflow-wrap:anywhere]">{textToPlain(props.fragment)}</p>
    </>
  );
}
