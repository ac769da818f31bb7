// Owns how a person is reached: number, address, mail, language; edited in place.
import type { JSX } from "solid-js";
import { call } from "../../../shared/action.ts";
import { editContact } from "../../../shared/people.ts";
import { useAct } from "../../acts.ts";
import { formatPhone } from "../../i18n/format.ts";
import { useText } from "../../i18n/i18n.ts";
import { languageKeys, personWords } from "../../i18n/people.ts";
import { ChosenField, EditedField } from "../../ui/EditedField.tsx";
import type { EditedFieldProps } from "../../ui/EditedField.tsx";
import { usePerson } from "./model.ts";
import { Section } from "../../ui/Section.tsx";
import { personText } from "./text.ts";

type Typed = "phone" | "email" | "address";

const problems = { phone: "phone", email: "email", address: "text" } as const;

/** The contact details of a person. Rule: PE7. */
export function ContactSection(): JSX.Element {
  const t = useText(personText);
  const word = useText(personWords);
  return (
    <Section title={t("section.contact")}>
      <Typed field="phone" type="tel" show={formatPhone} />
      <Typed field="email" type="email" />
      <Typed field="address" multiline maxLength={1000} />
      <Language label={word("field.language")} />
    </Section>
  );
}

type TypedProps = Pick<EditedFieldProps, "type" | "multiline" | "maxLength"> & {
  readonly field: Typed;
  readonly show?: (value: string) => string;
};

function Typed(props: TypedProps): JSX.Element {
  const t = useText(personText);
  const word = useText(personWords);
  const act = useAct();
  const { contact } = usePerson();
  const shown = (): string => {
    const value = contact.record()?.record[props.field] ?? "";
    return props.show?.(value) ?? value;
  };
  const save = async (typed: string): Promise<string | null> => {
    const value = typed.trim();
    const calls = [{ doc: contact.id, call: call(editContact, { [props.field]: value === "" ? null : value }) }];
    const result = await act(calls, { done: t("edited", word(`field.${props.field}`)), showsInvalid: true });
    return !result.ok && result.error.type === "invalid" ? t(`problem.${problems[props.field]}`) : null;
  };
  return (
    <EditedField
      shared={contact}
      place={{ record: "self", field: props.field }}
      label={word(`field.${props.field}`)}
      type={props.type}
      multiline={props.multiline}
      maxLength={props.maxLength}
      value={shown()}
      save={save}
    />
  );
}

function Language(props: { readonly label: string }): JSX.Element {
  const t = useText(personText);
  const word = useText(personWords);
  const act = useAct();
  const { contact } = usePerson();
  const current = (): string => contact.record()?.record.language ?? "";
  const options = () => {
    const known = languageKeys.map((key): { value: string; label: string } => ({
      value: key,
      label: word(`language.${key}`),
    }));
    const isKnown = current() === "" || known.some(({ value }) => value === current());
    return [
      { value: "", label: word("language.none") },
      ...known,
      ...(isKnown ? [] : [{ value: current(), label: current() }]),
    ];
  };
  const choose = (language: string): void => {
    const calls = [{ doc: contact.id, call: call(editContact, { language: language === "" ? null : language }) }];
    void act(calls, { done: t("edited", props.label) });
  };
  return (
    <ChosenField
      shared={contact}
      place={{ record: "self", field: "language" }}
      label={props.label}
      options={options()}
      value={current()}
      placeholder={word("language.none")}
      onChange={choose}
    />
  );
}
