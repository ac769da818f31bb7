// Owns the pages and files of the built client: what is served, how long a browser may keep it, and the security headers.
// Never serves anything outside the build; an unknown page address gets the shell, which routes by itself.
import { readFile } from "node:fs/promises";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { failed } from "./http-error.ts";

const YEAR = 31_536_000;

/** Headers of every answer: no foreign script, style, frame or request. Rule: ED12. Source: R29. */
export const pageHeaders = (isSecure: boolean): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      // Hint: editors and virtual lists place elements by style attributes.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", "data:", "blob:"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      workerSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: "no-referrer",
    xFrameOptions: "DENY",
    strictTransportSecurity: isSecure ? `max-age=${YEAR}` : false,
    crossOriginOpenerPolicy: "same-origin",
    permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
  });

/** The routes of the built client in `folder`. Rule: ED13. */
export function createPageRoutes(folder: string): Hono {
  const app = new Hono();
  app.use("*", async (c, next) => {
    await next();
    const isHashed = c.req.path.startsWith("/assets/") && c.res.status === 200;
    c.res.headers.set("Cache-Control", isHashed ? `public, max-age=${YEAR}, immutable` : "no-cache");
  });
  app.use("*", serveStatic({ root: folder, precompressed: true }));
  app.get("*", async (c) => {
    if (c.req.path.startsWith("/assets/") || /\.[a-z0-9]{2,12}$/.test(c.req.path))
      return failed(c, { type: "not_found" });
    return c.html(await readFile(`${folder}/index.html`, "utf8"));
  });
  return app;
}
