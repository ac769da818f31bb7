// Owns the page that creates a studio with its owner.
import { createForm, Field, Form } from "@formisch/solid";
import { A, Navigate, useNavigate } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import type { InferOutput } from "valibot";
import type { ApiError } from "../../api.ts";
import { useI18n, useText } from "../../i18n/i18n.ts";
import { useApi, useSession } from "../../session.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/State.tsx";
import { PasswordField, TextField } from "../../ui/TextField.tsx";
import { AccountLayout, linkClass } from "./AccountLayout.tsx";
import { signUpSchema, useProblems, useRefusal } from "./forms.ts";
import { accountText } from "./text.ts";

/** Creates a studio and signs its owner in, who then confirms the address. */
export function SignUp(): JSX.Element {
  const t = useText(accountText);
  const session = useSession();
  return (
    <Show when={session.state().status !== "signed_in"} fallback={<Navigate href="/" />}>
      <AccountLayout
        title={t("signUp.title")}
        below={
          <>
            {t("signUp.have")}{" "}
            <A href="/sign-in" class={linkClass}>
              {t("signIn.act")}
            </A>
          </>
        }
      >
        <SignUpForm />
        <p class="text-xs text-pretty text-muted">{t("signUp.invited")}</p>
      </AccountLayout>
    </Show>
  );
}

function SignUpForm(): JSX.Element {
  const t = useText(accountText);
  const api = useApi();
  const session = useSession();
  const { locale } = useI18n();
  const navigate = useNavigate();
  const refusal = useRefusal();
  const [failed, setFailed] = createSignal<ApiError | null>(null);
  const form = createForm({ schema: signUpSchema, initialInput: { studio: "", name: "", email: "", password: "" } });
  const send = async (input: InferOutput<typeof signUpSchema>): Promise<void> => {
    setFailed(null);
    const answer = await api({ method: "POST", path: "/api/auth/sign-up", body: { ...input, locale: locale() } });
    const account = answer.ok ? await session.arrive() : answer;
    if (account.ok) navigate("/", { replace: true });
    else setFailed(account.error);
  };
  return (
    <Form of={form} class="flex flex-col gap-4" onSubmit={send}>
      <Show when={refusal(failed())}>{(text) => <Notice tone="danger">{text()}</Notice>}</Show>
      <Fields form={form} />
      <Button type="submit" tone="primary" busy={form.isSubmitting && t("signUp.busy")}>
        {t("signUp.act")}
      </Button>
    </Form>
  );
}

function Fields(props: { readonly form: ReturnType<typeof createForm<typeof signUpSchema>> }): JSX.Element {
  const t = useText(accountText);
  const problem = useProblems();
  return (
    <>
      <Field of={props.form} path={["studio"]}>
        {(field) => (
          <TextField
            {...field.props}
            label={t("field.studio")}
            autocomplete="organization"
            value={field.input}
            error={problem(field.errors)}
          />
        )}
      </Field>
      <Field of={props.form} path={["name"]}>
        {(field) => (
          <TextField
            {...field.props}
            label={t("field.name")}
            autocomplete="name"
            value={field.input}
            error={problem(field.errors)}
          />
        )}
      </Field>
      <Field of={props.form} path={["email"]}>
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
      <Field of={props.form} path={["password"]}>
        {(field) => (
          <PasswordField
            {...field.props}
            label={t("field.password")}
            hint={t("field.passwordHint")}
            autocomplete="new-password"
            value={field.input}
            error={problem(field.errors)}
          />
        )}
      </Field>
    </>
  );
}
