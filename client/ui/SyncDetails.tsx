// Owns what a tap on the sync chip shows: what this state means, since when, what waits, and what can be done.
import Copy from "lucide-solid/icons/copy";
import Download from "lucide-solid/icons/download";
import { createSignal, onCleanup, Show } from "solid-js";
import type { JSX } from "solid-js";
import type { SyncState } from "../saving.ts";
import { useFormat } from "../i18n/format.ts";
import { useText } from "../i18n/i18n.ts";
import { Button } from "./Button.tsx";
import { Popover } from "./Popover.tsx";
import type { SyncActs } from "./sync.ts";
import { syncWords } from "./syncText.ts";

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
    <Popover
      trigger={props.face}
      triggerClass={props.look}
      triggerData={{ "data-sync": props.state.kind }}
      title={title()}
      defaultOpen
    >
      <p class="mt-1 text-pretty text-muted">{about()}</p>
      <Show when={props.state.isOffline}>
        <p class="mt-2 text-pretty text-muted">{t("offlineNot")}</p>
      </Show>
      <Facts state={props.state} />
      <Acts {...props} />
    </Popover>
  );
}

/** The one that helps first: what is not saved can be taken along before anything is tried. */
function Acts(props: SyncActs & { readonly state: SyncState }): JSX.Element {
  const t = useText(syncWords);
  return (
    <div class="mt-3 grid grid-cols-2 gap-2 empty:hidden [&>button]:col-span-2">
      <Show when={props.onShowRefused}>{(show) => <Button onClick={() => show()()}>{t("show")}</Button>}</Show>
      <Show when={props.onSignIn}>{(signIn) => <Button onClick={() => signIn()()}>{t("signIn")}</Button>}</Show>
      <Show when={props.onReload}>{(reload) => <Button onClick={() => reload()()}>{t("reload")}</Button>}</Show>
      <Show when={props.onRetry}>{(retry) => <Button onClick={() => retry()()}>{t("retry")}</Button>}</Show>
      <Show when={props.onExport}>
        {(give) => (
          <>
            <Button icon={Copy} class="col-span-1!" onClick={() => give()("copy")}>
              {t("copy")}
            </Button>
            <Button icon={Download} class="col-span-1!" onClick={() => give()("download")}>
              {t("download")}
            </Button>
          </>
        )}
      </Show>
    </div>
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
      <Show when={props.state.refused > 0}>
        <dt class="text-muted">{t("refusedCount")}</dt>
        <dd class="tabular-nums">{format().number(props.state.refused)}</dd>
      </Show>
      <Show when={props.state.waiting > 0}>
        <dt class="text-muted">{t("waiting")}</dt>
        <dd class="tabular-nums">{format().number(props.state.waiting)}</dd>
      </Show>
      <Show when={props.state.since}>
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
