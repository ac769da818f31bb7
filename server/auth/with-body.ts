// Owns how the routes of sign-in read their bodies: one limit, one schema, one way to refuse.
// Never knows a route.
import type { Context } from "hono";
import type * as v from "valibot";
import { readJson } from "../body.ts";
import { failed } from "../http-error.ts";
import type { Auth } from "./context.ts";
import type { AuthEnv } from "./principal.ts";

type Form = v.GenericSchema<unknown, unknown>;

/** What a route does with its parsed body. */
export type Handle<S extends Form> = (form: v.InferOutput<S>) => Promise<Response>;

/** Reads and checks a body, then handles it. Rule: ED1. */
export async function withBody<S extends Form>(
  c: Context<AuthEnv>,
  { auth, schema }: { readonly auth: Auth; readonly schema: S },
  handle: Handle<S>,
): Promise<Response> {
  const body = await readJson(c, { schema, maxBytes: auth.limits.jsonBodyBytes });
  return body.ok ? handle(body.value) : failed(c, body.error);
}
