// Owns what stands where there is nothing to show: empty, failed, filling, and notices. Each offers the next act.
// Never shows a stack or a server's message.
import CircleAlert from "lucide-solid/icons/circle-alert";
import Info from "lucide-solid/icons/info";
import TriangleAlert from "lucide-solid/icons/triangle-alert";
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { useText } from "../i18n/i18n.ts";
import type { Icon } from "./Button.tsx";
import { cx } from "./cx.ts";
import { uiText } from "./text.ts";

export type EmptyStateProps = {
  /** The whole page is this: its title is the page's own. */
  readonly isPage?: boolean | undefined;
  readonly icon?: Icon | undefined;
  readonly title: string;
  readonly children?: JSX.Element;
  /** The one button that helps, and at most one quiet one. */
  readonly act?: JSX.Element;
};

/** What this place is for, why it is empty, and the one act that helps. Rule: UI9. */
export function EmptyState(props: EmptyStateProps): JSX.Element {
  return (
    <div class="mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-12 text-center">
      <Show when={props.icon}>
        {(icon) => (
          <span class="flex size-12 items-center justify-center rounded-full bg-tint text-on-tint">
            <Dynamic component={icon()} size={24} aria-hidden="true" />
          </span>
        )}
      </Show>
      <Dynamic component={props.isPage ? "h1" : "h2"} class="text-base">
        {props.title}
      </Dynamic>
      <Show when={props.children}>
        <div class="text-pretty text-muted">{props.children}</div>
      </Show>
      <Show when={props.act}>
        <div class="mt-2 flex flex-wrap justify-center gap-2">{props.act}</div>
      </Show>
    </div>
  );
}

export type ErrorStateProps = {
  /** The whole page is this: its title is the page's own. */
  readonly isPage?: boolean | undefined;
  readonly title: string;
  /** What is kept: the sentence that lets a photographer breathe. */
  readonly kept?: string | undefined;
  readonly children?: JSX.Element;
  readonly act?: JSX.Element;
  readonly code?: string | undefined;
};

/** What happened, what is kept, what to do, and a code to quote. Rule: UI9. */
export function ErrorState(props: ErrorStateProps): JSX.Element {
  const t = useText(uiText);
  return (
    <div class="mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-12 text-center" role="alert">
      <span class="flex size-12 items-center justify-center rounded-full bg-danger-tint text-danger">
        <TriangleAlert size={24} aria-hidden="true" />
      </span>
      <Dynamic component={props.isPage ? "h1" : "h2"} class="text-base">
        {props.title}
      </Dynamic>
      <Show when={props.children}>
        <div class="text-pretty text-muted">{props.children}</div>
      </Show>
      <Show when={props.kept}>{(kept) => <p class="text-pretty">{kept()}</p>}</Show>
      <Show when={props.act}>
        <div class="mt-2 flex flex-wrap justify-center gap-2">{props.act}</div>
      </Show>
      <Show when={props.code}>
        {(code) => <p class="mt-2 text-xs text-muted select-all">{t("errorCode", code())}</p>}
      </Show>
    </div>
  );
}

type NoticeTone = "info" | "warn" | "danger";

const notices: Record<NoticeTone, { readonly look: string; readonly mark: string; readonly icon: Icon }> = {
  info: { look: "bg-info-tint text-ink", mark: "text-info", icon: Info },
  warn: { look: "bg-warn-tint text-ink", mark: "text-warn", icon: TriangleAlert },
  danger: { look: "bg-danger-tint text-ink", mark: "text-danger", icon: CircleAlert },
};

/** A sentence that stands beside what it is about; `danger` is read out at once. */
export function Notice(props: {
  readonly tone: NoticeTone;
  readonly children: JSX.Element;
  readonly act?: JSX.Element;
}): JSX.Element {
  return (
    <div
      class={cx("flex items-start gap-2.5 rounded-control px-3 py-2.5 text-sm", notices[props.tone].look)}
      role={props.tone === "danger" ? "alert" : "status"}
    >
      <span class={cx("mt-0.5 shrink-0", notices[props.tone].mark)}>
        <Dynamic component={notices[props.tone].icon} size={16} aria-hidden="true" />
      </span>
      <div class="min-w-0 flex-1 self-center text-pretty">{props.children}</div>
      {props.act}
    </div>
  );
}

/** Grey rows while a new device fills itself; never for what is on the device. */
export function Skeleton(props: { readonly rows?: number }): JSX.Element {
  const t = useText(uiText);
  return (
    <div role="status" aria-label={t("loading")}>
      <For each={Array.from({ length: props.rows ?? 6 }, (_, row) => row)}>
        {(row) => (
          <div class="flex h-row items-center gap-3 border-b border-line px-4" aria-hidden="true">
            <span class="size-6 animate-pulse rounded-full bg-line" />
            <span class={cx("h-3 animate-pulse rounded-full bg-line", row % 2 === 0 ? "w-40" : "w-28")} />
          </div>
        )}
      </For>
    </div>
  );
}
