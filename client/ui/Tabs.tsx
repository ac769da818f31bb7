// Owns a row of tabs with its panel: arrow keys move, the chosen one is shown. Never keeps the choice.
import { createUniqueId, For } from "solid-js";
import type { JSX } from "solid-js";
import { nextIndex } from "./keys.ts";

export type Tab<T extends string> = { readonly value: T; readonly label: string; readonly count?: string | undefined };

export type TabsProps<T extends string> = {
  readonly label: string;
  readonly tabs: readonly Tab<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly children: JSX.Element;
};

/** Tabs above the panel of the chosen one. Source: WAI-ARIA Authoring Practices, tabs with automatic activation. */
export function Tabs<T extends string>(props: TabsProps<T>): JSX.Element {
  const id = createUniqueId();
  const move = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const at = props.tabs.findIndex((tab) => tab.value === props.value);
    const next = nextIndex(event.key, { at, count: props.tabs.length, along: "row" });
    const tab = next === null ? undefined : props.tabs[next];
    if (tab === undefined) return;
    event.preventDefault();
    props.onChange(tab.value);
    document.querySelector<HTMLElement>(`#${CSS.escape(`${id}-${tab.value}`)}`)?.focus();
  };
  return (
    <div>
      <div
        class="flex gap-1 overflow-x-auto border-b border-line"
        role="tablist"
        aria-label={props.label}
        onKeyDown={move}
      >
        <For each={props.tabs}>
          {(tab) => (
            <button
              type="button"
              role="tab"
              id={`${id}-${tab.value}`}
              aria-selected={tab.value === props.value}
              aria-controls={`${id}-panel`}
              tabindex={tab.value === props.value ? 0 : -1}
              class="-mb-px h-touch border-b-2 border-transparent px-3 font-medium whitespace-nowrap text-muted outline-offset-[-2px] transition-colors hover:text-ink aria-selected:border-brand aria-selected:text-ink"
              onClick={() => props.onChange(tab.value)}
            >
              {tab.label} <span class="text-xs text-muted tabular-nums">{tab.count}</span>
            </button>
          )}
        </For>
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${props.value}`}>
        {props.children}
      </div>
    </div>
  );
}
