// Owns giving a member another role, with what the chosen role sees before it is given. It can be undone.
import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import type { Role } from "../../../policy/roles.ts";
import type { Result } from "../../../shared/result.ts";
import type { ApiError } from "../../api.ts";
import { useErrorText } from "../../i18n/errors.ts";
import { useText } from "../../i18n/i18n.ts";
import { roleWords } from "../../i18n/roles.ts";
import { useMembers } from "../../members.ts";
import type { Member } from "../../members.ts";
import { useApi, useSession } from "../../session.ts";
import { useShell } from "../../shell/Shell.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Notice } from "../../ui/State.tsx";
import { uiText } from "../../ui/text.ts";
import { useToasts } from "../../ui/toasts.ts";
import { RoleChoice } from "./RoleChoice.tsx";
import { teamText } from "./text.ts";

/** Changes the role of a member. */
export function RoleDialog(props: { readonly member: Member; readonly onClose: () => void }): JSX.Element {
  const t = useText(teamText);
  const ui = useText(uiText);
  const errorText = useErrorText();
  // Hint: the dialog starts with the role that stands when it opens.
  // eslint-disable-next-line solid/reactivity
  const [role, setRole] = createSignal<Role>(props.member.role);
  const [failed, setFailed] = createSignal<ApiError | null>(null);
  const [busy, setBusy] = createSignal(false);
  const give = useRoleChange();
  const save = async (): Promise<void> => {
    setBusy(true);
    const answer = await give(props.member, role());
    setBusy(false);
    if (answer.ok) props.onClose();
    else setFailed(answer.error);
  };
  const footer = (): JSX.Element => (
    <>
      <Button onClick={() => props.onClose()}>{ui("cancel")}</Button>
      <Button
        tone="primary"
        disabled={role() === props.member.role}
        busy={busy() && t("role.saving")}
        onClick={() => void save()}
      >
        {t("role.save")}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      kind="sheet"
      onOpenChange={() => props.onClose()}
      title={t("role.title", props.member.name)}
      footer={footer()}
    >
      <div class="flex flex-col gap-4">
        <RoleChoice value={role()} onChange={setRole} />
        <p class="text-xs text-pretty text-muted">{t("role.note")}</p>
        <Show when={failed()}>{(error) => <Notice tone="danger">{errorText(error())}</Notice>}</Show>
      </div>
    </Dialog>
  );
}

/** Gives a role, and offers to give the old one back. */
function useRoleChange(): (member: Member, role: Role) => Promise<Result<void, ApiError>> {
  const t = useText(teamText);
  const words = useText(roleWords);
  const errorText = useErrorText();
  const api = useApi();
  const session = useSession();
  const members = useMembers();
  const toasts = useToasts();
  const { org } = useShell();
  const put = async (member: Member, role: Role): Promise<Result<void, ApiError>> => {
    const answer = await api({
      method: "PATCH",
      path: `/api/orgs/${org().id}/members/${member.userId}`,
      body: { role },
    });
    if (answer.ok) await Promise.all([members.refresh(), session.refresh()]);
    return answer;
  };
  const undo = async (member: Member): Promise<void> => {
    const answer = await put(member, member.role);
    if (!answer.ok) toasts.show({ text: errorText(answer.error), tone: "danger" });
  };
  return async (member, role) => {
    const answer = await put(member, role);
    const text = t("role.saved", member.name, words(`role.${role}`));
    if (answer.ok) toasts.show({ text, undo: () => void undo(member) });
    return answer;
  };
}
