// Tests of who may open what.
import { describe, expect, test } from "vitest";
import { docClasses, docId } from "../shared/document.ts";
import type { DocClass, DocId } from "../shared/document.ts";
import {
  accessTable,
  accessTo,
  creatableClasses,
  mayManageTeam,
  maySeeMemberContacts,
  readableClasses,
  roles,
} from "./roles.ts";
import type { Principal, Role } from "./roles.ts";

const granted = "00000000-0000-4000-8000-000000000001";
const other = "00000000-0000-4000-8000-000000000002";
const member = "member-ayse";

const principal = (role: Role): Principal => ({ member, role, grants: new Set([granted]) });

/** A document of a class that the principal has a grant for, or owns, and one of another subject. */
const subjects: Record<DocClass, readonly [string | null, string | null]> = {
  studio: [null, null],
  contact: [granted, other],
  client: [granted, other],
  sessions: [granted, other],
  payments: [granted, other],
  children: [granted, other],
  calendar: ["2026", "2027"],
  availability: [member, "member-bora"],
};

/** Spelled out once more by hand, so that a slip in the table shows: right on one's own or granted document, and on another. */
const expected: Record<Role, Record<DocClass, string>> = {
  owner: all("write/write"),
  manager: all("write/write"),
  photographer: {
    ...all("none/none"),
    studio: "read/read",
    contact: "read/none",
    sessions: "write/none",
    children: "write/none",
    calendar: "read/read",
    availability: "write/read",
  },
  assistant: {
    ...all("write/write"),
    studio: "read/read",
    payments: "none/none",
    children: "none/none",
    availability: "write/read",
  },
  accountant: {
    ...all("none/none"),
    studio: "read/read",
    payments: "write/write",
    calendar: "read/read",
    availability: "write/read",
  },
  viewer: {
    ...all("read/read"),
    payments: "none/none",
    children: "none/none",
    availability: "write/read",
  },
};

function all(right: string): Record<DocClass, string> {
  const rights: Partial<Record<DocClass, string>> = {};
  for (const docClass of docClasses) rights[docClass] = right;
  // Hint: filled for every class just above.
  return rights as Record<DocClass, string>;
}

const both = (docClass: DocClass): DocId[] => subjects[docClass].map((subject) => docId(docClass, subject));

describe("the table of roles", () => {
  test("[PO1] has a cell for every role and class", () => {
    expect(Object.keys(accessTable).toSorted()).toEqual([...roles].toSorted());
    for (const role of roles) expect(Object.keys(accessTable[role]).toSorted()).toEqual([...docClasses].toSorted());
  });

  test.each(roles.flatMap((role) => docClasses.map((docClass) => [role, docClass] as const)))(
    "[PO2][PO4] %s: %s",
    (role, docClass) => {
      const rights = both(docClass).map((doc) => accessTo(principal(role), doc));
      expect(rights.join("/")).toBe(expected[role][docClass]);
    },
  );

  test("[PO2] without grants nothing is granted", () => {
    const nobody = { ...principal("photographer"), grants: new Set<string>() };
    for (const docClass of ["contact", "sessions", "children"] as const)
      expect(accessTo(nobody, docId(docClass, granted))).toBe("none");
  });

  test("[PO2] a grant of a subject says nothing about a year or a member of the same name", () => {
    const odd = { ...principal("photographer"), grants: new Set(["2026", "member-bora"]) };
    expect(accessTo(odd, docId("calendar", "2026"))).toBe("read");
    expect(accessTo(odd, docId("availability", "member-bora"))).toBe("read");
  });
});

describe("classes of a role", () => {
  test.each(roles)(
    "[PO3] what %s reads without a grant is what the rights say, and includes what they may create",
    (role) => {
      const nobody = { ...principal(role), grants: new Set<string>() };
      const rights = docClasses.map((docClass) => both(docClass).map((doc) => accessTo(nobody, doc)));
      const readable = docClasses.filter((_class, index) => rights[index]?.every((right) => right !== "none"));
      const creatable = docClasses.filter((_class, index) => rights[index]?.every((right) => right === "write"));
      expect(readableClasses(role).toSorted()).toEqual(readable.toSorted());
      expect(creatableClasses(role).toSorted()).toEqual(creatable.toSorted());
      expect(readableClasses(role)).toEqual(expect.arrayContaining(creatableClasses(role)));
    },
  );

  test("[PO5] only an owner runs the team, and managers see its addresses too", () => {
    expect(roles.filter(mayManageTeam)).toEqual(["owner"]);
    expect(roles.filter(maySeeMemberContacts)).toEqual(["owner", "manager"]);
  });
});
