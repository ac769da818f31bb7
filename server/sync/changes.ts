// Owns the doors over HTTP: the changes feed, batches of updates and commands, at /api/orgs/<org>.
// Updates end in the same rooms as those of sockets. Never answers with a document before the access is recorded.
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Hono } from "hono";
import type { Context } from "hono";
import { readableClasses } from "../../policy/roles.ts";
import type { Author } from "../../shared/check.ts";
import { toErrorBody } from "../../shared/errors.ts";
import type { ServerError } from "../../shared/errors.ts";
import { feedHeaders } from "../../shared/messages.ts";
import type { UpdateResults } from "../../shared/messages.ts";
import { formatWindow } from "../../shared/model.ts";
import { readUpdates, writeFeedPage } from "../../shared/protocol.ts";
import type { DocUpdate, FeedEntry } from "../../shared/protocol.ts";
import { err, ok } from "../../shared/result.ts";
import type { Result } from "../../shared/result.ts";
import type { Session, Caller as Visit } from "../auth/principal.ts";
import { readBytes } from "../body.ts";
import { createDeadline } from "../clock.ts";
import { failed } from "../http-error.ts";
import type { Page } from "../storage.ts";
import { answerPreferences, runCommands } from "./commands.ts";
import type { Hub } from "./hub.ts";
import { openBringing } from "./restoring.ts";
import type { Outcome, Room } from "./room.ts";
import type { Tenant } from "./tenant.ts";
import { findCaller, findRight, mayCreate, readClaim, refuseModel } from "./who.ts";
import type { Caller } from "./who.ts";

const gzipAsync = promisify(gzip);

/** Answers smaller than this are not worth compressing. Units: bytes. */
const GZIP_FROM = 1024;

type Inside = { readonly caller: Caller; readonly tenant: Tenant };

/** The routes of feed, updates and commands. Rules: FE1–FE6, UP1–UP4, CO1. */
export function createChangesRoutes(hub: Hub): Hono {
  const app = new Hono();
  const inside =
    (handle: (c: Context, inside: Inside) => Promise<Response>) =>
    async (c: Context): Promise<Response> => {
      // Hint: the gate before all of the API has left it there.
      const { presented } = c.get("caller") as Visit;
      const found = await enter(hub, c, presented?.session ?? null);
      if (!found.ok) return failed(c, found.error);
      const { caller, tenant } = found.value;
      c.header(feedHeaders.history, tenant.storage.history);
      c.header(feedHeaders.access, String(caller.access));
      c.header(feedHeaders.models, formatWindow(hub.models));
      return handle(c, found.value);
    };
  const writing = (handle: (c: Context, inside: Inside) => Promise<Response>) =>
    inside(async (c, at) => {
      const refused = refuseModel(at.caller, hub.models);
      return refused === null ? handle(c, at) : failed(c, refused);
    });
  app.get(
    "/:org/changes",
    inside((c, at) => answerChanges(hub, c, at)),
  );
  app.post(
    "/:org/updates",
    writing((c, { caller }) => answerUpdates(hub, c, caller)),
  );
  app.post(
    "/:org/commands",
    writing((c, at) => runCommands(hub, c, at)),
  );
  app.get(
    "/:org/preferences",
    inside((c, at) => answerPreferences(c, at)),
  );
  return app;
}

/** Finds who asks; by the session that was read for this request, or by one that is read now. Rules: WH1, AU23. */
async function enter(hub: Hub, c: Context, session?: Session | null): Promise<Result<Inside, ServerError>> {
  const org = c.req.param("org") ?? "";
  const claim = readClaim((name) => c.req.query(name));
  const who = { headers: c.req.raw.headers, org, claim };
  const caller = await findCaller(hub.sessions, session === undefined ? who : { ...who, session });
  if (!caller.ok) return caller;
  const tenant = await hub.tenant(org);
  return tenant === null ? err({ type: "not_found" }) : ok({ caller: caller.value, tenant });
}

type Wish = { readonly after?: number; readonly before?: number; readonly doc?: string; readonly limit: number };

