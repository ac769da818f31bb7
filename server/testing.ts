// Owns what tests need of a whole server: one on a free port with its own folder, and people who sign up, verify and join over HTTP.
// Never reaches into the server: links come from what it announces, as for a person without SMTP.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import * as v from "valibot";
import type { Role } from "../policy/roles.ts";
import { feedHeaders, updateResultsSchema } from "../shared/messages.ts";
import type { UpdateResults } from "../shared/messages.ts";
import { readFeedPage, writeUpdates } from "../shared/protocol.ts";
import type { DocUpdate, FeedEntry } from "../shared/protocol.ts";
import { readEnv } from "./env.ts";
import { startServer } from "./start.ts";
import type { Running, StartOptions } from "./start.ts";

const PASSWORD = "uzun ve iyi bir parola";

export type TestServer = {
  readonly running: Running;
  readonly url: string;
  readonly dataDir: string;
  readonly lines: string[];
  /** Signs up an owner with a verified address. */
  readonly owner: (email: string, studio?: string) => Promise<Member>;
  /** Invites somebody into the studio of an owner, who accepts. */
  readonly invite: (owner: Member, email: string, role: Role) => Promise<Member>;
  /** Waits for a line with a link of a kind and answers with its token. */
  readonly token: (kind: "verify" | "reset" | "invitation") => Promise<string>;
  readonly close: () => Promise<void>;
};

export type Member = {
  readonly email: string;
  readonly cookie: string;
  readonly userId: string;
  readonly orgId: string;
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** Pages of the feed and batches of updates, in values. */
  readonly changes: (query: string) => Promise<{ entries: FeedEntry[]; next: number; headers: Headers }>;
  readonly push: (updates: readonly DocUpdate[]) => Promise<UpdateResults["results"]>;
  /** A WebSocket class with this member's cookie, for stock providers. */
  readonly WebSocket: typeof WebSocket;
};

/** Starts a server in a folder of its own; the same folder may be started again. */
export async function startTestServer(
  options: Partial<StartOptions> & { dataDir?: string; env?: Record<string, string> } = {},
): Promise<TestServer> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "lumiso-"));
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const announce = (line: string): void => {
    lines.push(line);
    for (const wake of waiting) wake();
  };
  const env = readEnv({
    PORT: "0",
    HOST: "127.0.0.1",
    DATA_DIR: join(dataDir, "data"),
    LOG_LEVEL: "silent",
    ...options.env,
  });
  const running = await startServer(env, {
    pages: "client",
    passwordCost: { memoryCost: 1024, timeCost: 1 },
    ...options,
    announce,
  });
  const url = `http://127.0.0.1:${running.port}`;
  const token: TestServer["token"] = async (kind) => {
    for (;;) {
      const index = lines.findLastIndex((line) => line.includes(`/${kind}#token=`));
      if (index >= 0) return (lines.splice(index, 1)[0] ?? "").split("#token=")[1]?.trim() ?? "";
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
      });
    }
  };
  return {
    running,
    url,
    dataDir,
    lines,
    token,
    owner: (email, studio) => signUpOwner({ url, token }, { email, ...(studio === undefined ? {} : { studio }) }),
    invite: async (owner, email, role) => {
      const invitation = { path: `/api/orgs/${owner.orgId}/invitations`, body: { email, role }, cookie: owner.cookie };
      await post(url, invitation);
      const path = `/api/invitations/${await token("invitation")}/accept`;
      const response = await post(url, { path, body: { name: "Ben", password: PASSWORD, locale: "tr" } });
      const cookie = cookieOf(response);
      const me = await fetch(`${url}/api/auth/me`, { headers: { cookie } });
      const { user } = v.parse(v.object({ user: v.object({ id: v.string() }) }), await me.json());
      return member(url, { email, cookie, userId: user.id, orgId: owner.orgId });
    },
    close: async () => {
      await running.stop();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

type Call = { readonly path: string; readonly body: object; readonly cookie?: string };

/** Signs up an owner with a verified address at any server whose printed links can be read. */
export async function signUpOwner(
  { url, token }: Pick<TestServer, "url" | "token">,
  { email, studio = "Işık Stüdyo" }: { email: string; studio?: string },
): Promise<Member> {
  const body = { email, password: PASSWORD, name: "Ada", studio, locale: "tr" };
  const response = await post(url, { path: "/api/auth/sign-up", body });
  const ids = v.parse(v.object({ userId: v.string(), orgId: v.string() }), await response.json());
  const cookie = cookieOf(response);
  await post(url, { path: "/api/auth/verify", body: { token: await token("verify") }, cookie });
  return member(url, { email, cookie, ...ids });
}

async function post(url: string, { path, body, cookie = "" }: Call): Promise<Response> {
  const headers = { "content-type": "application/json", cookie };
  const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

const cookieOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0] ?? "")
    .join("; ");

/** Signs in somebody whom `owner` or `invite` made. */
export async function signInMember(url: string, known: Pick<Member, "email" | "userId" | "orgId">): Promise<Member> {
  const body = { email: known.email, password: PASSWORD };
  return member(url, { ...known, cookie: cookieOf(await post(url, { path: "/api/auth/sign-in", body })) });
}

type Identity = { email: string; cookie: string; userId: string; orgId: string };

/** A signed-in member as a program sees them. */
export function member(url: string, identity: Identity): Member {
  const { cookie, orgId } = identity;
  const call = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("cookie", cookie);
    return fetch(url + path, { ...init, headers });
  };
  return {
    ...identity,
    fetch: call,
    changes: async (query) => {
      const response = await call(`/api/orgs/${orgId}/changes?${query}`);
      if (!response.ok) throw new Error(`changes: ${response.status}`);
      const entries = readFeedPage(new Uint8Array(await response.arrayBuffer()));
      return { entries, next: Number(response.headers.get(feedHeaders.next)), headers: response.headers };
    },
    push: async (updates) => {
      const body = Buffer.from(writeUpdates(updates));
      const response = await call(`/api/orgs/${orgId}/updates`, { method: "POST", body });
      return v.parse(updateResultsSchema, await response.json()).results;
    },
    WebSocket: socketWith(cookie),
  };
}

/** Stock providers make their socket by `new WebSocketPolyfill(url, protocols)`; this one brings the cookie along. */
function socketWith(cookie: string): typeof WebSocket {
  const WithCookie = class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers: { cookie } });
    }
  };
  // Hint: ws types a further form of its constructor, for servers, that nobody calls here.
  return WithCookie as unknown as typeof WebSocket;
}
