// Owns what is noted of every answer: pattern of the route, class of the status, time. Never the address that was asked for.
// Never changes an answer.
import type { Context, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { startTimer } from "./clock.ts";
import { errorOf } from "./http-error.ts";
import type { Log } from "./log.ts";
import type { Answer } from "./metrics.ts";

export type AnswerDeps = { readonly answered: (answer: Answer) => void; readonly log: Log };

/** Notes each answer, and logs those that are the server's fault. Rules: OB2, LO3. */
export const noteAnswers = ({ answered, log }: AnswerDeps): MiddlewareHandler =>
  async function note(c, next) {
    const elapsed = startTimer();
    await next();
    const answer = describe(c, elapsed());
    answered(answer);
    // Hint: `later` is said on purpose, to everybody while a disk is full; health tells of itself.
    if (answer.status < 500 || answer.error === "later" || answer.route === "/healthz") return;
    const { method, route, status, ms } = answer;
    log.warn({ event: "answer_failed", method, route, status, ms: Math.round(ms) });
  };

/** Asks who still has a connection to a server that is going for another one next time. Rule: DR1. */
export const lastWords = (isDraining: () => boolean): MiddlewareHandler =>
  async function close(c, next) {
    await next();
    if (isDraining()) c.res.headers.set("Connection", "close");
  };

const describe = (c: Context, ms: number): Answer => ({
  method: c.req.method,
  route: routePath(c),
  status: c.res.status,
  ms,
  error: errorOf(c),
});
