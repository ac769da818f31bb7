// Owns how an invitation becomes a membership: with the account of the invited address, or with a new one.
// Never makes a studio. Having the link proves the mailbox, so the account is verified by it.
import type { ServerError } from "../../shared/errors.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { Locale } from "../../shared/studio.ts";
import { callerPart } from "../rates.ts";
import { addUser, findUser, findVerified } from "./accounts.ts";
import type { EndedClaims, User } from "./accounts.ts";
import type { Auth } from "./context.ts";
import { findInvitation } from "./invitations.ts";
import type { OpenInvitation } from "./invitations.ts";
import { findMembership, recordRole } from "./memberships.ts";
import type { Db } from "./memberships.ts";
import { mayBePassword } from "./passwords.ts";
import type { Caller } from "./principal.ts";
import { hashToken, newId } from "./secrets.ts";
import { markVerified, tellEnded } from "./verification.ts";

/** What somebody without an account types; who has one types nothing. */
export type Acceptance = {
  readonly name?: string | undefined;
  readonly password?: string | undefined;
  readonly locale?: Locale | undefined;
};

/** Somebody who joined; the token goes into the cookie, null keeps the session they have. */
export type Joined = { readonly userId: string; readonly orgId: string; readonly token: string | null };

type Accepting = { readonly token: string; readonly form: Acceptance };

/**
 * Accepts an invitation. Fails: `too_fast`, `token_invalid`, `signed_out` (the address has an account: sign in first),
 * `wrong_account` (signed in as somebody else), `invalid`, `already_member`, `later`. Rule: TE2.
 */
export async function acceptInvitation(
  auth: Auth,
  caller: Caller,
  accepting: Accepting,
): Promise<Result<Joined, ServerError>> {
  const allowed = await auth.rates.take("tokenTry", callerPart(caller.visitor.address));
  if (!allowed.ok) return allowed;
  const invitation = await findInvitation(auth, auth.db, accepting.token);
  if (invitation === undefined) return err({ type: "token_invalid" });
  const user = caller.presented === null ? undefined : await findUser(auth.db, caller.presented.session.userId);
  if (user?.email === invitation.email) return joinAs(auth, { ...accepting, user });
  if (await findVerified(auth.db, invitation.email)) {
    return err({ type: user === undefined ? "signed_out" : "wrong_account" });
  }
  return joinAnew(auth, caller, { ...accepting, invitation });
}

async function joinAs(
  auth: Auth,
  { token, user }: { token: string; user: User },
): Promise<Result<Joined, ServerError>> {
  const joined = await auth.db.transaction().execute(async (db): Promise<Result<Step, ServerError>> => {
    const invitation = await useInvitation(auth, db, token);
    if (invitation === undefined) return err({ type: "token_invalid" });
    const member = await findMembership(db, invitation.orgId, user.id);
    if (member !== undefined && member.ended_at === null) return err({ type: "already_member" });
    return ok({ orgId: invitation.orgId, ended: await enter(auth, db, { invitation, user }) });
  });
  return joined.ok ? finish(auth, { ...joined.value, userId: user.id, token: null }) : joined;
}

type Step = { readonly orgId: string; readonly ended: EndedClaims };

async function joinAnew(
  auth: Auth,
  caller: Caller,
  { token, form, invitation }: Accepting & { readonly invitation: OpenInvitation },
): Promise<Result<Joined, ServerError>> {
  const { name, password } = form;
  const missing = [...(name === undefined ? ["name"] : []), ...(password === undefined ? ["password"] : [])];
  if (name === undefined || password === undefined) return err({ type: "invalid", fields: missing });
  const { email } = invitation;
  if (!mayBePassword(password, { email, name })) return err({ type: "invalid", fields: ["password"] });
  const passwordHash = await auth.passwords.hash(password);
  if (!passwordHash.ok) return passwordHash;
  const user = { id: newId(auth.random), email, name, locale: form.locale ?? "tr", passwordHash: passwordHash.value };
  const joined = await auth.db.transaction().execute(async (db): Promise<Result<Step, ServerError>> => {
    const used = await useInvitation(auth, db, token);
    if (used === undefined || (await findVerified(db, email))) return err({ type: "token_invalid" });
    await addUser(db, { ...user, verifiedAt: null, at: auth.now() });
    return ok({ orgId: used.orgId, ended: await enter(auth, db, { invitation: used, user }) });
  });
  if (!joined.ok) return joined;
  if (caller.presented !== null)
    await auth.sessions.end(caller.presented.session.userId, caller.presented.session.sessionId, "signed_out");
  const sessionToken = await auth.sessions.start(user.id, caller.visitor);
  return finish(auth, { ...joined.value, userId: user.id, token: sessionToken });
}

// The row goes with its use, so a second request with the same link finds nothing.
async function useInvitation(auth: Auth, db: Db, token: string): Promise<OpenInvitation | undefined> {
  const invitation = await findInvitation(auth, db, token);
  await db.deleteFrom("invitations").where("token_hash", "=", hashToken(token)).execute();
  return invitation;
}

type Entering = { readonly invitation: OpenInvitation; readonly user: { readonly id: string; readonly email: string } };

async function enter(auth: Auth, db: Db, { invitation, user }: Entering): Promise<EndedClaims> {
  const { orgId, role, invitedBy } = invitation;
  await recordRole(db, { orgId, userId: user.id, role, by: invitedBy, at: auth.now() });
  return markVerified(auth, db, user);
}

function finish(auth: Auth, { ended, ...joined }: Joined & Step): Result<Joined, ServerError> {
  tellEnded(auth, ended);
  auth.bus.publish({ type: "access", org: joined.orgId, member: joined.userId });
  return ok(joined);
}
