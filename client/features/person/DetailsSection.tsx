// Owns what the studio wants to know of a person: the source and the studio's own fields, each by its type.
import { For, Match, Show, Switch as Choose } from "solid-js";
import type { JSX } from "solid-js";
import { call } from "../../../shared/action.ts";
import { editPerson, setCustomValue } from "../../../shared/people.ts";
import { useAct } from "../../acts.ts";
import { useI18n, useText } from "../../i18n/i18n.ts";
import { isKeyOf, personWords, sourceKeys } from "../../i18n/people.ts";
import type { CustomField } from "../../studio.ts";
import { Switch } from "../../ui/Choice.tsx";
import { parseTyped, writeTyped } from "./custom.ts";
import type { CustomValue, FieldType } from "./custom.ts";
import { ChosenField, EditedField } from "../../ui/EditedField.tsx";
import { usePerson } from "./model.ts";
import type { PersonModel } from "./model.ts";
import { Section } from "../../ui/Section.tsx";
import { personText } from "./text.ts";

type Client = NonNullable<PersonModel["client"]>;
type Definition = CustomField;

/** The source of a person and the studio's own fields. Rule: PE7. */
export function DetailsSection(props: { readonly client: Client }): JSX.Element {
  const t = useText(personText);
  const { studio } = usePerson();
  return (
    <Show when={props.client.record()}>
      <Section title={t("section.details")}>
        <Source client={props.client} />
        <For each={studio.fields().map(({ id }) => id)}>
          {(id) => (
            <Show when={studio.fieldById(id)}>{(field) => <Custom client={props.client} field={field()} />}</Show>
          )}
        </For>
      </Section>
    </Show>
  );
}

function Source(props: { readonly client: Client }): JSX.Element {
  const t = useText(personText);
  const word = useText(personWords);
  const act = useAct();
  const options = () => [
    { value: "", label: word("source.none") },
    ...sourceKeys.map((key) => ({ value: key, label: word(`source.${key}`) })),
  ];
  const choose = (value: string): void => {
    const source = isKeyOf(sourceKeys, value) ? value : null;
    void act([{ doc: props.client.id, call: call(editPerson, { source }) }], {
      done: t("edited", word("field.source")),
    });
  };
  return (
    <ChosenField<string>
      shared={props.client}
      place={{ record: "self", field: "source" }}
      label={word("field.source")}
      options={options()}
      value={props.client.record()?.record.source ?? ""}
      placeholder={word("source.none")}
      onChange={choose}
    />
  );
}

type CustomProps = { readonly client: Client; readonly field: Definition };

function Custom(props: CustomProps): JSX.Element {
  const type = (): FieldType => props.field.record.type;
  return (
    <Choose fallback={<CustomTyped client={props.client} field={props.field} />}>
      <Match when={type() === "select"}>
        <CustomChosen client={props.client} field={props.field} />
      </Match>
      <Match when={type() === "checkbox"}>
        <CustomSwitch client={props.client} field={props.field} />
      </Match>
    </Choose>
  );
}

const nameOf = ({ id }: Definition): string => `custom:${id}`;

const valueOf = ({ client, field }: CustomProps): CustomValue => {
  // Hint: a flat value passed its schema when the record was read, which admits exactly these kinds.
  const value = client.record()?.flat[nameOf(field)] as CustomValue | undefined;
  return value ?? null;
};

type Saved = string | number | boolean | null;

function useSave(): (of: CustomProps, value: Saved) => Promise<boolean> {
  const t = useText(personText);
  const act = useAct();
  return async ({ client, field }, value) => {
    const calls = [{ doc: client.id, call: call(setCustomValue, { fieldId: field.id, value }) }];
    return (await act(calls, { done: t("edited", field.record.label) })).ok;
  };
}

const inputs = { text: "text", textarea: "text", email: "email", phone: "tel", date: "date", number: "text" } as const;

function CustomTyped(props: CustomProps): JSX.Element {
  const t = useText(personText);
  const { locale } = useI18n();
  const save = useSave();
  const type = (): keyof typeof inputs => {
    const own = props.field.record.type;
    return own === "select" || own === "checkbox" ? "text" : own;
  };
  const keep = async (typed: string): Promise<string | null> => {
    const parsed = parseTyped(type(), typed);
    if (!parsed.ok) return t(`problem.${parsed.error}`);
    await save(props, parsed.value);
    return null;
  };
  return (
    <EditedField
      shared={props.client}
      place={{ record: "self", field: nameOf(props.field) }}
      label={props.field.record.label}
      type={inputs[type()]}
      multiline={type() === "textarea"}
      value={writeTyped(valueOf(props), locale())}
      save={keep}
    />
  );
}

function CustomChosen(props: CustomProps): JSX.Element {
  const word = useText(personWords);
  const save = useSave();
  const { locale } = useI18n();
  const current = (): string => writeTyped(valueOf(props), locale());
  const options = () => {
    const own = props.field.record.options ?? [];
    const all = current() === "" || own.includes(current()) ? own : [current(), ...own];
    return [{ value: "", label: word("source.none") }, ...all.map((option) => ({ value: option, label: option }))];
  };
  return (
    <ChosenField<string>
      shared={props.client}
      place={{ record: "self", field: nameOf(props.field) }}
      label={props.field.record.label}
      options={options()}
      value={current()}
      placeholder={word("source.none")}
      onChange={(value) => void save(props, value === "" ? null : value)}
    />
  );
}

function CustomSwitch(props: CustomProps): JSX.Element {
  const save = useSave();
  return (
    <Switch
      label={props.field.record.label}
      checked={valueOf(props) === true}
      disabled={!props.client.mayWrite()}
      onChange={(checked) => void save(props, checked ? true : null)}
    />
  );
}
