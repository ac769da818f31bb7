// Owns the choice of one from a list that opens, with a dot and a hint where an option has them. Never keeps the choice.
import * as KSelect from "@kobalte/core/select";
import Check from "lucide-solid/icons/check";
import ChevronDown from "lucide-solid/icons/chevron-down";
import { createUniqueId, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { cx } from "./cx.ts";
import { controlClass, FieldError } from "./Field.tsx";
import { Dot } from "./Mark.tsx";
import { createWake } from "./wake.ts";
import type { Wake } from "./wake.ts";

export type Option<T extends string> = {
  readonly value: T;
  readonly label: string;
  readonly hint?: string | undefined;
  /** The colour of its dot, `#rrggbb`. */
  readonly dot?: string | undefined;
};

export type SelectProps<T extends string> = {
  readonly label: string;
  /** Leaves the label out of sight, where the place says what is chosen; it is still read out. */
  readonly labelHidden?: boolean | undefined;
  /** Looks like the value it shows until it is touched, as values edited in place do. */
  readonly isQuiet?: boolean | undefined;
  readonly options: readonly Option<T>[];
  readonly value: T | null;
  readonly onChange: (value: T) => void;
  readonly placeholder?: string | undefined;
  readonly error?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly class?: string | undefined;
};

const quietClass =
  "h-touch w-full rounded-control border border-transparent bg-transparent px-2 text-ink transition-colors outline-offset-0 hover:border-line hover:bg-surface focus-visible:border-primary data-expanded:border-primary pointer-coarse:text-base";

const chosenOf = <T extends string>({ options, value }: SelectProps<T>): Option<T> | undefined =>
  options.find((option) => option.value === value);

const triggerClass = (isQuiet: boolean | undefined): string =>
  cx(isQuiet ? quietClass : controlClass, "flex items-center justify-between gap-2 text-left");

const labelClass = (isHidden: boolean | undefined): string => (isHidden ? "sr-only" : "text-sm font-medium");

/** A choice of one; letters lead to an option as in the system's own list. The list is made when it is first used. Rule: SP6. */
export function Select<T extends string>(props: SelectProps<T>): JSX.Element {
  const wake = createWake();
  return (
    <Show when={wake.isAwake()} fallback={<Asleep {...props} wake={wake} />}>
      <Awake {...props} wake={wake} />
    </Show>
  );
}

type Waking<T extends string> = SelectProps<T> & { readonly wake: Wake };

function Asleep<T extends string>(props: Waking<T>): JSX.Element {
  const id = createUniqueId();
  return (
    <div class={cx("flex flex-col gap-1", props.class)} role="group">
      <span id={`${id}-label`} class={labelClass(props.labelHidden)}>
        {props.label}
      </span>
      <button
        type="button"
        class={triggerClass(props.isQuiet)}
        aria-haspopup="listbox"
        aria-expanded="false"
        aria-labelledby={`${id}-label ${id}-value`}
        aria-invalid={props.error === undefined ? undefined : "true"}
        aria-describedby={props.error === undefined ? undefined : `${id}-error`}
        disabled={props.disabled}
        onClick={() => props.wake.onClick()}
        onKeyDown={(event) => props.wake.onKeyDown(event)}
      >
        <span id={`${id}-value`} class="min-w-0" classList={{ "text-muted": chosenOf(props) === undefined }}>
          <Show when={chosenOf(props)} fallback={props.placeholder}>
            <Chosen option={chosenOf(props)} />
          </Show>
        </span>
        <ChevronDown size={16} class="text-muted" aria-hidden="true" />
      </button>
      <Show when={props.error}>{(error) => <FieldError id={`${id}-error`} text={error()} />}</Show>
    </div>
  );
}

function Awake<T extends string>(props: Waking<T>): JSX.Element {
  let trigger: HTMLButtonElement | undefined;
  onMount(() => props.wake.handOver(trigger));
  return (
    <KSelect.Root<Option<T>>
      options={[...props.options]}
      optionValue="value"
      optionTextValue="label"
      value={chosenOf(props) ?? null}
      onChange={(option) => option !== null && props.onChange(option.value)}
      disallowEmptySelection
      // Hint: an open list stands outside the dialog that it belongs to; only a modal one is not hidden with the rest of the page.
      modal
      preventScroll={false}
      disabled={props.disabled ?? false}
      validationState={props.error === undefined ? "valid" : "invalid"}
      placeholder={props.placeholder}
      gutter={4}
      sameWidth={false}
      itemComponent={(item) => <Row item={item.item} />}
      class={cx("flex flex-col gap-1", props.class)}
    >
      <KSelect.Label class={labelClass(props.labelHidden)}>{props.label}</KSelect.Label>
      <KSelect.Trigger ref={(element) => (trigger = element)} class={triggerClass(props.isQuiet)}>
        <KSelect.Value<Option<T>> class="min-w-0 data-placeholder-shown:text-muted">
          {(state) => <Chosen option={state.selectedOption()} />}
        </KSelect.Value>
        <KSelect.Icon>
          <ChevronDown size={16} class="text-muted" aria-hidden="true" />
        </KSelect.Icon>
      </KSelect.Trigger>
      <Show when={props.error}>{(error) => <FieldError id="" text={error()} />}</Show>
      <KSelect.Portal>
        <KSelect.Content class="z-50 max-w-[calc(100vw-1rem)] min-w-(--kb-popper-anchor-width) animate-appear overflow-hidden rounded-card border border-line bg-raised text-ink shadow-float">
          <KSelect.Listbox class="max-h-80 overflow-y-auto p-1.5 outline-none" />
        </KSelect.Content>
      </KSelect.Portal>
    </KSelect.Root>
  );
}

function Chosen<T extends string>(props: { readonly option: Option<T> | undefined }): JSX.Element {
  return (
    <Show when={props.option}>
      {(option) => (
        <span class="flex min-w-0 items-center gap-2">
          <Show when={option().dot}>{(dot) => <Dot colour={dot()} />}</Show>
          <span class="truncate">{option().label}</span>
        </span>
      )}
    </Show>
  );
}

type RowItem<T extends string> = Parameters<
  NonNullable<KSelect.SelectRootOptions<Option<T>>["itemComponent"]>
>[0]["item"];

function Row<T extends string>(props: { readonly item: RowItem<T> }): JSX.Element {
  return (
    <KSelect.Item
      item={props.item}
      class="flex min-h-touch items-center gap-2.5 rounded-control px-2.5 py-1 outline-none select-none data-highlighted:bg-hover"
    >
      <Show when={props.item.rawValue.dot}>{(dot) => <Dot colour={dot()} />}</Show>
      <span class="min-w-0 flex-1">
        <KSelect.ItemLabel class="block truncate">{props.item.rawValue.label}</KSelect.ItemLabel>
        <Show when={props.item.rawValue.hint}>{(hint) => <span class="block text-xs text-muted">{hint()}</span>}</Show>
      </span>
      <KSelect.ItemIndicator>
        <Check size={16} class="text-primary" aria-hidden="true" />
      </KSelect.ItemIndicator>
    </KSelect.Item>
  );
}
