// Owns the question before a member is removed or leaves: what ends, what stays.
import { createSignal } from "solid-js";
import type { JSX } from "solid-js";
import type { ApiError } from "../../api.ts";
import { useErrorText } from "../../i18n/errors.ts";
import { useText } from "../../i18n/i18n.ts";
import { useMembers } from "../../members.ts";
import type { Member } from "../../members.ts";
import { useApi, useSession } from "../../session.ts";
import { useShell } from "../../shell/Shell.tsx";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { useToasts } from "../../ui/toasts.ts";
import { teamText } from "./text.ts";

export type RemoveDialogProps = { readonly member: Member; readonly isMe: boolean; readonly onClose: () => void };

/** Ends a membership. */
export function RemoveDialog(props: RemoveDialogProps): JSX.Element {
  const t = useText(teamText);
  const errorText = useErrorText();
  const api = useApi();
  const session = useSession();
  const members = useMembers();
  const toasts = useToasts();
  const { org } = useShell();
  const [failed, setFailed] = createSignal<ApiError | null>(null);
  const [busy, setBusy] = createSignal(false);
  const end = async (): Promise<void> => {
    const { userId, name } = props.member;
    setBusy(true);
    const answer = await api({ method: "DELETE", path: `/api/orgs/${org().id}/members/${userId}` });
    setBusy(false);
    if (!answer.ok) return void setFailed(answer.error);
    if (props.isMe) return void (await session.refresh());
    toasts.show({ text: t("remove.done", name) });
    props.onClose();
    await members.refresh();
  };
  const kind = (): "leave" | "remove" => (props.isMe ? "leave" : "remove");
  const error = (): string | undefined => {
    const now = failed();
    return now === null ? undefined : errorText(now);
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={() => props.onClose()}
      title={props.isMe ? t("leave.title") : t("remove.title", props.member.name)}
      goes={[t(`${kind()}.goesAccess`), t(`${kind()}.goesCopies`)]}
      stays={[t("remove.staysWork"), t("remove.staysName")]}
      confirm={t(`${kind()}.act`)}
      busy={busy() && t(`${kind()}.busy`)}
      error={error()}
      onConfirm={() => void end()}
    />
  );
}
