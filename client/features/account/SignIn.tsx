// Owns the sign-in page.
import { A, Navigate, useNavigate, useSearchParams } from "@solidjs/router";
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../../i18n/i18n.ts";
import { useSession } from "../../session.ts";
import { AccountLayout, linkClass } from "./AccountLayout.tsx";
import { SignInForm } from "./SignInForm.tsx";
import { accountText } from "./text.ts";

/** Signs a member in and goes on to where they were going. */
export function SignIn(): JSX.Element {
  const t = useText(accountText);
  const session = useSession();
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
        <SignInForm onDone={() => navigate(next(), { replace: true })} />
        <A href="/reset-request" class={`self-center text-sm ${linkClass}`}>
          {t("signIn.forgot")}
        </A>
      </AccountLayout>
    </Show>
  );
}
