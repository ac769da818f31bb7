// Owns what tests of sign-in share: a whole sign-in over a real main.db in a temporary folder, browsers with a cookie jar,
// and accounts made the short way. Never used by the product.
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import type { Role } from "../../policy/roles.ts";
import type { Locale } from "../../shared/studio.ts";
import { createAddressReader } from "../address.ts";
import { createBus } from "../bus.ts";
import type { BusEvent } from "../bus.ts";
import type { RandomBytes } from "../clock.ts";
import { createTestClock, seededRandom } from "../clock.testing.ts";
import type { TestClock } from "../clock.testing.ts";
import { onError, onNotFound } from "../http-error.ts";
import { startLimits } from "../limits.ts";
import type { Limits } from "../limits.ts";
import { createMailer } from "../mail.ts";
import type { MailFailure, Mailer } from "../mail.ts";
import { noStore, originGate } from "../origin.ts";
import { openMainDatabase } from "../tables.migrations.ts";
import { addUser } from "./accounts.ts";
import { createAuthRoutes } from "./auth-routes.ts";
import { createAuth } from "./context.ts";
import type { Auth, AuthDeps, NewStudio } from "./context.ts";
import { createInvitationRoutes } from "./invitation-routes.ts";
import { recordRole } from "./memberships.ts";
import type { PasswordCost } from "./passwords.ts";
import { newId } from "./secrets.ts";
import { createOrgTeamRoutes } from "./team-routes.ts";

/** The cheapest Argon2id there is, so that tests are quick. Units: KiB and passes. */
export const testPasswordCost: PasswordCost = { memoryCost: 8, timeCost: 1 };

/** A password that every account of `createTestAccount` has. */
export const TEST_PASSWORD = "kırmızı balon 42";

/** How a test's sign-in differs from the usual one. */
export type TestAuthOptions = {
  readonly seed?: string;
  readonly limits?: Partial<Limits>;
  readonly publicUrl?: string;
  readonly smtpUrl?: string;
  readonly trustedProxies?: readonly string[];
  readonly passwordCost?: PasswordCost;
  /** Runs while a studio is made; throwing makes it fail. */
  readonly createStudio?: (studio: NewStudio) => Promise<void>;
};

/** Sign-in as a whole, with everything it told others. */
export type TestAuth = {
  readonly auth: Auth;
  readonly app: Hono;
  readonly clock: TestClock;
  readonly folder: string;
  /** Studios that exist now. */
  readonly studios: Map<string, NewStudio>;
  readonly events: BusEvent[];
  readonly failures: unknown[];
  readonly mailFailures: MailFailure[];
  /** Waits for mail on its way and answers with the links announced so far, the newest last. */
  readonly links: () => Promise<string[]>;
  /** Waits for mail on its way and answers with the outbox, the oldest first. */
  readonly outbox: () => Promise<string[]>;
  readonly close: () => Promise<void>;
};

/** Makes a whole sign-in over a real main.db. Close it at the end of the test. */
export async function createTestAuth(options: TestAuthOptions = {}): Promise<TestAuth> {
  const folder = await mkdtemp(join(tmpdir(), "lumiso-auth-"));
  const outboxDir = join(folder, "outbox");
  const parts: Parts = { clock: createTestClock(), random: seededRandom(options.seed ?? "auth"), outboxDir };
  const heard: Heard = { events: [], failures: [], mailFailures: [], lines: [] };
  const main = await openMainDatabase(join(folder, "main.db"));
  const studios = new Map<string, NewStudio>();
  const mailer = makeMailer(options, parts, heard);
  const auth = createAuth({
    ...makeDeps(options, parts, heard),
    ...studioFunctions(options, studios),
    db: main.db,
    mailer,
  });
  const settled = async (): Promise<void> => {
    await auth.background.idle();
    await mailer.idle();
  };
  return {
    ...{ auth, folder, studios, ...heard, clock: parts.clock },
    app: createTestApp(auth, heard.failures),
    links: async () => {
      await settled();
      return [...heard.lines];
    },
    outbox: async () => {
      await settled();
      return readOutbox(outboxDir);
    },
    close: async () => {
      await settled();
      await mailer.close();
      await main.close();
      await rm(folder, { recursive: true });
    },
  };
}

type Parts = { readonly clock: TestClock; readonly random: RandomBytes; readonly outboxDir: string };
type Heard = Pick<TestAuth, "events" | "failures" | "mailFailures"> & { readonly lines: string[] };

const limitsOf = ({ limits }: TestAuthOptions): Limits => ({ ...startLimits, ...limits });

const makeMailer = (options: TestAuthOptions, { clock, random, outboxDir }: Parts, heard: Heard): Mailer =>
  createMailer({
    smtpUrl: options.smtpUrl,
    from: undefined,
    linkBase: options.publicUrl ?? "http://localhost:3000",
    outboxDir,
    announce: (line) => heard.lines.push(line),
    report: (failure) => heard.mailFailures.push(failure),
    clock: clock.now,
    random,
    maxInFlight: limitsOf(options).mailsInFlight,
  });

type StudioFunctions = Pick<AuthDeps, "createStudio" | "removeStudio">;

function makeDeps(
  options: TestAuthOptions,
  { clock, random }: Parts,
  heard: Heard,
): Omit<AuthDeps, "db" | "mailer" | keyof StudioFunctions> {
  const bus = createBus();
  bus.subscribe((event) => heard.events.push(event));
  return {
    clock: clock.now,
    random,
    bus,
    limits: limitsOf(options),
    publicUrl: options.publicUrl,
    addressOf: createAddressReader(options.trustedProxies),
    report: (error) => heard.failures.push(error),
    passwordCost: options.passwordCost ?? testPasswordCost,
  };
}

