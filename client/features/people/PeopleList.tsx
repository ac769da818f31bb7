// Owns how a person looks in the list: columns where there is room, two lines where there is none, and the keys that lead in.
// Never asks for more rows than are looked at.
import type { Translator } from "@solid-primitives/i18n";
import { createEffect, createMemo, createSignal, onCleanup, onMount, Show, untrack } from "solid-js";
import type { JSX } from "solid-js";
import type { PersonRow } from "../../../shared/projection.ts";
import { formatPhone } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { isKeyOf, personWords, sourceKeys } from "../../i18n/people.ts";
import { afterPaint } from "../../paint.ts";
import { useShell } from "../../shell/Shell.tsx";
import { useStatusLook } from "../../statuses.tsx";
import { useStore } from "../../store/use.tsx";
import { cx } from "../../ui/cx.ts";
import { isTyping } from "../../ui/keys.ts";
import { StatusDot } from "../../ui/Mark.tsx";
import { VirtualList } from "../../ui/VirtualList.tsx";
import type { Rows } from "./rows.ts";
import { peopleText } from "./text.ts";

export type PeopleListProps = {
  readonly ids: readonly string[];
  readonly about: string;
  readonly rows: Rows<PersonRow>;
  readonly href: (subject: string) => string;
  readonly opened: string | undefined;
  readonly onClose: () => void;
};

/** Below this width a person takes two lines. Units: pixels. */
const NARROW = 560;
const columns = "grid w-full grid-cols-[minmax(0,1fr)_10.5rem_9rem_7rem] items-center gap-4 px-4";

/** The list itself. Keys: `j`, `k`, arrows, Enter; Escape closes the opened person. Rules: PE2, PE5. */
export function PeopleList(props: PeopleListProps): JSX.Element {
  const t = useText(peopleText);
  const { start } = useStore();
  const words: RowWords = { look: useStatusLook(), word: useText(personWords) };
  const { layout } = useShell();
  const [width, setWidth] = createSignal(0);
  const [scale, setScale] = createSignal(textScale());
  let box: HTMLDivElement | undefined;
  const [first = ""] = untrack(() => props.ids);
  createEffect(() => {
    if (props.rows.at(first) !== undefined) afterPaint(start);
  });
  const isNarrow = createMemo(() => width() > 0 && width() < NARROW * scale());
  const rowHeight = (): number => {
    const height = isNarrow() ? { fine: 52, coarse: 64 } : { fine: 36, coarse: 52 };
    return height[layout.fine() ? "fine" : "coarse"] * scale();
  };
  onMount(() => {
    const watcher = new ResizeObserver(([entry]) => {
      setWidth(entry?.contentRect.width ?? 0);
      setScale(textScale());
    });
    if (box !== undefined) watcher.observe(box);
    onCleanup(() => watcher.disconnect());
  });
  listenForKeys(
    () => box,
    () => props,
  );
  return (
    <div ref={(element) => (box = element)} class="min-h-0 flex-1">
      <VirtualList
        label={t("list")}
        items={props.ids}
        about={props.about}
        rowHeight={rowHeight()}
        keyOf={(id) => id}
        href={props.href}
        current={(id) => id === props.opened}
        class="pb-24 tablet:pb-0"
        header={isNarrow() ? undefined : <Header />}
      >
        {(id) => <Row row={props.rows.at(id())} isNarrow={isNarrow()} words={words} />}
      </VirtualList>
    </div>
  );
}

/** How much larger than usual the reader wants text; rows grow with it. */
const textScale = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

/** From anywhere on the screen the keys of the list lead into it, and Escape leaves the opened person. */
function listenForKeys(box: () => HTMLElement | undefined, props: () => PeopleListProps): void {
  const press = (event: KeyboardEvent): void => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    // Hint: what lies over the page takes its keys first.
    if (document.querySelector("[role=dialog], [role=menu], [role=listbox]") !== null) return;
    if (event.key === "Escape" && props().opened !== undefined) return props().onClose();
    const list = box();
    const isEntering = (event.key === "j" || event.key === "k") && list?.contains(document.activeElement) === false;
    if (!isEntering) return;
    event.preventDefault();
    const opened = list.querySelector<HTMLElement>("[aria-current=true]");
    (opened ?? list.querySelector<HTMLElement>('[tabindex="0"]'))?.focus();
  };
  onMount(() => document.addEventListener("keydown", press));
  onCleanup(() => document.removeEventListener("keydown", press));
}

function Header(): JSX.Element {
  const t = useText(peopleText);
  return (
    <div class={cx(columns, "h-8 text-xs font-medium text-muted")} aria-hidden="true">
      <span>{t("column.name")}</span>
      <span>{t("column.status")}</span>
      <span>{t("column.phone")}</span>
      <span>{t("column.source")}</span>
    </div>
  );
}

/** What every row words alike; looked up once for the list. */
type RowWords = {
  readonly look: ReturnType<typeof useStatusLook>;
  readonly word: Translator<typeof personWords.tr>;
};

type RowProps = { readonly row: PersonRow; readonly words: RowWords };

function Row(props: {
  readonly row: PersonRow | undefined;
  readonly isNarrow: boolean;
  readonly words: RowWords;
}): JSX.Element {
  return (
    <Show when={props.row}>
      {(row) => (
        <Show when={props.isNarrow} fallback={<WideRow row={row()} words={props.words} />}>
          <NarrowRow row={row()} words={props.words} />
        </Show>
      )}
    </Show>
  );
}

function WideRow(props: RowProps): JSX.Element {
  const source = (): string => {
    const { source: key } = props.row;
    return isKeyOf(sourceKeys, key) ? props.words.word(`source.${key}`) : "";
  };
  return (
    <span class={columns}>
      <span class="truncate font-medium">{props.row.name}</span>
      <Status row={props.row} words={props.words} />
      <span class="truncate text-muted tabular-nums">{formatPhone(props.row.phone)}</span>
      <span class="truncate text-muted">{source()}</span>
    </span>
  );
}

function NarrowRow(props: RowProps): JSX.Element {
  return (
    <span class="flex w-full items-center gap-3 px-4">
      <span class="min-w-0 flex-1">
        <span class="block truncate font-medium">{props.row.name}</span>
        <span class="block truncate text-xs text-muted tabular-nums">
          {formatPhone(props.row.phone) || props.row.email}
        </span>
      </span>
      <Status row={props.row} words={props.words} />
    </span>
  );
}

/** A person without a standing, as a photographer sees them, has no status to show. */
function Status(props: RowProps): JSX.Element {
  const look = createMemo(() => props.words.look(props.row.statusId));
  return (
    <Show when={props.row.statusId !== ""} fallback={<span />}>
      <StatusDot colour={look().colour} class="max-w-36 text-xs">
        {look().label}
      </StatusDot>
    </Show>
  );
}
