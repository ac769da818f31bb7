// Why a session is no more, as the browser that still shows it is told; and that nobody ends another member's.
import { afterEach, describe, expect, it } from "vitest";
import { endExpired } from "./expiry.ts";
import { TEST_PASSWORD, createBrowser, createTestAccount, createTestAuth, errorOf, tokenOfLink } from "./testing.ts";
import type { Browser, TestAccount, TestAuth } from "./testing.ts";

const DAY = 24 * 60 * 60_000;
const wanted = "yeni ve uzun bir parola";

let open: TestAuth | undefined;
async function setup(): Promise<{ test: TestAuth; account: TestAccount; here: Browser; there: Browser }> {
  open = await createTestAuth();
  const account = await createTestAccount(open.auth);
  const [here, there] = [createBrowser(open), createBrowser(open)];
  for (const browser of [here, there])
    await browser.post("/api/auth/sign-in", { email: account.email, password: TEST_PASSWORD });
  return { test: open, account, here, there };
}
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const told = async (browser: Browser): Promise<unknown> => errorOf(await browser.get("/api/auth/me"));
const said = (why: string) => ({ type: "signed_out", why, message: "signed out" });

describe("a session that is no more", () => {
  it("[AU22] says that it was signed out everywhere", async () => {
    const { here, there } = await setup();
    await here.post("/api/auth/sign-out-all");
    expect(await told(there)).toEqual(said("everywhere"));
  });

  it("[AU22] says that its member has a new password, by the old one or by a link", async () => {
    const { test, account, here, there } = await setup();
    await here.post("/api/auth/password", { currentPassword: TEST_PASSWORD, newPassword: wanted });
    expect(await told(there)).toEqual(said("password"));
    expect((await here.get("/api/auth/me")).status).toBe(200);
    await createBrowser(test).post("/api/auth/reset-request", { email: account.email });
    const token = tokenOfLink((await test.links()).at(-1));
    await createBrowser(test).post("/api/auth/reset", { token, password: TEST_PASSWORD });
    expect(await told(here)).toEqual(said("password"));
  });

  it("[AU22] says that it was ended from the list, or signed out", async () => {
    const { test, here, there } = await setup();
    const cookie = there.cookie();
    const { sessions } = (await (await there.get("/api/auth/sessions")).json()) as {
      sessions: { id: string; current: boolean }[];
    };
    await here.send("DELETE", `/api/auth/sessions/${sessions.find(({ current }) => current)?.id}`);
    expect(await told(there)).toEqual(said("ended"));
    const mine = here.cookie();
    await here.post("/api/auth/sign-out");
    expect(await told(createBrowser(test, { cookie: mine }))).toEqual(said("signed_out"));
    expect(cookie).not.toBe(mine);
  });

  it("[AU22] says that it ran out, and keeps no reason longer than it would have lasted", async () => {
    const { test, here, there } = await setup();
    await here.post("/api/auth/sign-out-all");
    test.clock.advance(31 * DAY);
    await endExpired(test.auth, test.clock.now());
    expect(await test.auth.db.selectFrom("ended_sessions").selectAll().execute()).toEqual([]);
    expect(await told(there)).toEqual(said("expired"));
    expect(await told(createBrowser(test))).toEqual({ type: "signed_out", message: "signed out" });
  });
});

describe("a page of another member than the cookie's", () => {
  it("[ED8] ends nobody's session and accepts no invitation", async () => {
    const { here } = await setup();
    const answer = await here.post("/api/auth/sign-out?m=somebody-else");
    expect([answer.status, (await errorOf(answer)).type]).toEqual([401, "other_member"]);
    expect((await here.get("/api/auth/me")).status).toBe(200);
    const accepted = await here.post(`/api/invitations/${"A".repeat(43)}/accept?m=somebody-else`, {});
    expect([accepted.status, (await errorOf(accepted)).type]).toEqual([401, "other_member"]);
  });
});
