// Owns the question what this member may do with a document, as this device knows it. The server's guard decides; this one explains.
import { accessTo } from "../../policy/roles.ts";
import type { Right, Role } from "../../policy/roles.ts";
import { subjectOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";

/** A member, their role as last known, and whether the server gave the document to this device. */
export type Asking = { readonly member: string; readonly role: Role; readonly isFromServer: boolean };

/** What a member may do with a document. A granted class is granted for what the server has given. Rule: S35. */
export function rightTo(doc: DocId, { member, role, isFromServer }: Asking): Right {
  const subject = subjectOf(doc);
  const grants = new Set(isFromServer && subject !== null ? [subject] : []);
  return accessTo({ member, role, grants }, doc);
}