const studioFunctions = (options: TestAuthOptions, studios: Map<string, NewStudio>): StudioFunctions => ({
  createStudio: async (studio) => {
    studios.set(studio.orgId, studio);
    await options.createStudio?.(studio);
  },
  removeStudio: async (orgId) => void studios.delete(orgId),
});

function createTestApp(auth: Auth, failures: unknown[]): Hono {
  const app = new Hono();
  app.onError(onError((error) => failures.push(error)));
  app.use("/api/*", noStore, originGate(auth.publicUrl));
  app.route("/api/auth", createAuthRoutes(auth));
  app.route("/api/invitations", createInvitationRoutes(auth));
  app.route("/api/orgs", createOrgTeamRoutes(auth));
  app.all("/api/*", onNotFound);
  return app;
}

async function readOutbox(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return Promise.all(names.toSorted().map((name) => readFile(join(folder, name), "utf8")));
}

/** The secret of a link in a mail. */
export const tokenOfLink = (link: string | undefined): string => link?.split("#token=")[1] ?? "";

/** What a test sends besides method and path. */
export type Sent = {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A browser at an address: it keeps cookies from answer to answer. */
export type Browser = {
  readonly send: (method: string, path: string, sent?: Sent) => Promise<Response>;
  readonly get: (path: string) => Promise<Response>;
  readonly post: (path: string, body?: unknown) => Promise<Response>;
  /** The `Cookie` header it sends now. */
  readonly cookie: () => string;
};

/** Opens a browser with an empty jar, or with a cookie. */
export function createBrowser(
  { app }: Pick<TestAuth, "app">,
  {
    address = "203.0.113.7",
    cookie = "",
    agent = "Test/1.0",
  }: { address?: string; cookie?: string; agent?: string } = {},
): Browser {
  const jar = new Map(cookie === "" ? [] : cookie.split("; ").map((pair) => pair.split("=") as [string, string]));
  const send: Browser["send"] = async (method, path, { body, headers } = {}) => {
    const init: RequestInit = { method, headers: { "user-agent": agent, ...cookieHeader(jar), ...headers } };
    if (body !== undefined) init.body = typeof body === "string" ? body : JSON.stringify(body);
    const answer = await app.request(path, init, { incoming: { socket: { remoteAddress: address } } });
    for (const line of answer.headers.getSetCookie()) keepCookie(jar, line);
    return answer;
  };
  return {
    send,
    get: (path) => send("GET", path),
    post: (path, body) => send("POST", path, { body }),
    cookie: () => cookieHeader(jar)["cookie"] ?? "",
  };
}

function cookieHeader(jar: ReadonlyMap<string, string>): Record<string, string> {
  const pairs = [...jar].map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? {} : { cookie: pairs.join("; ") };
}

function keepCookie(jar: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split("; ");
  const [name = "", value = ""] = pair.split("=");
  if (attributes.includes("Max-Age=0")) jar.delete(name);
  else jar.set(name, value);
}

/** An account for tests, signed in. */
export type TestAccount = {
  readonly userId: string;
  readonly orgId: string;
  readonly email: string;
  readonly password: string;
  /** A `Cookie` header that is signed in. */
  readonly cookie: string;
};

/** How an account differs from the usual one; `orgId` and `role` join a studio instead of making one. */
export type TestAccountOptions = {
  readonly email?: string;
  readonly name?: string;
  readonly studio?: string;
  readonly locale?: Locale;
  readonly orgId?: string;
  readonly role?: Role;
  readonly verified?: boolean;
};

/** Makes an account past all forms and mails: in its own new studio, or as a member of one. Signed in at once. */
export async function createTestAccount(auth: Auth, options: TestAccountOptions = {}): Promise<TestAccount> {
  const { name = "Ayşe Yılmaz", studio = "Işık Stüdyo", locale = "tr", role = "owner", verified = true } = options;
  const [userId, orgId, at] = [newId(auth.random), options.orgId ?? newId(auth.random), auth.now()];
  const email = options.email ?? `${userId}@example.test`;
  const passwordHash = await auth.passwords.hash(TEST_PASSWORD);
  if (!passwordHash.ok) throw new Error("too many hashes wait");
  if (options.orgId === undefined) {
    await auth.db.insertInto("organisations").values({ id: orgId, name: studio, created_at: at }).execute();
    await auth.createStudio({ orgId, name: studio, locale, ownerId: userId, at });
  }
  await auth.db.transaction().execute(async (db) => {
    const person = { id: userId, email, name, locale, passwordHash: passwordHash.value };
    await addUser(db, { ...person, verifiedAt: verified ? at : null, at });
    await recordRole(db, { orgId, userId, role, by: userId, at });
  });
  const token = await auth.sessions.start(userId, { address: null, agent: null });
  const cookie = auth.sessions.cookies(token).map((line) => line.split("; ")[0]);
  return { userId, orgId, email, password: TEST_PASSWORD, cookie: cookie.join("; ") };
}

/** The body of an error answer's `error`. */
export async function errorOf(answer: Response): Promise<{ type: string; fields?: string[]; retryAfterMs?: number }> {
  const body: unknown = await answer.json();
  // Hint: tests compare the fields of what they get here; a wrong shape fails the comparison.
  return (body as { error: { type: string; fields?: string[]; retryAfterMs?: number } }).error;
}
