// Owns how installing is offered and explained, each way for its platform. Whether it is offered is install.ts's question.
import Share from "lucide-solid/icons/share";
import SquarePlus from "lucide-solid/icons/square-plus";
import Tablet from "lucide-solid/icons/tablet";
import { For, Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { useText } from "../i18n/i18n.ts";
import { useInstall } from "../install.ts";
import { Button } from "../ui/Button.tsx";
import { installText } from "./installText.ts";

/** The quiet offer, on a phone above the primary act; it stands until it is taken, declined, or put off until the next start. Rule: PW9. */
export function InstallBar(): JSX.Element {
  const t = useText(installText);
  const install = useInstall();
  return (
    <Show when={install.isOffered()}>
      <section
        class="fixed inset-x-3 bottom-[calc(9rem+env(safe-area-inset-bottom))] z-30 mx-auto flex max-w-xl animate-rise flex-col gap-2 rounded-card border border-line bg-raised p-4 shadow-float tablet:bottom-5 desktop:right-5 desktop:left-auto desktop:mx-0 desktop:max-w-sm"
        aria-label={t("accept")}
      >
        <p class="text-pretty">{install.way() === "share" ? t("offerShare") : t("offer")}</p>
        <Show when={install.way() === "share"}>
          <ShareSteps />
        </Show>
        <div class="mt-1 flex flex-wrap justify-end gap-2">
          <Button tone="quiet" onClick={() => install.decline()}>
            {t("decline")}
          </Button>
          <Button onClick={() => install.putOff()}>{t("later")}</Button>
          <Show when={install.way() === "prompt"}>
            <Accept />
          </Show>
        </div>
      </section>
    </Show>
  );
}

/** What to do here to install Lumiso, or that it is done, or that there is no way. */
export function InstallWays(): JSX.Element {
  const t = useText(installText);
  const install = useInstall();
  return (
    <Switch fallback={<p class="text-pretty text-muted">{t("none")}</p>}>
      <Match when={install.way() === "installed"}>
        <p>{t("installed")}</p>
      </Match>
      <Match when={install.way() === "prompt"}>
        <Accept />
      </Match>
      <Match when={install.way() === "share"}>
        <ShareSteps />
      </Match>
    </Switch>
  );
}

function Accept(): JSX.Element {
  const t = useText(installText);
  const install = useInstall();
  return (
    <Button tone="primary" class="self-start" onClick={() => void install.accept()}>
      {t("accept")}
    </Button>
  );
}

const steps = [
  { word: "share", icon: Share },
  { word: "add", icon: SquarePlus },
  { word: "open", icon: Tablet },
] as const;

/** The way over the share menu, with the signs that the menu itself shows. */
function ShareSteps(): JSX.Element {
  const t = useText(installText);
  return (
    <ol class="flex flex-col gap-1">
      <For each={steps}>
        {({ word, icon }, index) => (
          <li class="flex min-h-9 items-center gap-3">
            <span class="w-4 text-right text-muted tabular-nums">{index() + 1}</span>
            <Dynamic component={icon} size={20} class="shrink-0 text-info" aria-hidden="true" />
            <span>{t(`steps.${word}`)}</span>
          </li>
        )}
      </For>
    </ol>
  );
}
