import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { endExpired } from "./expiry.ts";
import { TEST_PASSWORD, createBrowser, createTestAccount, createTestAuth, errorOf } from "./testing.ts";
import type { Browser, TestAccount, TestAuth, TestAuthOptions } from "./testing.ts";

const DAY = 24 * 60 * 60_000;

let open: TestAuth | undefined;
async function setup(options?: TestAuthOptions): Promise<TestAuth> {
  open = await createTestAuth(options);
  return open;
}
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function signedIn(test: TestAuth, account: TestAccount, agent = "Test/1.0"): Promise<Browser> {
  const browser = createBrowser(test, { agent });
  await browser.post("/api/auth/sign-in", { email: account.email, password: TEST_PASSWORD });
  return browser;
}

const statusOf = async (browser: Browser): Promise<number> => (await browser.get("/api/auth/me")).status;

type Listed = { sessions: { id: string; current: boolean; agent: string; address: string }[] };
const listed = async (browser: Browser): Promise<Listed["sessions"]> =>
  ((await (await browser.get("/api/auth/sessions")).json()) as Listed).sessions;

describe("cookies", () => {
  it("[AU8] last 30 days, and only one of the two is readable", async () => {
    const test = await setup();
    const { email } = await createTestAccount(test.auth);
    const answer = await createBrowser(test).post("/api/auth/sign-in", { email, password: TEST_PASSWORD });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^lumiso_session=[A-Za-z0-9_-]{43}; HttpOnly; Max-Age=2592000; Path=\/; SameSite=Lax$/),
      "lumiso_here=1; Max-Age=2592000; Path=/; SameSite=Lax",
    ]);
  });

  it("[AU8] are bound to host and TLS when PUBLIC_URL is https", async () => {
    const test = await setup({ publicUrl: "https://lumiso.example" });
    const { email } = await createTestAccount(test.auth);
    const browser = createBrowser(test);
    const answer = await browser.post("/api/auth/sign-in", { email, password: TEST_PASSWORD });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-lumiso_session=.*HttpOnly.*Secure/),
      expect.stringMatching(/^lumiso_here=1;.*Secure/),
    ]);
    expect(await statusOf(browser)).toBe(200);
  });

  it("[AU8] are both taken back at sign-out", async () => {
    const test = await setup();
    const browser = await signedIn(test, await createTestAccount(test.auth));
    expect(browser.cookie()).toMatch(/lumiso_session=.*lumiso_here=1/);
    expect((await browser.post("/api/auth/sign-out")).status).toBe(204);
    expect(browser.cookie()).toBe("");
    expect((await browser.post("/api/auth/sign-out")).status).toBe(204);
  });

  it.each(["lumiso_session=%", "lumiso_session=%E0%A4%A; a", ";;;=", "lumiso_session=short", "lumiso_session=", "é=é"])(
    "[AU8] %s is no session and no error",
    async (cookie) => {
      const test = await setup();
      const answer = await createBrowser(test).send("GET", "/api/auth/me", { headers: { cookie } });
      expect([answer.status, (await errorOf(answer)).type]).toEqual([401, "signed_out"]);
      expect(test.failures).toEqual([]);
    },
  );
});

