// Owns what lies over the page: a dialog in the middle, a sheet at the side; both rise from below on a phone.
// Never saves nor discards: closing is told to the caller, who decides.
import * as KDialog from "@kobalte/core/dialog";
import X from "lucide-solid/icons/x";
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { iconButtonClass } from "./Button.tsx";
import { cx } from "./cx.ts";
import { uiText } from "./text.ts";

export type DialogProps = {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: string | undefined;
  readonly kind?: "dialog" | "sheet" | undefined;
  readonly children: JSX.Element;
  /** The acts at the bottom, the primary one last; they stay in sight while the content scrolls. */
  readonly footer?: JSX.Element;
};

const places = {
  dialog:
    "inset-x-0 bottom-0 max-h-[92dvh] rounded-t-card animate-rise tablet:inset-x-auto tablet:top-1/2 tablet:bottom-auto tablet:left-1/2 tablet:max-h-[85dvh] tablet:w-[32rem] tablet:-translate-x-1/2 tablet:-translate-y-1/2 tablet:rounded-card tablet:animate-appear",
  sheet:
    "inset-x-0 bottom-0 max-h-[92dvh] rounded-t-card animate-rise tablet:inset-y-0 tablet:right-0 tablet:left-auto tablet:max-h-none tablet:w-[28rem] tablet:rounded-t-none tablet:rounded-l-card tablet:animate-slide",
} as const;

/** A window over the page that holds the focus until it is closed. Rule: UI11. */
export function Dialog(props: DialogProps): JSX.Element {
  const t = useText(uiText);
  return (
    <KDialog.Root open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <KDialog.Portal>
        <KDialog.Overlay class="fixed inset-0 z-40 animate-appear bg-veil" />
        <KDialog.Content
          class={cx(
            "fixed z-50 flex flex-col bg-raised text-ink shadow-float outline-none",
            places[props.kind ?? "dialog"],
          )}
        >
          <header class="py-4 pr-16 pl-5">
            <KDialog.Title class="text-base font-semibold">{props.title}</KDialog.Title>
            <Show when={props.description}>
              {(text) => (
                <KDialog.Description class="mt-1 text-sm text-pretty text-muted">{text()}</KDialog.Description>
              )}
            </Show>
          </header>
          <div class="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 pt-1 pb-5">{props.children}</div>
          <Show when={props.footer}>
            <footer class="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
              {props.footer}
            </footer>
          </Show>
          {/* Hint: last, so that the focus starts in the content. */}
          <KDialog.CloseButton
            class={cx(iconButtonClass(), "absolute top-2.5 right-2.5")}
            aria-label={t("close")}
            title={t("close")}
          >
            <X size={20} aria-hidden="true" />
          </KDialog.CloseButton>
        </KDialog.Content>
      </KDialog.Portal>
    </KDialog.Root>
  );
}
