// Owns what the page says of the storage of this device and of the installed app. Asks the browser, never promises for it.
import { onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { MODEL_VERSION } from "../../../shared/document.ts";
import { useFormat } from "../../i18n/format.ts";
import type { Format } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { usePersistence } from "../../persistence.ts";
import { InstallWays } from "../../shell/InstallBar.tsx";
import { Button } from "../../ui/Button.tsx";
import { Section } from "../../ui/Section.tsx";
import { deviceText } from "./text.ts";

/** Whether the browser keeps what is here, and how much that is. Rule: PW10. */
export function Storage(): JSX.Element {
  const t = useText(deviceText);
  const format = useFormat();
  const persistence = usePersistence();
  onMount(() => persistence.measure());
  return (
    <Section title={t("storage.title")}>
      <p class="text-pretty">{t(`storage.${persistence.kept()}`)}</p>
      <Show when={persistence.kept() === "evictable"}>
        <Button class="mt-2" onClick={() => persistence.ask()}>
          {t("storage.ask")}
        </Button>
      </Show>
      <dl class="mt-3 grid grid-cols-[auto_1fr] gap-x-4 text-sm">
        <dt class="text-muted">{t("storage.used")}</dt>
        <dd class="tabular-nums">
          <Show when={persistence.space()} fallback={t("storage.usedUnknown")}>
            {(space) => t("storage.of", formatBytes(format(), space().used), formatBytes(format(), space().quota))}
          </Show>
        </dd>
      </dl>
    </Section>
  );
}

/** How Lumiso is installed here, and which version runs. */
export function App(): JSX.Element {
  const t = useText(deviceText);
  return (
    <Section title={t("install.title")}>
      <InstallWays />
      <dl class="mt-3 grid grid-cols-[auto_1fr] gap-x-4 text-sm">
        <dt class="text-muted">{t("version.title")}</dt>
        <dd class="tabular-nums">
          {t("version.text", String(import.meta.env["VITE_VERSION"] ?? ""), String(MODEL_VERSION))}
        </dd>
      </dl>
    </Section>
  );
}

/** Writes a size as people read it, such as `12 MB`. */
function formatBytes(format: Format, bytes: number): string {
  const gigabytes = bytes / 1e9;
  if (gigabytes >= 1) return `${format.number(Math.round(gigabytes * 10) / 10)} GB`;
  return `${format.number(Math.ceil(bytes / 1e6))} MB`;
}
