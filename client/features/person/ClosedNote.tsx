// Owns how a note looks while it is not open: its plain text, who wrote it and who is in it now. Never binds an editor.
import { createRenderEffect, createSignal, onCleanup } from "solid-js";
import type { Accessor, JSX } from "solid-js";
import type * as Y from "yjs";
import type { Stored } from "../../../shared/collection.ts";
import type { notes } from "../../../shared/notes.ts";
import { textToPlain } from "../../../shared/text.ts";
import { useFormat } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { Faces } from "../../ui/Faces.tsx";
import { facesAt } from "../../ui/presence.ts";
import { usePerson } from "./model.ts";
import type { PersonModel } from "./model.ts";
import { personText } from "./text.ts";

export type NoteProps = {
  readonly client: NonNullable<PersonModel["client"]>;
  readonly note: Stored<typeof notes>;
};

/** A closed note; a press opens it. Rule: NO1. */
export function ClosedNote(props: NoteProps & { readonly onOpen: () => void }): JSX.Element {
  const t = useText(personText);
  const plain = createPlain(() => props.note.record.body);
  const firstLine = (): string => plain().trim().split("\n", 1)[0]?.slice(0, 60) || t("notes.blank");
  return (
    <button
      type="button"
      class="flex w-full flex-col gap-1.5 rounded-card px-3 py-2.5 text-left hover:bg-hover"
      aria-label={t("notes.open", firstLine())}
      onClick={() => props.onOpen()}
    >
      <span
        class="line-clamp-6 w-full whitespace-pre-line [overflow-wrap:anywhere]"
        classList={{ "text-muted": plain().trim() === "" }}
      >
        {plain().trim() || t("notes.blank")}
      </span>
      <NoteFoot client={props.client} note={props.note} />
    </button>
  );
}

/** Who wrote a note and when, and who is in it. */
export function NoteFoot(props: NoteProps): JSX.Element {
  const t = useText(personText);
  const { studio, memberName } = usePerson();
  const format = useFormat(studio.zone);
  const author = (): string => memberName(props.note.record.createdBy) ?? t("history.formerMember");
  const inside = () => facesAt(props.client.faces(), { record: props.note.id });
  return (
    <span class="flex min-h-6 w-full items-center justify-between gap-2 text-xs text-muted">
      <span class="truncate">{t("notes.by", author(), format().dateTime(props.note.record.createdAt))}</span>
      <Faces people={inside()} size="small" label={(names) => t("notes.in", names)} />
    </span>
  );
}

/** The plain text of a note, following what colleagues write; owned. */
function createPlain(body: Accessor<Y.XmlFragment>): Accessor<string> {
  const [plain, setPlain] = createSignal("");
  createRenderEffect(() => {
    const fragment = body();
    const read = (): void => void setPlain(textToPlain(fragment, 2000));
    read();
    fragment.observeDeep(read);
    onCleanup(() => fragment.unobserveDeep(read));
  });
  return plain;
}
