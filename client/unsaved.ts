// Owns how changes that no server has read outside the app: person, what was done, when, and each value under its label.
// Never reads them (store/unsaved.ts) and never takes them out (copyOut.ts).
import { subjectOf } from "../shared/document.ts";
import { useSayChange } from "./i18n/changes.ts";
import type { Lookups } from "./i18n/changes.ts";
import { changeText } from "./i18n/changeText.ts";
import { useFormat } from "./i18n/format.ts";
import { useText } from "./i18n/i18n.ts";
import { isKeyOf, personWords, seededStatusKeys } from "./i18n/people.ts";
import type { AllUnsaved, Unsaved } from "./store/unsaved.ts";

/** Whom a change is about, in words; null stands for the studio itself. */
export type WhoseWords = (subject: string | null, names: ReadonlyMap<string, string>) => string;

/** Names a person, or the studio. */
export function useWhose(): WhoseWords {
  const t = useText(changeText);
  return (subject, names) => (subject === null ? t("studio") : (names.get(subject) ?? t("someone")));
}

/** Names what is mentioned by id, from what was read along with the changes. */
export function useLookups(): (read: Pick<AllUnsaved, "fields" | "statuses">) => Lookups {
  const word = useText(personWords);
  return ({ fields, statuses }) => ({
    field: (id) => fields.get(id),
    status: (id) => {
      const { key = id, label } = statuses.get(id) ?? {};
      return label ?? word(`status.${isKeyOf(seededStatusKeys, key) ? key : "unknown"}`);
    },
  });
}

export type Writing = { readonly names: ReadonlyMap<string, string>; readonly look: Lookups };

/** Writes changes as plain text, person by person. Rules: CH8, QU4. */
export function useWriteUnsaved(): (changes: readonly Unsaved[], writing: Writing) => string {
  const t = useText(changeText);
  const say = useSayChange();
  const whose = useWhose();
  const format = useFormat();
  const one = ({ at, call, text }: Unsaved, look: Lookups): string => {
    const said = call === undefined ? { title: t("title.note_text"), lines: [] } : say(call, look);
    const lines = said.lines.map(({ label, value }) => `  ${label}: ${value}`);
    return [`${said.title} (${format().dateTime(at)})`, ...lines, ...(text === undefined ? [] : [`  ${text}`])].join(
      "\n",
    );
  };
  return (changes, { names, look }) => {
    const byOwner = Map.groupBy(changes, ({ doc }) => whose(subjectOf(doc), names));
    const parts = [...byOwner].map(([owner, of]) => `${owner}\n\n${of.map((each) => one(each, look)).join("\n\n")}`);
    return `${parts.join("\n\n\n")}\n`;
  };
}
