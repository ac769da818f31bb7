// Owns the page that asks for a link to set a new password; it never tells whether an account exists.
import { createForm, Field, Form } from "@formisch/solid";
import { A } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import type { ApiError } from "../../api.ts";
import { useText } from "../../i18n/i18n.ts";
import { useApi } from "../../session.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/State.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { AccountLayout, linkClass } from "./AccountLayout.tsx";
import { resetRequestSchema, useProblems, useRefusal } from "./forms.ts";
import { accountText } from "./text.ts";

/** Asks for a link; the answer is the same for every address. */
export function ResetRequest(): JSX.Element {
  const t = useText(accountText);
  const [sentTo, setSentTo] = createSignal<string | null>(null);
  return (
    <AccountLayout
      title={sentTo() === null ? t("resetRequest.title") : t("resetRequest.sent")}
      below={
        <A href="/sign-in" class={linkClass}>
          {t("resetRequest.back")}
        </A>
      }
    >
      <Show when={sentTo()} fallback={<RequestForm onSent={setSentTo} />}>
        {(email) => <p class="text-pretty">{t("resetRequest.sentBody", email())}</p>}
      </Show>
    </AccountLayout>
  );
}

function RequestForm(props: { readonly onSent: (email: string) => void }): JSX.Element {
  const t = useText(accountText);
  const api = useApi();
  const problem = useProblems();
  const refusal = useRefusal();
  const [failed, setFailed] = createSignal<ApiError | null>(null);
  const form = createForm({ schema: resetRequestSchema, initialInput: { email: "" } });
  const send = async ({ email }: { email: string }): Promise<void> => {
    setFailed(null);
    const answer = await api({ method: "POST", path: "/api/auth/reset-request", body: { email } });
    if (answer.ok) props.onSent(email);
    else setFailed(answer.error);
  };
  return (
    <Form of={form} class="flex flex-col gap-4" onSubmit={send}>
      <p class="text-pretty text-muted">{t("resetRequest.body")}</p>
      <Show when={refusal(failed())}>{(text) => <Notice tone="danger">{text()}</Notice>}</Show>
      <Field of={form} path={["email"]}>
        {(field) => (
          <TextField
            {...field.props}
            label={t("field.email")}
            type="email"
            autocomplete="username"
            value={field.input}
            error={problem(field.errors)}
          />
        )}
      </Field>
      <Button type="submit" tone="primary" busy={form.isSubmitting && t("resetRequest.busy")}>
        {t("resetRequest.act")}
      </Button>
    </Form>
  );
}
