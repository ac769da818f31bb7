// Owns what a page says that is locked: its session was ended on purpose, or somebody else signed in in this browser.
// Never shows anything of the studio; the data stays on the disk for its member.
import { createSignal, Match, onMount, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../../i18n/i18n.ts";
import { useSession } from "../../session.ts";
import type { SessionState, User } from "../../session.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/State.tsx";
import { useToasts } from "../../ui/toasts.ts";
import { AccountLayout } from "./AccountLayout.tsx";
import { leaveText } from "./leaveText.ts";
import { SignInForm } from "./SignInForm.tsx";

type Locking = Extract<SessionState, { readonly user: User }>;

/** A locked page: whose it was, why, that nothing is lost, and how to go on. Rules: ME6, ME8. */
export function Locked(props: { readonly state: Locking }): JSX.Element {
  const toasts = useToasts();
  // Hint: a message that still stands may hold a name.
  onMount(() => toasts.list().forEach(({ id }) => toasts.close(id)));
  return (
    <Switch>
      <Match when={props.state.status === "locked" && props.state}>
        {(state) => <Ended user={state().user} why={state().why} />}
      </Match>
      <Match when={props.state.status === "other_member"}>
        <OtherMember user={props.state.user} />
      </Match>
    </Switch>
  );
}

type EndedProps = { readonly user: User; readonly why: Extract<SessionState, { status: "locked" }>["why"] };

function Ended(props: EndedProps): JSX.Element {
  const t = useText(leaveText);
  const [isOther, setOther] = createSignal(false);
  return (
    <AccountLayout title={t("locked.title", props.user.name)}>
      <Notice tone="warn">{t(`locked.why.${props.why}`)}</Notice>
      <p class="text-pretty text-muted">{t("locked.kept")}</p>
      {/* Hint: keyed, because the address of a form does not change while it stands. */}
      <Show when={isOther()} fallback={<SignInForm email={props.user.email} onDone={() => undefined} />}>
        <SignInForm onDone={() => undefined} />
      </Show>
      <Show when={!isOther()}>
        <Button tone="quiet" class="self-center" onClick={() => setOther(true)}>
          {t("locked.other")}
        </Button>
      </Show>
    </AccountLayout>
  );
}

function OtherMember(props: { readonly user: User }): JSX.Element {
  const t = useText(leaveText);
  const session = useSession();
  const [isBack, setBack] = createSignal(false);
  const name = (): string => props.user.name;
  return (
    <AccountLayout title={t("otherMember.title")}>
      <p class="text-pretty">{t("otherMember.body", name())}</p>
      <p class="text-pretty text-muted">{t("otherMember.kept", name())}</p>
      <Show
        when={isBack()}
        fallback={
          <>
            <Button tone="primary" onClick={() => void session.goOn()}>
              {t("otherMember.goOn")}
            </Button>
            <Button class="!h-auto min-h-touch !whitespace-normal" onClick={() => setBack(true)}>
              {t("otherMember.back", name())}
            </Button>
          </>
        }
      >
        <SignInForm email={props.user.email} onDone={() => undefined} />
      </Show>
    </AccountLayout>
  );
}
