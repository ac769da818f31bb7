// Owns the time between signing up and confirming the address: nothing of a studio opens before.
import { A, Navigate } from "@solidjs/router";
import { createSignal, onCleanup, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useErrorText } from "../../i18n/errors.ts";
import { useText } from "../../i18n/i18n.ts";
import { useApi, useSession } from "../../session.ts";
import { Button, buttonClass } from "../../ui/Button.tsx";
import { Notice } from "../../ui/State.tsx";
import { AccountLayout } from "./AccountLayout.tsx";
import { accountText } from "./text.ts";

type Told = { readonly tone: "info" | "warn" | "danger"; readonly text: string };

/** Asks to open the link in the mail; coming back to this page after that goes on by itself. */
export function CheckMail(): JSX.Element {
  const t = useText(accountText);
  const session = useSession();
  const lookAgain = (): void => {
    if (document.visibilityState === "visible") void session.refresh();
  };
  onMount(() => document.addEventListener("visibilitychange", lookAgain));
  onCleanup(() => document.removeEventListener("visibilitychange", lookAgain));
  return (
    <Show when={session.me()?.verified === false} fallback={<Navigate href="/" />}>
      <AccountLayout title={t("checkMail.title")}>
        <p class="text-pretty">{t("checkMail.body", session.me()?.email ?? "")}</p>
        <p class="text-sm text-pretty text-muted">{t("checkMail.hint")}</p>
        <Acts />
      </AccountLayout>
    </Show>
  );
}

function Acts(): JSX.Element {
  const t = useText(accountText);
  const errorText = useErrorText();
  const api = useApi();
  const session = useSession();
  const [told, setTold] = createSignal<Told | null>(null);
  const [doing, setDoing] = createSignal<"send" | "check" | null>(null);
  const check = async (): Promise<void> => {
    setDoing("check");
    const answer = await session.refresh();
    setDoing(null);
    if (!answer.ok) setTold({ tone: "danger", text: errorText(answer.error) });
    else if (!answer.value.user.verified) setTold({ tone: "warn", text: t("checkMail.notYet") });
  };
  const sendAgain = async (): Promise<void> => {
    setDoing("send");
    const answer = await api({ method: "POST", path: "/api/auth/resend-verification" });
    setDoing(null);
    setTold(
      answer.ok ? { tone: "info", text: t("checkMail.sent") } : { tone: "danger", text: errorText(answer.error) },
    );
  };
  return (
    <>
      <Show when={told()}>{(now) => <Notice tone={now().tone}>{now().text}</Notice>}</Show>
      <Button tone="primary" busy={doing() === "check" && t("checkMail.checking")} onClick={() => void check()}>
        {t("checkMail.check")}
      </Button>
      <Button busy={doing() === "send" && t("checkMail.sending")} onClick={() => void sendAgain()}>
        {t("checkMail.again")}
      </Button>
      <A href="/sign-out" class={buttonClass("quiet")}>
        {t("checkMail.other")}
      </A>
    </>
  );
}
