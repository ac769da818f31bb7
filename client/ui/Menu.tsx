// Owns menus that open from a button: acts, and choices of one. Never acts by itself.
import * as KMenu from "@kobalte/core/dropdown-menu";
import Check from "lucide-solid/icons/check";
import { For, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Icon } from "./Button.tsx";
import { cx } from "./cx.ts";
import { createWake } from "./wake.ts";
import type { Wake } from "./wake.ts";

export type MenuProps = {
  /** What the button shows; `label` is read out when that is only an icon or a face. */
  readonly trigger: JSX.Element;
  readonly label?: string | undefined;
  readonly triggerClass?: string | undefined;
  readonly placement?: "bottom-start" | "bottom-end" | "right-end" | "top-start" | undefined;
  readonly defaultOpen?: boolean | undefined;
  readonly children: JSX.Element;
};

const item =
  "flex min-h-touch w-full items-center gap-2.5 rounded-control px-2.5 py-1 text-sm outline-none select-none data-highlighted:bg-hover data-disabled:opacity-50";

/** A menu that opens below its button; made when it is first used. Rule: SP6. */
export function Menu(props: MenuProps): JSX.Element {
  const wake = createWake();
  return (
    <Show when={props.defaultOpen === true || wake.isAwake()} fallback={<Asleep {...props} wake={wake} />}>
      <Awake {...props} wake={wake} />
    </Show>
  );
}

type Waking = MenuProps & { readonly wake: Wake };

function Asleep(props: Waking): JSX.Element {
  return (
    <button
      type="button"
      class={props.triggerClass}
      aria-haspopup="true"
      aria-expanded="false"
      aria-label={props.label}
      title={props.label}
      onClick={() => props.wake.onClick()}
      onKeyDown={(event) => event.key.length > 1 && props.wake.onKeyDown(event)}
    >
      {props.trigger}
    </button>
  );
}

function Awake(props: Waking): JSX.Element {
  let trigger: HTMLElement | undefined;
  onMount(() => props.wake.isAwake() && props.wake.handOver(trigger));
  return (
    <KMenu.Root placement={props.placement ?? "bottom-end"} gutter={6} defaultOpen={props.defaultOpen ?? false}>
      <KMenu.Trigger
        ref={(element) => (trigger = element)}
        class={props.triggerClass}
        aria-label={props.label}
        title={props.label}
      >
        {props.trigger}
      </KMenu.Trigger>
      <KMenu.Portal>
        <KMenu.Content class="z-50 max-h-[80dvh] max-w-[calc(100vw-1rem)] min-w-56 animate-appear overflow-y-auto rounded-card border border-line bg-raised p-1.5 text-ink shadow-float outline-none">
          {props.children}
        </KMenu.Content>
      </KMenu.Portal>
    </KMenu.Root>
  );
}

export type MenuItemProps = {
  readonly icon?: Icon | undefined;
  readonly danger?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  readonly onSelect: () => void;
  readonly children: JSX.Element;
};

/** One act of a menu. */
export function MenuItem(props: MenuItemProps): JSX.Element {
  return (
    <KMenu.Item
      class={cx(item, props.danger && "text-danger")}
      disabled={props.disabled ?? false}
      onSelect={() => props.onSelect()}
    >
      <Show when={props.icon}>
        {(icon) => <Dynamic component={icon()} size={18} class={props.danger ? "" : "text-muted"} aria-hidden="true" />}
      </Show>
      {props.children}
    </KMenu.Item>
  );
}

/** A line between groups of a menu. */
export function MenuLine(): JSX.Element {
  return <KMenu.Separator class="-mx-1.5 my-1.5 border-line" />;
}

export type MenuChoiceProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly hint?: string | undefined }[];
  readonly onChange: (value: T) => void;
};

/** A group of a menu of which one is chosen. */
export function MenuChoice<T extends string>(props: MenuChoiceProps<T>): JSX.Element {
  // Hint: the values of the items below are exactly the options' values.
  const choose = (value: string): void => props.onChange(value as T);
  return (
    <KMenu.RadioGroup value={props.value} onChange={choose}>
      <KMenu.GroupLabel class="px-2.5 pt-1.5 pb-1 text-xs font-medium text-muted">{props.label}</KMenu.GroupLabel>
      <For each={props.options}>
        {(option) => (
          <KMenu.RadioItem class={item} value={option.value} closeOnSelect>
            <span class="min-w-0 flex-1">
              <span class="block truncate">{option.label}</span>
              <Show when={option.hint}>
                {(hint) => <span class="block truncate text-xs text-muted">{hint()}</span>}
              </Show>
            </span>
            <KMenu.ItemIndicator>
              <Check size={16} class="text-primary" aria-hidden="true" />
            </KMenu.ItemIndicator>
          </KMenu.RadioItem>
        )}
      </For>
    </KMenu.RadioGroup>
  );
}
