// Owns the rows of users: finding them by address, adding and ending them.
// Never compares a password and never sends mail.
import type { SelectQueryBuilder } from "kysely";
import type { Locale } from "../../shared/studio.ts";
import type { MainTables } from "../tables.ts";
import type { Db } from "./memberships.ts";

export type User = MainTables["users"];

/** The user with a verified address. There is at most one: an index sees to it. */
export const findVerified = (db: Db, email: string): Promise<User | undefined> =>
  db.selectFrom("users").selectAll().where("email", "=", email).where("verified_at", "is not", null).executeTakeFirst();

/** Whom an address means at sign-in: its verified user, otherwise the newest who has not verified it yet. Rule: AU2. */
export const findByEmail = (db: Db, email: string): Promise<User | undefined> =>
  db
    .selectFrom("users")
    .selectAll()
    .where("email", "=", email)
    .orderBy((eb) => eb("verified_at", "is", null))
    .orderBy("created_at", "desc")
    .orderBy("id")
    .executeTakeFirst();

/** A user by id. */
export const findUser = (db: Db, userId: string): Promise<User | undefined> =>
  db.selectFrom("users").selectAll().where("id", "=", userId).executeTakeFirst();

/** A user to be added. */
export type NewUser = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly locale: Locale;
  readonly passwordHash: string;
  readonly verifiedAt: string | null;
  readonly at: string;
};

/** Adds a user. Throws: when the address is verified already. */
export async function addUser(db: Db, user: NewUser): Promise<void> {
  const { id, email, name, locale, passwordHash, verifiedAt, at } = user;
  const row = { id, email, name, phone: null, locale, password_hash: passwordHash };
  await db
    .insertInto("users")
    .values({ ...row, verified_at: verifiedAt, created_at: at })
    .execute();
}

/** Users that were ended, and the studios that were theirs alone. */
export type EndedClaims = { readonly userIds: readonly string[]; readonly orgIds: readonly string[] };

/** Which claims to end: of one address but for one user, or all made at or before an instant. */
export type Claims =
  | { readonly email: string; readonly except?: string }
  | { readonly userId: string }
  | { readonly madeBy: string };

/**
 * Ends users who never verified their address, with sessions, links and memberships. Nobody can have joined their studios,
 * so those end with them; the caller discards them. Call it inside a transaction. Rule: AU2, AU4.
 */
export async function endClaims(db: Db, claims: Claims): Promise<EndedClaims> {
  const users = await claimsQuery(db, claims).execute();
  const userIds = users.map(({ id }) => id);
  if (userIds.length === 0) return { userIds, orgIds: [] };
  const studios = await db.selectFrom("memberships").select("org_id").where("user_id", "in", userIds).execute();
  await db.deleteFrom("users").where("id", "in", userIds).execute();
  return { userIds, orgIds: studios.map((row) => row.org_id) };
}

// Hint: at most 500 at a time; SQLite binds no more than some thousands of values in one statement.
function claimsQuery(db: Db, claims: Claims): SelectQueryBuilder<MainTables, "users", { id: string }> {
  const unverified = db.selectFrom("users").select("id").where("verified_at", "is", null).limit(500);
  if ("userId" in claims) return unverified.where("id", "=", claims.userId);
  if ("madeBy" in claims) return unverified.where("created_at", "<=", claims.madeBy);
  return unverified.where("email", "=", claims.email).where("id", "!=", claims.except ?? "");
}
