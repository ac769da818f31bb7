// Owns what the list says while a new device fills itself for the first time. Never stands there for what is on the device.
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../../i18n/i18n.ts";
import { fillStage } from "../../store/filled.ts";
import { createLive, useStore } from "../../store/use.tsx";
import { ProgressBar } from "../../ui/Progress.tsx";
import { Skeleton } from "../../ui/State.tsx";
import { peopleText } from "./text.ts";

/** The progress of the first filling, with grey rows where nobody has arrived; the children once it is over. Rule: PE4. */
export function Filling(props: { readonly rows?: number; readonly children?: JSX.Element }): JSX.Element {
  const t = useText(peopleText);
  const store = useStore();
  const stage = createLive(() => fillStage(store.db));
  const isFilling = (): boolean => stage() === "none" || stage() === "running";
  const isOffline = (): boolean => store.status().isOffline;
  // Hint: in a tab that does not replicate, another one knows how far it is.
  const progress = (): number | null => {
    const filling = store.filling();
    return filling === null || filling.total === null ? null : filling.done;
  };
  return (
    <Show when={isFilling()} fallback={<Show when={stage() === "done"}>{props.children}</Show>}>
      <div class="border-b border-line bg-surface px-4 py-3">
        <ProgressBar
          label={t("filling.label")}
          value={progress()}
          max={store.filling()?.total ?? undefined}
          now={isOffline() ? t("filling.offline") : t("filling.now")}
        />
      </div>
      <Show when={props.rows}>{(rows) => <Skeleton rows={rows()} />}</Show>
    </Show>
  );
}
