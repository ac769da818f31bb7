// Owns the open links that verify an address or set a new password: made, found, used up.
// Never says what using one does (sign-up.ts, reset.ts).
import { toInstant } from "../clock.ts";
import type { Auth } from "./context.ts";
import type { Db } from "./memberships.ts";
import { hashToken, newToken } from "./secrets.ts";

const HOUR_MS = 60 * 60_000;

/** How long a link works. Source: design §7. */
const lifeMs = { verify: 24 * HOUR_MS, reset: HOUR_MS } as const;

export type LinkKind = keyof typeof lifeMs;

/** Makes a link's secret for a user. Links that are still open go on working: mail may arrive in any order. Rule: AU5. */
export async function openLink(auth: Auth, db: Db, link: { userId: string; kind: LinkKind }): Promise<string> {
  const token = newToken(auth.random);
  const now = auth.clock();
  const times = { created_at: toInstant(now), expires_at: toInstant(now + lifeMs[link.kind]) };
  const row = { token_hash: hashToken(token), kind: link.kind, user_id: link.userId, ...times };
  await db.insertInto("account_tokens").values(row).execute();
  return token;
}

/** Whose open link a secret belongs to. */
export async function findLink(auth: Auth, db: Db, link: { token: string; kind: LinkKind }): Promise<string | null> {
  const row = await db
    .selectFrom("account_tokens")
    .select("user_id")
    .where("token_hash", "=", hashToken(link.token))
    .where("kind", "=", link.kind)
    .where("expires_at", ">", auth.now())
    .executeTakeFirst();
  return row?.user_id ?? null;
}

/** Uses up all links of a kind that a user has; false when another request already did. Rule: AU5. */
export async function closeLinks(db: Db, link: { userId: string; kind: LinkKind }): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("account_tokens")
    .where("user_id", "=", link.userId)
    .where("kind", "=", link.kind)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
