// Owns one field while it is edited in place: what is typed and not saved yet, when it is saved, and what was wrong with it.
// Never writes: `save` does. What a colleague writes meanwhile shows as soon as nothing is typed here.
import { createSignal, onCleanup, onMount } from "solid-js";
import type { Accessor } from "solid-js";

/** What a field stands on. */
export type EditParts = {
  readonly value: Accessor<string>;
  /** Saves what was typed; answers with the words of the problem, or null when it is done. */
  readonly save: (typed: string) => Promise<string | null>;
  /** Is told when the member enters and leaves, for presence. */
  readonly onEnter?: () => void;
  readonly onLeave?: () => void;
};

/** A field while it is edited; made for the properties of InlineField. */
export type Edit = {
  readonly value: Accessor<string>;
  readonly error: Accessor<string | undefined>;
  readonly onInput: (typed: string) => void;
  readonly onFocus: () => void;
  readonly onBlur: () => void;
};

/** Creates the editing of one field; owned. What is typed is saved on leaving, also when the page is put aside. Rule: PE7. */
export function createEdit({ value, save, onEnter, onLeave }: EditParts): Edit {
  const [typed, setTyped] = createSignal<string | null>(null);
  const [error, setError] = createSignal<string>();
  let saving: string | null = null;

  const settle = async (text: string): Promise<void> => {
    saving = text;
    const problem = await save(text);
    saving = null;
    setError(problem ?? undefined);
    // Hint: what was typed on during the saving stays.
    if (problem === null && typed() === text) setTyped(null);
  };
  const flush = (): void => {
    const text = typed();
    if (text === null || text === saving) return;
    if (text !== value()) return void settle(text);
    setTyped(null);
    setError(undefined);
  };
  const flushWhenHidden = (): void => {
    if (document.hidden) flush();
  };
  onMount(() => globalThis.document?.addEventListener("visibilitychange", flushWhenHidden));
  onCleanup(() => {
    globalThis.document?.removeEventListener("visibilitychange", flushWhenHidden);
    flush();
  });
  return {
    value: () => typed() ?? value(),
    error,
    onInput: (text) => {
      setTyped(text);
      setError(undefined);
    },
    onFocus: () => onEnter?.(),
    onBlur: () => {
      flush();
      onLeave?.();
    },
  };
}
