// Owns which contacts of one file seem to be the same person. Never compares with the people of the studio.
import type { ImportedContact, ImportProblem } from "./entry.ts";
import { fold, phoneKey } from "../../../shared/turkish.ts";

/** Names every contact that an earlier one of the same file seems to be, with the line of that one. Rule: I11. */
export function noteDuplicates(contacts: readonly ImportedContact[]): ImportProblem[] {
  const compareNames = contacts.some(isBare);
  const lineByKey = new Map<string, number>();
  const problems: ImportProblem[] = [];
  for (const contact of contacts) {
    const { line } = contact;
    const reach = reachKeys(contact);
    const names = compareNames ? nameKeys(contact) : { asked: [], kept: [] };
    const otherLine = [...reach, ...names.asked].map((key) => lineByKey.get(key)).find((other) => other !== undefined);
    if (otherLine !== undefined) problems.push({ line, type: "duplicate_in_file", contactLine: line, otherLine });
    for (const key of [...reach, ...names.kept]) if (!lineByKey.has(key)) lineByKey.set(key, line);
  }
  return problems;
}

const isBare = ({ phones, emails }: ImportedContact): boolean => phones.length + emails.length === 0;

const reachKeys = ({ phones, emails }: ImportedContact): string[] => [
  ...phones.map((phone) => `phone ${phoneKey(phone)}`),
  ...emails.map((email) => `email ${email.toLowerCase()}`),
];

/** A name says enough only when one of the two has nothing else: a bare one asks for all, the others for bare ones. */
function nameKeys(contact: ImportedContact): { asked: string[]; kept: string[] } {
  const all = `name ${fold(contact.name)}`;
  const bare = `bare ${all}`;
  return isBare(contact) ? { asked: [all], kept: [all, bare] } : { asked: [bare], kept: [all] };
}
