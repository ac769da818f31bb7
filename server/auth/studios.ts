// Owns the rows of studios: their copied name, and clearing away those that nobody belongs to.
// Never opens a studio's storage: making and removing it are the caller's functions.
import { toInstant } from "../clock.ts";
import type { Auth } from "./context.ts";
import type { Db } from "./memberships.ts";

const HOUR_MS = 60 * 60_000;

/** Copies a studio's name after its profile has changed. Rule: TE9. */
export async function renameOrganisation(db: Db, orgId: string, name: string): Promise<void> {
  await db.updateTable("organisations").set({ name }).where("id", "=", orgId).execute();
}

/** Takes a studio away that nobody belongs to: storage first, so that an interrupted removal is found and finished. Rule: AU4. */
export async function discardStudio(auth: Auth, orgId: string): Promise<void> {
  await auth.removeStudio(orgId);
  await auth.db.deleteFrom("organisations").where("id", "=", orgId).execute();
}

/** Takes studios away behind the caller's back; what a crash leaves, `discardEmptyStudios` finds. Rule: AU2. */
export function discardStudios(auth: Auth, orgIds: readonly string[]): void {
  for (const orgId of orgIds) auth.background.run(() => discardStudio(auth, orgId));
}

/**
 * Takes away every studio without a membership: left by an ended sign-up, or by a crash in the middle of one.
 * One younger than an hour may be in the making and is left alone. Rule: AU1, AU4.
 */
export async function discardEmptyStudios(auth: Auth, nowMs: number): Promise<number> {
  const empty = await auth.db
    .selectFrom("organisations")
    .leftJoin("memberships", "memberships.org_id", "organisations.id")
    .select("organisations.id")
    .where("memberships.user_id", "is", null)
    .where("organisations.created_at", "<=", toInstant(nowMs - HOUR_MS))
    .execute();
  for (const { id } of empty) await discardStudio(auth, id);
  return empty.length;
}
