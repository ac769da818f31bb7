// Owns how messages look and are read out, and that Ctrl+Z undoes the last act outside a text. Never decides what stands.
import CircleAlert from "lucide-solid/icons/circle-alert";
import TriangleAlert from "lucide-solid/icons/triangle-alert";
import Undo2 from "lucide-solid/icons/undo-2";
import X from "lucide-solid/icons/x";
import { For, onCleanup, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { Button, IconButton } from "./Button.tsx";
import { isTyping } from "./keys.ts";
import { uiText } from "./text.ts";
import { useToasts } from "./toasts.ts";
import type { StandingToast } from "./toasts.ts";

/** The place where messages stand: above the bottom bar on a phone, at the lower left elsewhere. Rule: UI12. */
export function ToastRegion(): JSX.Element {
  const t = useText(uiText);
  const toasts = useToasts();
  const undoByKey = (event: KeyboardEvent): void => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    if (isUndo && !isTyping(event.target) && toasts.undoLast()) event.preventDefault();
  };
  onMount(() => document.addEventListener("keydown", undoByKey));
  onCleanup(() => document.removeEventListener("keydown", undoByKey));
  return (
    <section
      class="pointer-events-none fixed inset-x-3 bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-60 flex flex-col items-center gap-2 tablet:inset-x-auto tablet:bottom-5 tablet:left-1/2 tablet:-translate-x-1/2"
      aria-label={t("notifications")}
      aria-live="polite"
      onPointerEnter={() => toasts.hold()}
      onPointerLeave={() => toasts.resume()}
      onFocusIn={() => toasts.hold()}
      onFocusOut={() => toasts.resume()}
    >
      <For each={toasts.list()}>{(toast) => <Bar toast={toast} />}</For>
    </section>
  );
}

function Bar(props: { readonly toast: StandingToast }): JSX.Element {
  const t = useText(uiText);
  const toasts = useToasts();
  return (
    <div class="pointer-events-auto flex w-full max-w-md animate-rise flex-wrap items-center justify-end gap-x-2 rounded-card bg-ink py-1.5 pr-1.5 pl-4 text-canvas shadow-float tablet:min-w-96">
      <Show when={props.toast.tone === "danger"}>
        <CircleAlert size={18} class="shrink-0" aria-hidden="true" />
      </Show>
      <Show when={props.toast.tone === "warn"}>
        <TriangleAlert size={18} class="shrink-0" aria-hidden="true" />
      </Show>
      <p class="min-w-0 flex-1 basis-40 py-1.5 text-pretty [overflow-wrap:anywhere]">{props.toast.text}</p>
      <Show when={props.toast.undo}>
        <Button
          tone="inverse"
          icon={Undo2}
          onClick={() => {
            toasts.close(props.toast.id);
            props.toast.undo?.();
          }}
        >
          {t("undo")}
        </Button>
      </Show>
      <Show when={props.toast.act}>
        {(act) => (
          <Button
            tone="inverse"
            onClick={() => {
              toasts.close(props.toast.id);
              act().run();
            }}
          >
            {act().label}
          </Button>
        )}
      </Show>
      <IconButton icon={X} tone="inverse" label={t("close")} onClick={() => toasts.close(props.toast.id)} />
    </div>
  );
}
