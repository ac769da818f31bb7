// Owns how a JSON body comes in: counted while it is read, then parsed, then tried against a strict schema.
// Never repeats a value in an error: names of fields only.
import type { Context } from "hono";
import * as v from "valibot";
import type { ServerError } from "../shared/errors.ts";
import { err, ok } from "../shared/result.ts";
import type { Result } from "../shared/result.ts";

type Schema = v.GenericSchema<unknown, unknown>;

/** What a body must be, and how long at most. */
export type BodyForm<S extends Schema> = { readonly schema: S; readonly maxBytes: number };

/** Reads the JSON body of a request; none at all counts as `{}`. Fails: `too_large`, `malformed`, `invalid`. Rule: ED1. */
export async function readJson<S extends Schema>(
  c: Context,
  form: BodyForm<S>,
): Promise<Result<v.InferOutput<S>, ServerError>> {
  const bytes = await readBytes(c.req.raw, form.maxBytes);
  if (!bytes.ok) return bytes;
  const json = parseJson(bytes.value);
  if (!json.ok) return err({ type: "malformed" });
  // Hint: to a schema whose fields may all be absent, an array is an object without any.
  if (Array.isArray(json.value)) return err({ type: "invalid", fields: ["unknown"] });
  const parsed = v.safeParse(form.schema, json.value);
  return parsed.success ? ok(parsed.output) : err({ type: "invalid", fields: fieldsOf(parsed.issues) });
}

/**
 * Reads a body of at most so many bytes. Fails: `too_large` when there are more, without reading on; `malformed` when it breaks off,
 * be it that the peer is gone or that its chunks are none. Rules: ED1, ED23.
 */
export async function readBytes(request: Request, maxBytes: number): Promise<Result<Uint8Array, ServerError>> {
  if (Number(request.headers.get("content-length") ?? "0") > maxBytes) return err({ type: "too_large" });
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // Hint: the type of a body's chunks differs between Node's and the DOM's streams; they are bytes in both.
    for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.byteLength;
      if (length > maxBytes) return err({ type: "too_large" });
      chunks.push(chunk);
    }
  } catch {
    // Hint: only the peer and the network can fail here; nobody may raise our alarms by hanging up.
    return err({ type: "malformed" });
  }
  return ok(Buffer.concat(chunks));
}

function parseJson(bytes: Uint8Array): Result<unknown, "malformed"> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return ok(text === "" ? {} : JSON.parse(text));
  } catch (error) {
    // Hint: TypeError is broken UTF-8, SyntaxError is no JSON; both are the sender's.
    if (error instanceof TypeError || error instanceof SyntaxError) return err("malformed");
    throw error;
  }
}

const fieldName = /^[A-Za-z][A-Za-z0-9]{0,31}$/;

// A sender may put anything into a key, so only what looks like a field's name is repeated.
function fieldsOf(issues: readonly v.BaseIssue<unknown>[]): string[] {
  const names = issues.map((issue) => (v.getDotPath(issue) ?? "").split(".")[0] ?? "");
  return [...new Set(names.map((name) => (fieldName.test(name) ? name : "unknown")))].slice(0, 20);
}
