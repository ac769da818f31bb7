// Owns sessions: starting, reading and ending them, their cookies, and what the rest of the server may ask about a caller.
// Never hands out a token except into its cookie; everything else names a session by its public id.
import { generateCookie } from "hono/cookie";
import { parse } from "hono/utils/cookie";
import type { Kysely } from "kysely";
import type { EndReason } from "../../shared/errors.ts";
import type { Bus } from "../bus.ts";
import { toInstant } from "../clock.ts";
import type { Clock, RandomBytes } from "../clock.ts";
import type { MainTables } from "../tables.ts";
import { SESSION_SECONDS, createLucia } from "./lucia.ts";
import type { Membership, PresentedSession, Session, Visitor } from "./principal.ts";
import { hashToken, isToken, newId, newToken } from "./secrets.ts";
import { createSignInLog } from "./sign-in-log.ts";
import type { SignInLog } from "./sign-in-log.ts";

/** A session as its member sees it in the list. */
export type ListedSession = {
  readonly id: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly address: string | null;
  readonly agent: string | null;
};

/** Who or what ended a session before its time. */
export type EndedBy = Exclude<EndReason, "expired">;

/** Sessions and memberships, for all parts of the server. */
export type Sessions = {
  /** The session of a request, null when there is none. Rule: AU8. */
  readonly readSession: (headers: Headers) => Promise<Session | null>;
  /** A user's standing in a studio, null when it is not theirs or does not exist. Rule: TE6. */
  readonly membership: (userId: string, orgId: string) => Promise<Membership | null>;
  /** Everybody who is or was a member of a studio. */
  readonly everMembers: (orgId: string) => Promise<ReadonlySet<string>>;
  /** The session of a request together with its token, renewed past half of its time. */
  readonly present: (headers: Headers, visitor: Visitor) => Promise<PresentedSession | null>;
  /** Starts a session and records it; the answer goes into the cookie only. */
  readonly start: (userId: string, visitor: Visitor) => Promise<string>;
  /** Why the session that a request shows is no more; undefined when it shows none that was known. Rule: AU22. */
  readonly whyEnded: (headers: Headers) => Promise<EndReason | undefined>;
  /** Ends one session of a user by its public id; false when there is none. */
  readonly end: (userId: string, sessionId: string, why: EndedBy) => Promise<boolean>;
  /** Ends all sessions of a user, or all but one. */
  readonly endAll: (userId: string, ending: { readonly why: EndedBy; readonly except?: string }) => Promise<void>;
  readonly list: (userId: string) => Promise<ListedSession[]>;
  /** The `Set-Cookie` lines that sign a browser in. */
  readonly cookies: (token: string) => string[];
  /** The `Set-Cookie` lines that sign a browser out. */
  readonly blankCookies: () => string[];
};

/** What sessions are made of; an https `publicUrl` makes the cookies secure. */
export type SessionsDeps = {
  readonly db: Kysely<MainTables>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly bus: Bus;
  readonly publicUrl: string | undefined;
};

const HERE_COOKIE = "lumiso_here";

/** Makes the sessions over main.db. Rule: AU8, AU9, AU10. */
export function createSessions(deps: SessionsDeps): Sessions {
  const secure = deps.publicUrl?.startsWith("https:") ?? false;
  const library = createLucia({ db: deps.db, clock: deps.clock, secure });
  const log = createSignInLog(deps.db, deps.clock);
  const present = presenting(library, log);
  return {
    readSession: async (headers) => {
      const visitor = { address: null, agent: headers.get("user-agent") };
      return (await present(headers, visitor))?.session ?? null;
    },
    membership: (userId, orgId) => readMembership(deps.db, userId, orgId),
    everMembers: async (orgId) => new Set((await readMemberIds(deps.db, orgId)).map((row) => row.user_id)),
    present,
    start: starting(deps, library, log),
    ...endings(deps),
    whyEnded: (headers) => readWhy(deps.db, tokenOf(headers, library.sessionCookieName)),
    list: (userId) => listSessions(deps, userId),
    cookies: (token) => [library.createSessionCookie(token).serialize(), hereCookie(secure, SESSION_SECONDS)],
    blankCookies: () => [library.createBlankSessionCookie().serialize(), hereCookie(secure, 0)],
  };
}

type Library = ReturnType<typeof createLucia>;

