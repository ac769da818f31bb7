// Owns the two fields of signing in; used by the sign-in page and by an invitation for somebody with an account.
import { createForm, Field, Form } from "@formisch/solid";
import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import type { ApiError } from "../../api.ts";
import { useText } from "../../i18n/i18n.ts";
import { useSession } from "../../session.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/State.tsx";
import { PasswordField, TextField } from "../../ui/TextField.tsx";
import { signInSchema, useProblems, useRefusal } from "./forms.ts";
import { accountText } from "./text.ts";

export type SignInFormProps = {
  /** An address that is given and cannot be changed. */
  readonly email?: string | undefined;
  readonly act?: string | undefined;
  readonly onDone: () => void;
};

/** Signs in; a wrong address and a wrong password are told alike. */
export function SignInForm(props: SignInFormProps): JSX.Element {
  const t = useText(accountText);
  const session = useSession();
  const problem = useProblems();
  const refusal = useRefusal();
  const [failed, setFailed] = createSignal<ApiError | null>(null);
  // Hint: the address of an invitation does not change while its form stands.
  // eslint-disable-next-line solid/reactivity
  const form = createForm({ schema: signInSchema, initialInput: { email: props.email ?? "", password: "" } });
  const send = async (input: { email: string; password: string }): Promise<void> => {
    setFailed(null);
    const answer = await session.signIn(input);
    if (answer.ok) props.onDone();
    else setFailed(answer.error);
  };
  return (
    <Form of={form} class="flex flex-col gap-4" onSubmit={send}>
      <Show when={refusal(failed())}>{(text) => <Notice tone="danger">{text()}</Notice>}</Show>
      <Field of={form} path={["email"]}>
        {(field) => (
          <TextField
            {...field.props}
            label={t("field.email")}
            type="email"
            autocomplete="username"
            readOnly={props.email !== undefined}
            // Hint: what cannot be changed is passed over, so that a window starts at the password.
            tabIndex={props.email === undefined ? undefined : -1}
            value={field.input}
            error={problem(field.errors)}
          />
        )}
      </Field>
      <Field of={form} path={["password"]}>
        {(field) => (
          <PasswordField
            {...field.props}
            label={t("field.password")}
            autocomplete="current-password"
            value={field.input}
            error={problem(field.errors)}
          />
        )}
      </Field>
      <Button type="submit" tone="primary" busy={form.isSubmitting && t("signIn.busy")}>
        {props.act ?? t("signIn.act")}
      </Button>
    </Form>
  );
}
