// Owns two studios with everybody in them, as the tests of tenancy need them: each with all roles, documents, an open invitation
// and preferences, and a word of its own (a canary) in all that only its members may read. Never judges anything.
import * as Y from "yjs";
import { roles } from "../../policy/roles.ts";
import type { Role } from "../../policy/roles.ts";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote } from "../../shared/notes.ts";
import { createContact, createPerson } from "../../shared/people.ts";
import { instantAt, runCall } from "../../shared/testing.ts";
import type { Dice } from "../demo/random.ts";
import { emptyDocument } from "../sync/apply.ts";
import type { Member, TestServer } from "../testing.ts";

/** A studio as its tests know it. */
export type TestStudio = {
  readonly org: string;
  readonly owner: Member;
  readonly members: Readonly<Record<Role, Member>>;
  /** Stands in every name, note, telephone line and preference of the studio, and in nothing that others know. */
  readonly canary: string;
  readonly subjects: readonly string[];
  readonly docs: readonly DocId[];
  readonly invitationId: string;
};

const PEOPLE = 3;

/** Makes a studio with a member of each role and a few people. Throws: when something of it is refused. */
export async function makeStudio(server: TestServer, name: string, dice: Dice): Promise<TestStudio> {
  const canary = `kanarya-${name}-${dice.uuid()}`;
  const owner = await server.owner(`sahip-${name}@example.com`, `Stüdyo ${canary}`);
  const members: Partial<Record<Role, Member>> = { owner };
  for (const role of roles.filter((each) => each !== "owner")) {
    members[role] = await server.invite(owner, `${role}-${name}@example.com`, role);
  }
  const subjects = Array.from({ length: PEOPLE }, () => dice.uuid());
  const docs = subjects.flatMap((subject) => [docId("contact", subject), docId("client", subject)]);
  await fill(owner, docs, canary);
  for (const member of Object.values(members)) await setName(member, `${member.email} ${canary}`);
  const invitationId = await inviteSomebody(owner, `gizli-${canary}@example.com`);
  await server.token("invitation");
  // Hint: a member of every role has just been put in.
  const all = members as Record<Role, Member>;
  return { org: owner.orgId, owner, members: all, canary, subjects, docs: ["studio" as DocId, ...docs], invitationId };
}

async function fill(owner: Member, docs: readonly DocId[], canary: string): Promise<void> {
  const results = await owner.push(docs.map((doc) => ({ doc, update: personUpdate(doc, canary, owner.userId) })));
  if (results.some((result) => "error" in result)) throw new Error(`tenancy: ${JSON.stringify(results)}`);
}

/** The first update of a person's document, with a text in it that can be found again. Units: V2. */
export function personUpdate(doc: DocId, text: string, by: string): Uint8Array {
  const ydoc = emptyDocument(doc);
  const how = { at: instantAt(1), by };
  if (doc.startsWith("contact/")) {
    runCall(ydoc, call(createContact, { name: text, address: `Sokak ${text}` }), { id: crypto.randomUUID(), ...how });
  } else {
    runCall(ydoc, call(createPerson, { statusId: "new", source: "web" }), { id: crypto.randomUUID(), ...how });
    runCall(ydoc, call(createNote, { text }), { id: crypto.randomUUID(), ...how });
  }
  return Y.encodeStateAsUpdateV2(ydoc);
}

async function setName(member: Member, name: string): Promise<void> {
  await sent(member, "/api/auth/me", { method: "PATCH", body: JSON.stringify({ name }) });
}

async function inviteSomebody(owner: Member, email: string): Promise<string> {
  const path = `/api/orgs/${owner.orgId}/invitations`;
  await sent(owner, path, { method: "POST", body: JSON.stringify({ email, role: "viewer" }) });
  // Hint: the answer of our own server, read for one field.
  const listed = (await (await owner.fetch(path)).json()) as { invitations: { id: string }[] };
  return listed.invitations[0]?.id ?? "";
}

async function sent(member: Member, path: string, init: RequestInit): Promise<void> {
  const response = await member.fetch(path, { ...init, headers: { "content-type": "application/json" } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

/**
 * Everything of a studio that somebody else might change, as its own members see it: states, numbers, names, roles, invitations,
 * preferences. Two calls give the same text when nothing has changed. `but` is left out: what its own members are writing.
 */
export async function everythingOf({ owner, members, org }: TestStudio, but?: DocId): Promise<string> {
  const { entries, headers } = await owner.changes("after=0");
  const states = entries
    .filter(({ doc }) => doc !== but)
    .map((entry) => [entry.doc, entry.seq, entry.kind === "state" ? Buffer.from(entry.state).toString("base64") : ""]);
  const team = await (await owner.fetch(`/api/orgs/${org}/members`)).text();
  const invitations = await (await owner.fetch(`/api/orgs/${org}/invitations`)).text();
  const own = Object.values(members).map(async (member) => [
    await (await member.fetch("/api/auth/me")).text(),
    await (await member.fetch(`/api/orgs/${org}/preferences`)).text(),
  ]);
  return JSON.stringify([states, headers.get("x-lumiso-history"), team, invitations, await Promise.all(own)]);
}
