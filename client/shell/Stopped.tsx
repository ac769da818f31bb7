// Owns what the page says when it cannot go on: a crash of a screen, and a browser or an address that cannot hold data.
// Never shows a stack or an error's own words, which may hold what somebody typed.
import { useLocation } from "@solidjs/router";
import { createEffect, ErrorBoundary, For, on, onCleanup } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { Button } from "../ui/Button.tsx";
import { Logo } from "../ui/Logo.tsx";
import { ErrorState } from "../ui/State.tsx";
import { uiText } from "../ui/text.ts";
import { crashCode, hearMissingParts, isMissingPart } from "./crash.ts";
import { shellText } from "./text.ts";

/** What a screen that threw leaves behind: what happened, what is kept, reload, a code. Rule: UI17. */
function Crash(props: { readonly error: unknown }): JSX.Element {
  const t = useText(shellText);
  const ui = useText(uiText);
  return (
    <main class="flex h-full min-h-0 flex-1 items-center overflow-y-auto">
      <ErrorState
        isPage
        title={t("crash.title")}
        kept={t("crash.kept")}
        code={crashCode(props.error)}
        act={
          <Button tone="primary" onClick={() => location.reload()}>
            {ui("reload")}
          </Button>
        }
      >
        {t("crash.body")}
      </ErrorState>
    </main>
  );
}

/** What stands where a part of the app is not on this device yet; the network brings it. Rule: UI20. */
function Missing(): JSX.Element {
  const t = useText(shellText);
  const ui = useText(uiText);
  const reload = (): void => location.reload();
  addEventListener("online", reload);
  onCleanup(() => removeEventListener("online", reload));
  return (
    <main class="flex h-full min-h-0 flex-1 items-center overflow-y-auto">
      <ErrorState
        isPage
        title={t("missing.title")}
        kept={t("crash.kept")}
        act={
          <Button tone="primary" onClick={reload}>
            {ui("reload")}
          </Button>
        }
      >
        {t("missing.body")}
      </ErrorState>
    </main>
  );
}

/** Keeps a crash of what is inside from everything around it; another address starts it anew. Rules: UI17, UI20. */
export function Guarded(props: { readonly children: JSX.Element }): JSX.Element {
  const location = useLocation();
  onCleanup(hearMissingParts(globalThis));
  return (
    <ErrorBoundary
      fallback={(error: unknown, reset) => {
        createEffect(on(() => location.pathname, reset, { defer: true }));
        if (isMissingPart(error)) return <Missing />;
        reportError(error);
        return <Crash error={error} />;
      }}
    >
      {props.children}
    </ErrorBoundary>
  );
}

/** Why the page stops where data could not be protected, and what to do. Rule: UI18. */
export function Insecure(props: { readonly why: "insecure" | "old" }): JSX.Element {
  const t = useText(shellText);
  return (
    <main class="mx-auto flex min-h-dvh max-w-lg flex-col justify-center gap-4 px-6 py-10">
      <Logo size={40} />
      <h1 class="text-lg">{t("insecure.title")}</h1>
      {props.why === "old" ? <p>{t("insecure.old")}</p> : <HowToSecure />}
    </main>
  );
}

function HowToSecure(): JSX.Element {
  const t = useText(shellText);
  return (
    <>
      <p class="text-pretty">{t("insecure.body")}</p>
      <h2 class="text-base">{t("insecure.doTitle")}</h2>
      <ul class="list-disc pl-5">
        <For each={[t("insecure.do1"), t("insecure.do2")]}>{(line) => <li>{line}</li>}</For>
      </ul>
    </>
  );
}
