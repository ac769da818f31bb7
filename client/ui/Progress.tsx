// Owns how long work is shown: how much is done, what happens now, and a way out. Never measures anything.
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { useI18n, useText } from "../i18n/i18n.ts";
import { Button } from "./Button.tsx";
import { uiText } from "./text.ts";

export type ProgressBarProps = {
  readonly label: string;
  /** What is done; null while the whole is not known. */
  readonly value: number | null;
  readonly max?: number | undefined;
  /** What is happening now. */
  readonly now?: string | undefined;
  readonly onCancel?: (() => void) | undefined;
};

/** A bar with a count, what is happening, and cancel. Rule: UI9. */
export function ProgressBar(props: ProgressBarProps): JSX.Element {
  const t = useText(uiText);
  const { locale } = useI18n();
  const max = (): number => props.max ?? 100;
  const share = (): number => (max() === 0 ? 0 : Math.min(1, (props.value ?? 0) / max()));
  const count = (): string => `${(props.value ?? 0).toLocaleString(locale())} / ${max().toLocaleString(locale())}`;
  return (
    <div class="flex flex-col gap-2">
      <div class="flex items-baseline justify-between gap-3">
        <span class="font-medium">{props.label}</span>
        <Show when={props.value !== null}>
          <span class="text-xs text-muted tabular-nums">{count()}</span>
        </Show>
      </div>
      <div
        class="h-2 overflow-hidden rounded-full bg-line"
        role="progressbar"
        aria-label={props.label}
        aria-valuemin={0}
        aria-valuemax={max()}
        aria-valuenow={props.value ?? undefined}
      >
        <div
          class="h-full w-full origin-left rounded-full bg-primary transition-transform"
          classList={{ "animate-pulse": props.value === null }}
          style={{ transform: `scaleX(${props.value === null ? 1 : share()})` }}
        />
      </div>
      <div class="flex items-center justify-between gap-3">
        <span class="text-xs text-muted" aria-live="polite">
          {props.now}
        </span>
        <Show when={props.onCancel}>
          {(cancel) => (
            <Button tone="quiet" onClick={() => cancel()()}>
              {t("cancel")}
            </Button>
          )}
        </Show>
      </div>
    </div>
  );
}
