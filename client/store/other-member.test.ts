// Two members at one browser against a real server: whoever signs in last owns the cookie, and nothing goes under the wrong name.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { personActivity } from "../../shared/activity.ts";
import { docId } from "../../shared/document.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { makeNetwork } from "./network.testing.ts";
import { closeTabs, fast, makeDisk, makeRandom, newPerson, openTab, until } from "./testing.ts";
import type { Tab } from "./testing.ts";

const PASSWORD = "uzun ve iyi bir parola";

let server: TestServer;
let ada: Member;
let eda: Member;

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.owner("ada@example.com");
  eda = await server.invite(ada, "eda@example.com", "assistant");
});
afterEach(closeTabs);
afterAll(() => server.close());

/** One call or socket as the server met it: whom it named, and whose cookie it carried when it left. */
type Met = { readonly path: string; readonly names: string; readonly cookieOf: string; readonly status: number };

/** The cookies of a browser, and everything that left it. */
type Jar = { cookie: string; owner: string; readonly met: Met[]; readonly closes: number[] };

/** A member at this browser: what they send carries the cookie that is in the jar at that moment. */
function at(jar: Jar, member: Member): Member {
  const fetchHere = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const { cookie, owner } = jar;
    const headers = new Headers(init.headers);
    headers.set("cookie", cookie);
    const response = await fetch(server.url + path, { ...init, headers });
    const names = new URLSearchParams(path.split("?")[1]).get("m") ?? "";
    // Hint: whether the server is there at all is asked in nobody's name.
    if (path !== "/healthz") jar.met.push({ path, names, cookieOf: owner, status: response.status });
    return response;
  };
  const Socket = class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      const { cookie, owner } = jar;
      super(address, protocols, { headers: { cookie } });
      const names = new URL(address).searchParams.get("m") ?? "";
      this.on("close", (code) => jar.met.push({ path: String(address), names, cookieOf: owner, status: code }));
    }
  };
  // Hint: as server/testing.ts does: ws types a further form of its constructor, for servers.
  return { ...member, fetch: fetchHere, WebSocket: Socket as unknown as Member["WebSocket"] };
}

async function signIn(jar: Jar, member: Member): Promise<void> {
  const headers = { "content-type": "application/json", cookie: jar.cookie };
  const body = JSON.stringify({ email: member.email, password: PASSWORD });
  const response = await fetch(`${server.url}/api/auth/sign-in`, { method: "POST", headers, body });
  expect(response.status).toBe(200);
  jar.cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0] ?? "")
    .join("; ");
  jar.owner = member.userId;
}

const unsent = (tab: Tab): Promise<number> => tab.db.updates.where("unsent").equals(1).count();

/** How the server answers who names somebody else; 1006 is a socket that ended before it could be told. */
const refusals: ReadonlySet<number> = new Set([401, 4401, 1006]);

/** Who the server's copy says did what to a person. */
async function authorsOf(tab: Tab, subject: string): Promise<string[]> {
  const opened = await tab.store.open(docId("client", subject));
  await until(() => opened.ids(personActivity).length > 0);
  const authors = opened.ids(personActivity).map((id) => opened.read(personActivity, id)?.record.by ?? "");
  opened.release();
  return [...new Set(authors)];
}

