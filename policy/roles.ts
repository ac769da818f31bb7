// Owns who may open which class of documents: one table for the server's guard and the client's screens.
// Never looks at the content of a document: access is for a whole document or not at all.
import { classOf, subjectOf } from "../shared/document.ts";
import type { DocClass, DocId } from "../shared/document.ts";

/** The roles of a member, from most to least authority. Source: domain.md §7. */
export const roles = ["owner", "manager", "photographer", "assistant", "accountant", "viewer"] as const;

export type Role = (typeof roles)[number];

/**
 * What a role may do with the documents of a class.
 * `granted:*` holds only for subjects the server has granted; `own:write` writes the member's own document and reads the rest.
 */
export type Access = "none" | "read" | "write" | "granted:read" | "granted:write" | "own:write";

/** The answer for one member and one document. */
export type Right = "none" | "read" | "write";

/** Role × class of document. Rule: PO1. Source: design §1, domain.md §7 (design wins). */
export const accessTable = {
  owner: {
    studio: "write",
    contact: "write",
    client: "write",
    sessions: "write",
    payments: "write",
    children: "write",
    calendar: "write",
    availability: "write",
  },
  manager: {
    studio: "write",
    contact: "write",
    client: "write",
    sessions: "write",
    payments: "write",
    children: "write",
    calendar: "write",
    availability: "write",
  },
  photographer: {
    studio: "read",
    contact: "granted:read",
    client: "none",
    sessions: "granted:write",
    payments: "none",
    children: "granted:write",
    calendar: "read",
    availability: "own:write",
  },
  assistant: {
    studio: "read",
    contact: "write",
    client: "write",
    sessions: "write",
    payments: "none",
    children: "none",
    calendar: "write",
    availability: "own:write",
  },
  accountant: {
    studio: "read",
    contact: "none",
    client: "none",
    sessions: "none",
    payments: "write",
    children: "none",
    calendar: "read",
    availability: "own:write",
  },
  viewer: {
    studio: "read",
    contact: "read",
    client: "read",
    sessions: "read",
    payments: "none",
    children: "none",
    calendar: "read",
    availability: "own:write",
  },
} as const satisfies Record<Role, Record<DocClass, Access>>;

/** Who asks: a member of one organisation, with the subjects that the server has granted to them. */
export type Principal = { readonly member: string; readonly role: Role; readonly grants: ReadonlySet<string> };

/** What a principal may do with one document. Rule: PO2. */
export function accessTo(principal: Principal, doc: DocId): Right {
  const access = accessTable[principal.role][classOf(doc)];
  const subject = subjectOf(doc);
  if (access === "own:write") return subject === principal.member ? "write" : "read";
  if (access === "granted:read") return subject !== null && principal.grants.has(subject) ? "read" : "none";
  if (access === "granted:write") return subject !== null && principal.grants.has(subject) ? "write" : "none";
  return access;
}

/** The classes a role reads whole, without a grant; what its changes feed is made of. Rule: PO3. */
export const readableClasses = (role: Role): DocClass[] => classesWhere(role, ["read", "write", "own:write"]);

/** The classes a role may create documents of, without a grant. Rule: PO3. */
export const creatableClasses = (role: Role): DocClass[] => classesWhere(role, ["write"]);

/** Tells whether a role may run the studio's team: invite, change roles, remove. Rule: PO5. Source: domain.md §7, owner only. */
export const mayManageTeam = (role: Role): boolean => role === "owner";

/** Tells whether a role sees the e-mail addresses of all members. Rule: PO5. Source: design §7. */
export const maySeeMemberContacts = (role: Role): boolean => role === "owner" || role === "manager";

function classesWhere(role: Role, allowed: readonly Access[]): DocClass[] {
  // Hint: the keys of the table are exactly the classes, by `satisfies`.
  const classes = Object.keys(accessTable[role]) as DocClass[];
  return classes.filter((docClass) => allowed.includes(accessTable[role][docClass]));
}
