// Owns the page behind the link that sets a new password.
import { createForm, Field, Form } from "@formisch/solid";
import { A } from "@solidjs/router";
import { createSignal, Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import type { ApiError } from "../../api.ts";
import { useText } from "../../i18n/i18n.ts";
import { useApi, useSession } from "../../session.ts";
import { Button, buttonClass } from "../../ui/Button.tsx";
import { Notice } from "../../ui/State.tsx";
import { PasswordField } from "../../ui/TextField.tsx";
import { AccountLayout } from "./AccountLayout.tsx";
import { resetSchema, useProblems, useRefusal } from "./forms.ts";
import { accountText } from "./text.ts";
import { takeToken } from "./token.ts";

/** Sets a new password; every device is signed out, this one too. */
export function Reset(): JSX.Element {
  const t = useText(accountText);
  const token = takeToken();
  const [done, setDone] = createSignal(false);
  return (
    <AccountLayout title={done() ? t("reset.done") : t("reset.title")}>
      <Switch>
        <Match when={done()}>
          <p>{t("reset.doneBody")}</p>
          <A href="/sign-in" class={buttonClass("primary")}>
            {t("signIn.act")}
          </A>
        </Match>
        <Match when={token === null}>
          <Notice tone="danger">{t("verify.none")}</Notice>
          <AskAgain />
        </Match>
        <Match when={token}>{(secret) => <ResetForm token={secret()} onDone={() => setDone(true)} />}</Match>
      </Switch>
    </AccountLayout>
  );
}

function AskAgain(): JSX.Element {
  const t = useText(accountText);
  return (
    <A href="/reset-request" class={buttonClass("plain")}>
      {t("reset.again")}
    </A>
  );
}

function ResetForm(props: { readonly token: string; readonly onDone: () => void }): JSX.Element {
  const t = useText(accountText);
  const api = useApi();
  const session = useSession();
  const problem = useProblems();
  const refusal = useRefusal();
  const [failed, setFailed] = createSignal<ApiError | null>(null);
  const form = createForm({ schema: resetSchema, initialInput: { password: "" } });
  const send = async ({ password }: { password: string }): Promise<void> => {
    setFailed(null);
    const answer = await api({ method: "POST", path: "/api/auth/reset", body: { token: props.token, password } });
    if (!answer.ok) return void setFailed(answer.error);
    // Hint: the session of this browser ended with all others; asking tells this page so.
    await session.refresh();
    props.onDone();
  };
  return (
    <Form of={form} class="flex flex-col gap-4" onSubmit={send}>
      <p class="text-pretty text-muted">{t("reset.body")}</p>
      <Show when={refusal(failed())}>{(text) => <Notice tone="danger">{text()}</Notice>}</Show>
      <Show when={failed()?.type === "token_invalid"}>
        <AskAgain />
      </Show>
      <Field of={form} path={["password"]}>
        {(field) => (
          <PasswordField
            {...field.props}
            label={t("field.newPassword")}
            hint={t("field.passwordHint")}
            autocomplete="new-password"
            value={field.input}
            error={problem(field.errors)}
          />
        )}
      </Field>
      <Button type="submit" tone="primary" busy={form.isSubmitting && t("reset.busy")}>
        {t("reset.act")}
      </Button>
    </Form>
  );
}
