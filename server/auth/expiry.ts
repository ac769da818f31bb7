// Owns clearing away what opened something once and no longer does.
// Never schedules itself; whoever runs jobs calls it with the time.
import { toInstant } from "../clock.ts";
import type { Auth } from "./context.ts";

/** Removes sessions, links and invitations whose time has passed; answers how many. Rule: AU5, AU9. */
export async function endExpired({ db }: Auth, nowMs: number): Promise<number> {
  const now = toInstant(nowMs);
  const ended = [
    await db.deleteFrom("sessions").where("expires_at", "<=", now).executeTakeFirst(),
    await db.deleteFrom("ended_sessions").where("expires_at", "<=", now).executeTakeFirst(),
    await db.deleteFrom("account_tokens").where("expires_at", "<=", now).executeTakeFirst(),
    await db.deleteFrom("invitations").where("expires_at", "<=", now).executeTakeFirst(),
  ];
  return ended.reduce((count, { numDeletedRows }) => count + Number(numDeletedRows), 0);
}
