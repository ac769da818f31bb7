// Owns the sheet that defines a new field. A field without a category of data cannot be saved.
import { createSignal, createUniqueId, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { customFieldCategories, customFieldTypes } from "../../../shared/studio.ts";
import { useAct } from "../../acts.ts";
import { useText } from "../../i18n/i18n.ts";
import { personWords } from "../../i18n/people.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Select } from "../../ui/Select.tsx";
import { TextArea, TextField } from "../../ui/TextField.tsx";
import { callOf, emptyField, problemsIn } from "./fields.ts";
import type { FieldDraft } from "./fields.ts";
import { studioDoc } from "./model.ts";
import { studioText } from "./text.ts";

/** A new field: label, type, category, and the choices of a list. Rule: ST3. */
export function FieldForm(props: { readonly ranks: readonly string[]; readonly onClose: () => void }): JSX.Element {
  const t = useText(studioText);
  const act = useAct();
  const formId = createUniqueId();
  const [draft, setDraft] = createSignal<FieldDraft>(emptyField);
  const [isTried, setTried] = createSignal(false);
  const set = (changes: Partial<FieldDraft>): void => void setDraft({ ...draft(), ...changes });
  const create = async (): Promise<void> => {
    setTried(true);
    const made = callOf(draft(), props.ranks);
    if (made === null) return;
    const result = await act([{ doc: studioDoc, call: made }], { done: t("fields.added", draft().label.trim()) });
    if (result.ok) props.onClose();
  };
  const footer = (
    <>
      <Button onClick={() => props.onClose()}>{t("form.cancel")}</Button>
      <Button type="submit" form={formId} tone="primary">
        {t("form.create")}
      </Button>
    </>
  );
  return (
    <Dialog kind="sheet" open onOpenChange={(open) => !open && props.onClose()} title={t("form.title")} footer={footer}>
      <form
        id={formId}
        class="flex flex-col gap-4"
        novalidate
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Parts draft={draft()} isTried={isTried()} onChange={set} />
      </form>
    </Dialog>
  );
}

type PartsProps = {
  readonly draft: FieldDraft;
  readonly isTried: boolean;
  readonly onChange: (changes: Partial<FieldDraft>) => void;
};

function Parts(props: PartsProps): JSX.Element {
  const t = useText(studioText);
  const word = useText(personWords);
  const problem = (part: "label" | "category" | "options"): string | undefined => {
    const found = props.isTried ? problemsIn(props.draft)[part] : undefined;
    return found === undefined ? undefined : t(`problem.${found}`);
  };
  let label: HTMLInputElement | undefined;
  onMount(() => label?.focus());
  return (
    <>
      <TextField
        ref={(element) => (label = element)}
        label={t("form.label")}
        hint={t("form.labelHint")}
        value={props.draft.label}
        error={problem("label")}
        maxLength={255}
        autocomplete="off"
        onInput={(event) => props.onChange({ label: event.currentTarget.value })}
      />
      <Select
        label={t("form.type")}
        options={customFieldTypes.map((value) => ({ value, label: word(`type.${value}`) }))}
        value={props.draft.type}
        onChange={(type) => props.onChange({ type })}
      />
      <Show when={props.draft.type === "select"}>
        <TextArea
          label={t("form.options")}
          hint={t("form.optionsHint")}
          value={props.draft.options}
          error={problem("options")}
          rows={4}
          onInput={(event) => props.onChange({ options: event.currentTarget.value })}
        />
      </Show>
      <div class="flex flex-col gap-1">
        <Select
          label={t("form.category")}
          options={customFieldCategories.map((value) => ({ value, label: word(`category.${value}`) }))}
          value={props.draft.category}
          placeholder={t("form.categoryNone")}
          error={problem("category")}
          onChange={(category) => props.onChange({ category })}
        />
        <p class="text-xs text-pretty text-muted">{t("form.categoryHint")}</p>
      </div>
    </>
  );
}
