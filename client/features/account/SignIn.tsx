// Owns the sign-in page.
import { A, Navigate, useNavigate, useSearchParams } from "@solidjs/router";
import { createResource, Show } from "solid-js";
import type { JSX } from "solid-js";
import { useDevice } from "../../device.ts";
import { useText } from "../../i18n/i18n.ts";
import { createOnline } from "../../online.ts";
import { useSession } from "../../session.ts";
import { Notice } from "../../ui/State.tsx";
import { AccountLayout, linkClass } from "./AccountLayout.tsx";
import { leaveText } from "./leaveText.ts";
import { SignInForm } from "./SignInForm.tsx";
import { accountText } from "./text.ts";

/** Signs a member in and goes on to where they were going. */
export function SignIn(): JSX.Element {
  const t = useText(accountText);
  const leave = useText(leaveText);
  const session = useSession();
  const { leaving } = useDevice();
  const online = createOnline();
  const [owed] = createResource(leaving.owed);
  const navigate = useNavigate();
  const [search] = useSearchParams<{ next?: string }>();
  // Hint: only a place inside a studio; an address from elsewhere must not lead a member away.
  const next = (): string => (search.next?.startsWith("/o/") === true ? search.next : "/");
  return (
    <Show when={session.state().status !== "signed_in"} fallback={<Navigate href={next()} />}>
      <AccountLayout
        title={t("signIn.title")}
        below={
          <>
            {t("signIn.none")}{" "}
            <A href="/sign-up" class={linkClass}>
              {t("signIn.signUp")}
            </A>
          </>
        }
      >
        <Show when={owed() && !online()}>
          <Notice tone="info">{leave("out.owed")}</Notice>
        </Show>
        <SignInForm onDone={() => navigate(next(), { replace: true })} />
        <A href="/reset-request" class={`self-center text-sm ${linkClass}`}>
          {t("signIn.forgot")}
        </A>
      </AccountLayout>
    </Show>
  );
}
