// Owns small marks: a status as a dot beside its word, a chip, a count. Never says anything by colour alone.
import X from "lucide-solid/icons/x";
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { cx } from "./cx.ts";
import { uiText } from "./text.ts";

/** A status: an 8 px dot of its colour (`#rrggbb`) and its word. Rule: UI8. */
export function StatusDot(props: {
  readonly colour: string;
  readonly children: JSX.Element;
  readonly class?: string;
}): JSX.Element {
  return (
    <span class={cx("inline-flex min-w-0 items-center gap-2", props.class)}>
      <Dot colour={props.colour} />
      <span class="truncate">{props.children}</span>
    </span>
  );
}

/** The dot alone, for a place that has the word already. */
export function Dot(props: { readonly colour: string }): JSX.Element {
  return (
    <span
      class="size-2 shrink-0 rounded-full bg-[color-mix(in_oklab,var(--dot),light-dark(var(--dot),white)_22%)] forced-color-adjust-none"
      style={{ "--dot": props.colour }}
      aria-hidden="true"
    />
  );
}

export type ChipProps = {
  readonly children: JSX.Element;
  /** Makes the chip a switch: a filter that is on or off. */
  readonly pressed?: boolean | undefined;
  readonly onPress?: (() => void) | undefined;
  /** Makes the chip removable; the text says what is removed. */
  readonly onRemove?: { readonly label: string; readonly act: () => void } | undefined;
};

const chip =
  "inline-flex max-w-full items-center gap-1.5 rounded-full border px-3 text-xs font-medium whitespace-nowrap";

/** A short word in a frame: a tag, or a filter that is pressed or removed. */
export function Chip(props: ChipProps): JSX.Element {
  const t = useText(uiText);
  const look = (): string =>
    cx(chip, props.pressed ? "border-transparent bg-tint text-on-tint" : "border-line bg-surface text-ink");
  return (
    <Show
      when={props.onPress}
      fallback={
        <span class={cx(look(), "h-7")}>
          <span class="truncate">{props.children}</span>
          <Show when={props.onRemove}>
            {(remove) => (
              <button
                type="button"
                class="relative -mr-2 p-1 text-muted after:absolute after:-inset-2.5 hover:text-ink"
                aria-label={t("remove", remove().label)}
                onClick={() => remove().act()}
              >
                <X size={14} aria-hidden="true" />
              </button>
            )}
          </Show>
        </span>
      }
    >
      {(press) => (
        <button
          type="button"
          class={cx(look(), "h-touch transition-colors hover:bg-hover aria-pressed:hover:bg-tint")}
          aria-pressed={props.pressed ?? false}
          onClick={() => press()()}
        >
          {props.children}
        </button>
      )}
    </Show>
  );
}

/** A count or a short word that waits for this member. */
export function Badge(props: {
  readonly tone?: "quiet" | "tint" | "danger" | "warn";
  readonly children: JSX.Element;
}): JSX.Element {
  const tones = {
    quiet: "bg-hover text-muted",
    tint: "bg-tint text-on-tint",
    danger: "bg-danger-tint text-danger",
    warn: "bg-warn-tint text-warn",
  };
  return (
    <span
      class={cx(
        "inline-flex min-w-5 items-center justify-center rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap tabular-nums",
        tones[props.tone ?? "quiet"],
      )}
    >
      {props.children}
    </span>
  );
}
