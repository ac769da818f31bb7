// Owns the way between places: navigation on a desktop, rail on a tablet, bottom bar on a phone.
import PanelLeftClose from "lucide-solid/icons/panel-left-close";
import PanelLeftOpen from "lucide-solid/icons/panel-left-open";
import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { useText } from "../i18n/i18n.ts";
import { usePreferences } from "../preferences.ts";
import type { Org } from "../session.ts";
import { IconButton } from "../ui/Button.tsx";
import { cx } from "../ui/cx.ts";
import { Logo } from "../ui/Logo.tsx";
import { placesFor } from "./places.ts";
import type { Place } from "./places.ts";
import { shellText } from "./text.ts";

const link =
  "flex items-center rounded-control font-medium text-muted transition-colors hover:bg-hover hover:text-ink outline-offset-[-2px]";
const here = "bg-tint !text-on-tint";

/** The navigation of a desktop; it folds to its icons, which then say their word as a tooltip. Rule: UI14. */
export function SideNav(props: { readonly org: Org }): JSX.Element {
  const t = useText(shellText);
  const preferences = usePreferences();
  const folded = preferences.folded;
  return (
    <nav
      class={cx(
        "flex shrink-0 flex-col border-r border-line bg-canvas py-3 transition-[width]",
        folded() ? "w-16 px-2" : "w-58 px-3",
      )}
      aria-label={t("menu")}
    >
      <Brand org={props.org} folded={folded()} />
      <ul class="mt-4 flex flex-1 flex-col gap-0.5">
        <For each={placesFor(props.org.role)}>
          {(place) => (
            <li>
              <PlaceLink
                place={place}
                org={props.org}
                class={cx("h-touch", folded() ? "justify-center" : "gap-3 px-2.5")}
                title={folded() ? t(`places.${place.key}`) : undefined}
              >
                <span class={folded() ? "sr-only" : "truncate"}>{t(`places.${place.key}`)}</span>
              </PlaceLink>
            </li>
          )}
        </For>
      </ul>
      <IconButton
        icon={folded() ? PanelLeftOpen : PanelLeftClose}
        label={folded() ? t("unfold") : t("fold")}
        class="self-start text-muted"
        onClick={() => preferences.setFolded(!folded())}
      />
    </nav>
  );
}

function Brand(props: { readonly org: Org; readonly folded: boolean }): JSX.Element {
  return (
    <div class={cx("flex h-9 items-center gap-2.5", props.folded ? "justify-center" : "px-1.5")} title={props.org.name}>
      <Logo />
      <Show when={!props.folded}>
        <span class="min-w-0 truncate font-semibold">{props.org.name}</span>
      </Show>
    </div>
  );
}

/** The rail of a tablet: each icon above its word. */
export function Rail(props: { readonly org: Org }): JSX.Element {
  const t = useText(shellText);
  return (
    <nav
      class="flex w-18 shrink-0 flex-col items-center gap-4 border-r border-line bg-canvas py-3"
      aria-label={t("menu")}
    >
      <span title={props.org.name}>
        <Logo size={32} />
      </span>
      <ul class="flex w-full flex-col gap-1 px-1.5">
        <For each={placesFor(props.org.role)}>
          {(place) => (
            <li>
              <PlaceLink place={place} org={props.org} class="min-h-14 flex-col justify-center gap-0.5 px-0.5 text-xs">
                <span class="w-full truncate text-center">{t(`places.${place.key}`)}</span>
              </PlaceLink>
            </li>
          )}
        </For>
      </ul>
    </nav>
  );
}

/** The bottom bar of a phone, within reach of a thumb. */
export function BottomBar(props: { readonly org: Org }): JSX.Element {
  const t = useText(shellText);
  return (
    <nav class="shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]" aria-label={t("menu")}>
      <ul class="flex">
        <For each={placesFor(props.org.role)}>
          {(place) => (
            <li class="min-w-0 flex-1">
              <PlaceLink
                place={place}
                org={props.org}
                plain
                class="h-14 flex-col justify-center gap-0.5 rounded-none text-xs"
              >
                <span class="w-full truncate text-center">{t(`places.${place.key}`)}</span>
              </PlaceLink>
            </li>
          )}
        </For>
      </ul>
    </nav>
  );
}

type PlaceLinkProps = {
  readonly place: Place;
  readonly org: Org;
  readonly class: string;
  readonly title?: string | undefined;
  /** On the bottom bar the chosen place is shown by its colour and the mark above it. */
  readonly plain?: boolean | undefined;
  readonly children: JSX.Element;
};

function PlaceLink(props: PlaceLinkProps): JSX.Element {
  const chosen = (): string => (props.plain ? "!text-primary shadow-[inset_0_2px_0_var(--brand)]" : here);
  return (
    <A
      href={`/o/${props.org.id}/${props.place.path}`}
      class={cx(link, props.class)}
      activeClass={chosen()}
      title={props.title}
    >
      <Dynamic component={props.place.icon} size={20} aria-hidden="true" class="shrink-0" />
      {props.children}
    </A>
  );
}
