// Owns faces: a member's initials on their colour, and a row of those who are here. Never knows where they come from.
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useI18n, useText } from "../i18n/i18n.ts";
import { cx } from "./cx.ts";
import { initialsOf, inkOn } from "./face.ts";
import { uiText } from "./text.ts";

/** A member as a face: a stable id, a name and a colour (`#rrggbb`). */
export type Person = { readonly id: string; readonly name: string; readonly colour: string };

const sizes = { small: "size-6 text-xs", normal: "size-8 text-xs", large: "size-11 text-base" } as const;

export type FaceProps = {
  readonly name: string;
  readonly colour: string;
  readonly size?: keyof typeof sizes | undefined;
  readonly class?: string | undefined;
};

/** One face. The name stands beside it or is read out by its row, so the face is silent: its letters are no text. */
export function Face(props: FaceProps): JSX.Element {
  const { locale } = useI18n();
  return (
    <span
      class={cx(
        "inline-flex shrink-0 items-center justify-center rounded-full font-semibold select-none before:content-[attr(data-initials)]",
        sizes[props.size ?? "normal"],
        props.class,
      )}
      style={{ "background-color": props.colour, color: inkOn(props.colour) }}
      data-initials={initialsOf(props.name, locale())}
      aria-hidden="true"
    />
  );
}

export type FacesProps = {
  readonly people: readonly Person[];
  readonly size?: keyof typeof sizes | undefined;
  readonly most?: number | undefined;
  /** What is read out and shown as a tooltip. */
  readonly label?: ((names: string) => string) | undefined;
};

/** A row of faces with their names for a tooltip and a screen reader; nothing when nobody is there. */
export function Faces(props: FacesProps): JSX.Element {
  const t = useText(uiText);
  const most = (): number => props.most ?? 3;
  const names = (): string => props.people.map((person) => person.name).join(", ");
  const label = (): string => (props.label ?? ((text) => t("here", text)))(names());
  return (
    <Show when={props.people.length > 0}>
      <span class="flex items-center -space-x-1.5" role="img" aria-label={label()} title={label()}>
        <For each={props.people.slice(0, most())}>
          {(person) => <Face name={person.name} colour={person.colour} size={props.size} class="ring-2 ring-surface" />}
        </For>
        <Show when={props.people.length > most()}>
          <span class="pl-2.5 text-xs text-muted tabular-nums" aria-hidden="true">
            {t("more", props.people.length - most())}
          </span>
        </Show>
      </span>
    </Show>
  );
}
