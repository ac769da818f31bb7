// Owns the addresses under /api/invitations, for who holds an invitation's link.
// Never decides anything; each route calls one function of this folder.
import { Hono } from "hono";
import * as v from "valibot";
import { answered, failed } from "../http-error.ts";
import type { Auth } from "./context.ts";
import { createGuards, setCookies } from "./guards.ts";
import { previewInvitation } from "./invitations.ts";
import { acceptInvitation } from "./joining.ts";
import type { AuthEnv } from "./principal.ts";
import { locale, name, password } from "./schemas.ts";
import { withBody } from "./with-body.ts";

const acceptForm = v.strictObject({
  name: v.optional(name),
  password: v.optional(password),
  locale: v.optional(locale),
});

/** The routes for who holds an invitation's link, to mount at `/api/invitations`. Source: design §7. */
export function createInvitationRoutes(auth: Auth): Hono<AuthEnv> {
  const routes = new Hono<AuthEnv>();
  const guards = createGuards(auth);
  routes.use("*", guards.caller);
  routes.get("/:token", async (c) => answered(c, await previewInvitation(auth, c.get("caller"), c.req.param("token"))));
  routes.post("/:token/accept", guards.sameMember, (c) =>
    withBody(c, { auth, schema: acceptForm }, async (form) => {
      const joined = await acceptInvitation(auth, c.get("caller"), { token: c.req.param("token"), form });
      if (!joined.ok) return failed(c, joined.error);
      const { token, userId, orgId } = joined.value;
      if (token !== null) setCookies(c, auth.sessions.cookies(token));
      return c.json({ userId, orgId }, 201);
    }),
  );
  return routes;
}
