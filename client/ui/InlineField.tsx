// Owns editing in place: a value that becomes a field when it is touched, and who else is in it.
// Never saves: every letter is told to the caller, who writes it to the device.
import { createUniqueId, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { useText } from "../i18n/i18n.ts";
import { cx } from "./cx.ts";
import { Faces } from "./Faces.tsx";
import type { Person } from "./Faces.tsx";
import { FieldError } from "./Field.tsx";
import { uiText } from "./text.ts";
import { createValue } from "./TextField.tsx";

export type InlineFieldProps = {
  readonly label: string;
  readonly value: string;
  /** Is told of every letter. */
  readonly onInput: (value: string) => void;
  /** Is told when the member enters and leaves the field: the place of their presence, the end of an editing spell. */
  readonly onFocus?: (() => void) | undefined;
  readonly onBlur?: (() => void) | undefined;
  readonly type?: "text" | "email" | "tel" | "url" | "date" | undefined;
  readonly placeholder?: string | undefined;
  readonly readOnly?: boolean | undefined;
  readonly multiline?: boolean | undefined;
  readonly error?: string | undefined;
  readonly maxLength?: number | undefined;
  /** Colleagues who are in this field now. */
  readonly people?: readonly Person[] | undefined;
  /** What stands to the right: a call or mail act. */
  readonly act?: JSX.Element;
};

const look =
  "w-full rounded-control border border-transparent bg-transparent px-2 text-ink text-ellipsis placeholder:text-muted hover:not-read-only:border-line hover:not-read-only:bg-surface focus:not-read-only:border-primary focus:not-read-only:bg-surface aria-invalid:border-danger";

/** A labelled value that is edited where it stands. Enter leaves the field; Escape leaves it too. Rule: UI7. */
export function InlineField(props: InlineFieldProps): JSX.Element {
  const t = useText(uiText);
  const id = createUniqueId();
  const colour = (): string | undefined => props.people?.[0]?.colour;
  const keys = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const leaves = event.key === "Escape" || (event.key === "Enter" && !props.multiline && !event.isComposing);
    if (leaves) event.currentTarget.blur();
  };
  return (
    <div class="grid grid-cols-1 items-start gap-x-3 max-tablet:-mx-2 max-tablet:mt-1 tablet:grid-cols-[7rem_1fr]">
      <label
        for={id}
        class="px-2 text-xs text-muted tablet:flex tablet:min-h-touch tablet:items-center tablet:px-0 tablet:text-sm"
      >
        {props.label}
      </label>
      <div class="min-w-0">
        <div
          class={cx("flex items-center gap-1 rounded-control", (props.people?.length ?? 0) > 0 && "pr-1.5 ring-2")}
          style={{ "--tw-ring-color": colour() }}
        >
          <Dynamic
            component={props.multiline ? "textarea" : "input"}
            id={id}
            class={cx(
              look,
              props.multiline
                ? "min-h-touch resize-none py-[calc((var(--touch)-1lh)/2-1px)] [field-sizing:content]"
                : "h-touch",
            )}
            type={props.multiline ? undefined : (props.type ?? "text")}
            placeholder={props.placeholder}
            readOnly={props.readOnly}
            maxLength={props.maxLength}
            aria-invalid={props.error === undefined ? undefined : "true"}
            aria-describedby={props.error === undefined ? undefined : `${id}-error`}
            ref={(element: HTMLInputElement | HTMLTextAreaElement) => createValue(element, () => props.value)}
            onInput={(event: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
              props.onInput(event.currentTarget.value)
            }
            onFocus={() => props.onFocus?.()}
            onBlur={() => props.onBlur?.()}
            onKeyDown={keys}
          />
          <Faces people={props.people ?? []} size="small" label={(names) => t("writing", names)} />
          {props.act}
        </div>
        <Show when={props.error}>{(error) => <FieldError id={`${id}-error`} text={error()} />}</Show>
      </div>
    </div>
  );
}