describe("sessions", () => {
  it("[AU9] are kept as hashes of their tokens", async () => {
    const test = await setup();
    const account = await createTestAccount(test.auth);
    const token = /lumiso_session=([^;]+)/.exec(account.cookie)?.[1] ?? "";
    const [row] = await test.auth.db.selectFrom("sessions").selectAll().execute();
    expect(row?.token_hash).toBe(createHash("sha256").update(token).digest("hex"));
    const everything = JSON.stringify([row, test.events, await listed(createBrowser(test, account))]);
    expect(everything).not.toContain(token);
  });

  it("[AU9] are renewed past half of their time, and end 30 days after their last use", async () => {
    const test = await setup();
    const browser = await signedIn(test, await createTestAccount(test.auth));
    for (let use = 0; use < 5; use += 1) {
      test.clock.advance(16 * DAY);
      const answer = await browser.get("/api/auth/sessions");
      expect([answer.status, answer.headers.getSetCookie().length]).toEqual([200, 2]);
      expect((await browser.get("/api/auth/sessions")).headers.getSetCookie()).toEqual([]);
    }
    test.clock.advance(30 * DAY - 1);
    expect(await statusOf(browser)).toBe(200);
    test.clock.advance(30 * DAY);
    expect(await statusOf(browser)).toBe(401);
  });

  it("[AU9] that expired are cleared away", async () => {
    const test = await setup();
    await createTestAccount(test.auth);
    test.clock.advance(31 * DAY);
    await createTestAccount(test.auth);
    expect(await endExpired(test.auth, test.clock.now())).toBe(1);
    expect(await test.auth.db.selectFrom("sessions").select("id").execute()).toHaveLength(1);
  });

  it("[AU10] signing out ends this one at once and tells so", async () => {
    const test = await setup();
    const account = await createTestAccount(test.auth);
    const [here, there] = [await signedIn(test, account), await signedIn(test, account)];
    const stolen = here.cookie();
    const id = (await listed(here)).find((session) => session.current)?.id;
    await here.post("/api/auth/sign-out");
    expect(await statusOf(createBrowser(test, { cookie: stolen }))).toBe(401);
    expect(await statusOf(there)).toBe(200);
    expect(test.events).toEqual([{ type: "signed_out", member: account.userId, session: id }]);
  });

  it("[AU10] signing out everywhere ends all of one member's and nobody else's", async () => {
    const test = await setup();
    const [account, other] = [await createTestAccount(test.auth), await createTestAccount(test.auth)];
    const [here, there] = [await signedIn(test, account), await signedIn(test, account)];
    expect((await here.post("/api/auth/sign-out-all")).status).toBe(204);
    expect([await statusOf(here), await statusOf(there)]).toEqual([401, 401]);
    expect(await statusOf(createBrowser(test, other))).toBe(200);
    expect(test.events).toEqual([{ type: "signed_out", member: account.userId }]);
  });

  it("[AU10] are listed with their browser, and one can be ended by its public id", async () => {
    const test = await setup();
    const account = await createTestAccount(test.auth);
    const here = await signedIn(test, account, "Tablet/2");
    const there = await signedIn(test, account, "Telefon/3");
    const sessions = await listed(here);
    expect(sessions).toHaveLength(3);
    expect(sessions.find((session) => session.current)).toMatchObject({ agent: "Tablet/2", address: "203.0.113.7" });
    const theirs = sessions.find((session) => session.agent === "Telefon/3")?.id ?? "";
    expect((await here.send("DELETE", `/api/auth/sessions/${theirs}`)).status).toBe(204);
    expect([await statusOf(here), await statusOf(there)]).toEqual([200, 401]);
    expect((await here.send("DELETE", `/api/auth/sessions/${theirs}`)).status).toBe(404);
  });

  it("[AU10] of somebody else are not found", async () => {
    const test = await setup();
    const [mine, theirs] = [await createTestAccount(test.auth), await createTestAccount(test.auth)];
    const [id] = (await listed(createBrowser(test, theirs))).map((session) => session.id);
    const answer = await createBrowser(test, mine).send("DELETE", `/api/auth/sessions/${id}`);
    expect(answer.status).toBe(404);
    expect(await statusOf(createBrowser(test, theirs))).toBe(200);
  });

  it("[AU3] readSession answers for plain headers, as an upgrade has them", async () => {
    const test = await setup();
    const { userId, cookie } = await createTestAccount(test.auth, { verified: false });
    const session = await test.auth.sessions.readSession(new Headers({ cookie }));
    expect(session).toMatchObject({ userId, verified: false });
    expect(await test.auth.sessions.readSession(new Headers())).toBeNull();
  });

  it("[ED8] of another member than the address names are refused", async () => {
    const test = await setup();
    const { userId, orgId, cookie } = await createTestAccount(test.auth);
    const browser = createBrowser(test, { cookie });
    const answer = await browser.get(`/api/orgs/${orgId}/members?m=somebody-else&d=tablet&v=1`);
    expect([answer.status, (await errorOf(answer)).type]).toEqual([401, "other_member"]);
    expect((await browser.get(`/api/orgs/${orgId}/members?m=${userId}&d=tablet&v=1`)).status).toBe(200);
  });
});
