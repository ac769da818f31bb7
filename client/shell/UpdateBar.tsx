// Owns the quiet offer of a new version. Never interrupts: it stands until the member takes it.
import RefreshCw from "lucide-solid/icons/refresh-cw";
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import type { Update } from "../pwa.ts";
import { Button } from "../ui/Button.tsx";
import { shellText } from "./text.ts";

/** Says that a new version waits, and changes over when asked. Rule: PW3. */
export function UpdateBar(props: { readonly update: Update | null }): JSX.Element {
  const t = useText(shellText);
  return (
    <Show when={props.update?.ready()}>
      <div
        class="fixed inset-x-3 top-16 z-40 mx-auto flex w-fit max-w-full animate-appear items-center gap-3 rounded-card border border-line bg-raised py-1.5 pr-1.5 pl-4 shadow-float"
        role="status"
      >
        <span class="min-w-0">{t("update.text")}</span>
        <Button icon={RefreshCw} onClick={() => props.update?.apply()}>
          {t("update.act")}
        </Button>
      </div>
    </Show>
  );
}
