// The edge of a whole server before and beside its routes: slow and large requests, connections, rates, proxies, foreign pages.
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { handshake, openPeer } from "./hostile.testing.ts";
import type { Peer } from "./hostile.testing.ts";
import { errorOf } from "./auth/testing.ts";
import { startTimer } from "./clock.ts";
import { startTestServer } from "./testing.ts";
import type { Member, TestServer } from "./testing.ts";

/** A whole request. */
const ASKING = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

const servers: TestServer[] = [];
const peers: { readonly socket: Socket }[] = [];

afterEach(async () => {
  for (const { socket } of peers.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) await server.close();
});

async function start(limits: Record<string, number> = {}, env: Record<string, string> = {}): Promise<TestServer> {
  const server = await startTestServer({ env: { LIMITS: JSON.stringify(limits), ...env } });
  servers.push(server);
  return server;
}

async function knock(server: TestServer, text: string): Promise<Peer> {
  const peer = await openPeer(server.running.port, text);
  peers.push(peer);
  return peer;
}

/** Resolves when a connection is no more, be it by a reset. */
const ended = ({ socket }: Pick<Peer, "socket">): Promise<void> =>
  new Promise((resolve) => void socket.once("close", () => resolve()));

describe("[ED18] a request that is", () => {
  test("no more than a connection, or headers without an end, is cut", async () => {
    const server = await start({ headersMs: 300 });
    const silent = await knock(server, "");
    const slow = await knock(server, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n");
    const dripping = setInterval(() => void slow.socket.write("X-A: b\r\n"), 50);
    await Promise.all([ended(silent), ended(slow)]);
    clearInterval(dripping);
    expect(slow.heard()).toMatch(/^HTTP\/1.1 408 /);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test("a body without an end is cut, of a stranger and of a member", async () => {
    const server = await start({ headersMs: 300, requestMs: 700 });
    const owner = await server.owner("ada@example.com");
    const head = (path: string, cookie: string): string =>
      [`POST ${path} HTTP/1.1`, "Host: localhost", `Cookie: ${cookie}`, "Content-Length: 4000", "\r\n"].join("\r\n");
    const stranger = await knock(server, head("/api/auth/sign-in", ""));
    const member = await knock(server, head(`/api/orgs/${owner.orgId}/updates`, owner.cookie));
    const dripping = setInterval(() => [stranger, member].forEach(({ socket }) => socket.write("x")), 50);
    await Promise.all([ended(stranger), ended(member)]);
    clearInterval(dripping);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test("larger in its headers than headerBytes is refused before anybody looks", async () => {
    const server = await start({ headerBytes: 2000 });
    const large = await knock(server, `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: ${"a".repeat(3000)}\r\n\r\n`);
    await ended(large);
    expect(large.heard()).toMatch(/^HTTP\/1.1 431 /);
  });
});

test("[ED23] bodies that break off are no failures of the server", async () => {
  const lines: string[] = [];
  const server = await startTestServer({
    logTo: { write: (line) => void lines.push(line) },
    env: { LOG_LEVEL: "warn" },
  });
  servers.push(server);
  const owner = await server.owner("ada@example.com");
  const head = (path: string, ...headers: string[]): string =>
    [`POST ${path} HTTP/1.1`, "Host: localhost", `Cookie: ${owner.cookie}`, ...headers, "\r\n"].join("\r\n");
  const updates = `/api/orgs/${owner.orgId}/updates`;
  for (const path of ["/api/auth/sign-in", updates, `/api/orgs/${owner.orgId}/commands`]) {
    const gone = await knock(server, `${head(path, "Content-Length: 4000")}{"a":`);
    while ((await owner.fetch("/api/auth/me")).status !== 200);
    gone.socket.resetAndDestroy();
    const wrong = await knock(server, `${head(path, "Transfer-Encoding: chunked")}2\r\n{}\r\nnonsense\r\n`);
    await ended(wrong);
  }
  while ((await figure(server, 'lumiso_http_errors_total{type="malformed"}')) < 6);
  expect(await figure(server, 'lumiso_http_errors_total{type="internal"}')).toBeNaN();
  expect(lines).toEqual([]);
});

describe("[ED24] a connection that asks", () => {
  test("again and again before it is answered is cut; nobody waits for the rest, and it leaves nothing behind", async () => {
    const server = await start();
    const before = await figure(server, 'lumiso_http_answers_total{method="GET",route="/*",status="2xx"}');
    expect(before).toBeNaN();
    const hasty = await knock(server, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1000));
    await ended(hasty);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect(await figure(server, 'lumiso_http_answers_total{method="GET",route="/*",status="2xx"}')).toBe(4);
    const stopping = startTimer();
    await server.close();
    servers.pop();
    // Hint: requests that never end are waited for by a server that goes.
    expect(stopping()).toBeLessThan(8000);
  });

  test("hundreds of times, each after an answer, is served", async () => {
    const server = await start();
    const peer = await knock(server, "");
    for (let time = 1; time <= 300; time += 1) {
      peer.socket.write(ASKING);
      while (peer.heard().split('{"ok":true}').length <= time) await once(peer.socket, "data");
    }
    expect(peer.socket.destroyed).toBe(false);
  });
});

describe("connections", () => {
  test("[ED17] of one caller above the share are cut before a byte; the others go on, and a place that is free is given again", async () => {
    const server = await start({ connectionsPerAddress: 5 });
    const many = await Promise.all(Array.from({ length: 5 }, () => knock(server, "")));
    const sixth = await knock(server, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await ended(sixth);
    expect(sixth.heard()).toBe("");
    const [first] = many;
    if (first !== undefined) first.socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await first?.hears('{"ok":true}');
    first?.socket.destroy();
    // Hint: the server hears of the end a moment later.
    let heard = "";
    while (!heard.includes('{"ok":true}')) {
      const again = await knock(server, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      await ended(again);
      heard = again.heard();
    }
  });

  test("[ED17] of everybody together above connectionsAtOnce are cut before a byte, and a place that is free is given again", async () => {
    const server = await start({ connectionsAtOnce: 5 }, { TRUSTED_PROXIES: "127.0.0.1" });
    const many = await Promise.all(Array.from({ length: 5 }, () => knock(server, "")));
    const sixth = await knock(server, ASKING);
    await ended(sixth);
    expect(sixth.heard()).toBe("");
    many[0]?.socket.write(ASKING);
    await many[0]?.hears('{"ok":true}');
    many[1]?.socket.destroy();
    const heard = async (): Promise<string> => {
      const again = await knock(server, ASKING.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
      await ended(again);
      return again.heard();
    };
    // Hint: the server hears of the end a moment later.
    while (!(await heard()).includes('{"ok":true}'));
    expect(many.slice(2).map(({ socket }) => socket.destroyed)).toEqual([false, false, false]);
  });

  test("[ED17] of a trusted proxy are as many as it likes", async () => {
    const server = await start({ connectionsPerAddress: 2 }, { TRUSTED_PROXIES: "127.0.0.1" });
    const many = await Promise.all(
      Array.from({ length: 6 }, () => knock(server, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")),
    );
    await Promise.all(many.map((peer) => peer.hears('{"ok":true}')));
    expect(many.map((peer) => peer.heard().startsWith("HTTP/1.1 200"))).not.toContain(false);
  });

  test("[SO13] of a refused upgrade end although the peer does not hang up", async () => {
    const server = await start({ closeAnswerMs: 300 });
    const socket = connect({ port: server.running.port, host: "127.0.0.1", allowHalfOpen: true });
    peers.push({ socket });
    socket.on("error", () => undefined);
    socket.resume();
    socket.write(handshake("/sync", ""));
    await once(socket, "end");
    // Hint: our own half stays open; only the server can end it. The one that is left is the question itself.
    let left = await figure(server, "lumiso_connections_open");
    while (left > 1) left = await figure(server, "lumiso_connections_open");
    expect(left).toBe(1);
  });
});

async function figure({ url }: TestServer, name: string): Promise<number> {
  const lines = (await (await fetch(`${url}/metrics`, { headers: { connection: "close" } })).text()).split("\n");
  return Number(lines.find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
}

describe("[ED20] requests above the rate", () => {
  test("of a member are too_fast with Retry-After at every door, and of nobody else", async () => {
    const server = await start({ requestsPerMemberPerMinute: 12, requestsPerAddressPerMinute: 1000 });
    const owner = await server.owner("ada@example.com");
    const other = await server.invite(owner, "ben@example.com", "viewer");
    const paths = [`/api/orgs/${owner.orgId}/changes?after=0`, `/api/orgs/${owner.orgId}/members`, "/api/auth/me"];
    let answer = await owner.fetch("/api/auth/me");
    while (answer.status === 200) answer = await owner.fetch(paths[0] ?? "");
    for (const path of paths) {
      answer = await owner.fetch(path);
      expect([path, answer.status]).toEqual([path, 429]);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await errorOf(answer)).toMatchObject({ type: "too_fast", retryAfterMs: expect.any(Number) as number });
    }
    expect((await other.fetch("/api/auth/me")).status).toBe(200);
    expect((await fetch(`${server.url}/api/auth/me`)).status).toBe(401);
  });

  test("of strangers are counted by caller, whatever cookie they show; behind a proxy by whom it names", async () => {
    const limits = { requestsPerAddressPerMinute: 5 };
    const server = await start(limits, { TRUSTED_PROXIES: "127.0.0.1" });
    const statusOf = async (from: string, cookie = ""): Promise<number> =>
      (await fetch(`${server.url}/api/auth/me`, { headers: { "x-forwarded-for": from, cookie } })).status;
    for (let time = 0; time < 5; time += 1) expect(await statusOf("192.0.2.1", `lumiso_session=${time}`)).toBe(401);
    expect(await statusOf("192.0.2.1", `lumiso_session=${"a".repeat(43)}`)).toBe(429);
    expect(await statusOf("198.51.100.7, 192.0.2.1")).toBe(429);
    expect(await statusOf("192.0.2.2")).toBe(401);
    const direct = await start(limits);
    const claims = Array.from({ length: 6 }, (_, index) =>
      fetch(`${direct.url}/api/auth/me`, { headers: { "x-forwarded-for": `192.0.2.${index}` } }),
    );
    const statuses = (await Promise.all(claims)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  });
});

test("[ED21] requests of a member that stay under way take up their places, and give them back", async () => {
  const server = await start({ requestsAtOncePerMember: 3 });
  const owner = await server.owner("ada@example.com");
  const other = await server.invite(owner, "ben@example.com", "viewer");
  const head = [`POST /api/orgs/${owner.orgId}/updates HTTP/1.1`, "Host: localhost", `Cookie: ${owner.cookie}`];
  const text = [...head, "Content-Length: 1000", "\r\n"].join("\r\n");
  const slow = await Promise.all([knock(server, text), knock(server, text), knock(server, text)]);
  let answer = await owner.fetch("/api/auth/me");
  while (answer.status === 200) answer = await owner.fetch("/api/auth/me");
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "1"]);
  expect((await other.fetch("/api/auth/me")).status).toBe(200);
  slow[0]?.socket.destroy();
  while (answer.status === 429) answer = await owner.fetch("/api/auth/me");
  expect(answer.status).toBe(200);
});

describe("sockets before they are open", () => {
  const statusOf = async (server: TestServer, path: string, headers: readonly string[] = []): Promise<number> => {
    const text = handshake(path, "").replace("\r\n\r\n", ["", ...headers, "\r\n"].join("\r\n"));
    const peer = await knock(server, text);
    await peer.hears("HTTP/1.1 ");
    return Number(peer.heard().slice(9, 12));
  };

  test.each(["/sync", "/sync/", "/sync/a/b/c/d", "/sync/a/b/c/d/e"])(
    "[ED19] %s is the same not_found as elsewhere, upgrade or not",
    async (path) => {
      const server = await start();
      expect(await statusOf(server, path)).toBe(404);
      const answer = await fetch(server.url + path);
      expect([answer.status, (await errorOf(answer)).type]).toEqual([404, "not_found"]);
    },
  );

  test("[ED19] no socket opens anywhere else", async () => {
    const server = await start();
    for (const path of ["/elsewhere", "/", "/api/auth/me", "/healthz", "/metrics"])
      expect([path, await statusOf(server, path)]).not.toEqual([path, 101]);
  });

  test("[ED3][SO1] of a foreign page are refused, of our own and of none pass", async () => {
    const server = await start({}, { PUBLIC_URL: "https://lumiso.example" });
    const path = "/sync/someorganisation0000";
    expect(await statusOf(server, path, ["Origin: https://evil.example"])).toBe(403);
    expect(await statusOf(server, path, ["Origin: null"])).toBe(403);
    expect(await statusOf(server, path, ["Sec-Fetch-Site: cross-site"])).toBe(403);
    expect(await statusOf(server, path, ["Origin: https://lumiso.example"])).toBe(101);
    expect(await statusOf(server, path)).toBe(101);
  });

  test("[SO1][ED9] are counted by caller; behind a proxy by whom it names, and a bare header counts for nothing", async () => {
    const limits = { upgradesPerAddressPerMinute: 2 };
    const path = "/sync/someorganisation0000";
    const behind = await start(limits, { TRUSTED_PROXIES: "127.0.0.1" });
    const from = (address: string): Promise<number> => statusOf(behind, path, [`X-Forwarded-For: ${address}`]);
    expect([await from("192.0.2.1"), await from("192.0.2.1"), await from("192.0.2.1")]).toEqual([101, 101, 429]);
    expect(await from("192.0.2.2")).toBe(101);
    const direct = await start(limits);
    const claiming = async (index: number): Promise<number> =>
      statusOf(direct, path, [`X-Forwarded-For: 192.0.2.${index}`]);
    expect([await claiming(1), await claiming(2), await claiming(3)]).toEqual([101, 101, 429]);
  });
});

describe("health under a flood", () => {
  test("[OB4] answers everybody and keeps a member's requests quick", async () => {
    const server = await start();
    const owner: Member = await server.owner("ada@example.com");
    const flood = Array.from({ length: 150 }, async () => (await fetch(`${server.url}/healthz`)).status);
    const mine = await owner.fetch(`/api/orgs/${owner.orgId}/changes?after=0`);
    expect(mine.status).toBe(200);
    expect(new Set(await Promise.all(flood))).toEqual(new Set([200]));
  });
});
