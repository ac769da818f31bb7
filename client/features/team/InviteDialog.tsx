// Owns inviting somebody by e-mail with a role. Never creates an account.
import { createForm, Field, Form } from "@formisch/solid";
import { createSignal, createUniqueId, Show } from "solid-js";
import type { JSX } from "solid-js";
import * as v from "valibot";
import type { Role } from "../../../policy/roles.ts";
import type { ApiError } from "../../api.ts";
import { useErrorText } from "../../i18n/errors.ts";
import { useText } from "../../i18n/i18n.ts";
import { useApi } from "../../session.ts";
import { useShell } from "../../shell/Shell.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Notice } from "../../ui/State.tsx";
import { uiText } from "../../ui/text.ts";
import { TextField } from "../../ui/TextField.tsx";
import { useToasts } from "../../ui/toasts.ts";
import { sendInvitation } from "./invitations.ts";
import { RoleChoice } from "./RoleChoice.tsx";
import { teamText } from "./text.ts";

const inviteSchema = v.object({ email: v.pipe(v.string(), v.trim(), v.rfcEmail(), v.maxLength(254)) });

/** Invites somebody to the studio. */
export function InviteDialog(props: { readonly onClose: () => void; readonly onSent: () => void }): JSX.Element {
  const t = useText(teamText);
  const ui = useText(uiText);
  const errorText = useErrorText();
  const api = useApi();
  const toasts = useToasts();
  const { org } = useShell();
  const formId = createUniqueId();
  // Hint: a photographer sees whom they are assigned to, and there are no shoots to assign yet.
  const [role, setRole] = createSignal<Role>("assistant");
  const [failed, setFailed] = createSignal<ApiError | null>(null);
  const form = createForm({ schema: inviteSchema, initialInput: { email: "" } });
  const send = async ({ email }: { email: string }): Promise<void> => {
    setFailed(null);
    const answer = await sendInvitation(api, org().id, { email, role: role() });
    if (!answer.ok) return void setFailed(answer.error);
    toasts.show({ text: t("inviteForm.sent", email) });
    props.onSent();
    props.onClose();
  };
  const footer = (): JSX.Element => (
    <>
      <Button onClick={() => props.onClose()}>{ui("cancel")}</Button>
      <Button type="submit" form={formId} tone="primary" busy={form.isSubmitting && t("inviteForm.sending")}>
        {t("inviteForm.send")}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      kind="sheet"
      onOpenChange={() => props.onClose()}
      title={t("inviteForm.title")}
      description={t("inviteForm.body")}
      footer={footer()}
    >
      <Form of={form} id={formId} class="flex flex-col gap-4" onSubmit={send}>
        <Show when={failed()}>{(error) => <Notice tone="danger">{errorText(error())}</Notice>}</Show>
        <Field of={form} path={["email"]}>
          {(field) => (
            <TextField
              {...field.props}
              label={t("inviteForm.email")}
              type="email"
              autocomplete="off"
              value={field.input}
              error={field.errors === null ? undefined : t("inviteForm.emailProblem")}
            />
          )}
        </Field>
        <RoleChoice value={role()} onChange={setRole} />
      </Form>
    </Dialog>
  );
}
