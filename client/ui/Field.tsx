// Owns the frame of every field: label, hint, error, and the ties between them for a screen reader.
// Never holds a value.
import CircleAlert from "lucide-solid/icons/circle-alert";
import { createUniqueId, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { cx } from "./cx.ts";
import { uiText } from "./text.ts";

/** What every field takes. */
export type FieldFrameProps = {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly optional?: boolean | undefined;
  readonly class?: string | undefined;
};

/** What the control inside a frame must carry. */
export type FieldTies = {
  readonly id: string;
  readonly describedBy: () => string | undefined;
  readonly invalid: () => "true" | undefined;
};

/** The look of a control that is typed into. */
export const controlClass =
  "h-touch w-full rounded-control border border-control bg-surface px-3 text-ink transition-colors outline-offset-0 hover:border-ink/60 focus-visible:border-primary aria-invalid:border-danger disabled:opacity-60 [&[readonly]]:bg-canvas";

/** A label above, a hint or an error below, and a control between them. Rule: UI6. */
export function Field(props: FieldFrameProps & { readonly children: (ties: FieldTies) => JSX.Element }): JSX.Element {
  const t = useText(uiText);
  const id = createUniqueId();
  const describedBy = (): string | undefined => {
    const ids = cx(props.error !== undefined && `${id}-error`, props.hint !== undefined && `${id}-hint`);
    return ids === "" ? undefined : ids;
  };
  const invalid = (): "true" | undefined => (props.error === undefined ? undefined : "true");
  return (
    <div class={cx("flex flex-col gap-1", props.class)}>
      <label for={id} class="flex items-baseline justify-between gap-2 text-sm font-medium">
        {props.label}
        <Show when={props.optional}>
          <span class="text-xs font-normal text-muted">{t("optional")}</span>
        </Show>
      </label>
      {props.children({ id, describedBy, invalid })}
      <Show when={props.error}>{(error) => <FieldError id={`${id}-error`} text={error()} />}</Show>
      <Show when={props.hint}>
        {(hint) => (
          <p id={`${id}-hint`} class="text-xs text-muted">
            {hint()}
          </p>
        )}
      </Show>
    </div>
  );
}

/** What is wrong with a field, with a mark beside the words. */
export function FieldError(props: { readonly id: string; readonly text: string }): JSX.Element {
  return (
    <p id={props.id} class="flex items-start gap-1.5 text-xs text-danger" role="alert">
      <CircleAlert size={14} class="mt-0.5 shrink-0" aria-hidden="true" />
      {props.text}
    </p>
  );
}
