// Owns long lists: only the rows in sight are on the page, and keys move among all of them. Never sorts or filters.
import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show, untrack } from "solid-js";
import type { JSX } from "solid-js";
import { afterPaint } from "../paint.ts";
import { cx } from "./cx.ts";
import { isTyping, nextIndex } from "./keys.ts";

export type VirtualListProps<T> = {
  readonly label: string;
  readonly items: readonly T[];
  /** What the items are an answer to; the answer to something else is shown from its top. */
  readonly about?: string | undefined;
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
  const { rows, look, scrollTo } = createWindow(() => props);
  // Hint: asked once for the list, or each row would follow where they come from by itself.
  const items = createMemo(() => props.items);
  const rowHeight = createMemo(() => props.rowHeight);
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
    scrollTo(index);
    // Hint: the row may be drawn only after the scroll; the next frame has it.
    requestAnimationFrame(() =>
      scroller?.querySelector<HTMLElement>(`[data-row="${index}"]`)?.focus({ preventScroll: true }),
    );
  };
  // A colleague's row above must not move the focus to another record.
  let about = untrack(() => props.about);
  const follow = (): void => {
    if (props.about !== about) {
      about = props.about;
      activeKey = undefined;
      setActive(0);
      scrollTo(0);
      return;
    }
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
      ref={(element) => {
        scroller = element;
        look(element);
      }}
      class={cx("h-full overflow-y-auto overscroll-contain", props.class)}
      onKeyDown={move}
    >
      <Show when={props.header}>
        <div data-header class="sticky top-0 z-10 border-b border-line bg-surface">
          {props.header}
        </div>
      </Show>
      <ul
        class="relative"
        aria-label={props.label}
        style={{ height: `${props.items.length * props.rowHeight + ROOM_BELOW}px` }}
      >
        <For each={rows()}>
          {(index) => {
            const item = (): T | undefined => items()[index];
            return (
              <Show when={item()}>
                {(present) => (
                  <li
                    class="absolute inset-x-0 top-0"
                    aria-setsize={items().length}
                    aria-posinset={index + 1}
                    style={{ height: `${rowHeight()}px`, transform: `translateY(${index * rowHeight()}px)` }}
                  >
                    <a
                      href={props.href(present())}
                      data-row={index}
                      tabindex={index === active() ? 0 : -1}
                      aria-current={props.current?.(present()) ? "true" : undefined}
                      class="flex h-full items-center border-b border-line outline-offset-[-2px] hover:bg-hover aria-[current=true]:bg-tint aria-[current=true]:shadow-[inset_3px_0_0_var(--brand)]"
                      onFocus={() => activate(index)}
                    >
                      {props.children(present, () => index)}
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

/** Rows drawn above and below those in sight, so that a slow scroll never meets an empty one. */
const BEYOND = 8;

/** Room for the floating act of a phone, which must not cover the last row. Units: pixels. */
const ROOM_BELOW = 88;

/** How much is drawn before the box has been measured: more than most screens hold. Units: pixels. */
const USUAL_HEIGHT = 900;

/** How many rows the first frame draws; the others follow in the next, so that neither holds the page up. */
const FIRST_ROWS = 14;

type Window = {
  /** The indices that are drawn. The same number is the same row, so what stays in sight is not drawn anew. */
  readonly rows: () => readonly number[];
  readonly look: (box: HTMLElement) => void;
  readonly scrollTo: (index: number) => void;
};

/** The rows in sight of a list whose rows are all of one height: a sum, whatever their number. */
function createWindow<T>(props: () => VirtualListProps<T>): Window {
  let box: HTMLElement | undefined;
  const [top, setTop] = createSignal(0);
  const [height, setHeight] = createSignal(USUAL_HEIGHT);
  const [isPainted, setPainted] = createSignal(false);
  onMount(() => onCleanup(afterPaint(() => setPainted(true))));
  const bounds = createMemo(
    () => {
      const { rowHeight, items } = props();
      const first = Math.max(0, Math.floor(top() / rowHeight) - BEYOND);
      const end = Math.min(items.length, Math.ceil((top() + height()) / rowHeight) + BEYOND);
      return { first: Math.min(first, end), end: isPainted() ? end : Math.min(first + FIRST_ROWS, end) };
    },
    undefined,
    { equals: (one, other) => one.first === other.first && one.end === other.end },
  );
  const rows = createMemo(() => {
    const { first, end } = bounds();
    return Array.from({ length: end - first }, (_, offset) => first + offset);
  });
  const look = (element: HTMLElement): void => {
    box = element;
    const scrolled = (): void => void setTop(element.scrollTop);
    const watcher = new ResizeObserver(() => {
      setHeight(element.clientHeight);
      // Hint: a list that got shorter is moved by the browser, which tells of it later.
      scrolled();
    });
    element.addEventListener("scroll", scrolled, { passive: true });
    onMount(() => watcher.observe(element));
    onCleanup(() => watcher.disconnect());
  };
  const scrollTo = (index: number): void => {
    // Hint: a list that stands at its top is not measured, which would have the browser lay out what is about to change again.
    if (box === undefined || (index === 0 && top() === 0)) return;
    const { rowHeight } = props();
    const header = box.querySelector<HTMLElement>("[data-header]")?.offsetHeight ?? 0;
    const [from, room] = [index * rowHeight, box.clientHeight - header];
    const at = box.scrollTop;
    const to = from < at ? from : Math.max(at, from + rowHeight - room);
    if (to !== at) box.scrollTop = to;
    setTop(to === at ? at : box.scrollTop);
  };
  return { rows, look, scrollTo };
}