describe("another member signs in while changes are on their way", () => {
  // Hint: each seed is another moment at which the cookie changes.
  test.each([1, 2, 3, 4])("[ME7] nothing is stored under the wrong name (seed %i)", async (seed) => {
    const random = makeRandom(seed);
    const jar: Jar = { cookie: "", owner: "", met: [], closes: [] };
    await signIn(jar, ada);
    const [disk, network] = [makeDisk(), makeNetwork()];
    network.latency = () => Math.floor(random() * 15);
    const first = openTab({ url: server.url, member: at(jar, ada) }, { disk, network, parts: fast(10) });
    await until(() => first.store.status().kind === "saved");
    const open = newPerson(`Açık ${seed}`);
    await first.store.act(open.calls);
    const held = await first.store.open(docId("client", open.subject));

    const adas = [open, ...Array.from({ length: 24 }, (_, n) => newPerson(`Ada ${seed}-${n}`))];
    const writing = (async () => {
      for (const { calls } of adas.slice(1)) {
        await first.store.act(calls);
        await new Promise((resolve) => void setTimeout(resolve, random() * 20));
      }
    })();
    const taking = signIn(jar, eda);
    await Promise.all([writing, taking]);
    const second = openTab({ url: server.url, member: at(jar, eda) }, { disk, role: "assistant", parts: fast(10) });
    const edas = Array.from({ length: 5 }, (_, n) => newPerson(`Eda ${seed}-${n}`));
    for (const { calls } of edas) await second.store.act(calls);
    await until(async () => (await unsent(second)) === 0);
    const late = newPerson(`Geç ${seed}`);
    await first.store.act(late.calls);
    await until(() => first.refused.length > 0);
    // Hint: a socket may have heard of the end of the old session first; going on meets the other member all the same.
    if (!first.refused.includes("other_member")) first.store.resume();
    await until(() => first.refused.includes("other_member"));
    expect(await unsent(first)).toBeGreaterThan(0);
    expect((await second.db.people.toArray()).map(({ name }) => name)).not.toContain(`Geç ${seed}`);

    // What the server took came from whom it named, and it took nothing from anybody else.
    const wrong = jar.met.filter(({ names, cookieOf }) => names !== cookieOf);
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.filter(({ status }) => !refusals.has(status))).toEqual([]);
    expect(jar.met.filter(({ names }) => names === "")).toEqual([]);
    held.release();

    await signIn(jar, ada);
    first.store.resume();
    await until(async () => (await unsent(first)) === 0);
    expect(await first.db.quarantine.count()).toBe(0);
    const witness = openTab({ url: server.url, member: ada }, { parts: fast(10) });
    await until(async () => (await witness.db.people.toArray()).some(({ name }) => name === `Geç ${seed}`));
    for (const { subject } of [...adas, late]) expect(await authorsOf(witness, subject)).toEqual([ada.userId]);
    for (const { subject } of edas) expect(await authorsOf(witness, subject)).toEqual([eda.userId]);
  });
});

describe("the server", () => {
  test("[ME7] takes nothing at any of its doors from a page that names another member", async () => {
    const named = `m=${eda.userId}&d=tablet&v=1`;
    const post = (body: unknown): RequestInit => ({
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const org = `/api/orgs/${ada.orgId}`;
    const calls: readonly (readonly [string, RequestInit?])[] = [
      ["/api/auth/me"],
      ["/api/auth/me", { ...post({ locale: "en" }), method: "PATCH" }],
      ["/api/auth/sign-out", post({})],
      ["/api/auth/sign-out-all", post({})],
      ["/api/auth/password", post({ currentPassword: PASSWORD, newPassword: PASSWORD })],
      ["/api/auth/sessions"],
      [`${org}/members`],
      [`${org}/members/${eda.userId}`, { ...post({ role: "owner" }), method: "PATCH" }],
      [`${org}/members/${eda.userId}`, { method: "DELETE" }],
      [`${org}/invitations`],
      [`${org}/invitations`, post({ email: "x@example.com", role: "owner" })],
      [`/api/invitations/${"A".repeat(43)}/accept`, post({})],
      [`${org}/changes?after=0`],
      [`${org}/updates`, { method: "POST", body: new Uint8Array([0]) }],
      [`${org}/commands`, post({ commands: [] })],
      [`${org}/preferences`],
    ];
    for (const [path, init] of calls) {
      const response = await ada.fetch(`${path}${path.includes("?") ? "&" : "?"}${named}`, init);
      const type = ((await response.json()) as { error: { type: string } }).error.type;
      expect([path, response.status, type]).toEqual([path, 401, "other_member"]);
    }
    for (const room of ["", "/studio", `/client/${crypto.randomUUID()}`]) {
      const socket = new ada.WebSocket(`${server.url.replace("http", "ws")}/sync/${ada.orgId}${room}?${named}`);
      const [code, reason] = await new Promise<[number, string]>((resolve) => {
        socket.on("close", (closed, why) => resolve([closed, why.toString()]));
      });
      expect([room, code, reason]).toEqual([room, 4401, "other_member"]);
    }
    expect((await ada.fetch("/api/auth/me")).status).toBe(200);
  });
});
