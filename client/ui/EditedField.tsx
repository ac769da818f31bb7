// Owns one value of a record that is edited in place: typed and saved on leaving, or chosen and saved at once, and who is in it.
// Never saves by itself: the caller does, and words what is wrong.
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { createEdit } from "./edit.ts";
import { Faces } from "./Faces.tsx";
import { InlineField } from "./InlineField.tsx";
import type { InlineFieldProps } from "./InlineField.tsx";
import { facesAt } from "./presence.ts";
import type { Place, Shared } from "./presence.ts";
import { Select } from "./Select.tsx";
import type { Option } from "./Select.tsx";
import { uiText } from "./text.ts";

export type EditedFieldProps = Pick<InlineFieldProps, "label" | "type" | "multiline" | "maxLength" | "act"> & {
  readonly shared: Shared;
  readonly place: Place;
  readonly value: string;
  readonly placeholder?: string | undefined;
  /** Saves what was typed; answers with the words of the problem, or null. */
  readonly save: (typed: string) => Promise<string | null>;
};

/** A value that is typed. Rule: PE7. */
export function EditedField(props: EditedFieldProps): JSX.Element {
  const t = useText(uiText);
  const edit = createEdit({
    value: () => props.value,
    save: (typed) => props.save(typed),
    onEnter: () => props.shared.stand(props.place),
    onLeave: () => props.shared.stand(null),
  });
  return (
    <InlineField
      label={props.label}
      type={props.type}
      multiline={props.multiline}
      maxLength={props.maxLength}
      act={props.act}
      value={edit.value()}
      error={edit.error()}
      readOnly={!props.shared.mayWrite()}
      placeholder={props.shared.mayWrite() ? (props.placeholder ?? t("add")) : "–"}
      people={facesAt(props.shared.faces(), props.place)}
      onInput={edit.onInput}
      onFocus={edit.onFocus}
      onBlur={edit.onBlur}
    />
  );
}

export type ChosenFieldProps<T extends string> = {
  readonly shared: Shared;
  readonly place: Place;
  readonly label: string;
  readonly options: readonly Option<T>[];
  readonly value: T | null;
  readonly placeholder?: string | undefined;
  readonly onChange: (value: T) => void;
};

/** A value that is chosen; saved at once. Rule: PE7. */
export function ChosenField<T extends string>(props: ChosenFieldProps<T>): JSX.Element {
  const chosen = (): string => props.options.find(({ value }) => value === props.value)?.label ?? "–";
  return (
    <div class="grid grid-cols-1 items-center gap-x-3 max-tablet:-mx-2 max-tablet:mt-1 tablet:grid-cols-[7rem_1fr]">
      <span class="px-2 text-xs text-muted tablet:px-0 tablet:text-sm" aria-hidden="true">
        {props.label}
      </span>
      <div
        class="flex min-w-0 items-center gap-1"
        onFocusIn={() => props.shared.stand(props.place)}
        onFocusOut={() => props.shared.stand(null)}
      >
        <Show when={props.shared.mayWrite()} fallback={<ReadOnly label={props.label} text={chosen()} />}>
          <Select
            label={props.label}
            labelHidden
            isQuiet
            options={props.options}
            value={props.value}
            placeholder={props.placeholder}
            class="min-w-0 flex-1"
            onChange={(value) => value !== props.value && props.onChange(value)}
          />
        </Show>
        <Faces people={facesAt(props.shared.faces(), props.place)} size="small" />
      </div>
    </div>
  );
}

function ReadOnly(props: { readonly label: string; readonly text: string }): JSX.Element {
  return (
    <span class="flex min-h-touch items-center border border-transparent px-2 pointer-coarse:text-base">
      <span class="sr-only">{props.label}: </span>
      {props.text}
    </span>
  );
}