async function answerChanges(hub: Hub, c: Context, { caller, tenant }: Inside): Promise<Response> {
  const wish = readWish(c, hub.limits.feedPageEntries);
  if (wish === null) return failed(c, { type: "malformed" });
  const page = await findPage(hub, wish, { caller, tenant });
  if (!page.ok) return failed(c, page.error);
  const { entries, next } = page.value;
  const seqs = entries.map(({ seq }) => seq);
  await hub.recordAccess({
    kind: "copied",
    org: caller.org,
    member: caller.member,
    device: caller.device,
    docs: entries.map(({ doc }) => doc),
    from: Math.min(...seqs, next),
    to: Math.max(...seqs, next),
  });
  c.header(feedHeaders.next, String(next));
  // Hint: `first=1` asks for the count where a broken-off fill goes on.
  if (c.req.query("first") === "1" || (await isFirstPage(wish, tenant))) {
    const classes = readableClasses(caller.role);
    c.header(feedHeaders.remaining, String(await tenant.storage.remaining({ classes, ...rangeOf(wish) })));
    // Hint: a person is counted by their contact document, which each has exactly one of.
    const people = await tenant.storage.count(classes.filter((each) => each === "contact"));
    c.header(feedHeaders.people, String(people));
  }
  return binary(c, writeFeedPage(entries));
}

/** A way through the feed begins at its bottom, or above its top. Rule: FE3. */
const isFirstPage = async ({ after, before }: Wish, { storage }: Tenant): Promise<boolean> =>
  after === 0 || (before !== undefined && before > (await storage.head()));

const rangeOf = ({ after, before }: Wish): { after?: number; before?: number } => ({
  ...(after === undefined ? {} : { after }),
  ...(before === undefined ? {} : { before }),
});

/** Reads `after | before | doc` (exactly one) and `limit`; null when they are wrong. Rule: FE2. */
function readWish(c: Context, maxLimit: number): Wish | null {
  const { after, before, doc, limit = String(maxLimit) } = c.req.query();
  const numbers = [after ?? "0", before ?? "0", limit];
  const isNumbered = numbers.every((text) => /^\d{1,15}$/.test(text));
  if (!isNumbered || [after, before, doc].filter((one) => one !== undefined).length !== 1) return null;
  const size = Math.min(Math.max(Number(limit), 1), maxLimit);
  if (doc !== undefined) return { doc, limit: size };
  return after === undefined ? { before: Number(before), limit: size } : { after: Number(after), limit: size };
}

type Found = Pick<Page, "entries" | "next">;

async function findPage(hub: Hub, wish: Wish, { caller, tenant }: Inside): Promise<Result<Found, ServerError>> {
  if (wish.doc !== undefined) return findOne(wish.doc, { caller, tenant });
  const page = await tenant.storage.page({
    ...rangeOf(wish),
    classes: readableClasses(caller.role),
    limit: wish.limit,
    maxBytes: hub.limits.feedPageBytes,
  });
  return ok(page);
}

/** One document's current state, as a page of one. Fails: `not_found`, `key_missing`. Rule: FE4. */
async function findOne(name: string, { caller, tenant }: Inside): Promise<Result<Found, ServerError>> {
  const allowed = findRight(caller, name);
  if (!allowed.ok) return allowed;
  const { doc } = allowed.value;
  const stored = await tenant.storage.read(doc);
  const next = await tenant.storage.head();
  if (stored.kind === "absent")
    return mayCreate(doc, allowed.value.right) ? ok({ entries: [], next }) : err({ type: "not_found" });
  if (stored.kind === "key_missing") return err({ type: "key_missing" });
  const entry: FeedEntry =
    stored.kind === "erased"
      ? { seq: stored.seq, doc, kind: "erased" }
      : { seq: stored.seq, doc, kind: "state", state: stored.state };
  return ok({ entries: [entry], next });
}

async function binary(c: Context, bytes: Uint8Array): Promise<Response> {
  c.header("Content-Type", "application/octet-stream");
  c.header("Vary", "Accept-Encoding");
  const isZipped = bytes.length >= GZIP_FROM && /\bgzip\b/.test(c.req.header("accept-encoding") ?? "");
  if (isZipped) c.header("Content-Encoding", "gzip");
  const body = isZipped ? await gzipAsync(bytes, { level: 1 }) : bytes;
  // Hint: a view over our own bytes; Hono's type names the narrower buffer.
  return c.body(body as Uint8Array<ArrayBuffer>);
}

