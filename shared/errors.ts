// Owns the closed list of errors that leave the server, with their HTTP status and close code.
// Never holds a message for people: the interface words them by type. Source: design §7.
import * as v from "valibot";

/** One error type: its HTTP status and, where a socket can end with it, its close code. */
type Edge = { readonly status: number; readonly close?: number };

/**
 * Every error type a caller can receive. 44xx codes are final for the stock provider, 45xx mean "try again".
 * Rule: P7. Source: design §7, sync.md §4.3.
 */
export const errorTypes = {
  signed_out: { status: 401, close: 4401 },
  other_member: { status: 401, close: 4401 },
  wrong_credentials: { status: 401 },
  email_unverified: { status: 403 },
  forbidden: { status: 403 },
  wrong_origin: { status: 403 },
  not_found: { status: 404, close: 4403 },
  email_taken: { status: 409 },
  already_member: { status: 409 },
  last_owner: { status: 409 },
  wrong_account: { status: 409 },
  outdated: { status: 409, close: 4409 },
  ahead: { status: 409, close: 4409 },
  token_invalid: { status: 410 },
  erased: { status: 410, close: 4410 },
  too_large: { status: 413 },
  malformed: { status: 400 },
  invalid: { status: 422 },
  refused: { status: 422, close: 4422 },
  too_fast: { status: 429, close: 4429 },
  locked_out: { status: 429 },
  later: { status: 503, close: 4503 },
  key_missing: { status: 503, close: 4503 },
  internal: { status: 500 },
} as const satisfies Record<string, Edge>;

export type ErrorType = keyof typeof errorTypes;

/** Why a change was refused: one word of a closed list, the reason of a 4422 close and of a `refused` result. Rule: P8. */
export const refusalReasons = [
  "malformed",
  "gap",
  "root",
  "record_id",
  "field",
  "schema",
  "immutable",
  "append_only",
  "author",
  "destructive",
  "text",
  "depth",
  "limit",
  "content",
  "read_only",
] as const;

export type RefusalReason = (typeof refusalReasons)[number];

/** Where and why a change was refused; names places, never values. */
export type Refusal = {
  readonly reason: RefusalReason;
  readonly collection?: string;
  readonly record?: string;
  readonly path?: string;
};

/** Why a session is no more: its time ran out, or somebody ended it on purpose, here or elsewhere. Rule: AU22. */
export const endReasons = ["expired", "signed_out", "everywhere", "ended", "password"] as const;

export type EndReason = (typeof endReasons)[number];

/** An error as a typed value inside the server: becomes a status, a body or a close code at one edge. */
export type ServerError = {
  readonly type: ErrorType;
  readonly retryAfterMs?: number;
  readonly refusal?: Refusal;
  readonly fields?: readonly string[];
  /** With `signed_out`: why the session that was shown is no more. */
  readonly why?: EndReason;
};

const refusalSchema = v.object({
  reason: v.picklist(refusalReasons),
  collection: v.optional(v.string()),
  record: v.optional(v.string()),
  path: v.optional(v.string()),
});

// Hint: `Object.keys` of a const object with `satisfies` is its list of keys.
const typeNames = Object.keys(errorTypes) as [ErrorType, ...ErrorType[]];

/** The body of every error answer: `{"error": {"type", "message", …details}}`. Rule: P7. */
export const errorBodySchema = v.object({
  error: v.object({
    type: v.picklist(typeNames),
    message: v.string(),
    retryAfterMs: v.optional(v.number()),
    refusal: v.optional(refusalSchema),
    fields: v.optional(v.array(v.string())),
    // Hint: a reason that a later server knows and this bundle does not counts as none.
    why: v.fallback(v.optional(v.picklist(endReasons)), undefined),
  }),
});

export type ErrorBody = v.InferOutput<typeof errorBodySchema>;

/** The body for an error; the message repeats the type in words for a reader of logs and never holds a value. */
export function toErrorBody(error: ServerError): ErrorBody {
  const { type, retryAfterMs, refusal, fields, why } = error;
  return {
    error: {
      type,
      message: type.replaceAll("_", " "),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(refusal === undefined ? {} : { refusal }),
      ...(fields === undefined ? {} : { fields: [...fields] }),
      ...(why === undefined ? {} : { why }),
    },
  };
}
