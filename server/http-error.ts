// Owns the one place where an error becomes an HTTP answer, for expected ones and for exceptions.
// Never tells a caller more than the type: what an exception said goes to `report` alone.
import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { errorTypes, toErrorBody } from "../shared/errors.ts";
import type { ErrorType, ServerError } from "../shared/errors.ts";
import type { Result } from "../shared/result.ts";

type ErrorStatus = (typeof errorTypes)[ServerError["type"]]["status"];

/** Answers with an error. Shape: `{"error": {"type", "message", …}}` and `Retry-After` in seconds. Rule: ED10. */
export function failed(c: Context, error: ServerError): Response {
  if (error.retryAfterMs !== undefined) c.header("Retry-After", String(Math.ceil(error.retryAfterMs / 1000)));
  const status: ErrorStatus = errorTypes[error.type].status;
  c.set(ERROR, error.type);
  return c.json(toErrorBody(error), status);
}

const ERROR = "error-type";

/** The type of the error that a request was answered with; undefined when it was none. */
// Hint: `failed` alone sets it, on any app's context.
export const errorOf = (c: Context): ErrorType | undefined => c.get(ERROR) as ErrorType | undefined;

/** Answers with a value as JSON, with 204 when there is nothing to say, or with the error. Rule: ED10. */
export function answered<T extends object>(
  c: Context,
  result: Result<T | null, ServerError>,
  status: 200 | 201 = 200,
): Response {
  if (!result.ok) return failed(c, result.error);
  return result.value === null ? c.body(null, 204) : c.json(result.value, status);
}

/** The edge for what nobody expected: 500 `internal`, reported once, nothing of it shown. Rule: ED2. */
export const onError =
  (report: (error: unknown) => void): ErrorHandler =>
  (error, c) => {
    report(error);
    return failed(c, { type: "internal" });
  };

/** The answer for an address of the API that does not exist. Rule: ED11. */
export const onNotFound: NotFoundHandler = (c) => failed(c, { type: "not_found" });
