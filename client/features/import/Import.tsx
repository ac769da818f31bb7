// Owns nothing yet: holds the place of the import of contacts.
import FileInput from "lucide-solid/icons/file-input";
import type { JSX } from "solid-js";
import { useText } from "../../i18n/i18n.ts";
import { Screen } from "../../shell/Screen.tsx";
import { shellText } from "../../shell/text.ts";
import { EmptyState } from "../../ui/State.tsx";

/** The place of the import of contacts. */
export function Import(): JSX.Element {
  const t = useText(shellText);
  return (
    <Screen title={t("places.import")}>
      <EmptyState icon={FileInput} title={t("placeholder")} />
    </Screen>
  );
}
