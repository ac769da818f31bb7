// Owns the addresses of a studio's team: members and invitations under /api/orgs/:org.
// Never decides anything; each route calls one function of this folder.
import { Hono } from "hono";
import type { Context } from "hono";
import * as v from "valibot";
import { answered, failed } from "../http-error.ts";
import type { Auth } from "./context.ts";
import { createGuards } from "./guards.ts";
import type { Guards } from "./guards.ts";
import { invite, listInvitations, withdrawInvitation } from "./invitations.ts";
import type { AuthEnv } from "./principal.ts";
import { email, role } from "./schemas.ts";
import { changeRole, listMembers, removeMember } from "./team.ts";
import type { Actor } from "./team.ts";
import { withBody } from "./with-body.ts";

const inviteForm = v.strictObject({ email, role });
const roleForm = v.strictObject({ role });
type Routes = Hono<AuthEnv>;

/** The routes of team to mount at `/api/orgs`. Source: design §7. */
export function createOrgTeamRoutes(auth: Auth): Routes {
  const guards = createGuards(auth);
  const routes: Routes = new Hono<AuthEnv>();
  addMembers(routes, auth, guards);
  addInvitations(routes, auth, guards);
  return routes;
}

const actorOf = (c: Context<AuthEnv>): Actor => ({
  orgId: c.req.param("org") ?? "",
  userId: c.get("session").userId,
  membership: c.get("membership"),
});

function addMembers(routes: Routes, auth: Auth, guards: Guards): void {
  routes.get("/:org/members", guards.member, async (c) => c.json({ members: await listMembers(auth, actorOf(c)) }));
  routes.patch("/:org/members/:user", guards.member, (c) =>
    withBody(c, { auth, schema: roleForm }, async (form) =>
      answered(c, await changeRole(auth, actorOf(c), { ...form, userId: c.req.param("user") })),
    ),
  );
  routes.delete("/:org/members/:user", guards.member, async (c) =>
    answered(c, await removeMember(auth, actorOf(c), c.req.param("user"))),
  );
}

function addInvitations(routes: Routes, auth: Auth, guards: Guards): void {
  routes.get("/:org/invitations", guards.member, async (c) => {
    const listed = await listInvitations(auth, actorOf(c));
    return listed.ok ? c.json({ invitations: listed.value }) : failed(c, listed.error);
  });
  routes.post("/:org/invitations", guards.member, (c) =>
    withBody(c, { auth, schema: inviteForm }, async (form) =>
      answered(c, await invite(auth, { actor: actorOf(c), caller: c.get("caller") }, form), 201),
    ),
  );
  routes.delete("/:org/invitations/:id", guards.member, async (c) =>
    answered(c, await withdrawInvitation(auth, actorOf(c), c.req.param("id"))),
  );
}
