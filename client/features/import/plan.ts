// Owns what becomes of the contacts that were read: who is taken, who is somebody already there, and the calls that make each.
// Never reads a file, never asks the device (known.ts) and never acts (job.ts).
import { call } from "../../../shared/action.ts";
import { docId } from "../../../shared/document.ts";
import { createNote } from "../../../shared/notes.ts";
import { createContact, createPerson } from "../../../shared/people.ts";
import { MAX_TEXT_LENGTH } from "../../../shared/text.ts";
import { fold, phoneKey } from "../../../shared/turkish.ts";
import type { DocCall } from "../../store/history.ts";
import { noteDuplicates } from "./duplicates.ts";
import type { ImportedContact } from "./entry.ts";

/** Somebody whom a contact seems to be: of the studio, or earlier in the chosen files. */
export type Twin = { readonly where: "studio" | "files"; readonly name: string };

/** A contact that may be taken. `key` is its place among all chosen files. */
export type Candidate = { readonly key: number; readonly contact: ImportedContact; readonly twin: Twin | null };

/** The people of the studio by the keys that tell a twin. Shape: `phoneKey` or folded e-mail address → name. */
export type Known = { readonly byPhone: ReadonlyMap<string, string>; readonly byEmail: ReadonlyMap<string, string> };

/** The keys by which the people of the studio are asked for. */
export function keysOf(contacts: readonly ImportedContact[]): { phones: string[]; emails: string[] } {
  const phones = new Set(contacts.flatMap((contact) => contact.phones.map(phoneKey)));
  const emails = new Set(contacts.flatMap((contact) => contact.emails.map(fold)));
  return { phones: [...phones], emails: [...emails] };
}

/** Sets each contact beside whom it seems to be, the studio's people first. Rule: IM5. */
export function findTwins(contacts: readonly ImportedContact[], known: Known): Candidate[] {
  const numbered = contacts.map((contact, index) => ({ ...contact, line: index }));
  const earlier = new Map(noteDuplicates(numbered).map(({ line, otherLine }) => [line, otherLine]));
  return contacts.map((contact, key) => {
    const there = knownAs(contact, known);
    if (there !== undefined) return { key, contact, twin: { where: "studio", name: there } };
    const other = contacts[earlier.get(key) ?? -1];
    return { key, contact, twin: other === undefined ? null : { where: "files", name: other.name } };
  });
}

function knownAs({ phones, emails }: ImportedContact, { byPhone, byEmail }: Known): string | undefined {
  const names = [
    ...phones.map((phone) => byPhone.get(phoneKey(phone))),
    ...emails.map((email) => byEmail.get(fold(email))),
  ];
  return names.find((name) => name !== undefined);
}

/** Those who are imported: everybody but twins, unless a twin was chosen. Rule: IM5. */
export const chosen = (candidates: readonly Candidate[], wanted: ReadonlySet<number>): Candidate[] =>
  candidates.filter(({ key, twin }) => twin === null || wanted.has(key));

/** What all people of one import share. `words` names numbers and addresses that a contact has no field for. */
export type ImportOf = {
  readonly batch: string;
  readonly statusId: string;
  readonly words: { readonly phones: string; readonly emails: string };
};

/** The calls that make one person, with a note where the card has one: both documents or none. Rules: IM6, IM7. */
export function callsFor(contact: ImportedContact, subject: string, { batch, statusId, words }: ImportOf): DocCall[] {
  const client = docId("client", subject);
  const { name, address } = contact;
  const [phone] = contact.phones;
  const [email] = contact.emails;
  const fields = { name, ...(phone && { phone }), ...(email && { email }), ...(address && { address }) };
  const text = noteOf(contact, words);
  return [
    { doc: docId("contact", subject), call: call(createContact, fields) },
    { doc: client, call: call(createPerson, { statusId, importBatchId: batch }) },
    ...(text === "" ? [] : [{ doc: client, call: call(createNote, { text }) }]),
  ];
}

/** The card's note, and below it what else it has to reach the person by: nothing that was read is lost. */
function noteOf({ note, phones, emails }: ImportedContact, words: ImportOf["words"]): string {
  const more = (label: string, values: readonly string[]): string =>
    values.length < 2 ? "" : `${label}: ${values.slice(1).join(", ")}`;
  const extra = [more(words.phones, phones), more(words.emails, emails)].filter(Boolean).join("\n");
  const room = MAX_TEXT_LENGTH - extra.length - 1;
  return [note?.slice(0, room) ?? "", extra].filter(Boolean).join("\n");
}
