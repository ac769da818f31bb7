// Owns the sign-in library: the only file that imports it, and the adapter that stores its sessions.
// The library's session id is the token itself. The adapter therefore hashes every id it is given and hands the presented
// token back as the id: returning the hash would make renewal write to a row that does not exist. Source: design §8.
import { Lucia, TimeSpan } from "lucia";
import type { Adapter, DatabaseSession, DatabaseUser } from "lucia";
import type { Kysely } from "kysely";
import { toInstant } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { MainTables } from "../tables.ts";
import { hashToken } from "./secrets.ts";

declare module "lucia" {
  // Hint: the library learns its own types by merging into this interface.
  interface Register {
    Lucia: SessionLibrary;
    DatabaseUserAttributes: { verified: boolean };
    DatabaseSessionAttributes: { publicId: string };
  }
}

/** How long a session lasts without being used; half-way through, use renews it. Units: days. */
const SESSION_DAYS = 30;

/** The life of a session's cookies. Units: seconds. */
export const SESSION_SECONDS = SESSION_DAYS * 24 * 60 * 60;

/** The name of the session's cookie; browsers bind the prefixed one to this host and to TLS. Rule: AU8. */
const cookieName = (secure: boolean): string => (secure ? "__Host-lumiso_session" : "lumiso_session");

/** What the library is made of. */
export type LuciaOptions = { readonly db: Kysely<MainTables>; readonly clock: Clock; readonly secure: boolean };

type SessionLibrary = Lucia<{ publicId: string }, { verified: boolean }>;

/** Makes the library over main.db. Rule: AU8, AU9. */
export const createLucia = ({ db, clock, secure }: LuciaOptions): SessionLibrary =>
  new Lucia(sessionAdapter(db, clock), {
    sessionExpiresIn: new TimeSpan(SESSION_DAYS, "d"),
    sessionCookie: { name: cookieName(secure), attributes: { secure, sameSite: "lax", path: "/" } },
    getSessionAttributes: ({ publicId }) => ({ publicId }),
    getUserAttributes: ({ verified }) => ({ verified }),
  });

function sessionAdapter(db: Kysely<MainTables>, clock: Clock): Adapter {
  return {
    getSessionAndUser: (token) => readSessionAndUser(db, clock, token),
    getUserSessions: (userId) => readUserSessions(db, clock, userId),
    setSession: (session) => insertSession(db, clock, session),
    updateSessionExpiration: async (token, expiresAt) => {
      const expires_at = toInstant(fromLibrary(clock, expiresAt));
      await db.updateTable("sessions").set({ expires_at }).where("token_hash", "=", hashToken(token)).execute();
    },
    deleteSession: async (token) => {
      await db.deleteFrom("sessions").where("token_hash", "=", hashToken(token)).execute();
    },
    deleteUserSessions: async (userId) => {
      await db.deleteFrom("sessions").where("user_id", "=", userId).execute();
    },
    deleteExpiredSessions: async () => {
      await db.deleteFrom("sessions").where("expires_at", "<=", toInstant(clock())).execute();
    },
  };
}

// The library reads the machine's clock. Moving every time by the difference between the two clocks makes it follow ours.
// Hint: Date.now is read here and nowhere else outside clock.ts, for exactly that.
const toLibrary = (clock: Clock, instant: string): Date => new Date(Date.parse(instant) - clock() + Date.now());
const fromLibrary = (clock: Clock, date: Date): number => date.getTime() - Date.now() + clock();

async function readSessionAndUser(
  db: Kysely<MainTables>,
  clock: Clock,
  token: string,
): Promise<[DatabaseSession | null, DatabaseUser | null]> {
  const row = await db
    .selectFrom("sessions")
    .innerJoin("users", "users.id", "sessions.user_id")
    .select(["sessions.id as publicId", "user_id as userId", "expires_at as expiresAt", "verified_at as verifiedAt"])
    .where("token_hash", "=", hashToken(token))
    .executeTakeFirst();
  if (row === undefined) return [null, null];
  const { publicId, userId, expiresAt, verifiedAt } = row;
  return [
    { id: token, userId, expiresAt: toLibrary(clock, expiresAt), attributes: { publicId } },
    { id: userId, attributes: { verified: verifiedAt !== null } },
  ];
}

// A listing has no tokens to hand back, so its sessions carry their public ids.
async function readUserSessions(db: Kysely<MainTables>, clock: Clock, userId: string): Promise<DatabaseSession[]> {
  const rows = await db.selectFrom("sessions").selectAll().where("user_id", "=", userId).execute();
  return rows.map(({ id, expires_at }) => ({
    id,
    userId,
    expiresAt: toLibrary(clock, expires_at),
    attributes: { publicId: id },
  }));
}

async function insertSession(db: Kysely<MainTables>, clock: Clock, session: DatabaseSession): Promise<void> {
  await db
    .insertInto("sessions")
    .values({
      token_hash: hashToken(session.id),
      id: session.attributes.publicId,
      user_id: session.userId,
      created_at: toInstant(clock()),
      expires_at: toInstant(fromLibrary(clock, session.expiresAt)),
    })
    .execute();
}
