// Owns the origin gate: which pages may call the API and open sockets. Closed by default.
// Never authenticates: a caller that is no browser passes and still needs the cookie. Source: sync.md §4.2.
import type { Context, MiddlewareHandler } from "hono";
import { failed } from "./http-error.ts";

/** What the gate compares with. `publicUrl` is an origin; without one only loopback names of the request count. */
export type OriginOptions = { readonly publicUrl: string | undefined; readonly secure: boolean };

/**
 * Tells whether a request comes from our own page, or from no page at all.
 * `Sec-Fetch-Site` decides where a browser sends it, `Origin` otherwise (Chromium sends only that on a socket's handshake).
 * Rule: ED3, ED4.
 */
export function mayPassOrigin(headers: Headers, options: OriginOptions): boolean {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (site === null && origin === null) return true;
  const own = ownOrigin(headers.get("host"), options);
  if (own === null) return false;
  if (site !== null && site !== "same-origin") return false;
  return origin === null || origin === own;
}

function ownOrigin(host: string | null, { publicUrl, secure }: OriginOptions): string | null {
  if (publicUrl !== undefined) return publicUrl;
  const origin = `${secure ? "https" : "http"}://${host ?? ""}`;
  return URL.canParse(origin) && isLoopbackName(new URL(origin).hostname) ? new URL(origin).origin : null;
}

/** Tells whether a host name is one of this machine. */
export function isLoopbackName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || name === "127.0.0.1" || name === "[::1]";
}

/** The gate before every API route. Fails: `wrong_origin`. Rule: ED3. */
export const originGate = (publicUrl: string | undefined): MiddlewareHandler =>
  async function gate(c, next) {
    const headers = new Headers(c.req.raw.headers);
    const { host, protocol } = new URL(c.req.url);
    // Hint: a request made in process, as tests do, has its host in the address only.
    if (!headers.has("host")) headers.set("host", host);
    if (mayPassOrigin(headers, { publicUrl, secure: protocol === "https:" })) return next();
    return failed(c, { type: "wrong_origin" });
  };

/** No answer of the API is kept by a browser or a proxy. Rule: ED7. */
export const noStore: MiddlewareHandler = async (c: Context, next) => {
  await next();
  c.res.headers.set("Cache-Control", "no-store");
};
