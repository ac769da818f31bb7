// Owns choices without a list that opens: a switch, and cards of which one is chosen. Never keeps the choice.
import { createUniqueId, For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { cx } from "./cx.ts";

export type SwitchProps = {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean | undefined;
};

/** Something that is on or off at once. */
export function Switch(props: SwitchProps): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="flex min-h-touch items-center justify-between gap-4">
      <span>
        <label for={id} class="font-medium">
          {props.label}
        </label>
        <Show when={props.hint}>
          {(hint) => (
            <span id={`${id}-hint`} class="block text-xs text-muted">
              {hint()}
            </span>
          )}
        </Show>
      </span>
      <input
        id={id}
        type="checkbox"
        role="switch"
        class="relative h-6 w-10 shrink-0 appearance-none rounded-full border border-control bg-surface transition-colors before:absolute before:inset-y-0.5 before:left-0.5 before:w-[1.125rem] before:rounded-full before:bg-control before:transition-transform checked:border-primary checked:bg-primary checked:before:translate-x-4 checked:before:bg-on-primary disabled:opacity-50"
        checked={props.checked}
        disabled={props.disabled ?? false}
        aria-describedby={props.hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
    </div>
  );
}

export type Card<T extends string> = { readonly value: T; readonly label: string; readonly hint?: string | undefined };

export type ChoiceCardsProps<T extends string> = {
  readonly legend: string;
  readonly cards: readonly Card<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
};

/** A few choices that each need a sentence; arrow keys move as in every group of radio buttons. */
export function ChoiceCards<T extends string>(props: ChoiceCardsProps<T>): JSX.Element {
  const name = createUniqueId();
  return (
    <fieldset class="flex flex-col gap-1">
      <legend class="mb-1 text-sm font-medium">{props.legend}</legend>
      <div class="overflow-hidden rounded-control border border-line">
        <For each={props.cards}>
          {(card) => (
            <label
              class={cx(
                "flex min-h-touch items-center gap-3 border-b border-line px-3 py-2 last:border-b-0 has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-primary",
                card.value === props.value ? "bg-tint" : "bg-surface hover:bg-hover",
              )}
            >
              <input
                type="radio"
                class="size-4 shrink-0 accent-primary outline-none"
                name={name}
                checked={card.value === props.value}
                onChange={() => props.onChange(card.value)}
              />
              <span class="min-w-0">
                <span class="block font-medium">{card.label}</span>
                <span class={cx("block text-xs", card.value === props.value ? "text-on-tint" : "text-muted")}>
                  {card.hint}
                </span>
              </span>
            </label>
          )}
        </For>
      </div>
    </fieldset>
  );
}
