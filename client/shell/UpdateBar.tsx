// Owns the quiet offer of a new version. Never interrupts: it stands until the member takes it, and says what it waits for.
import RefreshCw from "lucide-solid/icons/refresh-cw";
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { useText } from "../i18n/i18n.ts";
import { useUpdate } from "../pwa.ts";
import type { Update } from "../pwa.ts";
import { Button } from "../ui/Button.tsx";
import { shellText } from "./text.ts";

/** Whether the bar stands. */
export const isUpdateShown = (update: Update | null): boolean =>
  update !== null && (update.ready() || update.isOutdated());

/** Says that a new version waits or that this one is too old, and changes over when asked. Rules: PW3, PW6. */
export function UpdateBar(): JSX.Element {
  const update = useUpdate();
  return <Show when={isUpdateShown(update) && update}>{(shown) => <Bar update={shown()} />}</Show>;
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
      class="flex min-h-14 shrink-0 items-center gap-3 border-b border-line bg-tint px-4 py-1.5 text-sm text-on-tint"
      role="status"
    >
      <span class="min-w-0 flex-1 text-pretty">{text()}</span>
      <Show when={waitsFor() === null}>
        <Button icon={RefreshCw} onClick={() => props.update.apply()}>
          {props.update.isOutdated() ? t("update.actOutdated") : t("update.act")}
        </Button>
      </Show>
    </div>
  );
}
