// Owns the sign-in log: who signed in, failed, was locked out, renewed or left, from where and with what. Source: R15, R16.
// Never keeps the address that was typed, and no other place keeps a network address.
import type { Kysely } from "kysely";
import { truncateAddress } from "../address.ts";
import { toInstant } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { MainTables, SignInEvent } from "../tables.ts";
import type { Visitor } from "./principal.ts";

const DAY_MS = 24 * 60 * 60_000;

/** How long an address stays whole. Units: days. Source: R16 (`P90D`). */
const WHOLE_ADDRESS_DAYS = 90;

const AGENT_LENGTH = 200;

/** One entry; `userId` is null when nobody has the address that was tried. */
export type SignInEntry = {
  readonly event: SignInEvent;
  readonly userId: string | null;
  readonly sessionId?: string;
  readonly visitor: Visitor;
};

/** Writes an entry. */
export type SignInLog = (entry: SignInEntry) => Promise<void>;

/** Makes the writer of the log. Rule: AU15. */
export const createSignInLog =
  (db: Kysely<MainTables>, clock: Clock): SignInLog =>
  async ({ event, userId, sessionId, visitor }) => {
    const agent = visitor.agent?.slice(0, AGENT_LENGTH).toWellFormed() ?? null;
    const row = { event, at: toInstant(clock()), ip: visitor.address, agent };
    await db
      .insertInto("sign_ins")
      .values({ ...row, user_id: userId, session_id: sessionId ?? null })
      .execute();
  };

/** Cuts addresses older than 90 days down to their network, and tells how many. Rule: AU17. Source: R16. */
export async function truncateAddresses(db: Kysely<MainTables>, nowMs: number): Promise<number> {
  const rows = await db
    .selectFrom("sign_ins")
    .select(["id", "ip"])
    .where("at", "<=", toInstant(nowMs - WHOLE_ADDRESS_DAYS * DAY_MS))
    .where("ip", "not like", "%/%")
    .execute();
  for (const { id, ip } of rows) {
    const network = ip === null ? null : truncateAddress(ip);
    await db.updateTable("sign_ins").set({ ip: network }).where("id", "=", id).execute();
  }
  return rows.length;
}
