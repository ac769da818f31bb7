// Owns the page around every form of this feature: the mark, one card, the language, and what offline means here.
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { useI18n, useText } from "../../i18n/i18n.ts";
import { createOnline } from "../../online.ts";
import { Logo } from "../../ui/Logo.tsx";
import { Notice } from "../../ui/State.tsx";
import { accountText } from "./text.ts";

/** One card in the middle of the page. */
export function AccountLayout(props: {
  readonly title: string;
  readonly children: JSX.Element;
  readonly below?: JSX.Element;
  /** What the page does needs no network. */
  readonly worksOffline?: boolean | undefined;
}): JSX.Element {
  const t = useText(accountText);
  const online = createOnline();
  return (
    <div class="flex min-h-dvh flex-col items-center px-4 py-8 tablet:justify-center">
      <header class="flex items-center gap-2.5">
        <Logo size={36} />
        <span class="text-lg font-semibold tracking-tight">Lumiso</span>
      </header>
      <main id="content" class="mt-6 w-full max-w-100">
        <div class="rounded-card border border-line bg-surface p-6 tablet:p-8">
          <h1 class="text-lg">{props.title}</h1>
          <div class="mt-4 flex flex-col gap-4">
            <Show when={!online() && props.worksOffline !== true}>
              <Notice tone="warn">{t("offline")}</Notice>
            </Show>
            {props.children}
          </div>
        </div>
        <div class="mt-5 text-center">{props.below}</div>
      </main>
      <footer class="mt-6 flex flex-col items-center gap-1 text-xs text-muted">
        <LanguageSwitch />
      </footer>
    </div>
  );
}

function LanguageSwitch(): JSX.Element {
  const t = useText(accountText);
  const { locale, setLocale } = useI18n();
  const other = (): "tr" | "en" => (locale() === "tr" ? "en" : "tr");
  return (
    <button
      type="button"
      lang={other()}
      class="h-touch rounded-control px-3 hover:bg-hover hover:text-ink"
      onClick={() => setLocale(other())}
    >
      {t("language")}
    </button>
  );
}

/** A link in running text of this feature. */
export const linkClass = "font-medium text-primary underline-offset-4 hover:underline";
