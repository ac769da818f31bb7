// Owns nothing yet: holds the place of the list of people and of an opened person.
import Users from "lucide-solid/icons/users";
import type { JSX } from "solid-js";
import { useText } from "../../i18n/i18n.ts";
import { Screen } from "../../shell/Screen.tsx";
import { shellText } from "../../shell/text.ts";
import { EmptyState } from "../../ui/State.tsx";

/** The place of the list of people. */
export function People(): JSX.Element {
  const t = useText(shellText);
  return (
    <Screen title={t("places.people")}>
      <EmptyState icon={Users} title={t("placeholder")} />
    </Screen>
  );
}
