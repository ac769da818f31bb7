// Owns signing in with a password and signing out.
// Never tells whether an account exists: absent and wrong are the same answer after the same work.
import type { ServerError } from "../../shared/errors.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { callerPart } from "../rates.ts";
import { findByEmail } from "./accounts.ts";
import type { User } from "./accounts.ts";
import type { Auth } from "./context.ts";
import type { Caller, Session } from "./principal.ts";

/** What a person types to sign in. */
export type SignIn = { readonly email: string; readonly password: string };

/** A new session; the token goes into the cookie. */
export type SignedIn = { readonly userId: string; readonly token: string };

/** Signs in with a password. Fails: `too_fast`, `locked_out`, `wrong_credentials`, `later`. Rule: AU6, AU7. */
export async function signIn(auth: Auth, caller: Caller, form: SignIn): Promise<Result<SignedIn, ServerError>> {
  const allowed = await auth.rates.take("signIn", callerPart(caller.visitor.address));
  if (!allowed.ok) return allowed;
  const user = await findByEmail(auth.db, form.email);
  const tried = await tryPassword(auth, caller, { ...form, user });
  if (!tried.ok) return tried;
  // One browser is one person: the session it had before ends.
  if (caller.presented !== null)
    await auth.sessions.end(caller.presented.session.userId, caller.presented.session.sessionId, "signed_out");
  return ok({ userId: tried.value.id, token: await auth.sessions.start(tried.value.id, caller.visitor) });
}

type Attempt = SignIn & { readonly user: User | undefined };

/** Compares a password once, counted beforehand. Fails: `locked_out`, `wrong_credentials`, `later`. Rule: AU6, AU7. */
export async function tryPassword(auth: Auth, caller: Caller, attempt: Attempt): Promise<Result<User, ServerError>> {
  const { email, password, user } = attempt;
  const { visitor } = caller;
  const guess = { email, address: visitor.address };
  const lock = await auth.guesses.take(guess);
  if (lock !== null) {
    if (lock.started) await auth.log({ event: "lockout", userId: user?.id ?? null, visitor });
    return err({ type: "locked_out", retryAfterMs: lock.retryAfterMs });
  }
  const same = await auth.passwords.verify(user?.password_hash ?? null, password);
  if (!same.ok) return same;
  if (user === undefined || !same.value) {
    await auth.log({ event: "failure", userId: user?.id ?? null, visitor });
    return err({ type: "wrong_credentials" });
  }
  await auth.guesses.forgive(guess);
  return ok(user);
}

/** Signs this browser out; without a session there is nothing to do. Rule: AU10. */
export async function signOut(auth: Auth, { presented, visitor }: Caller): Promise<void> {
  if (presented === null) return;
  const { userId, sessionId } = presented.session;
  await auth.sessions.end(userId, sessionId, "signed_out");
  await auth.log({ event: "sign_out", userId, sessionId, visitor });
}

/** Signs a user out everywhere. Rule: AU10. */
export async function signOutEverywhere(auth: Auth, caller: Caller, { userId, sessionId }: Session): Promise<void> {
  await auth.sessions.endAll(userId, { why: "everywhere" });
  await auth.log({ event: "sign_out_all", userId, sessionId, visitor: caller.visitor });
}

/** Ends one of a user's sessions by its public id. Fails: `not_found`. Rule: AU10. */
export async function endSession(
  auth: Auth,
  caller: Caller,
  ending: { readonly userId: string; readonly sessionId: string },
): Promise<Result<null, ServerError>> {
  if (!(await auth.sessions.end(ending.userId, ending.sessionId, "ended"))) return err({ type: "not_found" });
  await auth.log({ event: "session_ended", ...ending, visitor: caller.visitor });
  return ok(null);
}
