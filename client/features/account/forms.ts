// Owns what the forms of this feature accept, and how a problem is worded. The server checks again and decides.
import * as v from "valibot";
import type { ApiError } from "../../api.ts";
import { useErrorText } from "../../i18n/errors.ts";
import { useText } from "../../i18n/i18n.ts";
import { accountText } from "./text.ts";

/** What can be wrong with a field; each is a key of the texts, so that a change of language words it anew. */
const problems = ["required", "email", "tooShort", "tooLong", "weakPassword"] as const;

type Problem = (typeof problems)[number];

const problem = (key: Problem): Problem => key;
const filled = v.pipe(v.string(), v.trim(), v.minLength(1, problem("required")), v.maxLength(255, problem("tooLong")));
const email = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, problem("required")),
  v.rfcEmail(problem("email")),
  v.maxLength(254, problem("tooLong")),
);
const secret = v.pipe(v.string(), v.minLength(1, problem("required")));
// Source: server/auth/passwords.ts, which counts characters as people do.
const newSecret = v.pipe(
  v.string(),
  v.minLength(1, problem("required")),
  v.minGraphemes(10, problem("tooShort")),
  v.maxGraphemes(200, problem("tooLong")),
);

export const signInSchema = v.object({ email, password: secret });
export const signUpSchema = v.object({ studio: filled, name: filled, email, password: newSecret });
export const resetRequestSchema = v.object({ email });
export const resetSchema = v.object({ password: newSecret });
export const joinSchema = v.object({ name: filled, password: newSecret });

/** Words the first problem of a field. */
export function useProblems(): (errors: readonly string[] | null) => string | undefined {
  const t = useText(accountText);
  return (errors) => {
    const key = problems.find((each) => each === errors?.[0]);
    return key === undefined ? errors?.[0] : t(`problem.${key}`);
  };
}

/** Words why the server did not take a form; a password it refuses is told as such. */
export function useRefusal(): (error: ApiError | null) => string | undefined {
  const t = useText(accountText);
  const errorText = useErrorText();
  return (error) => {
    if (error === null) return undefined;
    return error.type === "invalid" && error.fields?.includes("password") === true
      ? t("problem.weakPassword")
      : errorText(error);
  };
}
