// Owns the team screen: who is in the studio, who is invited, who has left, and what each role sees.
import ChevronDown from "lucide-solid/icons/chevron-down";
import UserPlus from "lucide-solid/icons/user-plus";
import UsersRound from "lucide-solid/icons/users-round";
import { createSignal, For, lazy, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { mayManageTeam } from "../../../policy/roles.ts";
import { useErrorText } from "../../i18n/errors.ts";
import { useText } from "../../i18n/i18n.ts";
import { useMembers } from "../../members.ts";
import type { Member } from "../../members.ts";
import { createOnline } from "../../online.ts";
import { Screen } from "../../shell/Screen.tsx";
import { useShell } from "../../shell/Shell.tsx";
import { Button } from "../../ui/Button.tsx";
import { EmptyState, ErrorState, Notice, Skeleton } from "../../ui/State.tsx";
import { uiText } from "../../ui/text.ts";
import { MemberRow } from "./MemberRow.tsx";
import { createInvitations, PendingInvitations } from "./PendingInvitations.tsx";
import { teamText } from "./text.ts";

const InviteDialog = lazy(async () => ({ default: (await import("./InviteDialog.tsx")).InviteDialog }));

/** The team of the studio. Rule: UI5. */
export function Team(): JSX.Element {
  const t = useText(teamText);
  const members = useMembers();
  const { org } = useShell();
  const online = createOnline();
  const [inviting, setInviting] = createSignal(false);
  const manages = (): boolean => mayManageTeam(org().role);
  // Hint: addresses are on no device; they are asked for where they are shown.
  onMount(() => void members.refresh());
  const invitations = createInvitations(() => org().id, manages);
  const active = (): readonly Member[] => members.list()?.filter((member) => member.active) ?? [];
  const former = (): readonly Member[] => members.list()?.filter((member) => !member.active) ?? [];
  const primary = () =>
    manages() && online() ? { label: t("invite"), icon: UserPlus, onPress: () => setInviting(true) } : undefined;
  return (
    <Screen title={t("title")} count={active().length === 0 ? undefined : String(active().length)} primary={primary()}>
      <div class="mx-auto flex max-w-3xl flex-col gap-5 p-4 pb-24 tablet:p-6">
        <Show when={!online()}>
          <Notice tone="warn">{t("offline")}</Notice>
        </Show>
        <Show when={members.list()} fallback={<Absent />}>
          <section aria-label={t("members")} class="overflow-hidden rounded-card border border-line bg-surface">
            <ul>
              <For each={active()}>{(member) => <MemberRow member={member} online={online()} />}</For>
            </ul>
          </section>
          <PendingInvitations invitations={invitations} online={online()} />
          <Show when={manages() && active().length === 1 && invitations.list().length === 0}>
            <Alone onInvite={online() ? () => setInviting(true) : undefined} />
          </Show>
          <Former members={former()} />
        </Show>
      </div>
      <Show when={inviting()}>
        <InviteDialog onClose={() => setInviting(false)} onSent={() => void invitations.refresh()} />
      </Show>
    </Screen>
  );
}

function Absent(): JSX.Element {
  const t = useText(teamText);
  const ui = useText(uiText);
  const errorText = useErrorText();
  const members = useMembers();
  return (
    <Show when={members.failed()} fallback={<Skeleton rows={3} />}>
      {(error) => (
        <ErrorState
          title={t("failed")}
          code={error().code}
          act={
            <Button tone="primary" onClick={() => void members.refresh()}>
              {ui("retry")}
            </Button>
          }
        >
          {errorText(error())}
        </ErrorState>
      )}
    </Show>
  );
}

function Alone(props: { readonly onInvite: (() => void) | undefined }): JSX.Element {
  const t = useText(teamText);
  return (
    <EmptyState
      icon={UsersRound}
      title={t("aloneTitle")}
      act={
        <Show when={props.onInvite}>
          {(invite) => (
            <Button icon={UserPlus} onClick={() => invite()()}>
              {t("invite")}
            </Button>
          )}
        </Show>
      }
    >
      {t("alone")}
    </EmptyState>
  );
}

function Former(props: { readonly members: readonly Member[] }): JSX.Element {
  const t = useText(teamText);
  return (
    <Show when={props.members.length > 0}>
      <details class="group">
        <summary class="flex min-h-touch w-fit items-center gap-1 font-medium text-muted">
          {t("former", props.members.length)}
          <ChevronDown size={16} class="transition-transform group-open:rotate-180" aria-hidden="true" />
        </summary>
        <p class="mb-2 text-xs text-muted">{t("formerHint")}</p>
        <ul class="overflow-hidden rounded-card border border-line bg-surface">
          <For each={props.members}>{(member) => <MemberRow member={member} online={false} />}</For>
        </ul>
      </details>
    </Show>
  );
}
