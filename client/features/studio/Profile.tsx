// Owns the studio's profile: name, ways to reach it, language, zone; each edited in place.
import type { JSX } from "solid-js";
import { call } from "../../../shared/action.ts";
import { editProfile } from "../../../shared/studio.ts";
import type { Locale } from "../../../shared/studio.ts";
import { useAct } from "../../acts.ts";
import { useText } from "../../i18n/i18n.ts";
import { formatPhone } from "../../i18n/format.ts";
import { personWords } from "../../i18n/people.ts";
import { ChosenField, EditedField } from "../../ui/EditedField.tsx";
import { Section } from "../../ui/Section.tsx";
import { studioDoc, useSettings } from "./model.ts";
import { studioText } from "./text.ts";
import { zonesWith } from "./zones.ts";

/** The profile of the studio. Rule: ST1. */
export function Profile(): JSX.Element {
  const t = useText(studioText);
  return (
    <Section title={t("profile.title")}>
      <Typed field="businessName" />
      <Typed field="email" type="email" />
      <Typed field="phone" type="tel" />
      <Typed field="address" multiline />
      <Language />
      <Zone />
    </Section>
  );
}

type TypedField = "businessName" | "email" | "phone" | "address";

const problems = { businessName: "tooLong", email: "email", phone: "phone", address: "text" } as const;
const longest = { businessName: 255, email: 254, phone: 20, address: 1000 } as const;

type TypedProps = { readonly field: TypedField; readonly type?: "email" | "tel"; readonly multiline?: boolean };

function Typed(props: TypedProps): JSX.Element {
  const t = useText(studioText);
  const word = useText(personWords);
  const act = useAct();
  const settings = useSettings();
  const value = (): string => {
    const stored = settings.studio.profile()?.record[props.field] ?? "";
    return props.field === "phone" ? formatPhone(stored) : stored;
  };
  const save = async (typed: string): Promise<string | null> => {
    const text = typed.trim();
    const isNeeded = props.field === "businessName";
    if (isNeeded && text === "") return t("problem.required");
    const calls = [{ doc: studioDoc, call: call(editProfile, { [props.field]: text === "" ? null : text }) }];
    const result = await act(calls, { done: t("edited", word(`field.${props.field}`)), showsInvalid: true });
    return !result.ok && result.error.type === "invalid" ? t(`problem.${problems[props.field]}`) : null;
  };
  return (
    <EditedField
      shared={settings}
      place={{ record: "self", field: props.field }}
      label={word(`field.${props.field}`)}
      type={props.type}
      multiline={props.multiline}
      maxLength={longest[props.field]}
      value={value()}
      save={save}
    />
  );
}

function Language(): JSX.Element {
  const t = useText(studioText);
  const act = useAct();
  const settings = useSettings();
  const options = () => (["tr", "en"] as const).map((value) => ({ value, label: t(`locale.${value}`) }));
  const choose = (locale: Locale): void =>
    void act([{ doc: studioDoc, call: call(editProfile, { locale }) }], { done: t("edited", t("profile.locale")) });
  return (
    <ChosenField
      shared={settings}
      place={{ record: "self", field: "locale" }}
      label={t("profile.locale")}
      options={options()}
      value={settings.studio.profile()?.record.locale ?? null}
      onChange={choose}
    />
  );
}

function Zone(): JSX.Element {
  const t = useText(studioText);
  const word = useText(personWords);
  const act = useAct();
  const settings = useSettings();
  const zone = settings.studio.zone;
  const options = () => zonesWith(zone()).map((value) => ({ value, label: value.replaceAll("_", " ") }));
  const choose = (timeZone: string): void =>
    void act([{ doc: studioDoc, call: call(editProfile, { timeZone }) }], {
      done: t("edited", word("field.timeZone")),
    });
  return (
    <ChosenField
      shared={settings}
      place={{ record: "self", field: "timeZone" }}
      label={word("field.timeZone")}
      options={options()}
      value={zone()}
      onChange={choose}
    />
  );
}
