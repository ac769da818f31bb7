// Owns the notes of a person: the list, adding one, which one is open, and the trash with its undo.
// The editor itself is loaded when the first note is opened.
import Plus from "lucide-solid/icons/plus";
import { createEffect, createMemo, createSignal, For, lazy, onCleanup, Show, Suspense, untrack } from "solid-js";
import type { Accessor, JSX } from "solid-js";
import { call } from "../../../shared/action.ts";
import type { Stored } from "../../../shared/collection.ts";
import { createNote, notes, trashNote } from "../../../shared/notes.ts";
import { textToPlain } from "../../../shared/text.ts";
import { useAct } from "../../acts.ts";
import { useText } from "../../i18n/i18n.ts";
import { createRecords, useStore } from "../../store/use.tsx";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/State.tsx";
import type { PersonModel } from "./model.ts";
import { ClosedNote } from "./ClosedNote.tsx";
import { Section } from "../../ui/Section.tsx";
import { personText } from "./text.ts";

const OpenNote = lazy(async () => ({ default: (await import("./OpenNote.tsx")).OpenNote }));

type Note = Stored<typeof notes>;

/** The notes of a person, newest first. Rule: NO1. */
export function Notes(props: { readonly client: NonNullable<PersonModel["client"]> }): JSX.Element {
  const t = useText(personText);
  const act = useAct();
  const store = useStore();
  // Hint: the client of a shown person does not change; another person is another component.
  // eslint-disable-next-line solid/reactivity
  const { client } = props;
  const all = createRecords(client.open, notes);
  // Hint: those that did not pass their schema are counted, never hidden.
  const skipped = (): number =>
    Math.max(0, (client.open()?.ids(notes).length ?? 0) - (all()?.length ?? Number.POSITIVE_INFINITY));
  const ids = createShown(() => all() ?? []);
  const [opened, setOpened] = createSignal<string | null>(null);
  const [fresh, setFresh] = createSignal<string | null>(null);
  // Hint: also what was added, written, and then emptied because the server did not take the words.
  const added = new Set<string>();
  const noteOf = (id: string): Note | undefined => all()?.find((note) => note.id === id);
  const add = async (): Promise<void> => {
    const result = await act([{ doc: client.id, call: call(createNote, { text: "" }) }]);
    const id = result.ok ? result.value.ids[0] : undefined;
    if (id === undefined) return;
    added.add(id);
    setFresh(id);
    setOpened(id);
  };
  const trash = (id: string, done?: string): void => {
    if (opened() === id) setOpened(null);
    void act([{ doc: client.id, call: call(trashNote, { noteId: id }) }], done === undefined ? {} : { done });
  };
  const close = (id: string): void => {
    if (opened() === id) setOpened(null);
    if (fresh() === id) setFresh(null);
  };
  // A note that was added and left empty is no note; nobody has to clear it away.
  const clearAway = (open: string | null): void => {
    for (const note of all() ?? []) {
      if (!added.has(note.id) || note.id === open || !isBlank(note)) continue;
      added.delete(note.id);
      const trashing = [{ doc: client.id, call: call(trashNote, { noteId: note.id }) }];
      // Hint: nobody asked for it, so nothing is said of it.
      if (note.record.trashedAt === undefined) untrack(() => store.act(trashing)).catch(reportError);
    }
  };
  createEffect(() => clearAway(opened()));
  onCleanup(() => untrack(() => clearAway(null)));
  return (
    <Show when={client.record()}>
      <Section
        title={t("section.notes")}
        act={
          <Show when={client.mayWrite()}>
            <Button tone="quiet" icon={Plus} class="-mr-3.5" onClick={() => void add()}>
              {t("notes.add")}
            </Button>
          </Show>
        }
      >
        <Show when={skipped() > 0}>
          <Notice tone="warn">{t("notes.skipped", skipped())}</Notice>
        </Show>
        <Show when={ids().length > 0} fallback={<Empty mayWrite={client.mayWrite()} />}>
          <ul class="flex flex-col gap-2 pb-2">
            <For each={ids()}>
              {(id) => (
                <Show when={noteOf(id)}>
                  {(note) => (
                    <li class="rounded-card border border-line bg-surface focus-within:border-control">
                      <Show
                        when={opened() === id}
                        fallback={<ClosedNote client={client} note={note()} onOpen={() => setOpened(id)} />}
                      >
                        <Suspense fallback={<p class="p-3 text-muted">{t("notes.loading")}</p>}>
                          <OpenNote
                            client={client}
                            note={note()}
                            isFresh={fresh() === id}
                            onClose={() => close(id)}
                            onTrash={() => trash(id, t("notes.trashed"))}
                          />
                        </Suspense>
                      </Show>
                    </li>
                  )}
                </Show>
              )}
            </For>
          </ul>
        </Show>
      </Section>
    </Show>
  );
}

const isBlank = ({ record }: Note): boolean => textToPlain(record.body, 100).trim() === "";

/** The ids to show, newest first; the same list as long as nothing is added, trashed or restored, so that no note is drawn anew. */
function createShown(all: Accessor<readonly Note[]>): Accessor<string[]> {
  const order = (one: Note, other: Note): number => {
    const [a, b] = [`${one.record.createdAt}${one.id}`, `${other.record.createdAt}${other.id}`];
    return a < b ? 1 : -1;
  };
  const shown = (): string[] =>
    all()
      .filter(({ record }) => record.trashedAt === undefined)
      .toSorted(order)
      .map(({ id }) => id);
  const ids = createMemo(shown, [], { equals: (before, after) => before.join() === after.join() });
  return ids;
}

function Empty(props: { readonly mayWrite: boolean }): JSX.Element {
  const t = useText(personText);
  return (
    <div class="pb-3 text-muted">
      <p>{t("notes.empty")}</p>
      <Show when={props.mayWrite}>
        <p class="text-xs text-pretty">{t("notes.emptyHint")}</p>
      </Show>
    </div>
  );
}
