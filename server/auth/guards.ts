// Owns the checks before a route: who calls, signed in, verified, a member of the studio in the address.
// Never decides what a role may do with documents (policy/roles.ts).
import type { Context, MiddlewareHandler } from "hono";
import type { ServerError } from "../../shared/errors.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { failed } from "../http-error.ts";
import type { Auth } from "./context.ts";
import type { AuthEnv, Caller, Session, Visitor } from "./principal.ts";

/** What may stand before a route. Each one includes those before it. */
export type Guards = {
  /** Leaves `caller`; lets everybody through. */
  readonly caller: MiddlewareHandler<AuthEnv>;
  /** Lets everybody through but who names another member than the session. Fails: `other_member`. Rule: ED8. */
  readonly sameMember: MiddlewareHandler<AuthEnv>;
  /** Leaves `session`. Fails: `signed_out`, `other_member`. Rule: AU3, ED8. */
  readonly session: MiddlewareHandler<AuthEnv>;
  /** Fails: `email_unverified`. Rule: AU3. */
  readonly verified: MiddlewareHandler<AuthEnv>;
  /** Leaves `membership` in the studio `:org` of the address. Fails: `not_found`, the same for unknown and foreign. Rule: TE7. */
  readonly member: MiddlewareHandler<AuthEnv>;
};

/** Makes the guards. */
export function createGuards(auth: Auth): Guards {
  const caller: Guards["caller"] = async (c, next) => {
    await identify(auth, c);
    await next();
  };
  const sameMember: Guards["sameMember"] = async (c, next) => {
    const { presented } = await identify(auth, c);
    const isOther = presented !== null && namesOtherMember(c.req.query("m"), presented.session);
    return isOther ? failed(c, { type: "other_member" }) : next();
  };
  const session: Guards["session"] = async (c, next) => {
    const signedIn = await requireSession(auth, c);
    return signedIn.ok ? next() : failed(c, signedIn.error);
  };
  const verified: Guards["verified"] = async (c, next) => {
    const signedIn = await requireVerified(auth, c);
    return signedIn.ok ? next() : failed(c, signedIn.error);
  };
  const member: Guards["member"] = async (c, next) => {
    const signedIn = await requireVerified(auth, c);
    if (!signedIn.ok) return failed(c, signedIn.error);
    const membership = await auth.sessions.membership(signedIn.value.userId, c.req.param("org") ?? "");
    if (membership === null) return failed(c, { type: "not_found" });
    c.set("membership", membership);
    return next();
  };
  return { caller, sameMember, session, verified, member };
}

async function requireSession(auth: Auth, c: Context<AuthEnv>): Promise<Result<Session, ServerError>> {
  const { presented } = await identify(auth, c);
  if (presented === null) {
    const why = await auth.sessions.whyEnded(c.req.raw.headers);
    return err({ type: "signed_out", ...(why === undefined ? {} : { why }) });
  }
  if (namesOtherMember(c.req.query("m"), presented.session)) return err({ type: "other_member" });
  c.set("session", presented.session);
  return ok(presented.session);
}

async function requireVerified(auth: Auth, c: Context<AuthEnv>): Promise<Result<Session, ServerError>> {
  const signedIn = await requireSession(auth, c);
  return signedIn.ok && !signedIn.value.verified ? err({ type: "email_unverified" }) : signedIn;
}

// Once per request, however many guards stand in a row: reading a session may renew it.
async function identify(auth: Auth, c: Context<AuthEnv>): Promise<Caller> {
  // Hint: typed as always there, but empty until somebody has set it.
  const known = c.get("caller") as Caller | undefined;
  if (known !== undefined) return known;
  const visitor = visitorOf(auth, c);
  const caller = { visitor, presented: await auth.sessions.present(c.req.raw.headers, visitor) };
  if (caller.presented?.renewed === true) setCookies(c, auth.sessions.cookies(caller.presented.token));
  c.set("caller", caller);
  return caller;
}

// For the sign-in log and the limiters alone.
function visitorOf(auth: Auth, c: Context<AuthEnv>): Visitor {
  const { headers } = c.req.raw;
  // Hint: a request made in process, as tests do, may have no bindings at all.
  const bindings = c.env as AuthEnv["Bindings"] | undefined;
  const address = auth.addressOf(bindings?.incoming?.socket?.remoteAddress, headers);
  return { address, agent: headers.get("user-agent") };
}

/** Adds `Set-Cookie` lines to the answer. */
export function setCookies(c: Context, lines: readonly string[]): void {
  for (const line of lines) c.header("Set-Cookie", line, { append: true });
}

/** Tells whether the `m` of an address names somebody else than the session; an absent one names nobody. Rule: ED8. */
export const namesOtherMember = (m: string | null | undefined, session: Session): boolean =>
  m !== null && m !== undefined && m !== session.userId;
