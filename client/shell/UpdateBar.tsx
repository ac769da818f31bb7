// Owns the quiet offer of a new version. Never interrupts: it stands until the member takes it, and says what it waits for.
import RefreshCw from "lucide-solid/icons/refresh-cw";
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { useUpdate } from "../pwa.ts";
import type { Update } from "../pwa.ts";
import { Button } from "../ui/Button.tsx";
import { shellText } from "./text.ts";

/** Says that a new version waits or that this one is too old, and changes over when asked. Rules: PW3, PW6. */
export function UpdateBar(): JSX.Element {
  const update = useUpdate();
  return (
    <Show when={update !== null && (update.ready() || update.isOutdated()) && update}>
      {(shown) => <Bar update={shown()} />}
    </Show>
  );
}

function Bar(props: { readonly update: Update }): JSX.Element {
  const t = useText(shellText);
  const waitsFor = () => props.update.waitsFor();
  const text = (): string => {
    const hold = waitsFor();
    if (hold !== null) return t(`update.waits.${hold}`);
    if (props.update.isComing()) return t("update.coming");
    return props.update.isOutdated() ? t("update.outdated") : t("update.text");
  };
  return (
    <div
      class="fixed inset-x-3 top-16 z-40 mx-auto flex min-h-14 w-fit max-w-full animate-appear items-center gap-3 rounded-card border border-line bg-raised py-1.5 pr-1.5 pl-4 shadow-float"
      role="status"
    >
      <span class="min-w-0 max-w-140 pr-2 text-pretty">{text()}</span>
      <Show when={waitsFor() === null}>
        <Button icon={RefreshCw} onClick={() => props.update.apply()}>
          {props.update.isOutdated() ? t("update.actOutdated") : t("update.act")}
        </Button>
      </Show>
    </div>
  );
}
