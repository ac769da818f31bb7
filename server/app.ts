// Owns the map of addresses: which part answers where, behind which gates. The only file that knows all routes.
// Never does anything itself.
import { Hono } from "hono";
import type { Context } from "hono";
import { getConnInfo } from "@hono/node-server/conninfo";
import { createAuthRoutes } from "./auth/auth-routes.ts";
import { createInvitationRoutes } from "./auth/invitation-routes.ts";
import { createOrgTeamRoutes } from "./auth/team-routes.ts";
import type { Auth } from "./auth/context.ts";
import { createGuards } from "./auth/guards.ts";
import { lastWords, noteAnswers } from "./answers.ts";
import type { AnswerDeps } from "./answers.ts";
import { onError, onNotFound } from "./http-error.ts";
import { createOperatorRoutes } from "./operator-routes.ts";
import type { OperatorDeps } from "./operator-routes.ts";
import { mayPassOrigin, noStore, originGate } from "./origin.ts";
import { createPageRoutes, pageHeaders } from "./pages.ts";
import type { PageFolders } from "./pages.ts";
import { callerPart } from "./rates.ts";
import { requestRate } from "./request-rate.ts";
import { createChangesRoutes } from "./sync/changes.ts";
import type { Hub } from "./sync/hub.ts";
import { createSyncRoutes } from "./sync/sync.ts";
import type { MayUpgrade } from "./sync/sync.ts";
import { err, ok } from "../shared/result.ts";

export type AppDeps = AnswerDeps & {
  readonly auth: Auth;
  readonly hub: Hub;
  /** Folders of the built client. */
  readonly folders: PageFolders;
  readonly isSecure: boolean;
} & Omit<OperatorDeps, "publicUrl">;

/** Makes the application. Source: design §7. */
export function createApp(deps: AppDeps): Hono {
  const { auth, hub, log } = deps;
  const app = new Hono();
  app.onError(onError((error) => log.failure("request_failed", error)));
  app.use("*", noteAnswers(deps), lastWords(deps.health.isDraining), pageHeaders(deps.isSecure));
  app.route("/", createOperatorRoutes({ ...deps, publicUrl: auth.publicUrl }));
  app.use("/api/*", noStore, originGate(auth.publicUrl), createGuards(auth).caller, requestRate(auth));
  app.route("/api/auth", createAuthRoutes(auth));
  app.route("/api/invitations", createInvitationRoutes(auth));
  app.route("/api/orgs", createOrgTeamRoutes(auth));
  app.route("/api/orgs", createChangesRoutes(hub));
  app.all("/api/*", onNotFound);
  app.route(
    "/sync",
    createSyncRoutes(hub, (c) => mayUpgrade(deps, c)),
  );
  app.route("/", createPageRoutes(deps.folders));
  return app;
}

/**
 * The gates before a socket: a server that is going, a foreign page, and too many openings. A stranger's count by address; a member's by who they are,
 * because a studio is one address and who leafs through people opens two rooms for each. Rules: SO1, DR1.
 */
async function mayUpgrade({ auth, isSecure, health }: AppDeps, c: Context): ReturnType<MayUpgrade> {
  const { publicUrl } = auth;
  if (health.isDraining()) return err({ type: "later" });
  const { headers } = c.req.raw;
  if (!mayPassOrigin(headers, { publicUrl, secure: isSecure })) return err({ type: "wrong_origin" });
  const session = await auth.sessions.readSession(headers);
  const address = auth.addressOf(getConnInfo(c).remote.address, headers);
  const taken = session
    ? await auth.rates.take("memberUpgrade", session.userId)
    : await auth.rates.take("upgrade", callerPart(address));
  return taken.ok ? ok(session) : taken;
}
