// Owns what is pressed: buttons with a word, buttons with an icon, and links that look like a button.
// Never decides what happens.
import { Show, splitProps } from "solid-js";
import type { Component, JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { cx } from "./cx.ts";

/** An icon of lucide-solid, imported by its own path. */
export type Icon = Component<{ size?: number; class?: string; "aria-hidden"?: "true" }>;

/**
 * How much a button stands out: one `primary` per screen; `danger` only where something is lost.
 * `quiet` takes the colour of the text around it; `inverse` is quiet on a dark bar.
 */
export type Tone = "primary" | "plain" | "quiet" | "danger" | "inverse";

const shape =
  "inline-flex h-touch shrink-0 select-none items-center justify-center gap-2 rounded-control text-sm font-medium whitespace-nowrap transition-colors disabled:opacity-50 aria-busy:cursor-progress forced-colors:border";

const tones: Record<Tone, string> = {
  primary: "bg-primary text-on-primary hover:bg-primary-hover",
  plain: "border border-control bg-surface text-ink hover:bg-hover",
  quiet: "hover:bg-hover",
  danger: "border border-danger text-danger hover:bg-danger-tint",
  inverse: "hover:bg-canvas/15",
};

/** The classes of a button with a word, for a link or a trigger that looks like one. */
export const buttonClass = (tone: Tone = "plain"): string => cx(shape, "min-w-touch px-3.5", tones[tone]);

/** The classes of a square button with an icon alone. */
export const iconButtonClass = (tone: Tone = "quiet"): string => cx(shape, "w-touch", tones[tone]);

type ButtonOwn = {
  readonly tone?: Tone | undefined;
  readonly icon?: Icon | undefined;
  /** While this is a text, the button says it, shows that it works, and ignores presses. */
  readonly busy?: string | false | undefined;
};

export type ButtonProps = ButtonOwn &
  Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, "onClick"> & { readonly onClick?: () => void };

/** A button with a word; keeps the focus while it is busy. */
export function Button(props: ButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ["tone", "icon", "busy", "class", "children", "onClick", "type"]);
  const press = (event: MouseEvent): void => {
    if (own.busy) event.preventDefault();
    else own.onClick?.();
  };
  return (
    <button
      {...rest}
      type={own.type ?? "button"}
      class={cx(buttonClass(own.tone), own.class)}
      aria-busy={own.busy ? "true" : undefined}
      onClick={press}
    >
      <Show when={own.icon}>{(icon) => <Dynamic component={icon()} size={18} aria-hidden="true" />}</Show>
      {own.busy || own.children}
    </button>
  );
}

export type IconButtonProps = Omit<ButtonProps, "icon" | "busy" | "children"> & {
  readonly icon: Icon;
  readonly label: string;
};

/** A square button with an icon; its word is read out and shown as a tooltip. */
export function IconButton(props: IconButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ["tone", "icon", "label", "class", "onClick", "type"]);
  return (
    <button
      {...rest}
      type={own.type ?? "button"}
      class={cx(iconButtonClass(own.tone), own.class)}
      aria-label={own.label}
      title={own.label}
      onClick={() => own.onClick?.()}
    >
      <Dynamic component={own.icon} size={20} aria-hidden="true" />
    </button>
  );
}
