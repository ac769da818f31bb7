// Owns the addresses under /api/auth: bodies in, cookies and answers out.
// Never decides anything; each route calls one function of this folder.
import { Hono } from "hono";
import type { Context } from "hono";
import * as v from "valibot";
import { answered, failed } from "../http-error.ts";
import type { Auth } from "./context.ts";
import { createGuards, setCookies } from "./guards.ts";
import type { Guards } from "./guards.ts";
import type { AuthEnv } from "./principal.ts";
import { changeProfile, readMe } from "./profile.ts";
import { changePassword, requestReset, resetPassword } from "./reset.ts";
import { email, locale, name, password, phone, token } from "./schemas.ts";
import { endSession, signIn, signOut, signOutEverywhere } from "./sign-in.ts";
import { signUp } from "./sign-up.ts";
import { resendVerification, verifyAddress } from "./verification.ts";
import { withBody } from "./with-body.ts";

const signUpForm = v.strictObject({ email, password, name, studio: name, locale: v.optional(locale, "tr") });
const signInForm = v.strictObject({ email, password });
const verifyForm = v.strictObject({ token, password: v.optional(password) });
const emailForm = v.strictObject({ email });
const resetForm = v.strictObject({ token, password });
const passwordForm = v.strictObject({ currentPassword: password, newPassword: password });
const profileForm = v.strictObject({ name: v.optional(name), phone: v.optional(phone), locale: v.optional(locale) });

type Routes = Hono<AuthEnv>;

/** The routes to mount at `/api/auth`. Source: design §7. */
export function createAuthRoutes(auth: Auth): Routes {
  const guards = createGuards(auth);
  const routes: Routes = new Hono<AuthEnv>();
  routes.use("*", guards.caller);
  addSignUp(routes, auth, guards);
  addSignIn(routes, auth, guards);
  addPasswords(routes, auth, guards);
  addProfile(routes, auth, guards);
  addSessions(routes, auth, guards);
  return routes;
}

function addSignUp(routes: Routes, auth: Auth, guards: Guards): void {
  routes.post("/sign-up", (c) =>
    withBody(c, { auth, schema: signUpForm }, async (form) => {
      const made = await signUp(auth, c.get("caller"), form);
      if (!made.ok) return failed(c, made.error);
      const { token: secret, ...ids } = made.value;
      setCookies(c, auth.sessions.cookies(secret));
      return c.json(ids, 201);
    }),
  );
  routes.post("/verify", (c) =>
    withBody(c, { auth, schema: verifyForm }, async (form) =>
      answered(c, await verifyAddress(auth, c.get("caller"), form)),
    ),
  );
  routes.post("/resend-verification", guards.session, async (c) =>
    answered(c, await resendVerification(auth, c.get("caller"), c.get("session").userId)),
  );
}

function addSignIn(routes: Routes, auth: Auth, guards: Guards): void {
  routes.post("/sign-in", (c) =>
    withBody(c, { auth, schema: signInForm }, async (form) => {
      const signedIn = await signIn(auth, c.get("caller"), form);
      if (!signedIn.ok) return failed(c, signedIn.error);
      setCookies(c, auth.sessions.cookies(signedIn.value.token));
      return c.json({ userId: signedIn.value.userId });
    }),
  );
  routes.post("/sign-out", guards.sameMember, async (c) => {
    await signOut(auth, c.get("caller"));
    setCookies(c, auth.sessions.blankCookies());
    return c.body(null, 204);
  });
  routes.post("/sign-out-all", guards.session, async (c) => {
    await signOutEverywhere(auth, c.get("caller"), c.get("session"));
    setCookies(c, auth.sessions.blankCookies());
    return c.body(null, 204);
  });
}

function addPasswords(routes: Routes, auth: Auth, guards: Guards): void {
  routes.post("/reset-request", (c) =>
    withBody(c, { auth, schema: emailForm }, async (form) =>
      answered(c, await requestReset(auth, c.get("caller"), form.email)),
    ),
  );
  routes.post("/reset", (c) =>
    withBody(c, { auth, schema: resetForm }, async (form) =>
      answered(c, await resetPassword(auth, c.get("caller"), form)),
    ),
  );
  routes.post("/password", guards.session, (c) =>
    withBody(c, { auth, schema: passwordForm }, async (form) =>
      answered(c, await changePassword(auth, c.get("caller"), { ...form, session: c.get("session") })),
    ),
  );
}

function addProfile(routes: Routes, auth: Auth, guards: Guards): void {
  const me = async (c: Context<AuthEnv>): Promise<Response> => {
    const found = await readMe(auth, c.get("session").userId);
    if (found === null) return failed(c, { type: "signed_out" });
    // The app asks this at each start, so a browser's cookie never ends before its session.
    const { presented } = c.get("caller");
    if (presented !== null) setCookies(c, auth.sessions.cookies(presented.token));
    return c.json(found);
  };
  routes.get("/me", guards.session, me);
  routes.patch("/me", guards.session, (c) =>
    withBody(c, { auth, schema: profileForm }, async (form) => {
      await changeProfile(auth, c.get("session").userId, form);
      return me(c);
    }),
  );
}

function addSessions(routes: Routes, auth: Auth, guards: Guards): void {
  routes.get("/sessions", guards.session, async (c) => {
    const { userId, sessionId } = c.get("session");
    const sessions = await auth.sessions.list(userId);
    return c.json({ sessions: sessions.map((listed) => ({ ...listed, current: listed.id === sessionId })) });
  });
  routes.delete("/sessions/:id", guards.session, async (c) => {
    const { userId, sessionId } = c.get("session");
    const ending = { userId, sessionId: c.req.param("id") };
    const ended = await endSession(auth, c.get("caller"), ending);
    if (ended.ok && ending.sessionId === sessionId) setCookies(c, auth.sessions.blankCookies());
    return answered(c, ended);
  });
}
