// Owns the map of addresses: which part answers where, behind which gates. The only file that knows all routes.
// Never does anything itself.
import { Hono } from "hono";
import type { Context } from "hono";
import { getConnInfo } from "@hono/node-server/conninfo";
import { createAuthRoutes } from "./auth/auth-routes.ts";
import { createInvitationRoutes } from "./auth/invitation-routes.ts";
import { createOrgTeamRoutes } from "./auth/team-routes.ts";
import type { Auth } from "./auth/context.ts";
import { onError, onNotFound } from "./http-error.ts";
import type { Log } from "./log.ts";
import { mayPassOrigin, noStore, originGate } from "./origin.ts";
import { createPageRoutes, pageHeaders } from "./pages.ts";
import type { PageFolders } from "./pages.ts";
import { callerPart } from "./rates.ts";
import { createChangesRoutes } from "./sync/changes.ts";
import type { Hub } from "./sync/hub.ts";
import { createSyncRoutes } from "./sync/sync.ts";
import type { ServerError } from "../shared/errors.ts";

export type AppDeps = {
  readonly auth: Auth;
  readonly hub: Hub;
  readonly log: Log;
  /** Folders of the built client. */
  readonly folders: PageFolders;
  readonly isSecure: boolean;
  /** Answers whether every store can be read. */
  readonly isHealthy: () => Promise<boolean>;
};

/** Makes the application. Source: design §7. */
export function createApp(deps: AppDeps): Hono {
  const { auth, hub, log } = deps;
  const app = new Hono();
  app.onError(onError((error) => log.failure("request_failed", error)));
  app.use("*", pageHeaders(deps.isSecure));
  app.get("/healthz", async (c) => c.json({ ok: await deps.isHealthy() }));
  app.use("/api/*", noStore, originGate(auth.publicUrl));
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
 * The gates before a socket: a foreign page, and too many openings. A stranger's count by address; a member's by who they are,
 * because a studio is one address and who leafs through people opens two rooms for each. Rule: SO1.
 */
async function mayUpgrade({ auth, isSecure }: AppDeps, c: Context): Promise<ServerError | null> {
  const { publicUrl } = auth;
  const { headers } = c.req.raw;
  if (!mayPassOrigin(headers, { publicUrl, secure: isSecure })) return { type: "wrong_origin" };
  const session = await auth.sessions.readSession(headers);
  const address = auth.addressOf(getConnInfo(c).remote.address, headers);
  const taken = session
    ? await auth.rates.take("memberUpgrade", session.userId)
    : await auth.rates.take("upgrade", callerPart(address));
  return taken.ok ? null : taken.error;
}
