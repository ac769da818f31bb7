// Owns how an account and its studio come to be, and how one ends that nobody verifies.
// Never lets a stranger take or block an address: claims stand side by side until one of them opens its mail (verification.ts).
import type { ServerError } from "../../shared/errors.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { Locale } from "../../shared/studio.ts";
import { toInstant } from "../clock.ts";
import { callerPart } from "../rates.ts";
import { addUser, endClaims, findUser, findVerified } from "./accounts.ts";
import type { Auth } from "./context.ts";
import { openLink } from "./links.ts";
import { recordRole } from "./memberships.ts";
import { mayBePassword } from "./passwords.ts";
import type { Caller } from "./principal.ts";
import { newId } from "./secrets.ts";
import { discardStudio } from "./studios.ts";
import { tellEnded } from "./verification.ts";

/** How long an address may stay unverified. Source: design §7. */
const VERIFY_WITHIN_MS = 24 * 60 * 60_000;

/** What a new studio's owner types. */
export type SignUp = {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly studio: string;
  readonly locale: Locale;
};

/** A new account; the token goes into the cookie. */
export type SignedUp = { readonly userId: string; readonly orgId: string; readonly token: string };

/** Makes an account with a studio and signs in. Fails: `too_fast`, `invalid`, `email_taken`, `later`. Rule: AU1, AU2. */
export async function signUp(auth: Auth, caller: Caller, form: SignUp): Promise<Result<SignedUp, ServerError>> {
  const { address } = caller.visitor;
  const allowed = await auth.rates.take("signUp", callerPart(address));
  if (!allowed.ok) return allowed;
  if (!mayBePassword(form.password, form)) return err({ type: "invalid", fields: ["password"] });
  if (await findVerified(auth.db, form.email)) return err({ type: "email_taken" });
  const mayMail = await auth.rates.takeMail(form.email, address);
  if (!mayMail.ok) return mayMail;
  const passwordHash = await auth.passwords.hash(form.password);
  if (!passwordHash.ok) return passwordHash;
  const made = await makeStudioAndOwner(auth, { ...form, passwordHash: passwordHash.value });
  if (!made.ok) return made;
  auth.mailer.post({ to: form.email, locale: form.locale, letter: { kind: "verify", token: made.value.verifyToken } });
  await leaveBefore(auth, caller, form.email);
  const { userId, orgId } = made.value;
  return ok({ userId, orgId, token: await auth.sessions.start(userId, caller.visitor) });
}

type NewOwner = Omit<SignUp, "password"> & { readonly passwordHash: string };
type Made = { readonly userId: string; readonly orgId: string; readonly verifyToken: string };

// Order: a row nobody belongs to, the studio's storage, then everything that makes it usable in one transaction.
// A crash between two steps leaves only what discardEmptyStudios clears away.
async function makeStudioAndOwner(auth: Auth, owner: NewOwner): Promise<Result<Made, ServerError>> {
  const [userId, orgId, at] = [newId(auth.random), newId(auth.random), auth.now()];
  await auth.db.insertInto("organisations").values({ id: orgId, name: owner.studio, created_at: at }).execute();
  let verifyToken: string | null = null;
  try {
    await auth.createStudio({ orgId, name: owner.studio, locale: owner.locale, ownerId: userId, at });
    verifyToken = await insertOwner(auth, owner, { userId, orgId, at });
  } finally {
    if (verifyToken === null) await discardStudio(auth, orgId);
  }
  return verifyToken === null ? err({ type: "email_taken" }) : ok({ userId, orgId, verifyToken });
}

type Ids = { readonly userId: string; readonly orgId: string; readonly at: string };

// null: somebody verified the address since we looked.
function insertOwner(auth: Auth, owner: NewOwner, { userId, orgId, at }: Ids): Promise<string | null> {
  return auth.db.transaction().execute(async (db) => {
    if (await findVerified(db, owner.email)) return null;
    await addUser(db, { ...owner, id: userId, verifiedAt: null, at });
    await recordRole(db, { orgId, userId, role: "owner", by: userId, at });
    return openLink(auth, db, { userId, kind: "verify" });
  });
}

// One browser is one person: the session it had ends, and its own unverified claim on the same address is replaced.
async function leaveBefore(auth: Auth, { presented }: Caller, email: string): Promise<void> {
  if (presented === null) return;
  const { userId, sessionId } = presented.session;
  await auth.sessions.end(userId, sessionId, "signed_out");
  const earlier = await findUser(auth.db, userId);
  if (earlier === undefined || earlier.verified_at !== null || earlier.email !== email) return;
  tellEnded(auth, await auth.db.transaction().execute((db) => endClaims(db, { userId })));
}

/**
 * Ends accounts that did not verify their address within 24 hours, with their studios; answers how many. Rule: AU4.
 * Units: `nowMs` is milliseconds since 1970.
 */
export async function endUnverified(auth: Auth, nowMs: number): Promise<number> {
  const madeBy = toInstant(nowMs - VERIFY_WITHIN_MS);
  const ended = await auth.db.transaction().execute((db) => endClaims(db, { madeBy }));
  tellEnded(auth, ended);
  await auth.background.idle();
  const count = ended.userIds.length;
  return count === 0 ? 0 : count + (await endUnverified(auth, nowMs));
}
