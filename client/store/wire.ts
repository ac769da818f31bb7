// Owns the store's HTTP calls: identity in the address, bytes or JSON, one form of failure. Tells the link who answered.
// Never stores and never retries (feed.ts, push.ts, replicate.ts).
import * as v from "valibot";
import { errorBodySchema } from "../../shared/errors.ts";
import type { ErrorType, RefusalReason } from "../../shared/errors.ts";
import { feedHeaders, updateResultsSchema } from "../../shared/messages.ts";
import type { UpdateResults } from "../../shared/messages.ts";
import { parseWindow } from "../../shared/model.ts";
import { readFeedPage, writeUpdates } from "../../shared/protocol.ts";
import type { DocUpdate, FeedEntry } from "../../shared/protocol.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { MemberRow } from "./db.ts";
import type { Link } from "./link.ts";
import { apiAddress } from "./parts.ts";
import type { StoreParts } from "./parts.ts";

/** Why a call failed: the server's types, and two that only a device sees. */
export type WireError = {
  readonly type: ErrorType | "unreachable" | "unexpected";
  readonly retryAfterMs?: number | undefined;
  readonly refusal?: RefusalSaid | undefined;
};

/** Why and where a change was refused, as the server said it; names, never values. */
export type RefusalSaid = {
  readonly reason: RefusalReason;
  readonly collection?: string | undefined;
  readonly record?: string | undefined;
  readonly path?: string | undefined;
};

/** One page of the changes feed with its headers. */
export type FeedPage = {
  readonly entries: readonly FeedEntry[];
  readonly next: number;
  readonly history: string;
  readonly access: string;
  /** How many entries the whole range has; null unless it was asked for. */
  readonly remaining: number | null;
};

export type Wire = {
  /** Asks the feed: `after=…`, `before=…` or `doc=…`. */
  readonly changes: (query: string) => Promise<Result<FeedPage, WireError>>;
  readonly push: (updates: readonly DocUpdate[]) => Promise<Result<UpdateResults["results"], WireError>>;
  readonly members: () => Promise<Result<MemberRow[], WireError>>;
  /** The server's time at its last answer; null before the first. Units: ms since 1970. */
  readonly serverTime: () => number | null;
};

const membersSchema = v.object({
  members: v.array(
    v.object({ userId: v.string(), name: v.string(), colour: v.string(), role: v.string(), active: v.boolean() }),
  ),
});

export type WireDeps = {
  readonly link: Pick<Link, "answered" | "unanswered" | "models">;
  /** Ends every call when the store closes. */
  readonly closing: AbortSignal;
};

const TIMEOUT_MS = 30_000;

/** Makes the wire. Rule: RE1. */
export function makeWire(parts: StoreParts, { link, closing }: WireDeps): Wire {
  let serverTime: number | null = null;
  const ask = async (path: string, init: RequestInit = {}): Promise<Result<Response, WireError>> => {
    const response = await send(parts, apiAddress(parts, path), { ...init, signal: closing });
    if (response === null) {
      if (!closing.aborted) link.unanswered();
      return err({ type: "unreachable" });
    }
    link.answered();
    const window = parseWindow(response.headers.get(feedHeaders.models));
    if (window !== null) link.models(window);
    serverTime = readTime(response) ?? serverTime;
    return response.ok ? ok(response) : err(await readError(response));
  };
  return {
    serverTime: () => serverTime,
    changes: async (query) => {
      const answer = await ask(`changes?${query}`);
      return answer.ok ? readPage(answer.value) : answer;
    },
    push: async (updates) => {
      // Hint: the bytes are our own buffer, whose type names the wider kind.
      const body = writeUpdates(updates) as Uint8Array<ArrayBuffer>;
      const headers = { "Content-Type": "application/octet-stream" };
      const answer = await ask("updates", { method: "POST", body, headers });
      if (!answer.ok) return answer;
      const read = await readJson(answer.value, updateResultsSchema);
      const isComplete = read.ok && read.value.results.length === updates.length;
      return isComplete ? ok(read.value.results) : err({ type: "unexpected" });
    },
    members: async () => {
      const answer = await ask("members");
      const read = answer.ok ? await readJson(answer.value, membersSchema) : answer;
      return read.ok ? ok(read.value.members) : read;
    },
  };
}

type Init = RequestInit & { readonly signal: AbortSignal };

async function send(parts: StoreParts, address: string, init: Init): Promise<Response | null> {
  if (!parts.page.isOnline()) return null;
  try {
    return await parts.fetch(address, {
      cache: "no-store",
      credentials: "same-origin",
      ...init,
      signal: AbortSignal.any([init.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch {
    // Hint: fetch throws for a refused connection, a broken one and for our time limit; all three mean "not reached".
    return null;
  }
}

async function readPage(response: Response): Promise<Result<FeedPage, WireError>> {
  const header = (name: string): string => response.headers.get(name) ?? "";
  try {
    const entries = readFeedPage(new Uint8Array(await response.arrayBuffer()));
    const remaining = response.headers.get(feedHeaders.remaining);
    return ok({
      entries,
      next: Number(header(feedHeaders.next)),
      history: header(feedHeaders.history),
      access: header(feedHeaders.access),
      remaining: remaining === null ? null : Number(remaining),
    });
  } catch {
    // Hint: a body that broke off, or a page of a proxy; it is asked for again.
    return err({ type: "unexpected" });
  }
}

async function readJson<T>(response: Response, schema: v.GenericSchema<unknown, T>): Promise<Result<T, WireError>> {
  try {
    const parsed = v.safeParse(schema, await response.json());
    return parsed.success ? ok(parsed.output) : err({ type: "unexpected" });
  } catch {
    // Hint: not JSON, or broken off.
    return err({ type: "unexpected" });
  }
}

async function readError(response: Response): Promise<WireError> {
  const read = await readJson(response, errorBodySchema);
  if (!read.ok) return read.error;
  const { type, retryAfterMs, refusal } = read.value.error;
  return { type, retryAfterMs, refusal };
}

function readTime(response: Response): number | null {
  const time = Date.parse(response.headers.get("date") ?? "");
  return Number.isNaN(time) ? null : time;
}
