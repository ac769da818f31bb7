// Owns the addresses for whoever runs the server: is it well, and what are its figures.
// Never tells a stranger more than one word; /metrics does not exist for them.
import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import type { Context } from "hono";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Health } from "./health.ts";
import { failed } from "./http-error.ts";
import { isLoopbackName, mayPassOrigin } from "./origin.ts";

export type OperatorDeps = {
  readonly health: Health;
  /** The text of the figures. */
  readonly figures: () => Promise<string>;
  /** What a scraper shows; without one only this machine may look. */
  readonly metricsToken: string | undefined;
  readonly publicUrl: string | undefined;
};

/** The routes for the operator. Rules: OB1, OB3, OB4. */
export function createOperatorRoutes(deps: OperatorDeps): Hono {
  const app = new Hono();
  app.get("/healthz", async (c) => {
    const reason = await deps.health.check();
    c.header("Cache-Control", "no-store");
    return reason === null ? c.json({ ok: true }) : c.json({ ok: false, reason }, 503);
  });
  app.get("/metrics", async (c) => {
    if (!mayLook(deps, c)) return failed(c, { type: "not_found" });
    c.header("Cache-Control", "no-store");
    c.header("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    return c.body(await deps.figures());
  });
  return app;
}

/** Who shows the token may look from anywhere; without one set, who is on this machine and came past no proxy. Rule: OB1. */
function mayLook({ metricsToken, publicUrl }: OperatorDeps, c: Context): boolean {
  const { headers } = c.req.raw;
  const shown = /^Bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (metricsToken !== undefined) return shown !== undefined && isSame(shown, metricsToken);
  return (
    isLocal(c) && !isBehindProxy(headers) && isAtHome(publicUrl) && mayPassOrigin(headers, { publicUrl, secure: false })
  );
}

const isSame = (shown: string, token: string): boolean => timingSafeEqual(digest(shown), digest(token));
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

const loopback = /^(?:::1|(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;

/** From this machine, under a name of this machine: a foreign page that has its own name point here has another. */
const isLocal = (c: Context): boolean =>
  loopback.test(getConnInfo(c).remote.address ?? "") && isLoopbackName(new URL(c.req.url).hostname);

/** A proxy on this machine brings strangers from 127.0.0.1. */
const isBehindProxy = (headers: Headers): boolean =>
  ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"].some((name) => headers.has(name));

/** Hint: some proxies say nothing of themselves, so a server that has a public address asks for the token. */
const isAtHome = (publicUrl: string | undefined): boolean =>
  publicUrl === undefined || isLoopbackName(new URL(publicUrl).hostname);
