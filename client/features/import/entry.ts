// Owns what a contacts file gives: contacts and problems, and how the raw values of one entry become one or the other.
// Never reads a file format (vcard.ts, csv.ts) and never words a problem: the screen does.
import { cleanBlock, cleanLine, importLimits, isTurkishMobile, readEmail, readPhone, splitValues } from "./clean.ts";
import type { ValueError } from "./clean.ts";
import type { Result } from "../../../shared/result.ts";
import { phoneKey } from "../../../shared/turkish.ts";

/** What becomes of what a problem speaks of: the whole entry is not taken, a part is left out, or it is only told. */
export type ProblemFate = "not_taken" | "left_out" | "notice";

/** Every type of problem with its fate. Rule: I4. */
export const problemFates = {
  no_contact_data: "not_taken",
  group_skipped: "not_taken",
  row_before_heading: "not_taken",
  field_too_long: "left_out",
  bad_email: "left_out",
  bad_phone: "left_out",
  photo_skipped: "left_out",
  field_skipped: "left_out",
  extra_value_skipped: "left_out",
  broken_card: "left_out",
  text_outside_cards: "left_out",
  too_many_columns: "left_out",
  too_few_columns: "notice",
  broken_quotes: "notice",
  no_name: "notice",
  unknown_charset: "notice",
  bad_characters: "notice",
  duplicate_in_file: "notice",
} as const satisfies Record<string, ProblemFate>;

/** The closed list of what can be wrong in a contacts file. */
export type ImportProblemType = keyof typeof problemFates;

/** Which part of an entry a problem speaks of. */
export type ImportField =
  | "name"
  | "phone"
  | "email"
  | "address"
  | "note"
  | "photo"
  | "birthday"
  | "organisation"
  | "other";

/**
 * One thing that could not be read as it stands, without any text of the file.
 * `contactLine`: the contact it belongs to, when that was taken. `otherLine`: the earlier one of a duplicate.
 * Units: lines count from 1.
 */
export type ImportProblem = {
  readonly line: number;
  readonly type: ImportProblemType;
  readonly field?: ImportField;
  readonly contactLine?: number;
  readonly otherLine?: number;
};

/** A person as the file gives them, ready for the limits of a contact. `line`: where the entry begins, unique in a file. */
export type ImportedContact = {
  readonly line: number;
  readonly name: string;
  readonly phones: readonly string[];
  readonly emails: readonly string[];
  readonly address?: string;
  readonly note?: string;
};

/** What was read so far; the readers add to it. */
export type Reading = { readonly contacts: ImportedContact[]; readonly problems: ImportProblem[] };

/** A value as the file has it, and how a number is named there. */
export type RawValue = { readonly text: string; readonly line: number; readonly kind?: "mobile" | "fax" };

/** The raw values of one card or row. `names` are candidates, best first. */
export type Entry = {
  readonly line: number;
  readonly names: RawValue[];
  readonly nicknames: RawValue[];
  readonly organisations: RawValue[];
  readonly phones: RawValue[];
  readonly emails: RawValue[];
  readonly addresses: RawValue[];
  readonly notes: RawValue[];
  readonly problems: ImportProblem[];
};

/** The most values of one kind that are taken from an entry. Rule: I10. */
const MAX_VALUES = 20;

/** An entry without values, which begins at a line. */
export const newEntry = (line: number): Entry => ({
  line,
  names: [],
  nicknames: [],
  organisations: [],
  phones: [],
  emails: [],
  addresses: [],
  notes: [],
  problems: [],
});

/** Keeps a value that says something; what is over the most is kept once, to be reported. Rule: I10. */
export function addValue(values: RawValue[], value: RawValue): void {
  if (values.length <= MAX_VALUES && value.text.trim() !== "") values.push(value);
}

/** Notes a problem of an entry, once per type and field, at its first line. Rule: I10. */
export function addProblemOnce({ problems }: Entry, problem: ImportProblem): void {
  const known = problems.findIndex(({ type, field }) => type === problem.type && field === problem.field);
  if (known === -1) problems.push(problem);
  else if (problem.line < (problems[known]?.line ?? 0)) problems[known] = problem;
}

/** Turns an entry into one contact, or into a problem that it was not taken. Rule: I4, I5. */
export function finishEntry(entry: Entry, reading: Reading): void {
  const contact = toContact(entry);
  if (contact === null) entry.problems.push({ line: entry.line, type: "no_contact_data" });
  else reading.contacts.push(contact);
  for (const problem of entry.problems)
    reading.problems.push(contact === null ? problem : { ...problem, contactLine: entry.line });
}

