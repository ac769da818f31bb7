// Owns new passwords: by a link in a mail, or by the person who knows the old one.
// Never tells whether an address has an account: the answer is given before anybody looks.
import type { ServerError } from "../../shared/errors.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { callerPart } from "../rates.ts";
import { findByEmail, findUser } from "./accounts.ts";
import type { User } from "./accounts.ts";
import type { Auth } from "./context.ts";
import { closeLinks, findLink, openLink } from "./links.ts";
import type { Db } from "./memberships.ts";
import { mayBePassword } from "./passwords.ts";
import type { Caller, Session } from "./principal.ts";
import { keepEnded } from "./sessions.ts";
import { tryPassword } from "./sign-in.ts";

/** Takes a request for a new password; who it is for is looked up afterwards. Fails: `too_fast`. Rule: AU11, AU16. */
export async function requestReset(auth: Auth, caller: Caller, email: string): Promise<Result<null, ServerError>> {
  const mayMail = await auth.rates.takeMail(email, caller.visitor.address);
  if (!mayMail.ok) return mayMail;
  auth.background.run(() => sendReset(auth, email));
  return ok(null);
}

// An address that nobody has verified gets the message that verifies it and no other. Source: R03.
async function sendReset(auth: Auth, email: string): Promise<void> {
  const user = await findByEmail(auth.db, email);
  if (user === undefined) return;
  const kind = user.verified_at === null ? "verify" : "reset";
  const token = await openLink(auth, auth.db, { userId: user.id, kind });
  auth.mailer.post({ to: user.email, locale: user.locale, letter: { kind, token } });
}

/** Sets a new password by a link and ends all sessions. Fails: `too_fast`, `token_invalid`, `invalid`, `later`. Rule: AU11. */
export async function resetPassword(
  auth: Auth,
  caller: Caller,
  form: { readonly token: string; readonly password: string },
): Promise<Result<null, ServerError>> {
  const allowed = await auth.rates.take("tokenTry", callerPart(caller.visitor.address));
  if (!allowed.ok) return allowed;
  const userId = await findLink(auth, auth.db, { token: form.token, kind: "reset" });
  const user = userId === null ? undefined : await findUser(auth.db, userId);
  if (user === undefined) return err({ type: "token_invalid" });
  const passwordHash = await hashFor(auth, user, { password: form.password });
  if (!passwordHash.ok) return passwordHash;
  const used = await auth.db.transaction().execute(async (db) => {
    // Hint: false when the same link was used while this request computed its hash.
    if (!(await closeLinks(db, { userId: user.id, kind: "reset" }))) return false;
    await setPassword(db, user.id, passwordHash.value);
    const ended = await db.deleteFrom("sessions").where("user_id", "=", user.id).returningAll().execute();
    await keepEnded(db, ended, "password");
    return true;
  });
  if (!used) return err({ type: "token_invalid" });
  auth.bus.publish({ type: "signed_out", member: user.id });
  await auth.guesses.forgive({ email: user.email, address: caller.visitor.address });
  await auth.log({ event: "password_reset", userId: user.id, visitor: caller.visitor });
  return ok(null);
}

/** The old password and the one wanted. */
export type PasswordChange = { readonly currentPassword: string; readonly newPassword: string };

/** Sets a new password for who knows the old one, and ends the other sessions. Fails: as `tryPassword`, and `invalid`. Rule: AU11. */
export async function changePassword(
  auth: Auth,
  caller: Caller,
  change: PasswordChange & { readonly session: Session },
): Promise<Result<null, ServerError>> {
  const { userId, sessionId } = change.session;
  const user = await findUser(auth.db, userId);
  if (user === undefined) return err({ type: "signed_out" });
  const tried = await tryPassword(auth, caller, { email: user.email, password: change.currentPassword, user });
  if (!tried.ok) return tried;
  const passwordHash = await hashFor(auth, user, { newPassword: change.newPassword });
  if (!passwordHash.ok) return passwordHash;
  await auth.db.transaction().execute(async (db) => {
    await setPassword(db, userId, passwordHash.value);
    // A link that somebody asked for before would undo the change.
    await closeLinks(db, { userId, kind: "reset" });
  });
  await auth.sessions.endAll(userId, { why: "password", except: sessionId });
  await auth.log({ event: "password_changed", userId, sessionId, visitor: caller.visitor });
  return ok(null);
}

// The chosen password under the name of its field, for the error.
async function hashFor(
  auth: Auth,
  user: User,
  chosen: Readonly<Record<string, string>>,
): Promise<Result<string, ServerError>> {
  const [field = "", password = ""] = Object.entries(chosen)[0] ?? [];
  if (!mayBePassword(password, user)) return err({ type: "invalid", fields: [field] });
  return auth.passwords.hash(password);
}

async function setPassword(db: Db, userId: string, passwordHash: string): Promise<void> {
  await db.updateTable("users").set({ password_hash: passwordHash }).where("id", "=", userId).execute();
}
