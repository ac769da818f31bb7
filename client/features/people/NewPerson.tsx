// Owns the sheet that adds a person: few fields first, the rest on demand, a draft that is kept, and no question.
// Loaded when it is first opened: actions stand on yjs, which the list does without.
import { useNavigate } from "@solidjs/router";
import { createSignal, createUniqueId, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { fold, phoneKey } from "../../../shared/turkish.ts";
import { useAct } from "../../acts.ts";
import { useText } from "../../i18n/i18n.ts";
import { personWords, sourceKeys } from "../../i18n/people.ts";
import { useInitialStatus, useStatuses } from "../../statuses.tsx";
import { peopleLike } from "../../store/twins.ts";
import { createLive, useStore } from "../../store/use.tsx";
import type { Store } from "../../store/store.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Select } from "../../ui/Select.tsx";
import { Notice } from "../../ui/State.tsx";
import { TextArea, TextField } from "../../ui/TextField.tsx";
import { callsOf, emptyDraft, isTouched, undoOf } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { peopleText } from "./text.ts";

/** What was typed and not created, per studio, as long as the page lives. */
const drafts = new WeakMap<Store, Draft>();

export type NewPersonProps = {
  readonly onClose: () => void;
  readonly onOpen: (subject: string) => void;
  readonly href: (subject: string) => string;
};

/** The sheet for a new person. Enter creates, Ctrl+Enter creates and opens. Rule: PE6. */
export function NewPerson(props: NewPersonProps): JSX.Element {
  const t = useText(peopleText);
  const store = useStore();
  const act = useAct();
  const initialStatus = useInitialStatus();
  const formId = createUniqueId();
  const [draft, setDraft] = createSignal(drafts.get(store) ?? emptyDraft);
  const [wrong, setWrong] = createSignal<readonly string[]>([]);
  const set = (changes: Partial<Draft>): void => {
    setWrong((fields) => fields.filter((field) => !(field in changes)));
    drafts.set(store, setDraft({ ...draft(), ...changes }));
  };
  const create = async (opens: "opens" | "stays"): Promise<void> => {
    const subject = crypto.randomUUID();
    const calls = callsOf(draft(), subject, initialStatus());
    const words = { done: t("sheet.done", draft().name.trim()), undo: undoOf(subject), showsInvalid: true } as const;
    const result = await act(calls, words);
    if (!result.ok) return void setWrong(result.error.type === "invalid" ? result.error.fields : []);
    drafts.delete(store);
    props.onClose();
    if (opens === "opens") props.onOpen(subject);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    void create("opens");
  };
  const footer = (
    <>
      <Button onClick={() => void create("opens")}>{t("sheet.createOpen")}</Button>
      <Button type="submit" form={formId} tone="primary">
        {t("sheet.create")}
      </Button>
    </>
  );
  return (
    <Dialog
      kind="sheet"
      open
      onOpenChange={(open) => !open && props.onClose()}
      title={t("sheet.title")}
      footer={footer}
    >
      <form
        id={formId}
        class="flex flex-col gap-4"
        novalidate
        onKeyDown={keys}
        onSubmit={(event) => {
          event.preventDefault();
          void create("stays");
        }}
      >
        <FirstFields draft={draft()} wrong={wrong()} onChange={set} />
        <Twin draft={draft()} href={props.href} onLeave={() => props.onClose()} />
        <MoreFields draft={draft()} wrong={wrong()} onChange={set} />
        <p class="hidden text-xs text-muted pointer-fine:block">{t("sheet.keys")}</p>
      </form>
    </Dialog>
  );
}

type FieldsProps = {
  readonly draft: Draft;
  readonly wrong: readonly string[];
  readonly onChange: (changes: Partial<Draft>) => void;
};

function FirstFields(props: FieldsProps): JSX.Element {
  const t = useText(peopleText);
  const word = useText(personWords);
  const error = (field: "name" | "phone" | "email"): string | undefined =>
    props.wrong.includes(field) ? t(`problem.${field}`) : undefined;
  let name: HTMLInputElement | undefined;
  onMount(() => name?.focus());
  return (
    <>
      <TextField
        ref={(element) => (name = element)}
        label={word("field.name")}
        value={props.draft.name}
        error={error("name")}
        autocomplete="off"
        autocapitalize="words"
        enterkeyhint="done"
        maxLength={255}
        onInput={(event) => props.onChange({ name: event.currentTarget.value })}
      />
      <TextField
        label={word("field.phone")}
        type="tel"
        value={props.draft.phone}
        error={error("phone")}
        optional
        autocomplete="off"
        enterkeyhint="done"
        onInput={(event) => props.onChange({ phone: event.currentTarget.value })}
      />
      <TextField
        label={word("field.email")}
        type="email"
        value={props.draft.email}
        error={error("email")}
        optional
        autocomplete="off"
        enterkeyhint="done"
        onInput={(event) => props.onChange({ email: event.currentTarget.value })}
      />
    </>
  );
}

/** Opens by itself where something in it is filled or wrong. */
function MoreFields(props: FieldsProps): JSX.Element {
  const t = useText(peopleText);
  const word = useText(personWords);
  const statuses = useStatuses();
  const initialStatus = useInitialStatus();
  const hasMore = (): boolean => isTouched({ ...props.draft, name: "", phone: "", email: "" });
  const [shown, setShown] = createSignal(false);
  const isShown = (): boolean => shown() || hasMore() || props.wrong.includes("address");
  const sources = () => sourceKeys.map((key) => ({ value: key, label: word(`source.${key}`) }));
  const choices = () => statuses().map(({ id, label, colour }) => ({ value: id, label, dot: colour }));
  return (
    <Show
      when={isShown()}
      fallback={
        <Button tone="quiet" class="-ml-3.5 self-start" onClick={() => setShown(true)}>
          {t("sheet.more")}
        </Button>
      }
    >
      <TextArea
        label={word("field.address")}
        value={props.draft.address}
        error={props.wrong.includes("address") ? t("problem.address") : undefined}
        optional
        rows={2}
        onInput={(event) => props.onChange({ address: event.currentTarget.value })}
      />
      <Select
        label={word("field.source")}
        options={sources()}
        value={props.draft.source === "" ? null : props.draft.source}
        placeholder={word("source.none")}
        onChange={(source) => props.onChange({ source })}
      />
      <Select
        label={word("field.status")}
        options={choices()}
        value={props.draft.statusId === "" ? initialStatus() : props.draft.statusId}
        onChange={(statusId) => props.onChange({ statusId })}
      />
    </Show>
  );
}

/** Says who has this number or address already; nothing is asked and nothing is held back. */
function Twin(props: {
  readonly draft: Draft;
  readonly href: (subject: string) => string;
  readonly onLeave: () => void;
}): JSX.Element {
  const t = useText(peopleText);
  const { db } = useStore();
  const navigate = useNavigate();
  const phone = (): string => (props.draft.phone.trim().length < 7 ? "" : phoneKey(props.draft.phone));
  const email = (): string => (props.draft.email.includes("@") ? fold(props.draft.email.trim()) : "");
  const twins = createLive(() =>
    peopleLike(db, { phones: [phone()].filter(Boolean), emails: [email()].filter(Boolean) }),
  );
  return (
    <Show when={twins()?.[0]}>
      {(twin) => (
        <Notice
          tone="info"
          act={
            <Button
              tone="quiet"
              onClick={() => {
                props.onLeave();
                navigate(props.href(twin().id));
              }}
            >
              {t("sheet.twinOpen")}
            </Button>
          }
        >
          {t("sheet.twin", twin().name)}
        </Notice>
      )}
    </Show>
  );
}