function toContact(entry: Entry): ImportedContact | null {
  const phones = readPhones(entry);
  const emails = readEmails(entry);
  const address = readAddress(entry);
  const note = readNote(entry);
  const written = readName(entry);
  const name = written ?? phones[0] ?? emails[0];
  if (name === undefined) return null;
  if (written === null) entry.problems.push({ line: entry.line, type: "no_name", field: "name" });
  const { line } = entry;
  return { line, name, phones, emails, ...(address && { address }), ...(note && { note }) };
}

function readName(entry: Entry): string | null {
  const { names, nicknames, organisations } = entry;
  let name: string | null = null;
  const candidates = [...names, ...nicknames, ...organisations];
  for (const candidate of candidates) {
    name = cleanLine(candidate.text, importLimits.name);
    if (name === null) tooLong(entry, candidate.line, "name");
    else if (name !== "") break;
  }
  if (!name) return null;
  noteCharacters(entry, name, { line: entry.line, field: "name" });
  reportUnused(entry, name);
  return name;
}

/** Other names of the same person have no field of their own. */
function reportUnused(entry: Entry, name: string): void {
  const differs = ({ text }: RawValue): boolean => cleanLine(text, importLimits.name) !== name;
  const nickname = entry.nicknames.find(differs);
  const organisation = entry.organisations.find(differs);
  if (nickname) addProblemOnce(entry, { line: nickname.line, type: "field_skipped", field: "other" });
  if (organisation) addProblemOnce(entry, { line: organisation.line, type: "field_skipped", field: "organisation" });
}

function readPhones(entry: Entry): string[] {
  const phones = readValues(entry, { field: "phone", values: entry.phones, read: readPhone });
  const ranked = phones.toSorted((one, other) => phoneRank(one) - phoneRank(other));
  return unique(ranked, phoneKey);
}

function phoneRank({ text, kind }: RawValue): number {
  if (kind === "fax") return 2;
  return kind === "mobile" || isTurkishMobile(text) ? 0 : 1;
}

function readEmails(entry: Entry): string[] {
  const emails = readValues(entry, { field: "email", values: entry.emails, read: readEmail });
  return unique(emails, (email) => email.toLowerCase());
}

type Values = {
  readonly field: "phone" | "email";
  readonly values: readonly RawValue[];
  readonly read: (raw: string) => Result<string, ValueError>;
};

function readValues(entry: Entry, { field, values, read }: Values): RawValue[] {
  const parts = values.flatMap((value) => splitValues(value.text, field).map((text) => ({ ...value, text })));
  const extra = parts[MAX_VALUES];
  if (extra) addProblemOnce(entry, { line: extra.line, type: "extra_value_skipped", field });
  const taken: RawValue[] = [];
  for (const part of parts.slice(0, MAX_VALUES)) {
    const result = read(part.text);
    if (result.ok) taken.push({ ...part, text: result.value });
    else entry.problems.push({ line: part.line, type: result.error, field });
    if (result.ok) noteCharacters(entry, result.value, { line: part.line, field });
  }
  return taken;
}

function unique(values: readonly RawValue[], keyOf: (text: string) => string): string[] {
  const texts = new Map<string, string>();
  for (const { text } of values) if (!texts.has(keyOf(text))) texts.set(keyOf(text), text);
  return [...texts.values()];
}

function readAddress(entry: Entry): string | null {
  const [first, second] = entry.addresses;
  if (first === undefined) return null;
  if (second) addProblemOnce(entry, { line: second.line, type: "extra_value_skipped", field: "address" });
  const lines = cleanBlock(first.text, importLimits.address)?.replaceAll(/(?:,?\n)+/g, ", ") ?? null;
  const address = lines === null ? null : cleanLine(lines, importLimits.address);
  if (address === null) tooLong(entry, first.line, "address");
  else noteCharacters(entry, address, { line: first.line, field: "address" });
  return address;
}

function readNote(entry: Entry): string | null {
  const [first] = entry.notes;
  if (first === undefined) return null;
  const extra = entry.notes[MAX_VALUES];
  if (extra) addProblemOnce(entry, { line: extra.line, type: "extra_value_skipped", field: "note" });
  const note = cleanBlock(entry.notes.map(({ text }) => text).join("\n"), importLimits.note);
  if (note === null) tooLong(entry, first.line, "note");
  else noteCharacters(entry, note, { line: first.line, field: "note" });
  return note;
}

const tooLong = (entry: Entry, line: number, field: ImportField): void =>
  addProblemOnce(entry, { line, type: "field_too_long", field });

type Place = { readonly line: number; readonly field: ImportField };

/** A character that the file's encoding could not give stays visible and is told. Rule: I2. */
function noteCharacters(entry: Entry, text: string, place: Place): void {
  if (text.includes("\uFFFD")) addProblemOnce(entry, { ...place, type: "bad_characters" });
}
