// Owns how the state of saving looks in the header. Never finds it out, and never hides a bad one.
import Check from "lucide-solid/icons/check";
import CircleAlert from "lucide-solid/icons/circle-alert";
import Clock from "lucide-solid/icons/clock";
import CloudOff from "lucide-solid/icons/cloud-off";
import TriangleAlert from "lucide-solid/icons/triangle-alert";
import { createSignal, lazy, Match, onCleanup, onMount, Show, Suspense, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { SyncKind, SyncState } from "../saving.ts";
import { useText } from "../i18n/i18n.ts";
import { cx } from "./cx.ts";
import type { SyncActs } from "./sync.ts";
import { syncWords } from "./syncText.ts";

const SyncDetails = lazy(async () => ({ default: (await import("./SyncDetails.tsx")).SyncDetails }));

/** The details come so long after the first screen, before anybody asks for them. Units: ms. */
const DETAILS_AFTER_MS = 4000;

const looks: Record<SyncKind, string> = {
  opening: "text-muted hover:bg-hover",
  saved: "text-muted hover:bg-hover",
  saving: "text-muted hover:bg-hover",
  held: "bg-hover text-ink",
  offline: "bg-hover text-ink",
  not_saved: "bg-danger-tint text-danger",
  refused: "bg-warn-tint text-warn",
};

const icons = { saved: Check, held: Clock, offline: CloudOff, not_saved: CircleAlert, refused: TriangleAlert } as const;

const chip =
  "inline-flex h-touch shrink-0 items-center gap-1.5 rounded-full px-2.5 text-xs font-medium whitespace-nowrap";

/** The chip that stands on every screen; a tap shows the details. Rule: UI13. Source: interface.md §5. */
export function SyncChip(props: { readonly state: SyncState } & SyncActs): JSX.Element {
  const [opened, setOpened] = createSignal(false);
  // Hint: they are needed most when nothing can be loaded any more.
  onMount(() => {
    const timer = setTimeout(() => void SyncDetails.preload().catch(() => undefined), DETAILS_AFTER_MS);
    onCleanup(() => clearTimeout(timer));
  });
  const look = (): string => cx(chip, looks[props.state.kind]);
  const closed = (): JSX.Element => (
    <button
      type="button"
      class={look()}
      data-sync={props.state.kind}
      aria-haspopup="dialog"
      onClick={() => setOpened(true)}
    >
      <Face state={props.state} />
    </button>
  );
  return (
    <>
      <Show when={opened()} fallback={closed()}>
        <Suspense fallback={closed()}>
          <SyncDetails
            state={props.state}
            look={look()}
            face={<Face state={props.state} />}
            onRetry={props.onRetry}
            onSignIn={props.onSignIn}
            onReload={props.onReload}
            onExport={props.onExport}
            onShowRefused={props.onShowRefused}
          />
        </Suspense>
      </Show>
      <Spoken state={props.state} />
    </>
  );
}

function Face(props: { readonly state: SyncState }): JSX.Element {
  const kind = (): SyncKind => props.state.kind;
  return (
    <>
      <Show when={icons[kind() as keyof typeof icons]} fallback={<Dot isWorking={kind() === "saving"} />}>
        {(icon) => <Dynamic component={icon()} size={16} aria-hidden="true" />}
      </Show>
      <Words state={props.state} />
      <Show when={isOfflineToo(props.state)}>
        <AlsoOffline />
      </Show>
    </>
  );
}

function Dot(props: { readonly isWorking: boolean }): JSX.Element {
  return (
    <span class="flex size-4 items-center justify-center" aria-hidden="true">
      <span class={cx("size-2 rounded-full", props.isWorking ? "animate-pulse bg-brand" : "bg-line")} />
    </span>
  );
}

/** A louder state hides that there is no link; a second mark says it. Rule: CH2. */
const isOfflineToo = ({ kind, isOffline }: SyncState): boolean =>
  isOffline && (kind === "refused" || kind === "not_saved");

function AlsoOffline(): JSX.Element {
  const t = useText(syncWords);
  return (
    <>
      <CloudOff size={16} class="opacity-70" aria-hidden="true" />
      <span class="sr-only">{t("alsoOffline")}</span>
    </>
  );
}

/** On a phone a quiet state is its mark alone, and a loud one is short; the whole words are always read out. */
function Words(props: { readonly state: SyncState }): JSX.Element {
  const t = useText(syncWords);
  const quiet = "max-tablet:sr-only";
  return (
    <Switch>
      <Match when={props.state.kind === "opening"}>
        <span class="sr-only">{t("opening")}</span>
      </Match>
      <Match when={props.state.kind === "saved"}>
        <span class={quiet}>{t("saved")}</span>
      </Match>
      <Match when={props.state.kind === "saving"}>
        <span class={quiet}>{t("saving")}</span>
      </Match>
      <Match when={props.state.kind === "held"}>
        <span>{t("held")}</span>
      </Match>
      <Match when={props.state.kind === "offline"}>
        <TwoLengths long={t("offline", props.state.count)} short={t("offlineShort", props.state.count)} />
      </Match>
      <Match when={props.state.kind === "not_saved"}>
        <span>{t("not_saved")}</span>
      </Match>
      <Match when={props.state.kind === "refused"}>
        <TwoLengths long={t("refused", props.state.count)} short={t("refusedShort", props.state.count)} />
      </Match>
    </Switch>
  );
}

function TwoLengths(props: { readonly long: string; readonly short: string }): JSX.Element {
  return (
    <>
      <span class={"max-desktop:sr-only"}>{props.long}</span>
      <span class="desktop:hidden" aria-hidden="true">
        {props.short}
      </span>
    </>
  );
}

/** Only what a member must know now is read out: saving at every letter would drown everything else. */
function Spoken(props: { readonly state: SyncState }): JSX.Element {
  const t = useText(syncWords);
  const text = (): string => {
    if (props.state.kind === "not_saved") return t("not_saved");
    if (props.state.kind === "refused") return t("refused", props.state.count);
    return props.state.kind === "offline" ? t("offline", 0) : "";
  };
  return (
    <span class="sr-only" role="status">
      {text()}
    </span>
  );
}