const presenting =
  (library: Library, log: SignInLog): Sessions["present"] =>
  async (headers, visitor) => {
    const token = tokenOf(headers, library.sessionCookieName);
    if (token === null) return null;
    const { session, user } = await library.validateSession(token);
    if (session === null) return null;
    const { userId, publicId: sessionId } = session;
    if (session.fresh) await log({ event: "refresh", userId, sessionId, visitor });
    return { session: { userId, sessionId, verified: user.verified }, token, renewed: session.fresh };
  };

const starting =
  ({ random }: SessionsDeps, library: Library, log: SignInLog): Sessions["start"] =>
  async (userId, visitor) => {
    const sessionId = newId(random);
    const token = newToken(random);
    await library.createSession(userId, { publicId: sessionId }, { sessionId: token });
    await log({ event: "success", userId, sessionId, visitor });
    return token;
  };

// Hint: the library's own reader of cookies throws on a broken percent sign, which any client can send.
function tokenOf(headers: Headers, cookieName: string): string | null {
  const token = parse(headers.get("cookie") ?? "", cookieName)[cookieName];
  return token !== undefined && isToken(token) ? token : null;
}

/** Tells a page that was emptied by the browser from one that is new. Source: design §7, sync.md §8. */
const hereCookie = (secure: boolean, maxAge: number): string =>
  generateCookie(HERE_COOKIE, maxAge === 0 ? "" : "1", { path: "/", sameSite: "Lax", secure, maxAge });

async function readMembership(db: Kysely<MainTables>, userId: string, orgId: string): Promise<Membership | null> {
  const row = await db
    .selectFrom("memberships")
    .select(["role", "access", "colour"])
    .where("org_id", "=", orgId)
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return row ?? null;
}

/** What is no session any more and was not ended by anybody has run out. */
async function readWhy(db: Kysely<MainTables>, token: string | null): Promise<EndReason | undefined> {
  if (token === null) return undefined;
  const hash = hashToken(token);
  const row = await db.selectFrom("ended_sessions").select("why").where("token_hash", "=", hash).executeTakeFirst();
  return row?.why ?? "expired";
}

type Ended = {
  readonly id: string;
  readonly token_hash: string;
  readonly user_id: string;
  readonly expires_at: string;
};

/** Keeps why sessions ended, for the browsers that will show them; written in the transaction that ends them. Rule: AU22. */
export async function keepEnded(db: Kysely<MainTables>, ended: readonly Ended[], why: EndedBy): Promise<void> {
  const rows = ended.map(({ token_hash, user_id, expires_at }) => ({ token_hash, user_id, expires_at, why }));
  if (rows.length > 0) await db.insertInto("ended_sessions").values(rows).execute();
}

const readMemberIds = (db: Kysely<MainTables>, orgId: string): Promise<{ user_id: string }[]> =>
  // Hint: the history knows also those whose account a restore could not bring back.
  db.selectFrom("role_changes").select("user_id").distinct().where("org_id", "=", orgId).execute();

function endings({ db, bus }: SessionsDeps): Pick<Sessions, "end" | "endAll"> {
  const end: Sessions["end"] = async (userId, sessionId, why) => {
    const ended = await db.transaction().execute(async (inside) => {
      const rows = await inside
        .deleteFrom("sessions")
        .where("user_id", "=", userId)
        .where("id", "=", sessionId)
        .returningAll()
        .execute();
      await keepEnded(inside, rows, why);
      return rows;
    });
    if (ended.length === 0) return false;
    bus.publish({ type: "signed_out", member: userId, session: sessionId });
    return true;
  };
  const endAll: Sessions["endAll"] = async (userId, { why, except }) => {
    const ended = await db.transaction().execute(async (inside) => {
      const rows = await inside
        .deleteFrom("sessions")
        .where("user_id", "=", userId)
        .where("id", "!=", except ?? "")
        .returningAll()
        .execute();
      await keepEnded(inside, rows, why);
      return rows;
    });
    if (except === undefined) bus.publish({ type: "signed_out", member: userId });
    else for (const { id } of ended) bus.publish({ type: "signed_out", member: userId, session: id });
  };
  return { end, endAll };
}

// Address and browser stand in the sign-in log only, so the list asks there.
async function listSessions({ db, clock }: SessionsDeps, userId: string): Promise<ListedSession[]> {
  return db
    .selectFrom("sessions")
    .leftJoin("sign_ins", (join) =>
      join.onRef("sign_ins.session_id", "=", "sessions.id").on("sign_ins.event", "=", "success"),
    )
    .select(["sessions.id", "created_at as createdAt", "expires_at as expiresAt", "ip as address", "agent"])
    .where("sessions.user_id", "=", userId)
    .where("expires_at", ">", toInstant(clock()))
    .orderBy("created_at", "desc")
    .execute();
}
