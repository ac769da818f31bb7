// Owns who may come into a studio's screens, and what everybody else sees instead. The server guards the data.
import { Navigate, useLocation, useParams } from "@solidjs/router";
import { lazy, Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { useSession } from "../session.ts";
import type { Org, SessionState, User } from "../session.ts";
import { buttonClass } from "../ui/Button.tsx";
import { EmptyState } from "../ui/State.tsx";
import { placesFor } from "./places.ts";
import { Shell, useShell } from "./Shell.tsx";
import { SignInBar } from "./SignInAgain.tsx";
import { StudioStore } from "./StudioStore.tsx";
import { shellText } from "./text.ts";

/** The screens of one studio for its members; sign-in, a confirmed address and membership come first. Rule: UI4. */
export function Studio(props: { readonly children?: JSX.Element }): JSX.Element {
  const params = useParams<{ org: string }>();
  const location = useLocation();
  const session = useSession();
  return (
    <Known next={`${location.pathname}${location.search}`}>
      {/* Hint: keyed, so that another studio starts with fresh screens. */}
      <Show when={session.org(params.org)?.id} fallback={<NoStudio />} keyed>
        {(id) => (
          <StudioStore org={id}>
            <Show when={session.org(id)}>
              {(org) => (
                <Shell org={org()}>
                  <SignInBar />
                  {props.children}
                </Shell>
              )}
            </Show>
          </StudioStore>
        )}
      </Show>
    </Known>
  );
}

/** Leads a member to the first place of their first studio. */
export function Home(): JSX.Element {
  const session = useSession();
  return (
    <Known next="/">
      <Show when={session.orgs()[0]} fallback={<NoStudio />}>
        {(org) => <Navigate href={firstPlace(org())} />}
      </Show>
    </Known>
  );
}

/**
 * Leads from a studio's own address to its first place.
 * Hint: asks the shell, not the route: a parameter read at `/`, where there is none, stays undefined through the transition.
 */
export function StudioHome(): JSX.Element {
  const { org } = useShell();
  return <Navigate href={firstPlace(org())} />;
}

const firstPlace = (org: Org): string => `/o/${org.id}/${placesFor(org.role)[0]?.path ?? "team"}`;

/** Shows what is inside to a member who is signed in; everybody else is led where they must go first. Rule: UI4. */
export function Known(props: { readonly next: string; readonly children: JSX.Element }): JSX.Element {
  const session = useSession();
  const status = (): string => session.state().status;
  return (
    <Switch>
      <Match when={status() === "signed_out"}>
        <Navigate href={props.next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(props.next)}`} />
      </Match>
      <Match when={locking(session.state())}>{(state) => <Locked state={state()} />}</Match>
      <Match when={session.me()?.verified === false}>
        <Navigate href="/check-mail" />
      </Match>
      <Match when={status() === "signed_in"}>{props.children}</Match>
    </Switch>
  );
}

/** A locked page is loaded when it is needed: nobody is meant to see it. */
const Locked = lazy(async () => ({ default: (await import("../features/account/Locked.tsx")).Locked }));

type Locking = Extract<SessionState, { readonly user: User }>;

function locking(now: SessionState): Locking | undefined {
  return now.status === "other_member" || now.status === "locked" ? now : undefined;
}

/** What stands where a studio is not open to the member. */
export function NoStudio(): JSX.Element {
  const t = useText(shellText);
  const session = useSession();
  const other = (): Org | undefined => session.orgs()[0];
  return (
    <main class="flex min-h-dvh items-center">
      <EmptyState
        isPage
        title={t("noStudio.title")}
        act={
          <>
            <Show when={other()}>
              {(org) => (
                <a href={firstPlace(org())} class={buttonClass("primary")}>
                  {t("noStudio.act", org().name)}
                </a>
              )}
            </Show>
            <a href="/sign-out" class={buttonClass("quiet")}>
              {t("signOut")}
            </a>
          </>
        }
      >
        {other() === undefined ? t("noStudio.none") : t("noStudio.body")}
      </EmptyState>
    </main>
  );
}

/** What stands at an address that leads nowhere. */
export function NotFound(): JSX.Element {
  const t = useText(shellText);
  return (
    <main class="flex min-h-dvh items-center">
      <EmptyState
        isPage
        title={t("notFound.title")}
        act={
          <a href="/" class={buttonClass("primary")}>
            {t("notFound.act")}
          </a>
        }
      >
        {t("notFound.body")}
      </EmptyState>
    </main>
  );
}
