// Owns what a tap on the sync chip shows: what this state means, since when, what waits, and what can be done.
import { createSignal, onCleanup, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useFormat } from "../i18n/format.ts";
import { useText } from "../i18n/i18n.ts";
import { Button } from "./Button.tsx";
import { Popover } from "./Popover.tsx";
import { syncWords } from "./sync.ts";
import type { SyncActs, SyncState } from "./sync.ts";

export type SyncDetailsProps = SyncActs & {
  readonly state: SyncState;
  readonly look: string;
  readonly face: JSX.Element;
};

/** The chip with its open details. Rule: UI13. */
export function SyncDetails(props: SyncDetailsProps): JSX.Element {
  const t = useText(syncWords);
  const about = (): string => {
    const { kind, reason } = props.state;
    return kind === "not_saved" ? t(`reason.${reason ?? "unacknowledged"}`) : t(`about.${kind}`);
  };
  const title = (): string => {
    const { kind, count } = props.state;
    if (kind === "offline") return t("offline", count);
    return kind === "refused" ? t("refused", count) : t(kind);
  };
  return (
    <Popover trigger={props.face} triggerClass={props.look} title={title()} defaultOpen>
      <p class="mt-1 text-pretty text-muted">{about()}</p>
      <Show when={props.state.kind === "offline"}>
        <p class="mt-2 text-pretty text-muted">{t("offlineNot")}</p>
      </Show>
      <Facts state={props.state} />
      <div class="mt-3 flex flex-wrap gap-2 empty:hidden">
        <Show when={props.onRetry}>{(retry) => <Button onClick={() => retry()()}>{t("retry")}</Button>}</Show>
        <Show when={props.onExport}>{(give) => <Button onClick={() => give()()}>{t("export")}</Button>}</Show>
        <Show when={props.onShowRefused}>{(show) => <Button onClick={() => show()()}>{t("show")}</Button>}</Show>
      </div>
    </Popover>
  );
}

function Facts(props: { readonly state: SyncState }): JSX.Element {
  const t = useText(syncWords);
  const format = useFormat();
  const [nowMs, setNowMs] = createSignal(Date.now());
  const timer = setInterval(() => setNowMs(Date.now()), 30_000);
  onCleanup(() => clearInterval(timer));
  const ago = (instant: string): string => format().ago(instant, nowMs());
  return (
    <dl class="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 border-t border-line pt-3 text-sm">
      <Show when={props.state.count > 0}>
        <dt class="text-muted">{t("waiting")}</dt>
        <dd class="tabular-nums">{format().number(props.state.count)}</dd>
      </Show>
      <Show when={props.state.kind === "offline" && props.state.since}>
        {(since) => (
          <>
            <dt class="text-muted">{t("since")}</dt>
            <dd>{format().dateTime(since())}</dd>
          </>
        )}
      </Show>
      <dt class="text-muted">{t("lastContact")}</dt>
      <dd>
        <Show when={props.state.lastContact} fallback={t("never")}>
          {(contact) => ago(contact())}
        </Show>
      </dd>
    </dl>
  );
}
