// Owns the plain words for what a role may open, straight from the table that the server's guard uses.
import Check from "lucide-solid/icons/check";
import Minus from "lucide-solid/icons/minus";
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import type { Access, Role } from "../../policy/roles.ts";
import type { DocClass } from "../../shared/document.ts";
import { useI18n, useText } from "../i18n/i18n.ts";
import { rightsOf, roleWords } from "../i18n/roles.ts";
import { cx } from "./cx.ts";

/** What a role sees and changes, and what it does not see. Rule: UI5. */
export function RoleRights(props: { readonly role: Role }): JSX.Element {
  const t = useText(roleWords);
  const { locale } = useI18n();
  const list = (classes: readonly DocClass[]): string =>
    new Intl.ListFormat(locale(), { type: "conjunction" }).format(classes.map((docClass) => t(`class.${docClass}`)));
  return (
    <ul class="flex flex-col gap-2 text-sm">
      <Show when={rightsOf(props.role).team}>
        <Right access="write">{t("team")}</Right>
      </Show>
      <For each={rightsOf(props.role).rights}>
        {(right) => (
          <Right access={right.access}>
            <span class="text-muted">{t(`access.${right.access}`)}:</span> {list(right.classes)}
          </Right>
        )}
      </For>
    </ul>
  );
}

function Right(props: { readonly access: Access; readonly children: JSX.Element }): JSX.Element {
  const none = (): boolean => props.access === "none";
  return (
    <li class="flex items-start gap-2">
      <span class={cx("mt-0.5 shrink-0", none() ? "text-muted" : "text-primary")}>
        {none() ? <Minus size={16} aria-hidden="true" /> : <Check size={16} aria-hidden="true" />}
      </span>
      <span class="text-pretty">{props.children}</span>
    </li>
  );
}
