// Owns the page about this device: what is kept here, who may see it, how Lumiso is installed.
import type { JSX } from "solid-js";
import { useText } from "../../i18n/i18n.ts";
import { Screen } from "../../shell/Screen.tsx";
import { Members } from "./Members.tsx";
import { App, Storage } from "./Storage.tsx";
import { deviceText } from "./text.ts";

/** The page about this device. Rule: PW10. */
export function Device(): JSX.Element {
  const t = useText(deviceText);
  return (
    <Screen title={t("title")}>
      <div class="mx-auto flex max-w-2xl flex-col gap-6 px-4 py-4 tablet:px-6 tablet:py-6">
        <Storage />
        <Members />
        <App />
      </div>
    </Screen>
  );
}
