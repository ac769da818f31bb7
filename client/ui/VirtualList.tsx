// Owns long lists: only the rows in sight are on the page, and keys move among all of them. Never sorts or filters.
import { createVirtualizer } from "@tanstack/solid-virtual";
import { createEffect, createSignal, For, on, Show } from "solid-js";
import type { JSX } from "solid-js";
import { cx } from "./cx.ts";
import { isTyping, nextIndex } from "./keys.ts";

export type VirtualListProps<T> = {
  readonly label: string;
  readonly items: readonly T[];
  /** Units: pixels; the same for every row. */
  readonly rowHeight: number;
  /** Identifies a row when the list changes, so that the focus stays on its record. */
  readonly keyOf: (item: T) => string;
  /** The address that a row leads to; Enter and a click open it. */
  readonly href: (item: T) => string;
  readonly current?: ((item: T) => boolean) | undefined;
  readonly children: (item: () => T, index: () => number) => JSX.Element;
  /** A row above all others that stays in sight. */
  readonly header?: JSX.Element;
  readonly class?: string | undefined;
};

/** A list of links of any length. Keys: `j` `k`, arrows, Home, End move; Enter opens. Rule: UI10. */
export function VirtualList<T>(props: VirtualListProps<T>): JSX.Element {
  let scroller: HTMLDivElement | undefined;
  const [active, setActive] = createSignal(0);
  const virtualizer = createVirtualizer<HTMLDivElement, HTMLElement>({
    get count() {
      return props.items.length;
    },
    getScrollElement: () => scroller ?? null,
    estimateSize: () => props.rowHeight,
    overscan: 8,
    // Hint: room for the floating act of a phone, which must not cover the last row.
    paddingEnd: 88,
  });
  createEffect(
    on(
      () => props.rowHeight,
      () => virtualizer.measure(),
      { defer: true },
    ),
  );
  let activeKey: string | undefined;
  const keyAt = (index: number): string | undefined => {
    const item = props.items[index];
    return item === undefined ? undefined : props.keyOf(item);
  };
  const activate = (index: number): void => {
    setActive(index);
    activeKey = keyAt(index);
  };

  const focusRow = (index: number): void => {
    activate(index);
    virtualizer.scrollToIndex(index);
    // Hint: the row may be drawn only after the scroll; the next frame has it.
    requestAnimationFrame(() =>
      scroller?.querySelector<HTMLElement>(`[data-row="${index}"]`)?.focus({ preventScroll: true }),
    );
  };
  // A colleague's row above must not move the focus to another record.
  const follow = (): void => {
    if (activeKey === undefined || keyAt(active()) === activeKey) return;
    const at = props.items.findIndex((item) => props.keyOf(item) === activeKey);
    const index = at < 0 ? Math.min(active(), Math.max(0, props.items.length - 1)) : at;
    if (scroller?.contains(document.activeElement) === true && props.items.length > 0) focusRow(index);
    else activate(index);
  };
  createEffect(on(() => props.items, follow, { defer: true }));
  const move = (event: KeyboardEvent): void => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = nextIndex(event.key, { at: active(), count: props.items.length, along: "column" });
    if (next === null) return;
    event.preventDefault();
    focusRow(next);
  };
  return (
    <div
      ref={(element) => (scroller = element)}
      class={cx("h-full overflow-y-auto overscroll-contain", props.class)}
      onKeyDown={move}
    >
      <Show when={props.header}>
        <div class="sticky top-0 z-10 border-b border-line bg-surface">{props.header}</div>
      </Show>
      <ul class="relative" aria-label={props.label} style={{ height: `${virtualizer.getTotalSize()}px` }}>
        <For each={virtualizer.getVirtualItems()}>
          {(row) => {
            const item = (): T | undefined => props.items[row.index];
            return (
              <Show when={item()}>
                {(present) => (
                  <li
                    class="absolute inset-x-0 top-0"
                    aria-setsize={props.items.length}
                    aria-posinset={row.index + 1}
                    style={{ height: `${row.size}px`, transform: `translateY(${row.start}px)` }}
                  >
                    <a
                      href={props.href(present())}
                      data-row={row.index}
                      tabindex={row.index === active() ? 0 : -1}
                      aria-current={props.current?.(present()) ? "true" : undefined}
                      class="flex h-full items-center border-b border-line outline-offset-[-2px] hover:bg-hover aria-[current=true]:bg-tint aria-[current=true]:shadow-[inset_3px_0_0_var(--brand)]"
                      onFocus={() => activate(row.index)}
                    >
                      {props.children(present, () => row.index)}
                    </a>
                  </li>
                )}
              </Show>
            );
          }}
        </For>
      </ul>
    </div>
  );
}
