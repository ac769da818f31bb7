// Owns the bar above a studio whose session has run out, and the window in which its member signs in again.
// Never takes anything away: everything on the device stays readable and editable meanwhile.
import KeyRound from "lucide-solid/icons/key-round";
import { lazy, Show, Suspense, useContext } from "solid-js";
import type { JSX } from "solid-js";
import { againText } from "../features/account/againText.ts";
import { useText } from "../i18n/i18n.ts";
import { useSession } from "../session.ts";
import { Button } from "../ui/Button.tsx";
import { SyncContext } from "./Shell.tsx";

const SignInDialog = lazy(async () => ({
  default: (await import("../features/account/SignInDialog.tsx")).SignInDialog,
}));

/** Says that changes are not sent until somebody signs in, and leads there; nothing while the session lasts. Rule: ME8. */
export function SignInBar(): JSX.Element {
  const t = useText(againText);
  const source = useContext(SyncContext);
  const signIn = (): (() => void) | undefined => source?.acts?.onSignIn;
  return (
    <Show when={signIn()}>
      {(act) => (
        <div class="flex items-center gap-3 border-b border-line bg-warn-tint px-4 py-1.5 text-sm" role="status">
          <KeyRound size={16} class="shrink-0 text-warn max-tablet:hidden" aria-hidden="true" />
          <p class="min-w-0 flex-1 text-pretty">{t("bar")}</p>
          <Button onClick={() => act()()}>{t("act")}</Button>
        </div>
      )}
    </Show>
  );
}

/** The window, loaded when it is first opened. */
export function SignInAgain(props: { readonly onOpenChange: (open: boolean) => void }): JSX.Element {
  const session = useSession();
  return (
    <Show when={session.me()}>
      {(me) => (
        <Suspense>
          <SignInDialog email={me().email} onOpenChange={(open) => props.onOpenChange(open)} />
        </Suspense>
      )}
    </Show>
  );
}
