// Owns the page behind the link that confirms an address: it posts the secret once and says what came of it.
import { useNavigate } from "@solidjs/router";
import { createSignal, Match, onMount, Switch } from "solid-js";
import type { JSX } from "solid-js";
import type { ApiError } from "../../api.ts";
import { useErrorText } from "../../i18n/errors.ts";
import { useText } from "../../i18n/i18n.ts";
import { useApi, useSession } from "../../session.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/State.tsx";
import { AccountLayout } from "./AccountLayout.tsx";
import { accountText } from "./text.ts";
import { takeToken } from "./token.ts";

type Outcome = "done" | "none" | ApiError;

/** Confirms the address and leads on. */
export function Verify(): JSX.Element {
  const t = useText(accountText);
  const api = useApi();
  const session = useSession();
  const token = takeToken();
  const [outcome, setOutcome] = createSignal<Outcome | null>(null);
  const confirm = async (): Promise<Outcome> => {
    if (token === null) return "none";
    const answer = await api({ method: "POST", path: "/api/auth/verify", body: { token } });
    if (!answer.ok) return answer.error;
    await session.refresh();
    return "done";
  };
  onMount(async () => setOutcome(await confirm()));
  const title = (): string => {
    if (outcome() === null) return t("verify.working");
    return outcome() === "done" ? t("verify.done") : t("verify.failed");
  };
  return (
    <AccountLayout title={title()}>
      <Switch>
        <Match when={outcome() === "done"}>
          <p>{session.me() === null ? t("verify.doneSignIn") : t("verify.doneBody")}</p>
          <GoOn />
        </Match>
        <Match when={outcome()}>{(result) => <Failed outcome={result()} />}</Match>
      </Switch>
    </AccountLayout>
  );
}

function Failed(props: { readonly outcome: Outcome }): JSX.Element {
  const t = useText(accountText);
  const errorText = useErrorText();
  const text = (): string => (typeof props.outcome === "string" ? t("verify.none") : errorText(props.outcome));
  return (
    <>
      <Notice tone="danger">{text()}</Notice>
      <GoOn />
    </>
  );
}

function GoOn(): JSX.Element {
  const t = useText(accountText);
  const navigate = useNavigate();
  return (
    <Button tone="primary" onClick={() => navigate("/", { replace: true })}>
      {t("verify.go")}
    </Button>
  );
}
