// Owns the team of a studio: who is listed, who changes roles, who leaves.
// Never leaves a studio without an owner, and never shows an address to somebody whose role does not see it.
import { maySeeMemberContacts, mayManageTeam } from "../../policy/roles.ts";
import type { Role } from "../../policy/roles.ts";
import type { ServerError } from "../../shared/errors.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { Auth } from "./context.ts";
import { findMembership, hasOtherOwner, recordRole } from "./memberships.ts";
import type { Db } from "./memberships.ts";
import type { Membership } from "./principal.ts";

/** Somebody in the team, or who was. `email` and `phone` are there only for who may see them. */
export type Member = {
  readonly userId: string;
  readonly name: string;
  readonly colour: string;
  readonly role: Role;
  readonly active: boolean;
  readonly email?: string;
  readonly phone?: string | null;
};

/** Who acts in a studio. */
export type Actor = { readonly orgId: string; readonly userId: string; readonly membership: Membership };

/** All members of a studio, former ones too, so that their names stay under what they did. Rule: TE4. */
export async function listMembers(auth: Auth, actor: Actor): Promise<Member[]> {
  const rows = await auth.db
    .selectFrom("memberships")
    .innerJoin("users", "users.id", "memberships.user_id")
    .select(["users.id as userId", "users.name", "users.email", "users.phone", "colour", "role", "ended_at"])
    .where("org_id", "=", actor.orgId)
    .orderBy("joined_at")
    .orderBy("users.id")
    .execute();
  const seesAll = maySeeMemberContacts(actor.membership.role);
  return rows.map(({ email, phone, ended_at, ...member }) => ({
    ...member,
    active: ended_at === null,
    ...(seesAll || member.userId === actor.userId ? { email, phone } : {}),
  }));
}

/** Gives a member another role. Fails: `forbidden`, `not_found`, `last_owner`. Rule: TE5, TE6. */
export async function changeRole(
  auth: Auth,
  actor: Actor,
  change: { readonly userId: string; readonly role: Role },
): Promise<Result<null, ServerError>> {
  if (!mayManageTeam(actor.membership.role)) return err({ type: "forbidden" });
  return recordChange(auth, actor, change);
}

/** Ends a membership: the owner removes anybody, everybody may leave. Fails: as `changeRole`. Rule: TE5, TE6. */
export async function removeMember(auth: Auth, actor: Actor, userId: string): Promise<Result<null, ServerError>> {
  if (!mayManageTeam(actor.membership.role) && userId !== actor.userId) return err({ type: "forbidden" });
  return recordChange(auth, actor, { userId, role: null });
}

type Change = { readonly userId: string; readonly role: Role | null };

async function recordChange(auth: Auth, actor: Actor, change: Change): Promise<Result<null, ServerError>> {
  const { orgId } = actor;
  const recorded = await auth.db.transaction().execute(async (db): Promise<Result<"changed" | "same", ServerError>> => {
    if (!(await mayStill(db, actor, change))) return err({ type: "forbidden" });
    const member = await findMembership(db, orgId, change.userId);
    if (member === undefined || member.ended_at !== null) return err({ type: "not_found" });
    if (member.role === change.role) return ok("same");
    const losesOwner = member.role === "owner";
    if (losesOwner && !(await hasOtherOwner(db, orgId, change.userId))) return err({ type: "last_owner" });
    await recordRole(db, { orgId, ...change, by: actor.userId, at: auth.now() });
    if (losesOwner) await withdrawInvitationsOf(db, orgId, change.userId);
    return ok("changed");
  });
  if (!recorded.ok) return recorded;
  if (recorded.value === "changed") auth.bus.publish({ type: "access", org: orgId, member: change.userId });
  return ok(null);
}

// Asked again inside the transaction: the actor's own role may have changed since the request came in.
async function mayStill(db: Db, actor: Actor, change: Change): Promise<boolean> {
  const standing = await findMembership(db, actor.orgId, actor.userId);
  if (standing === undefined || standing.ended_at !== null) return false;
  return mayManageTeam(standing.role) || (change.role === null && change.userId === actor.userId);
}

// Who may no longer invite must not leave a door open. Rule: TE3.
async function withdrawInvitationsOf(db: Db, orgId: string, userId: string): Promise<void> {
  await db.deleteFrom("invitations").where("org_id", "=", orgId).where("invited_by", "=", userId).execute();
}