async function answerUpdates(hub: Hub, c: Context, { member }: Caller): Promise<Response> {
  const share = hub.share(member);
  // Hint: before the body is read, because reading is work too.
  if (share.waitMs() > 0) return failed(c, { type: "too_fast", retryAfterMs: share.waitMs() });
  const read = await readBytes(c.req.raw, hub.limits.updatesBodyBytes);
  if (!read.ok) return failed(c, read.error);
  const bytes = read.value;
  // Hint: a body may come as slowly as it likes, and rights may end meanwhile. Rule: UP5.
  const inside = await enter(hub, c);
  if (!inside.ok) return failed(c, inside.error);
  const retryAfterMs = share.waitMs();
  share.received(bytes.length);
  if (retryAfterMs > 0) return failed(c, { type: "too_fast", retryAfterMs });
  const updates = readUpdates(bytes);
  if (!updates.ok) return failed(c, { type: "malformed" });
  const bringing = c.req.query("restoring") === "1" ? await openBringing(hub, inside.value) : null;
  const bringers = updates.value.map(() => bringing?.() ?? null);
  const taking = { ...inside.value, hub };
  const authors = bringers.map((bringer) => bringer?.author ?? null);
  const results = await takeUpdates(updates.value, authors, taking);
  const brought = results.filter(({ ok: isOk }, index) => isOk && bringers[index]?.hasBrought()).length;
  if (brought > 0) hub.onBrought?.(inside.value.caller.org, brought);
  const body: UpdateResults = {
    results: results.map((result, index) => toResult(updates.value[index]?.doc ?? "", result)),
  };
  return c.json(body);
}

const toResult = (doc: string, result: Result<number, ServerError>): UpdateResults["results"][number] =>
  result.ok ? { doc, seq: result.value } : { doc, error: toErrorBody(result.error).error };

type Taking = Inside & { readonly hub: Hub };

/**
 * Puts updates into their rooms, without waiting for one to be on disk before the next, so that they share commits. Loading
 * documents costs time: everybody else has a turn in between, and it counts against the member's share. Rules: UP1–UP4, UP7.
 */
async function takeUpdates(
  updates: readonly DocUpdate[],
  authors: readonly (Author | null)[],
  taking: Taking,
): Promise<Result<number, ServerError>[]> {
  const { hub, caller } = taking;
  const answers: Promise<Result<number, ServerError>>[] = [];
  let isLate = createDeadline(hub.limits.tickMs);
  for (const [index, update] of updates.entries()) {
    const room = await openRoom(update.doc, taking);
    const author = authors[index] ?? { member: caller.member };
    answers.push(room.ok ? submit(room.value, { ...taking, update, author }) : Promise.resolve(room));
    if (!isLate()) continue;
    await new Promise((resolve) => void setImmediate(resolve));
    isLate = createDeadline(hub.limits.tickMs);
  }
  return Promise.all(answers);
}

async function openRoom(doc: string, { hub, caller, tenant }: Taking): Promise<Result<Room, ServerError>> {
  const allowed = findRight(caller, doc);
  if (!allowed.ok) return allowed;
  if (allowed.value.right !== "write") return err({ type: "refused", refusal: { reason: "read_only" } });
  const share = hub.share(caller.member);
  const retryAfterMs = share.waitMs();
  if (retryAfterMs > 0) return err({ type: "too_fast", retryAfterMs });
  const room = await tenant.room(allowed.value.doc, { member: caller.member, share });
  const isMissing = room.ok && room.value.version === 0 && !mayCreate(allowed.value.doc, "write");
  return isMissing ? err({ type: "not_found" }) : room;
}

type Submitting = Taking & { readonly update: DocUpdate; readonly author: Author };

/** Answers with an update's number once it is on disk. Rules: UP1, UP6. */
async function submit(
  room: Room,
  { hub, caller, tenant, update: { update }, author }: Submitting,
): Promise<Result<number, ServerError>> {
  const outcome = await new Promise<Outcome>((settle) => {
    tenant.submit(room, {
      update,
      format: "v2",
      author,
      maxClientIds: hub.limits.clientIdsPerSyncUpdate,
      maxStructs: hub.limits.structsPerDocument,
      from: null,
      seenAs: hub.presence(room).ownerOf,
      share: hub.share(caller.member),
      settle,
    });
  });
  return toAnswer(outcome);
}

function toAnswer(outcome: Outcome): Result<number, ServerError> {
  if (outcome.kind === "settled") return ok(outcome.seq);
  if (outcome.kind === "failed") return err(outcome.error);
  return err({ type: "refused", refusal: outcome.kind === "gap" ? { reason: "gap" } : outcome.refusal });
}
