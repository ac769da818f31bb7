// Owns how a recorded change is told to a member: what was done, and each value under the label that the screen gives it.
// Never shows a name of the code: what has no word here is told without one. Never reads a document; lookups come in.
import type { RecordedCall } from "../../shared/action.ts";
import type { Locale } from "../../shared/studio.ts";
import { changeText } from "./changeText.ts";
import { useI18n, useText } from "./i18n.ts";
import { isKeyOf, languageKeys, personWords, sourceKeys } from "./people.ts";

/** One value of a change under its label. */
export type SaidLine = { readonly label: string; readonly value: string };

/** A change in words. */
export type Said = { readonly title: string; readonly lines: readonly SaidLine[] };

/** What a change mentions by id and only the studio can name. */
export type Lookups = {
  readonly status: (id: string) => string;
  /** The label of a field of the studio's own; undefined when it is not known here. */
  readonly field: (id: string) => string | undefined;
};

/** Tells a change. */
export type SayChange = (call: Pick<RecordedCall, "action" | "args">, look: Lookups) => Said;

const titles = {
  "contact.create": "contact_create",
  "contact.edit": "contact_edit",
  "person.create": "person_create",
  "person.edit": "person_edit",
  "person.setCustom": "person_custom",
  "person.moveStatus": "person_status",
  "person.trash": "person_trash",
  "person.restore": "person_restore",
  "notes.create": "note_create",
  "notes.trash": "note_trash",
  "notes.restore": "note_restore",
  "studio.editProfile": "studio_edit",
  "customFields.create": "field_create",
  "customFields.trash": "field_trash",
  "activity.record": "history",
  "studioActivity.record": "history",
} as const;

type Title = (typeof titles)[keyof typeof titles] | "field_restore" | "other";

/** Arguments that name a thing or put it in order, and say nothing to a member. */
const silent: ReadonlySet<string> = new Set([
  "noteId",
  "rank",
  "importBatchId",
  "isTrashed",
  "isRequired",
  "verb",
  "entity",
  "record",
  "fields",
]);

/** Arguments whose label is a word for people. */
const labels = {
  name: "name",
  phone: "phone",
  email: "email",
  address: "address",
  language: "language",
  source: "source",
  statusId: "status",
  to: "status",
  businessName: "businessName",
  locale: "locale",
  timeZone: "timeZone",
} as const;

/** Words changes in the chosen language. Rules: QU2, CH8. */
export function useSayChange(): SayChange {
  const t = useText(changeText);
  const word = useText(personWords);
  const { locale } = useI18n();
  const valueOf = (key: string, value: unknown, look: Lookups): string => {
    if (value === null) return t("cleared");
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    if (typeof value === "number") return writeNumber(value, locale());
    if (Array.isArray(value)) return value.map(String).join(", ");
    if (typeof value !== "string") return t("unreadable");
    if (key === "statusId" || key === "to") return look.status(value);
    if (key === "source" && isKeyOf(sourceKeys, value)) return word(`source.${value}`);
    if ((key === "language" || key === "locale") && isKeyOf(languageKeys, value)) return word(`language.${value}`);
    if (key === "type" && isKeyOf(typeKeys, value)) return word(`type.${value}`);
    if (key === "category" && isKeyOf(categoryKeys, value)) return word(`category.${value}`);
    return value;
  };
  const labelOf = (key: string, args: Args, look: Lookups): string => {
    if (isLabel(key)) return word(`field.${labels[key]}`);
    if (key === "value") return look.field(String(args["fieldId"])) ?? t("label.custom");
    return isKeyOf(ownKeys, key) ? t(`label.${key}`) : t("label.other");
  };
  return ({ action, args }, look) => {
    const given = isArgs(args) ? args : {};
    const shown = Object.entries(given).filter(([key, value]) => isShown(key, { action, value }));
    const lines = shown.map(([key, value]) => {
      if (key === "fieldId") return { label: t("label.field"), value: look.field(String(value)) ?? t("label.custom") };
      return { label: labelOf(key, given, look), value: valueOf(key, value, look) };
    });
    return { title: t(`title.${titleOf(action, given)}`), lines };
  };
}

type Args = Readonly<Record<string, unknown>>;

const typeKeys = ["text", "textarea", "email", "phone", "date", "select", "checkbox", "number"] as const;
const categoryKeys = ["contact", "shoot", "notes", "delivery"] as const;
const ownKeys = ["text", "label", "type", "category", "options"] as const;

const isArgs = (args: unknown): args is Args => typeof args === "object" && args !== null && !Array.isArray(args);
const isLabel = (key: string): key is keyof typeof labels => Object.hasOwn(labels, key);

function titleOf(action: string, args: Args): Title {
  const title = Object.entries(titles).find(([name]) => name === action)?.[1] ?? "other";
  return title === "field_trash" && args["isTrashed"] === false ? "field_restore" : title;
}

/** Hint: the field of a custom value is the label of its value, so it is not told twice. */
function isShown(key: string, { action, value }: { readonly action: string; readonly value: unknown }): boolean {
  if (silent.has(key) || value === undefined || value === "") return false;
  return key !== "fieldId" || action !== "person.setCustom";
}

const writeNumber = (value: number, locale: Locale): string =>
  value.toLocaleString(locale === "tr" ? "tr-TR" : "en-GB", { maximumFractionDigits: 20 });
