// Owns the rows of memberships and roles: one function writes them, so that history and present cannot differ.
// Never decides who may change a role (team.ts).
import type { Kysely } from "kysely";
import type { Role } from "../../policy/roles.ts";
import type { MainTables } from "../tables.ts";

/** Main.db, or a transaction in it. */
export type Db = Kysely<MainTables>;

/** One step in the history of a member: a role, or its end. */
export type RoleChange = {
  readonly orgId: string;
  readonly userId: string;
  /** null ends the membership. */
  readonly role: Role | null;
  readonly by: string;
  readonly at: string;
};

/** Colours of members, told apart on light and dark ground; given in this order. */
export const memberColours = [
  "#0F766E",
  "#B45309",
  "#6D28D9",
  "#BE123C",
  "#1D4ED8",
  "#4D7C0F",
  "#A21CAF",
  "#0369A1",
  "#C2410C",
  "#15803D",
  "#4338CA",
  "#9F1239",
] as const;

/** Writes a change of role into the history and into the membership. Call it inside a transaction. Rule: TE6. Source: R06. */
export async function recordRole(db: Db, change: RoleChange): Promise<void> {
  const { orgId, userId, role, by, at } = change;
  await db.insertInto("role_changes").values({ org_id: orgId, user_id: userId, role, by_user_id: by, at }).execute();
  const existing = await findMembership(db, orgId, userId);
  if (existing === undefined) return addMembership(db, change);
  await db
    .updateTable("memberships")
    .set({
      role: role ?? existing.role,
      access: existing.access + 1,
      ended_at: role === null ? at : null,
      joined_at: existing.ended_at === null ? existing.joined_at : at,
    })
    .where("org_id", "=", orgId)
    .where("user_id", "=", userId)
    .execute();
}

async function addMembership(db: Db, { orgId, userId, role, at }: RoleChange): Promise<void> {
  if (role === null) throw new Error("the end of a membership that never began");
  const colour = await nextColour(db, orgId);
  const row = { org_id: orgId, user_id: userId, role, colour, access: 1, joined_at: at, ended_at: null };
  await db.insertInto("memberships").values(row).execute();
}

async function nextColour(db: Db, orgId: string): Promise<string> {
  const rows = await db.selectFrom("memberships").select(["colour", "ended_at"]).where("org_id", "=", orgId).execute();
  const used = new Set(rows.filter((row) => row.ended_at === null).map((row) => row.colour));
  const free = memberColours.find((colour) => !used.has(colour));
  return free ?? memberColours[rows.length % memberColours.length] ?? memberColours[0];
}

/** A member's row, ended or not. */
export const findMembership = (db: Db, orgId: string, userId: string): Promise<MainTables["memberships"] | undefined> =>
  db.selectFrom("memberships").selectAll().where("org_id", "=", orgId).where("user_id", "=", userId).executeTakeFirst();

/** Tells whether a studio has an active owner besides this member. Rule: TE5. */
export async function hasOtherOwner(db: Db, orgId: string, userId: string): Promise<boolean> {
  const other = await db
    .selectFrom("memberships")
    .select("user_id")
    .where("org_id", "=", orgId)
    .where("role", "=", "owner")
    .where("ended_at", "is", null)
    .where("user_id", "!=", userId)
    .executeTakeFirst();
  return other !== undefined;
}
