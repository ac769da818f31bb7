// Owns the table of all addresses of the server: what each says to who shows no session. A new address without a line here, and a
// line without an address, fail the route sweep. Never calls anything by itself.
import type { Running } from "../start.ts";

/** Whose an address is: everybody's, who is signed in, a studio's members'; or a gate that stands before others. */
export type Door = "public" | "session" | "studio" | "socket" | "gate";

/** `without` is the status, or the close code of a socket, that a call without credentials and with an empty body gets. */
export type RouteRow = { readonly door: Door; readonly without: number };

const gate = { door: "gate", without: 0 } as const;
const session = { door: "session", without: 401 } as const;
const studio = { door: "studio", without: 401 } as const;
const socket = { door: "socket", without: 4401 } as const;
const open = (without: number): RouteRow => ({ door: "public", without });

/** Every address by method and path. Rule: TN1. */
export const routeTable: Readonly<Record<string, RouteRow>> = {
  "ALL /*": gate,
  "ALL /api/*": gate,
  "ALL /api/auth/*": gate,
  "ALL /api/invitations/*": gate,
  "ALL /assets/*": gate,
  "ALL /sync/*": gate,
  "ALL /sync/:org/*": gate,
  "GET /healthz": open(200),
  "GET /metrics": open(200),
  "GET /*": open(200),
  "POST /share": open(303),
  "POST /api/auth/sign-up": open(422),
  "POST /api/auth/verify": open(422),
  "POST /api/auth/sign-in": open(422),
  "POST /api/auth/sign-out": open(204),
  "POST /api/auth/reset-request": open(422),
  "POST /api/auth/reset": open(422),
  "GET /api/invitations/:token": open(410),
  "POST /api/invitations/:token/accept": open(410),
  "POST /api/auth/resend-verification": session,
  "POST /api/auth/sign-out-all": session,
  "POST /api/auth/password": session,
  "GET /api/auth/me": session,
  "PATCH /api/auth/me": session,
  "GET /api/auth/sessions": session,
  "DELETE /api/auth/sessions/:id": session,
  "GET /api/orgs/:org/members": studio,
  "PATCH /api/orgs/:org/members/:user": studio,
  "DELETE /api/orgs/:org/members/:user": studio,
  "GET /api/orgs/:org/invitations": studio,
  "POST /api/orgs/:org/invitations": studio,
  "DELETE /api/orgs/:org/invitations/:id": studio,
  "GET /api/orgs/:org/changes": studio,
  "POST /api/orgs/:org/updates": studio,
  "POST /api/orgs/:org/commands": studio,
  "GET /api/orgs/:org/preferences": studio,
  "GET /sync/:org": socket,
  "GET /sync/:org/:class": socket,
  "GET /sync/:org/:class/:subject": socket,
};

/** One address of the running server, with its line of the table when it has one. */
export type Route = { readonly name: string; readonly method: string; readonly path: string; readonly row?: RouteRow };

/** The addresses as the application itself lists them. */
export function routesOf({ routes }: Pick<Running, "routes">): Route[] {
  const names = new Map(routes.map(({ method, path }) => [`${method} ${path}`, { method, path }]));
  return [...names].map(([name, address]) => {
    const row = routeTable[name];
    return row === undefined ? { name, ...address } : { name, ...address, row };
  });
}

/** What the parts of a path are filled with. */
export type Parts = Readonly<Record<string, string>>;

/** A path with its parts filled in, each encoded as a part of an address. */
export const fillPath = (path: string, parts: Parts): string =>
  path.replace("*", "").replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(parts[name] ?? "x"));
