// Owns the search line of a list: `/` leads to it, Escape empties it. Never searches.
import Search from "lucide-solid/icons/search";
import X from "lucide-solid/icons/x";
import { onCleanup, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { cx } from "./cx.ts";
import { controlClass } from "./Field.tsx";
import { isTyping } from "./keys.ts";
import { uiText } from "./text.ts";
import { createValue } from "./TextField.tsx";

export type SearchFieldProps = {
  /** The name of the field, read out and shown while it is empty. */
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly class?: string | undefined;
};

/** A search line; `/` focuses it from anywhere but a field. Rule: UI10. */
export function SearchField(props: SearchFieldProps): JSX.Element {
  const t = useText(uiText);
  let input: HTMLInputElement | undefined;
  const focusBySlash = (event: KeyboardEvent): void => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    input?.focus();
  };
  onMount(() => document.addEventListener("keydown", focusBySlash));
  onCleanup(() => document.removeEventListener("keydown", focusBySlash));
  return (
    <div class={cx("relative", props.class)} role="search">
      <Search size={16} class="pointer-events-none absolute inset-y-0 left-3 my-auto text-muted" aria-hidden="true" />
      <input
        type="search"
        class={cx(controlClass, "pr-10 pl-9")}
        aria-label={props.label}
        placeholder={props.label}
        enterkeyhint="search"
        autocomplete="off"
        spellcheck={false}
        ref={(element) => {
          input = element;
          createValue(element, () => props.value);
        }}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && props.onInput("")}
      />
      <Show when={props.value !== ""}>
        <button
          type="button"
          class="absolute inset-y-0 right-0 flex w-10 items-center justify-center text-muted hover:text-ink"
          aria-label={t("clear")}
          onClick={() => {
            props.onInput("");
            input?.focus();
          }}
        >
          <X size={16} aria-hidden="true" />
        </button>
      </Show>
    </div>
  );
}
