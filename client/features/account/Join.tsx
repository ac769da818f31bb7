// Owns accepting an invitation: a new account, an account that must sign in, or the member who is already here.
import { createForm, Field, Form } from "@formisch/solid";
import { createSignal, Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import type { ApiError } from "../../api.ts";
import { useI18n, useText } from "../../i18n/i18n.ts";
import { useApi, useSession } from "../../session.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/State.tsx";
import { PasswordField, TextField } from "../../ui/TextField.tsx";
import { joinSchema, useProblems, useRefusal } from "./forms.ts";
import type { Preview } from "./Invitation.tsx";
import { SignInForm } from "./SignInForm.tsx";
import { Leaving } from "./SignOut.tsx";
import { accountText } from "./text.ts";

export type JoinProps = { readonly preview: Preview; readonly token: string; readonly onDone: () => void };

type Accept = (body: { name?: string; password?: string }) => Promise<ApiError | null>;

/** The way into the team that fits the person who holds the invitation. Rule: UI16. */
export function Join(props: JoinProps): JSX.Element {
  const t = useText(accountText);
  const api = useApi();
  const session = useSession();
  const { locale } = useI18n();
  const accept: Accept = async (body) => {
    const path = `/api/invitations/${props.token}/accept`;
    const answer = await api({ method: "POST", path, body: { ...body, locale: locale() } });
    const account = answer.ok ? await session.arrive() : answer;
    if (!account.ok) return account.error;
    props.onDone();
    return null;
  };
  const me = (): string | undefined => session.me()?.email.toLowerCase();
  return (
    <Switch>
      <Match when={me() === props.preview.email.toLowerCase()}>
        <AcceptNow accept={accept} />
      </Match>
      <Match when={me() !== undefined || session.state().status === "leaving"}>
        <OtherMember />
      </Match>
      <Match when={props.preview.hasAccount}>
        <p class="text-pretty">{t("invitation.have")}</p>
        <SignInForm email={props.preview.email} onDone={() => undefined} />
      </Match>
      <Match when={!props.preview.hasAccount}>
        <NewMember email={props.preview.email} accept={accept} />
      </Match>
    </Switch>
  );
}

function AcceptNow(props: { readonly accept: Accept }): JSX.Element {
  const t = useText(accountText);
  const session = useSession();
  const refusal = useRefusal();
  const [failed, setFailed] = createSignal<ApiError | null>(null);
  const [busy, setBusy] = createSignal(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    setFailed(await props.accept({}));
    setBusy(false);
  };
  return (
    <>
      <p>{t("invitation.ready", session.me()?.name ?? "")}</p>
      <Show when={refusal(failed())}>{(text) => <Notice tone="danger">{text()}</Notice>}</Show>
      <Button tone="primary" busy={busy() && t("invitation.accepting")} onClick={() => void send()}>
        {t("invitation.accept")}
      </Button>
    </>
  );
}

function OtherMember(): JSX.Element {
  const t = useText(accountText);
  const session = useSession();
  const [isLeaving, setLeaving] = createSignal(false);
  return (
    <Show
      when={isLeaving()}
      fallback={
        <>
          <Notice tone="warn">{t("invitation.other", session.me()?.email ?? "")}</Notice>
          <Button tone="primary" onClick={() => setLeaving(true)}>
            {t("invitation.signOut")}
          </Button>
        </>
      }
    >
      {/* Hint: on this page, because the link of the invitation lives in its memory. */}
      <Leaving where="here" onDone={() => undefined} onStay={() => setLeaving(false)} />
    </Show>
  );
}

function NewMember(props: { readonly email: string; readonly accept: Accept }): JSX.Element {
  const t = useText(accountText);
  const problem = useProblems();
  const refusal = useRefusal();
  const [failed, setFailed] = createSignal<ApiError | null>(null);
  const form = createForm({ schema: joinSchema, initialInput: { name: "", password: "" } });
  const send = async (input: { name: string; password: string }): Promise<void> => {
    setFailed(await props.accept(input));
  };
  return (
    <Form of={form} class="flex flex-col gap-4" onSubmit={send}>
      <p class="text-pretty">{t("invitation.new")}</p>
      <Show when={refusal(failed())}>{(text) => <Notice tone="danger">{text()}</Notice>}</Show>
      <Field of={form} path={["name"]}>
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
      {/* Hint: a password manager keeps the new password under this address. */}
      <input
        type="email"
        class="sr-only"
        autocomplete="username"
        value={props.email}
        readOnly
        tabindex={-1}
        aria-hidden="true"
      />
      <Field of={form} path={["password"]}>
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
      <Button type="submit" tone="primary" busy={form.isSubmitting && t("invitation.accepting")}>
        {t("invitation.accept")}
      </Button>
    </Form>
  );
}
