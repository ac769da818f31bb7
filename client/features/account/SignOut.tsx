// Owns leaving this device: first what waits is sent, then everything of the member is wiped; what cannot be sent is shown before.
// Never wipes by itself (session.ts) and never gives anything up that the member has not given up in words.
import { Navigate, useNavigate, useSearchParams } from "@solidjs/router";
import { createSignal, For, Match, onMount, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { useDevice } from "../../device.ts";
import { useErrorText } from "../../i18n/errors.ts";
import { useFormat } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { createOnline } from "../../online.ts";
import { useSession } from "../../session.ts";
import { Button } from "../../ui/Button.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { ProgressBar } from "../../ui/Progress.tsx";
import { Notice } from "../../ui/State.tsx";
import { AccountLayout } from "./AccountLayout.tsx";
import { sendAll } from "./leaving.ts";
import type { LeftStudio, Sending } from "./leaving.ts";
import { leaveText } from "./leaveText.ts";
import { TakeAlong } from "./TakeAlong.tsx";

/** The page at `/sign-out`, and with `?everywhere=1` for all devices. Rules: ME1–ME3. */
export function SignOut(): JSX.Element {
  const t = useText(leaveText);
  const session = useSession();
  const navigate = useNavigate();
  const [search] = useSearchParams<{ everywhere?: string }>();
  const where = (): "here" | "everywhere" => (search.everywhere === "1" ? "everywhere" : "here");
  const isMine = (): boolean => session.me() !== null || session.state().status === "leaving";
  return (
    <Show
      when={isMine()}
      fallback={
        <Show when={session.state().status !== "starting"}>
          <Navigate href="/" />
        </Show>
      }
    >
      <AccountLayout title={where() === "here" ? t("out.title") : t("out.titleAll")} worksOffline>
        {/* Hint: the page is loaded anew, so that nothing of the member stays in its memory. */}
        <Leaving where={where()} onDone={() => location.replace("/sign-in")} onStay={() => navigate("/")} />
      </AccountLayout>
    </Show>
  );
}

export type LeavingProps = {
  readonly where: "here" | "everywhere";
  readonly onDone: () => void;
  readonly onStay: () => void;
};

/** Sends, shows what is left, and leaves. */
export function Leaving(props: LeavingProps): JSX.Element {
  const t = useText(leaveText);
  const errorText = useErrorText();
  const session = useSession();
  const device = useDevice();
  const [sending, setSending] = createSignal<Sending | null>(null);
  const [left, setLeft] = createSignal<readonly LeftStudio[] | null>(null);
  const [failed, setFailed] = createSignal<string | null>(null);
  const leave = async (): Promise<void> => {
    setFailed(null);
    const answer = await session.signOut(props.where);
    if (answer.ok) props.onDone();
    else setFailed(answer.error.type === "offline" ? t("out.allOffline") : errorText(answer.error));
  };
  const send = async (): Promise<void> => {
    setLeft(null);
    const rest = await sendAll({ session, device, onFailure: reportError }, setSending);
    setSending(null);
    if (rest.length === 0) await leave();
    else setLeft(rest);
  };
  onMount(() => void send());
  return (
    <Switch fallback={<ProgressBar label={t("out.counting")} value={null} />}>
      <Match when={session.state().status === "leaving"}>
        <ProgressBar label={t("out.wiping")} value={null} />
      </Match>
      <Match when={failed()}>
        {(text) => (
          <>
            <Notice tone="danger">{text()}</Notice>
            <Button tone="primary" onClick={() => props.onStay()}>
              {t("out.stay")}
            </Button>
          </>
        )}
      </Match>
      <Match when={left()}>
        {(studios) => <Left studios={studios()} onAgain={send} onLeave={leave} onStay={() => props.onStay()} />}
      </Match>
      <Match when={sending()}>
        {(now) => <ProgressBar label={t("out.sending", now().name)} value={now().done} max={now().total} />}
      </Match>
    </Switch>
  );
}

type LeftProps = {
  readonly studios: readonly LeftStudio[];
  readonly onAgain: () => Promise<void>;
  readonly onLeave: () => Promise<void>;
  readonly onStay: () => void;
};

/** What waits and could not be sent: stay, take it along, or give it up in words. Rule: ME1. */
function Left(props: LeftProps): JSX.Element {
  const t = useText(leaveText);
  const format = useFormat();
  const session = useSession();
  const online = createOnline();
  const [isAsking, setAsking] = createSignal(false);
  const count = (): string =>
    format().number(props.studios.reduce((sum, studio) => sum + studio.unsent + studio.refused, 0));
  return (
    <>
      <Notice tone="warn">
        <strong class="font-semibold">{t("out.left")}.</strong> {online() ? "" : t("out.offline")}
      </Notice>
      <p class="text-pretty text-muted">{t("out.leftBody")}</p>
      <ul class="divide-y divide-line rounded-card border border-line">
        <For each={props.studios}>{(studio) => <LeftRow studio={studio} />}</For>
      </ul>
      <Button tone="primary" onClick={() => props.onStay()}>
        {t("out.stay")}
      </Button>
      <Show when={online()}>
        <Button onClick={() => void props.onAgain()}>{t("out.again")}</Button>
      </Show>
      <TakeAlong studios={props.studios} />
      <Button tone="quiet" class="text-danger" onClick={() => setAsking(true)}>
        {t("out.giveUp")}
      </Button>
      <ConfirmDialog
        open={isAsking()}
        onOpenChange={setAsking}
        title={t("out.giveUpTitle")}
        goes={[t("out.goes", count()), t("out.goesAll")]}
        stays={[t("out.stays")]}
        typeName={session.me()?.name}
        confirm={t("out.giveUpAct")}
        onConfirm={() => {
          setAsking(false);
          void props.onLeave();
        }}
      />
    </>
  );
}

function LeftRow(props: { readonly studio: LeftStudio }): JSX.Element {
  const t = useText(leaveText);
  const format = useFormat();
  return (
    <li class="px-3 py-2.5">
      <p class="font-medium break-words">{props.studio.name}</p>
      <Show when={props.studio.unsent > 0}>
        <p class="text-sm text-muted">{t("out.unsent", format().number(props.studio.unsent))}</p>
      </Show>
      <Show when={props.studio.refused > 0}>
        <p class="text-sm text-muted">{t("out.refused", format().number(props.studio.refused))}</p>
      </Show>
    </li>
  );
}
