// Owns every JSON call to the server: identity in the address, one form of answer, one form of error.
// Never throws for what a network or a server can do, never caches, never words an error (i18n/errors.ts does).
import * as v from "valibot";
import { MODEL_VERSION } from "../shared/document.ts";
import { errorBodySchema } from "../shared/errors.ts";
import type { EndReason, ErrorBody, ErrorType } from "../shared/errors.ts";
import { err, ok } from "../shared/result.ts";
import type { Result } from "../shared/result.ts";

/** Why a call failed: the server's types, and three that only a device can see. */
export type ApiErrorType = ErrorType | "offline" | "unreachable" | "unexpected";

/** A failed call as a value. `code` can be quoted to support and holds no personal data. */
export type ApiError = {
  readonly type: ApiErrorType;
  readonly code: string;
  readonly retryAfterMs?: number;
  readonly fields?: readonly string[];
  /** With `signed_out`: why the session is no more. */
  readonly why?: EndReason;
};

/** Who is calling: the member whose page this is (null before sign-in) and this installation. Source: design §3. */
export type Identity = { readonly member: () => string | null; readonly device: () => string };

/** One call. `reply` is the schema of the answer; leave it out when there is none to read. */
export type ApiRequest<T> = {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly reply?: v.GenericSchema<unknown, T>;
  /** Who calls, when that is not the member whose page this is: null for whoever the cookie says. */
  readonly as?: string | null;
};

/** The door to the server. Fails: with an `ApiError`, never by an exception. Rule: UI3. */
export type Api = <T = void>(request: ApiRequest<T>) => Promise<Result<T, ApiError>>;

/** What an `Api` stands on; `fetch`, `online` and `refused` are parameters so that each can be replaced. */
export type ApiParts = {
  readonly identity: Identity;
  readonly fetch?: (path: string, init: RequestInit) => Promise<Response>;
  readonly online?: () => boolean;
  /** Is told when the server no longer takes this page for who it says it is. */
  readonly refused?: (type: "signed_out" | "other_member", why: EndReason) => void;
};

const TIMEOUT_MS = 15_000;

/** Makes the door to the server. */
export function makeApi(parts: ApiParts): Api {
  const online = parts.online ?? (() => navigator.onLine);
  return async <T>(request: ApiRequest<T>) => {
    if (!online()) return err(failure("offline"));
    const response = await send(parts, request);
    if (response === null) return err(failure("unreachable"));
    if (response.ok) return readReply(response, request.reply);
    const error = await readError(response);
    if (error.type === "signed_out" || error.type === "other_member")
      parts.refused?.(error.type, error.why ?? "expired");
    return err(error);
  };
}

/** Adds who is calling to a path: `m` member, `d` device, `v` model. Source: design §3. */
export function addIdentity(path: string, identity: Identity): string {
  const query = new URLSearchParams({ d: identity.device(), v: String(MODEL_VERSION) });
  const member = identity.member();
  if (member !== null) query.set("m", member);
  return `${path}${path.includes("?") ? "&" : "?"}${query.toString()}`;
}

const failure = (type: ApiErrorType, code: string = type): ApiError => ({ type, code });

async function send<T>(parts: ApiParts, request: ApiRequest<T>): Promise<Response | null> {
  const { method = "GET", path, body, as } = request;
  const identity = as === undefined ? parts.identity : { ...parts.identity, member: () => as };
  const fetchNow = parts.fetch ?? ((address, init) => fetch(address, init));
  try {
    return await fetchNow(addIdentity(path, identity), {
      method,
      cache: "no-store",
      credentials: "same-origin",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
  } catch {
    // Hint: fetch throws for a refused connection, a broken one and for our time limit; all three mean "not reached".
    return null;
  }
}

async function readReply<T>(response: Response, schema?: v.GenericSchema<unknown, T>): Promise<Result<T, ApiError>> {
  // Hint: without a schema the caller reads nothing, and T is void.
  if (schema === undefined) return ok(undefined as T);
  const parsed = v.safeParse(schema, await readJson(response));
  return parsed.success ? ok(parsed.output) : err(failure("unexpected", `reply ${response.status}`));
}

async function readError(response: Response): Promise<ApiError> {
  const parsed = v.safeParse(errorBodySchema, await readJson(response));
  if (!parsed.success) return failure("unexpected", `http ${response.status}`);
  return toApiError(parsed.output, response.status);
}

function toApiError({ error }: ErrorBody, status: number): ApiError {
  return {
    type: error.type,
    code: `${error.type} ${status}`,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(error.fields === undefined ? {} : { fields: error.fields }),
    ...(error.why === undefined ? {} : { why: error.why }),
  };
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    // Hint: a proxy's error page is no JSON, and a body can break off; the schema then refuses `null`.
    return null;
  }
}
