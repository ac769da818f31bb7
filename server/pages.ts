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

/** Where the client lies, and where the hashed files of earlier ones are kept. */
export type PageFolders = { readonly pages: string; readonly keptAssets: string };

/** The routes of the built client. Rules: ED13–ED16. */
export function createPageRoutes({ pages, keptAssets }: PageFolders): Hono {
  const app = new Hono();
  app.use("*", async (c, next) => {
    await next();
    const isHashed = c.req.path.startsWith("/assets/") && c.res.status === 200;
    c.res.headers.set("Cache-Control", isHashed ? `public, max-age=${YEAR}, immutable` : "no-cache");
  });
  app.use("*", serveStatic({ root: pages, precompressed: true }));
  app.use("/assets/*", serveStatic({ root: keptAssets }));
  // Hint: a share is taken by the service worker; without one its body is left unread, and the page says to choose the file.
  app.post("/share", (c) => c.redirect("/share?failed", 303));
  app.get("*", async (c) => {
    if (c.req.path.startsWith("/assets/") || /\.[a-z0-9]{2,12}$/.test(c.req.path))
      return failed(c, { type: "not_found" });
    return c.html(await readFile(`${pages}/index.html`, "utf8"));
  });
  return app;
}
