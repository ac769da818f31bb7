// Owns the frame of one screen: its header, its content, and the record that stands beside or over it.
// Never fetches: title, acts, faces and record come in.
import { useNavigate } from "@solidjs/router";
import ArrowLeft from "lucide-solid/icons/arrow-left";
import X from "lucide-solid/icons/x";
import { createEffect, For, on, onMount, Show, useContext } from "solid-js";
import type { JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { useText } from "../i18n/i18n.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import type { Icon } from "../ui/Button.tsx";
import { cx } from "../ui/cx.ts";
import { Faces } from "../ui/Faces.tsx";
import type { Person } from "../ui/Faces.tsx";
import { SyncChip } from "../ui/SyncChip.tsx";
import { uiText } from "../ui/text.ts";
import { MemberMenu } from "./MemberMenu.tsx";
import { SyncContext, useShell } from "./Shell.tsx";

/** A record beside its list where there is room, over it where there is none. */
export type Panel = {
  readonly title: string;
  readonly onClose: () => void;
  readonly acts?: JSX.Element;
  /** The content brings its own head, with its title and, where it stands beside the list, its way to close. */
  readonly isBare?: boolean;
  readonly content: JSX.Element;
};

export type ScreenProps = {
  readonly title: string;
  /** Shown beside the title: how many there are. */
  readonly count?: string | undefined;
  /** The places above this one, outermost first. */
  readonly trail?: readonly { readonly label: string; readonly href: string }[] | undefined;
  readonly acts?: JSX.Element;
  /** The one primary act: in the header, and floating above the thumb on a phone. */
  readonly primary?: { readonly label: string; readonly icon: Icon; readonly onPress: () => void } | undefined;
  /** Who else is here. */
  readonly people?: readonly Person[] | undefined;
  readonly panel?: Panel | undefined;
  /** The content scrolls by itself (a virtual list) instead of with the page. */
  readonly fixed?: boolean | undefined;
  readonly children: JSX.Element;
};

/** One screen of a studio. Rule: UI14. Source: interface.md §3. */
export function Screen(props: ScreenProps): JSX.Element {
  const { layout } = useShell();
  const over = (): Panel | undefined => (layout.side() ? undefined : props.panel);
  const phone = (): boolean => layout.size() === "phone";
  createFocusKeeper(() => over() !== undefined);
  createEffect(() => {
    document.title = `${over()?.title ?? props.title} · Lumiso`;
  });
  return (
    <>
      <header class="flex h-14 shrink-0 items-center gap-1 border-b border-line bg-surface pr-2 pl-4 tablet:gap-2">
        <Show when={over()} fallback={<Place {...props} />}>
          {(panel) => <BackTo place={props.title} onBack={() => panel().onClose()} />}
        </Show>
        <Show when={over() === undefined}>
          {props.acts}
          <Show when={!phone() && props.primary}>
            {(act) => (
              <Button tone="primary" icon={act().icon} onClick={() => act().onPress()}>
                {act().label}
              </Button>
            )}
          </Show>
        </Show>
        <HeaderEnd people={props.people ?? []} />
      </header>
      <main
        id="content"
        tabindex={-1}
        class="flex min-h-0 flex-1 outline-none"
        ref={(element) =>
          onMount(() => document.activeElement === document.body && element.focus({ preventScroll: true }))
        }
      >
        {/* Hint: hidden, not removed, so that a list keeps its place while a record lies over it. */}
        <div
          class={cx(
            "relative min-w-0 flex-1",
            props.fixed ? "overflow-hidden" : "overflow-y-auto",
            over() !== undefined && "hidden",
          )}
        >
          {props.children}
        </div>
        <Show when={props.panel}>{(panel) => <Record panel={panel()} side={layout.side()} />}</Show>
      </main>
      <Show when={phone() && over() === undefined && props.primary}>{(act) => <Floating {...act()} />}</Show>
    </>
  );
}

/** Gives the focus to a record that covers its list, and back to the row it came from. */
function createFocusKeeper(covered: () => boolean): void {
  let before: Element | null = null;
  createEffect(
    on(covered, (now, last = false) => {
      if (now && !last) {
        before = document.activeElement;
        document.querySelector<HTMLElement>("#content")?.focus({ preventScroll: true });
      } else if (last && before instanceof HTMLElement) before.focus();
      return now;
    }),
  );
}

function Place(props: Pick<ScreenProps, "title" | "count" | "trail">): JSX.Element {
  return (
    <div class="flex min-w-0 flex-1 items-baseline gap-2">
      <For each={props.trail}>
        {(step) => (
          <>
            <a href={step.href} class="shrink-0 text-muted hover:text-ink max-tablet:hidden">
              {step.label}
            </a>
            <span class="text-muted max-tablet:hidden" aria-hidden="true">
              /
            </span>
          </>
        )}
      </For>
      <h1 class="truncate text-base">{props.title}</h1>
      <Show when={props.count}>{(count) => <span class="text-muted tabular-nums">{count()}</span>}</Show>
    </div>
  );
}

function BackTo(props: { readonly place: string; readonly onBack: () => void }): JSX.Element {
  return (
    <div class="-ml-3 min-w-0 flex-1">
      <Button tone="quiet" icon={ArrowLeft} class="max-w-full text-muted" onClick={() => props.onBack()}>
        <span class="truncate">{props.place}</span>
      </Button>
    </div>
  );
}

function HeaderEnd(props: { readonly people: readonly Person[] }): JSX.Element {
  const sync = useContext(SyncContext);
  const { org } = useShell();
  const navigate = useNavigate();
  const showRefused = (): (() => void) | undefined =>
    (sync?.state().refused ?? 0) > 0 ? () => navigate(`/o/${org().id}/refused`) : undefined;
  return (
    <div class="flex shrink-0 items-center gap-1 tablet:gap-2">
      <Faces people={props.people} />
      <Show when={sync}>
        {(source) => <SyncChip state={source().state()} {...source().acts} onShowRefused={showRefused()} />}
      </Show>
      <MemberMenu />
    </div>
  );
}

function Record(props: { readonly panel: Panel; readonly side: boolean }): JSX.Element {
  return (
    <section
      class={cx(
        "flex min-w-0 flex-col bg-surface",
        props.side ? "w-100 shrink-0 animate-slide border-l border-line" : "flex-1",
      )}
      aria-label={props.panel.title}
    >
      <Show when={props.panel.isBare !== true}>
        <RecordHead {...props} />
      </Show>
      <div class="min-h-0 flex-1 overflow-y-auto">{props.panel.content}</div>
    </section>
  );
}

function RecordHead(props: { readonly panel: Panel; readonly side: boolean }): JSX.Element {
  const t = useText(uiText);
  return (
    <header class="flex h-13 shrink-0 items-center gap-1 pr-2 pl-5">
      <Dynamic component={props.side ? "h2" : "h1"} class="min-w-0 flex-1 truncate text-base">
        {props.panel.title}
      </Dynamic>
      {props.panel.acts}
      <Show when={props.side}>
        <IconButton icon={X} label={t("close")} onClick={() => props.panel.onClose()} />
      </Show>
    </header>
  );
}

function Floating(props: NonNullable<ScreenProps["primary"]>): JSX.Element {
  return (
    <button
      type="button"
      class="fixed right-4 bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-30 flex h-14 items-center gap-2 rounded-full bg-primary px-5 text-base font-medium text-on-primary shadow-float"
      onClick={() => props.onPress()}
    >
      <Dynamic component={props.icon} size={22} aria-hidden="true" />
      {props.label}
    </button>
  );
}
