// Owns nothing yet: holds the place of the studio's profile.
import Settings from "lucide-solid/icons/settings";
import type { JSX } from "solid-js";
import { useText } from "../../i18n/i18n.ts";
import { Screen } from "../../shell/Screen.tsx";
import { shellText } from "../../shell/text.ts";
import { EmptyState } from "../../ui/State.tsx";

/** The place of the studio's profile. */
export function StudioProfile(): JSX.Element {
  const t = useText(shellText);
  return (
    <Screen title={t("places.settings")}>
      <EmptyState icon={Settings} title={t("placeholder")} />
    </Screen>
  );
}
