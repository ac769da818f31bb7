// Owns the open invitations as an owner sees them: sending again, taking back.
import Mail from "lucide-solid/icons/mail";
import { createEffect, createSignal, For, on, Show } from "solid-js";
import type { Accessor, JSX } from "solid-js";
import type { ApiError } from "../../api.ts";
import { useErrorText } from "../../i18n/errors.ts";
import { useFormat } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { roleWords } from "../../i18n/roles.ts";
import { useApi } from "../../session.ts";
import { useShell } from "../../shell/Shell.tsx";
import { Button } from "../../ui/Button.tsx";
import { useToasts } from "../../ui/toasts.ts";
import { listInvitations, sendInvitation, withdrawInvitation } from "./invitations.ts";
import type { OpenInvitation } from "./invitations.ts";
import { teamText } from "./text.ts";

/** The open invitations of a studio on this page. */
export type Invitations = { readonly list: Accessor<readonly OpenInvitation[]>; readonly refresh: () => Promise<void> };

/** Creates the open invitations; for who may not see them the list stays empty. */
export function createInvitations(org: Accessor<string>, allowed: Accessor<boolean>): Invitations {
  const api = useApi();
  const [list, setList] = createSignal<readonly OpenInvitation[]>([]);
  const refresh = async (): Promise<void> => {
    const answer = await listInvitations(api, org());
    if (answer.ok) setList(answer.value);
  };
  createEffect(on(allowed, (yes) => void (yes ? refresh() : setList([]))));
  return { list, refresh };
}

/** The list of open invitations; nothing when there is none. */
export function PendingInvitations(props: {
  readonly invitations: Invitations;
  readonly online: boolean;
}): JSX.Element {
  const t = useText(teamText);
  return (
    <Show when={props.invitations.list().length > 0}>
      <section aria-labelledby="pending">
        <h2 id="pending" class="mb-2 text-sm text-muted">
          {t("pending.title")}
        </h2>
        <ul class="overflow-hidden rounded-card border border-line bg-surface">
          <For each={props.invitations.list()}>
            {(invitation) => (
              <Row invitation={invitation} online={props.online} onChanged={() => void props.invitations.refresh()} />
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}

type RowProps = { readonly invitation: OpenInvitation; readonly online: boolean; readonly onChanged: () => void };

function Row(props: RowProps): JSX.Element {
  const t = useText(teamText);
  const words = useText(roleWords);
  const format = useFormat();
  return (
    <li class="flex min-h-16 flex-wrap items-center gap-x-3 border-b border-line py-2 pr-2 pl-4 last:border-b-0">
      <span class="flex size-8 shrink-0 items-center justify-center rounded-full bg-hover text-muted">
        <Mail size={16} aria-hidden="true" />
      </span>
      <div class="min-w-0 flex-1">
        <p class="truncate font-medium">{props.invitation.email}</p>
        <p class="text-xs text-muted">
          {words(`role.${props.invitation.role}`)} · {t("pending.until", format().date(props.invitation.expiresAt))}
        </p>
      </div>
      <Show when={props.online}>
        <Acts {...props} />
      </Show>
    </li>
  );
}

function Acts(props: RowProps): JSX.Element {
  const t = useText(teamText);
  const errorText = useErrorText();
  const api = useApi();
  const toasts = useToasts();
  const { org } = useShell();
  const fail = (error: ApiError): void => void toasts.show({ text: errorText(error), tone: "danger" });
  const again = async (): Promise<void> => {
    const { email, role } = props.invitation;
    const answer = await sendInvitation(api, org().id, { email, role });
    if (!answer.ok) return fail(answer.error);
    toasts.show({ text: t("pending.sentAgain", email) });
    props.onChanged();
  };
  const withdraw = async (): Promise<void> => {
    const { id, email } = props.invitation;
    const answer = await withdrawInvitation(api, org().id, id);
    if (!answer.ok) return fail(answer.error);
    toasts.show({ text: t("pending.withdrawn", email) });
    props.onChanged();
  };
  return (
    <div class="flex max-tablet:w-full max-tablet:justify-end">
      <Button tone="quiet" onClick={() => void again()}>
        {t("pending.again")}
      </Button>
      <Button tone="quiet" class="text-danger" onClick={() => void withdraw()}>
        {t("pending.withdraw")}
      </Button>
    </div>
  );
}
