// Owns invitations: made by an owner, looked at and accepted by who has the link.
// Never makes a studio for somebody invited, and never gives a role to another account than the invited address.
import { mayManageTeam } from "../../policy/roles.ts";
import type { Role } from "../../policy/roles.ts";
import type { ServerError } from "../../shared/errors.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { Locale } from "../../shared/studio.ts";
import { toInstant } from "../clock.ts";
import { callerPart } from "../rates.ts";
import { findUser, findVerified } from "./accounts.ts";
import type { Auth } from "./context.ts";
import { findMembership } from "./memberships.ts";
import type { Db } from "./memberships.ts";
import type { Caller } from "./principal.ts";
import { hashToken, isToken, newId, newToken } from "./secrets.ts";
import type { Actor } from "./team.ts";

const DAY_MS = 24 * 60 * 60_000;

/** How long an invitation is open. Source: design §7. */
const INVITATION_DAYS = 7;

/** An open invitation as an owner sees it. */
export type ListedInvitation = {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly expiresAt: string;
};

/** Whom to invite. */
export type Invite = { readonly email: string; readonly role: Role };

/** Invites an address; an open invitation to it is replaced. Fails: `forbidden`, `already_member`, `too_fast`. Rule: TE1. */
export async function invite(
  auth: Auth,
  { actor, caller }: { readonly actor: Actor; readonly caller: Caller },
  form: Invite,
): Promise<Result<ListedInvitation, ServerError>> {
  if (!mayManageTeam(actor.membership.role)) return err({ type: "forbidden" });
  const invited = await findVerified(auth.db, form.email);
  const member = invited && (await findMembership(auth.db, actor.orgId, invited.id));
  if (member !== undefined && member.ended_at === null) return err({ type: "already_member" });
  const allowed = await auth.rates.take("invitation", actor.orgId);
  if (!allowed.ok) return allowed;
  const mayMail = await auth.rates.takeMail(form.email, caller.visitor.address);
  if (!mayMail.ok) return mayMail;
  const token = newToken(auth.random);
  const replaced = await replaceInvitation(auth, actor, { ...form, token });
  if (replaced === null) return err({ type: "forbidden" });
  const { made, studio, locale } = replaced;
  auth.mailer.post({
    to: form.email,
    locale: invited?.locale ?? locale,
    letter: { kind: "invitation", token, studio, role: form.role },
  });
  return ok(made);
}

type Replaced = { readonly made: ListedInvitation; readonly studio: string; readonly locale: Locale };

// Who has no account yet is written to in the language of who invites. Null when the actor may no longer invite: a body may
// come slowly, and the role may have ended since the request began.
async function replaceInvitation(auth: Auth, actor: Actor, form: Invite & { token: string }): Promise<Replaced | null> {
  const { email, role, token } = form;
  const now = auth.clock();
  const times = { created_at: toInstant(now), expires_at: toInstant(now + INVITATION_DAYS * DAY_MS) };
  const row = { id: newId(auth.random), org_id: actor.orgId, email, role, invited_by: actor.userId, ...times };
  const names = await auth.db.transaction().execute(async (db) => {
    const standing = await findMembership(db, actor.orgId, actor.userId);
    if (standing === undefined || standing.ended_at !== null || !mayManageTeam(standing.role)) return null;
    await db.deleteFrom("invitations").where("org_id", "=", actor.orgId).where("email", "=", email).execute();
    await db
      .insertInto("invitations")
      .values({ ...row, token_hash: hashToken(token) })
      .execute();
    const studio = await db.selectFrom("organisations").select("name").where("id", "=", actor.orgId).executeTakeFirst();
    return { studio: studio?.name ?? "", locale: (await findUser(db, actor.userId))?.locale ?? "tr" };
  });
  return names && { made: { id: row.id, email, role, createdAt: row.created_at, expiresAt: row.expires_at }, ...names };
}

/** The open invitations of a studio, for its owner. Fails: `forbidden`. Rule: TE3. */
export async function listInvitations(auth: Auth, actor: Actor): Promise<Result<ListedInvitation[], ServerError>> {
  if (!mayManageTeam(actor.membership.role)) return err({ type: "forbidden" });
  const rows = await auth.db
    .selectFrom("invitations")
    .select(["id", "email", "role", "created_at as createdAt", "expires_at as expiresAt"])
    .where("org_id", "=", actor.orgId)
    .where("expires_at", ">", auth.now())
    .orderBy("created_at")
    .execute();
  return ok(rows);
}

/** Takes an open invitation back. Fails: `forbidden`, `not_found`. Rule: TE3. */
export async function withdrawInvitation(auth: Auth, actor: Actor, id: string): Promise<Result<null, ServerError>> {
  if (!mayManageTeam(actor.membership.role)) return err({ type: "forbidden" });
  const { numDeletedRows } = await auth.db
    .deleteFrom("invitations")
    .where("org_id", "=", actor.orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return numDeletedRows === 0n ? err({ type: "not_found" }) : ok(null);
}

/** An open invitation with its studio. */
export type OpenInvitation = {
  readonly orgId: string;
  readonly studio: string;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: string;
};

/** The open invitation a secret belongs to. Rule: TE2. */
export async function findInvitation(auth: Auth, db: Db, token: string): Promise<OpenInvitation | undefined> {
  if (!isToken(token)) return undefined;
  return db
    .selectFrom("invitations")
    .innerJoin("organisations", "organisations.id", "invitations.org_id")
    .select(["org_id as orgId", "organisations.name as studio", "email", "role", "invited_by as invitedBy"])
    .where("token_hash", "=", hashToken(token))
    .where("expires_at", ">", auth.now())
    .executeTakeFirst();
}

/** What the page of an invitation shows. Source: design §7. */
export type InvitationPreview = {
  readonly studio: string;
  readonly email: string;
  readonly role: Role;
  readonly hasAccount: boolean;
};

/** What an invitation is about, for who has its link. Fails: `too_fast`, `token_invalid`. Rule: TE2. */
export async function previewInvitation(
  auth: Auth,
  caller: Caller,
  token: string,
): Promise<Result<InvitationPreview, ServerError>> {
  const allowed = await auth.rates.take("tokenTry", callerPart(caller.visitor.address));
  if (!allowed.ok) return allowed;
  const invitation = await findInvitation(auth, auth.db, token);
  if (invitation === undefined) return err({ type: "token_invalid" });
  const { studio, email, role } = invitation;
  return ok({ studio, email, role, hasAccount: (await findVerified(auth.db, email)) !== undefined });
}
