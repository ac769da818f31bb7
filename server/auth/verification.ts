// Owns how an address is verified, and what becomes of the other claims on it.
// Never moves anybody into a stranger's account: where an address has several claims, the link alone is not enough.
import type { ServerError } from "../../shared/errors.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import { callerPart } from "../rates.ts";
import { endClaims, findUser, findVerified } from "./accounts.ts";
import type { EndedClaims, User } from "./accounts.ts";
import type { Auth } from "./context.ts";
import { closeLinks, findLink, openLink } from "./links.ts";
import type { Db } from "./memberships.ts";
import type { Caller } from "./principal.ts";
import { tryPassword } from "./sign-in.ts";
import { discardStudios } from "./studios.ts";

/** A link's secret; the password is asked for only where the link alone is not enough. */
export type Verification = { readonly token: string; readonly password?: string | undefined };

/**
 * Verifies the address a link was sent to, and ends every other claim on it in the same transaction.
 * Somebody else may have signed up with the address, before or after its holder, and all their mails arrive in one mailbox.
 * So a browser that is signed in to another account is refused, and where there are several claims the link works only with
 * the session or the password of its own. Fails: `too_fast`, `token_invalid`, `wrong_account`, and as `tryPassword`. Rule: AU2.
 */
export async function verifyAddress(
  auth: Auth,
  caller: Caller,
  { token, password }: Verification,
): Promise<Result<null, ServerError>> {
  const allowed = await auth.rates.take("tokenTry", callerPart(caller.visitor.address));
  if (!allowed.ok) return allowed;
  const user = await findClaim(auth, auth.db, token);
  if (user === undefined) return err({ type: "token_invalid" });
  const isProven = await isOwnClaim(auth, caller, { user, password });
  if (!isProven.ok) return isProven;
  const verified = await auth.db.transaction().execute(async (db): Promise<Result<EndedClaims, ServerError>> => {
    // Hint: another link may have been used since we looked.
    if ((await findClaim(auth, db, token)) === undefined) return err({ type: "token_invalid" });
    if (!isProven.value && (await hasRivals(db, user))) return err({ type: "wrong_account" });
    return ok(await markVerified(auth, db, user));
  });
  if (!verified.ok) return verified;
  tellEnded(auth, verified.value);
  await auth.log({ event: "verified", userId: user.id, visitor: caller.visitor });
  return ok(null);
}

// By the browser's session, or by the password; false when nothing speaks for or against it.
async function isOwnClaim(
  auth: Auth,
  caller: Caller,
  { user, password }: { readonly user: User; readonly password: string | undefined },
): Promise<Result<boolean, ServerError>> {
  const presentedUser = caller.presented?.session.userId;
  if (presentedUser !== undefined && presentedUser !== user.id) return err({ type: "wrong_account" });
  if (password === undefined) return ok(presentedUser === user.id);
  const tried = await tryPassword(auth, caller, { email: user.email, password, user });
  return tried.ok ? ok(true) : tried;
}

async function findClaim(auth: Auth, db: Db, token: string): Promise<User | undefined> {
  const userId = await findLink(auth, db, { token, kind: "verify" });
  const user = userId === null ? undefined : await findUser(db, userId);
  return user === undefined || (await findVerified(db, user.email)) ? undefined : user;
}

async function hasRivals(db: Db, user: User): Promise<boolean> {
  const rival = await db
    .selectFrom("users")
    .select("id")
    .where("email", "=", user.email)
    .where("id", "!=", user.id)
    .executeTakeFirst();
  return rival !== undefined;
}

/** Marks an address as verified and ends the other claims on it. Call it inside a transaction. Rule: AU2. */
export async function markVerified(
  auth: Auth,
  db: Db,
  user: { readonly id: string; readonly email: string },
): Promise<EndedClaims> {
  await closeLinks(db, { userId: user.id, kind: "verify" });
  const ended = await endClaims(db, { email: user.email, except: user.id });
  await db
    .updateTable("users")
    .set({ verified_at: auth.now() })
    .where("id", "=", user.id)
    .where("verified_at", "is", null)
    .execute();
  return ended;
}

/** Closes the sockets of ended claims and discards their studios. Rule: AU2. */
export function tellEnded(auth: Auth, { userIds, orgIds }: EndedClaims): void {
  for (const member of userIds) auth.bus.publish({ type: "signed_out", member });
  discardStudios(auth, orgIds);
}

/** Sends a new link to the signed-in user, unless the address is verified. Fails: `too_fast`. Rule: AU5. */
export async function resendVerification(
  auth: Auth,
  caller: Caller,
  userId: string,
): Promise<Result<null, ServerError>> {
  const user = await findUser(auth.db, userId);
  if (user === undefined || user.verified_at !== null) return ok(null);
  const mayMail = await auth.rates.takeMail(user.email, caller.visitor.address);
  if (!mayMail.ok) return mayMail;
  const token = await openLink(auth, auth.db, { userId, kind: "verify" });
  auth.mailer.post({ to: user.email, locale: user.locale, letter: { kind: "verify", token } });
  return ok(null);
}
