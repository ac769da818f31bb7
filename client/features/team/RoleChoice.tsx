// Owns the choice of a role with what it opens in plain words below. Used to invite and to change a role.
import type { JSX } from "solid-js";
import { roles } from "../../../policy/roles.ts";
import type { Role } from "../../../policy/roles.ts";
import { useText } from "../../i18n/i18n.ts";
import { roleWords } from "../../i18n/roles.ts";
import { ChoiceCards } from "../../ui/Choice.tsx";
import { RoleRights } from "../../ui/RoleRights.tsx";
import { teamText } from "./text.ts";

/** One of the six roles. Rule: UI5. */
export function RoleChoice(props: { readonly value: Role; readonly onChange: (role: Role) => void }): JSX.Element {
  const t = useText(teamText);
  const words = useText(roleWords);
  const cards = (): { value: Role; label: string; hint: string }[] =>
    roles.map((value) => ({ value, label: words(`role.${value}`), hint: words(`about.${value}`) }));
  return (
    <>
      <ChoiceCards
        legend={t("inviteForm.role")}
        cards={cards()}
        value={props.value}
        onChange={(role) => props.onChange(role)}
      />
      <section class="rounded-control bg-canvas p-3" aria-live="polite">
        <h3 class="mb-2 text-xs font-semibold text-muted">{t("sees", words(`role.${props.value}`))}</h3>
        <RoleRights role={props.value} />
      </section>
    </>
  );
}
