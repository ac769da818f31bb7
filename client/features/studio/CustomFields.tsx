// Owns the list of the studio's own fields for people, adding one, and the trash with its undo.
import Plus from "lucide-solid/icons/plus";
import Trash from "lucide-solid/icons/trash";
import { createSignal, For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { call } from "../../../shared/action.ts";
import { trashCustomField } from "../../../shared/studio.ts";
import { useAct } from "../../acts.ts";
import { useText } from "../../i18n/i18n.ts";
import { personWords } from "../../i18n/people.ts";
import type { CustomField } from "../../studio.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Section } from "../../ui/Section.tsx";
import { FieldForm } from "./FieldForm.tsx";
import { studioDoc, useSettings } from "./model.ts";
import { studioText } from "./text.ts";

/** The studio's own fields. Rule: ST3. */
export function CustomFields(): JSX.Element {
  const t = useText(studioText);
  const settings = useSettings();
  const [adding, setAdding] = createSignal(false);
  const fields = settings.studio.fields;
  return (
    <Section
      title={t("fields.title")}
      act={
        <Show when={settings.mayWrite()}>
          <Button tone="quiet" icon={Plus} class="-mr-3.5" onClick={() => setAdding(true)}>
            {t("fields.add")}
          </Button>
        </Show>
      }
    >
      <p class="mb-2 text-pretty text-muted">{t("fields.body")}</p>
      <Show when={fields().length > 0} fallback={<p class="text-muted">{t("fields.empty")}</p>}>
        <ul class="overflow-hidden rounded-card border border-line bg-surface">
          <For each={fields()}>{(field) => <FieldRow field={field} />}</For>
        </ul>
      </Show>
      <Show when={adding()}>
        <FieldForm ranks={fields().map(({ record }) => record.rank)} onClose={() => setAdding(false)} />
      </Show>
    </Section>
  );
}

function FieldRow(props: { readonly field: CustomField }): JSX.Element {
  const t = useText(studioText);
  const word = useText(personWords);
  const act = useAct();
  const settings = useSettings();
  const trash = (): unknown => {
    const { id, record } = props.field;
    const calls = [{ doc: studioDoc, call: call(trashCustomField, { fieldId: id, isTrashed: true }) }];
    return act(calls, { done: t("fields.trashed", record.label) });
  };
  const about = (): string => {
    const { type, category, options = [] } = props.field.record;
    const parts = [word(`type.${type}`), word(`category.${category}`)];
    return [...parts, ...(options.length === 0 ? [] : [t("fields.options", options.join(", "))])].join(" · ");
  };
  return (
    <li class="flex min-h-touch items-center gap-3 border-b border-line px-4 py-1.5 last:border-b-0">
      <span class="min-w-0 flex-1">
        <span class="block truncate font-medium">{props.field.record.label}</span>
        <span class="block truncate text-xs text-muted">{about()}</span>
      </span>
      <Show when={settings.mayWrite()}>
        <IconButton icon={Trash} label={t("fields.trash", props.field.record.label)} onClick={() => void trash()} />
      </Show>
    </li>
  );
}
