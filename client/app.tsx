// Owns the addresses of the app, one line per screen, and what surrounds all of them.
// Never wires parts together (main.tsx does) and never knows what a screen does.
import { Route, Router } from "@solidjs/router";
import { createEffect, lazy, Show, Suspense } from "solid-js";
import type { JSX } from "solid-js";
import { useI18n } from "./i18n/i18n.ts";
import { useInstall } from "./install.ts";
import { useUpdate } from "./pwa.ts";
import { useSession } from "./session.ts";
import { Guarded } from "./shell/Stopped.tsx";
import { Home, NotFound, Studio, StudioHome } from "./shell/Studio.tsx";
import { isUpdateShown, UpdateBar } from "./shell/UpdateBar.tsx";
import { ToastRegion } from "./ui/ToastRegion.tsx";

const SignIn = lazy(async () => ({ default: (await import("./features/account/SignIn.tsx")).SignIn }));
const SignUp = lazy(async () => ({ default: (await import("./features/account/SignUp.tsx")).SignUp }));
const SignOut = lazy(async () => ({ default: (await import("./features/account/SignOut.tsx")).SignOut }));
const CheckMail = lazy(async () => ({ default: (await import("./features/account/CheckMail.tsx")).CheckMail }));
const Verify = lazy(async () => ({ default: (await import("./features/account/Verify.tsx")).Verify }));
const ResetRequest = lazy(async () => ({
  default: (await import("./features/account/ResetRequest.tsx")).ResetRequest,
}));
const Reset = lazy(async () => ({ default: (await import("./features/account/Reset.tsx")).Reset }));
const Invitation = lazy(async () => ({ default: (await import("./features/account/Invitation.tsx")).Invitation }));
const People = lazy(async () => ({ default: (await import("./features/people/People.tsx")).People }));
const Person = lazy(async () => ({ default: (await import("./features/person/Person.tsx")).Person }));
const Refused = lazy(async () => ({ default: (await import("./features/refused/Refused.tsx")).Refused }));
const Team = lazy(async () => ({ default: (await import("./features/team/Team.tsx")).Team }));
const StudioProfile = lazy(async () => ({
  default: (await import("./features/studio/StudioProfile.tsx")).StudioProfile,
}));
const Device = lazy(async () => ({ default: (await import("./features/device/Device.tsx")).Device }));
const Go = lazy(async () => ({ default: (await import("./shell/Go.tsx")).Go }));
const Share = lazy(async () => ({ default: (await import("./shell/Go.tsx")).Share }));
const InstallBar = lazy(async () => ({ default: (await import("./shell/InstallBar.tsx")).InstallBar }));
const Import = lazy(async () => ({ default: (await import("./features/import/Import.tsx")).Import }));

/** The whole page below its providers. */
export function App(): JSX.Element {
  return (
    <Router root={(route) => <Page>{route.children}</Page>}>
      <Route path="/" component={Home} />
      <Route path="/sign-in" component={SignIn} />
      <Route path="/sign-out" component={SignOut} />
      <Route path="/sign-up" component={SignUp} />
      <Route path="/check-mail" component={CheckMail} />
      <Route path="/verify" component={Verify} />
      <Route path="/reset-request" component={ResetRequest} />
      <Route path="/reset" component={Reset} />
      <Route path="/invitation" component={Invitation} />
      <Route path="/go/:word" component={Go} />
      <Route path="/share" component={Share} />
      <Route path="/o/:org" component={Studio}>
        <Route path="/" component={StudioHome} />
        <Route path="/people" component={People}>
          <Route path="/" />
          <Route path="/:subject" component={Person} />
        </Route>
        <Route path="/refused" component={Refused} />
        <Route path="/team" component={Team} />
        <Route path="/settings/studio" component={StudioProfile} />
        <Route path="/settings/device" component={Device} />
        <Route path="/import" component={Import} />
      </Route>
      <Route path="*" component={NotFound} />
    </Router>
  );
}

function Page(props: { readonly children: JSX.Element }): JSX.Element {
  const session = useSession();
  const i18n = useI18n();
  const install = useInstall();
  const update = useUpdate();
  createEffect(() => {
    document.documentElement.lang = i18n.locale();
    document.querySelector("link[rel=manifest]")?.setAttribute("href", `/manifest.${i18n.locale()}.webmanifest`);
  });
  // Hint: once somebody is signed in, their own language counts, on every device.
  createEffect(() => {
    const locale = session.me()?.locale;
    if (locale !== undefined) i18n.setLocale(locale);
  });
  const isBarred = (): boolean => isUpdateShown(update);
  return (
    <>
      {/* Hint: the bar takes room of its own, so that it covers nothing; without it the page has the whole window. */}
      <div class={isBarred() ? "flex h-dvh flex-col [--room:100%]" : "contents"}>
        <UpdateBar />
        <div class={isBarred() ? "min-h-0 flex-1 overflow-y-auto" : "contents"}>
          <Guarded>
            <Suspense>{props.children}</Suspense>
          </Guarded>
        </div>
      </div>
      <Suspense>
        <Show when={install.isOffered() && update?.ready() !== true}>
          <InstallBar />
        </Show>
      </Suspense>
      <ToastRegion />
    </>
  );
}
