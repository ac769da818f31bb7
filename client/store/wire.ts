// Owns the store's HTTP calls: identity in the address, bytes or JSON, one form of failure. Tells the link who answered.
// Never stores and never retries (feed.ts, push.ts, replicate.ts).
import * as v from "valibot";
import { errorBodySchema } from "../../shared/errors.ts";
import type { ErrorType, RefusalReason } from "../../shared/errors.ts";
import { commandResultsSchema, feedHeaders, updateResultsSchema } from "../../shared/messages.ts";
import type { CommandResults, Commands, UpdateResults } from "../../shared/messages.ts";
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
  /** How many people the member may read; null unless it was asked for. */
  readonly people: number | null;
};

/** An update to be sent. `isRestoring`: it brings back what a restored server lacks, colleagues' records too. Rule: RE41. */
export type Outgoing = DocUpdate & { readonly isRestoring?: boolean };

export type Wire = {
  /** Asks the feed: `after=…`, `before=…` or `doc=…`. */
  readonly changes: (query: string) => Promise<Result<FeedPage, WireError>>;
  readonly push: (updates: readonly Outgoing[]) => Promise<Result<UpdateResults["results"], WireError>>;
  readonly members: () => Promise<Result<MemberRow[], WireError>>;
  readonly commands: (commands: Commands["commands"]) => Promise<Result<CommandResults["results"], WireError>>;
  /** Asks whether the server is there at all, and tells the link; not more often than every few seconds. Rule: RE35. */
  readonly probe: () => void;
  /** The server's time at its last answer; null before the first. Units: ms since 1970. */
  readonly serverTime: () => number | null;
  /** The server's history as of its last answer; null before the first. */
  readonly history: () => string | null;
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

/** How long the question whether the server is there waits, and how often it is asked. Units: ms. */
const PROBE_MS = 8000;
const PROBE_EVERY_MS = 5000;

/** What the wire stands on; a worker has as much. */
export type WireParts = Pick<
  StoreParts,
  "org" | "member" | "device" | "origin" | "fetch" | "page" | "clock" | "onFailure"
>;

/** Makes the wire. Rule: RE1. */
export function makeWire(parts: WireParts, { link, closing }: WireDeps): Wire {
  let serverTime: number | null = null;
  let history: string | null = null;
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
    history = response.headers.get(feedHeaders.history) ?? history;
    return response.ok ? ok(response) : err(await readError(response));
  };
  return {
    serverTime: () => serverTime,
    history: () => history,
    probe: makeProbe(parts, { link, closing }),
    changes: async (query) => {
      const answer = await ask(`changes?${query}`);
      return answer.ok ? readPage(answer.value) : answer;
    },
    push: async (updates) => {
      // Hint: the bytes are our own buffer, whose type names the wider kind.
      const body = writeUpdates(updates) as Uint8Array<ArrayBuffer>;
      const headers = { "Content-Type": "application/octet-stream" };
      const isRestoring = updates.some((update) => update.isRestoring);
      const answer = await ask(isRestoring ? "updates?restoring=1" : "updates", { method: "POST", body, headers });
      if (!answer.ok) return answer;
      const read = await readJson(answer.value, updateResultsSchema);
      const isComplete = read.ok && read.value.results.length === updates.length;
      return isComplete ? ok(read.value.results) : err({ type: "unexpected" });
    },
    commands: async (commands) => {
      const headers = { "Content-Type": "application/json" };
      const answer = await ask("commands", { method: "POST", body: JSON.stringify({ commands }), headers });
      const read = answer.ok ? await readJson(answer.value, commandResultsSchema) : answer;
      if (!read.ok) return read;
      const { results } = read.value;
      return results.length === commands.length ? ok(results) : err({ type: "unexpected" });
    },
    members: async () => {
      const answer = await ask("members");
      const read = answer.ok ? await readJson(answer.value, membersSchema) : answer;
      return read.ok ? ok(read.value.members) : read;
    },
  };
}

/** Asks outside of any studio, and believes only the server itself: a proxy may answer for one that is gone. */
function makeProbe(parts: WireParts, { link, closing }: WireDeps): () => void {
  let askedAt = Number.NEGATIVE_INFINITY;
  const probe = async (): Promise<void> => {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(PROBE_MS)]);
    const response = await send(parts, `${parts.origin}/healthz`, { signal });
    const isThere = response !== null && (await readJson(response, v.object({ ok: v.literal(true) }))).ok;
    if (isThere) link.answered();
    else if (!closing.aborted) link.unanswered();
  };
  return () => {
    const since = parts.clock() - askedAt;
    // Hint: a clock that was set back must not keep anybody from asking.
    if (closing.aborted || (since >= 0 && since < PROBE_EVERY_MS)) return;
    askedAt = parts.clock();
    probe().catch(parts.onFailure);
  };
}

type Init = RequestInit & { readonly signal: AbortSignal };

async function send(parts: Pick<WireParts, "fetch" | "page">, address: string, init: Init): Promise<Response | null> {
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
    const people = response.headers.get(feedHeaders.people);
    return ok({
      entries,
      next: Number(header(feedHeaders.next)),
      history: header(feedHeaders.history),
      access: header(feedHeaders.access),
      people: people === null ? null : Number(people),
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
  const told = readRetryAfter(response);
  const read = await readJson(response, errorBodySchema);
  if (!read.ok) return { ...read.error, retryAfterMs: told };
  const { type, retryAfterMs = told, refusal } = read.value.error;
  return { type, retryAfterMs, refusal };
}

/** A proxy says it in the header only, in seconds or as an instant. Units: ms. Source: RFC 9110 §10.2.3. */
function readRetryAfter({ headers }: Response): number | undefined {
  const told = headers.get("retry-after") ?? "";
  const ms = /^\d{1,6}$/.test(told) ? Number(told) * 1000 : Date.parse(told) - Date.parse(headers.get("date") ?? "");
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function readTime(response: Response): number | null {
  const time = Date.parse(response.headers.get("date") ?? "");
  return Number.isNaN(time) ? null : time;
}
