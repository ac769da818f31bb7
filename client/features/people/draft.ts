// Owns what is typed into the sheet for a new person, and the calls it becomes. The draft outlives the sheet, not the page.
import { call } from "../../../shared/action.ts";
import { docId } from "../../../shared/document.ts";
import { createContact, createPerson, trashPerson } from "../../../shared/people.ts";
import type { personSources } from "../../../shared/people.ts";
import type { DocCall } from "../../store/history.ts";

/** What is typed, as it stands in the fields; an empty text is no value. */
export type Draft = {
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  readonly address: string;
  readonly source: (typeof personSources)[number] | "";
  /** Empty: the status that new people start with. */
  readonly statusId: string;
};

/** A sheet that nobody has typed into. */
export const emptyDraft: Draft = { name: "", phone: "", email: "", address: "", source: "", statusId: "" };

/** Tells whether there is something to keep. */
export const isTouched = (draft: Draft): boolean => Object.values(draft).some((value) => value.trim() !== "");

/** The calls that make a person, both documents in one act. Rule: PE6. */
export function callsOf(draft: Draft, subject: string, initialStatus: string): DocCall[] {
  const { source, statusId } = draft;
  const [name, phone, email, address] = [draft.name, draft.phone, draft.email, draft.address].map((text) =>
    text.trim(),
  );
  const fields = { name: name ?? "", ...(phone && { phone }), ...(email && { email }), ...(address && { address }) };
  const standing = { statusId: statusId === "" ? initialStatus : statusId, ...(source !== "" && { source }) };
  return [
    { doc: docId("contact", subject), call: call(createContact, fields) },
    { doc: docId("client", subject), call: call(createPerson, standing) },
  ];
}

/** The calls that take a new person back: records are trashed, never deleted. */
export const undoOf = (subject: string): DocCall[] => [{ doc: docId("client", subject), call: call(trashPerson, {}) }];
