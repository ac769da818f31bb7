// Owns what a signed-in user sees and changes of their own account.
// Never the address: a new one would need verifying anew (R03), and there is no route for it yet.
import { MODEL_VERSION } from "../../shared/document.ts";
import type { Role } from "../../policy/roles.ts";
import type { Locale } from "../../shared/studio.ts";
import { findUser } from "./accounts.ts";
import type { Auth } from "./context.ts";

/** The answer of `/api/auth/me`. Source: design §7. */
export type Me = {
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly name: string;
    readonly phone: string | null;
    readonly locale: Locale;
    readonly verified: boolean;
  };
  readonly orgs: readonly { readonly id: string; readonly name: string; readonly role: Role }[];
  readonly model: number;
};

/** A user's account and studios; null when the account has just ended. Rule: AU14. */
export async function readMe(auth: Auth, userId: string): Promise<Me | null> {
  const user = await findUser(auth.db, userId);
  if (user === undefined) return null;
  const orgs = await auth.db
    .selectFrom("memberships")
    .innerJoin("organisations", "organisations.id", "memberships.org_id")
    .select(["organisations.id", "organisations.name", "memberships.role"])
    .where("memberships.user_id", "=", userId)
    .where("memberships.ended_at", "is", null)
    .orderBy("memberships.joined_at")
    .execute();
  const { id, email, name, phone, locale, verified_at } = user;
  return { user: { id, email, name, phone, locale, verified: verified_at !== null }, orgs, model: MODEL_VERSION };
}

/** What a user may change of their account; a field that is absent stays. */
export type ProfileChange = {
  readonly name?: string | undefined;
  readonly phone?: string | null | undefined;
  readonly locale?: Locale | undefined;
};

/** Changes a user's own account. Rule: AU14. */
export async function changeProfile(auth: Auth, userId: string, change: ProfileChange): Promise<void> {
  // Hint: Kysely leaves columns out that are undefined, but refuses a statement that sets nothing.
  if (Object.values(change).every((value) => value === undefined)) return;
  await auth.db
    .updateTable("users")
    .set({
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.phone === undefined ? {} : { phone: change.phone }),
      ...(change.locale === undefined ? {} : { locale: change.locale }),
    })
    .where("id", "=", userId)
    .execute();
}
