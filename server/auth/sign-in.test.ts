import { afterEach, describe, expect, it, vi } from "vitest";
import { createAuthRoutes } from "./auth-routes.ts";
import { TEST_PASSWORD, createBrowser, createTestAccount, createTestAuth, errorOf, tokenOfLink } from "./testing.ts";
import type { Browser, TestAuth, TestAuthOptions } from "./testing.ts";

const MINUTE = 60_000;

let open: TestAuth | undefined;
async function setup(options?: TestAuthOptions): Promise<TestAuth> {
  open = await createTestAuth(options);
  return open;
}
afterEach(async () => {
  vi.useRealTimers();
  await open?.close();
  open = undefined;
});

const tryIn = (browser: Browser, email: string, password = "yanlış parola"): Promise<Response> =>
  browser.post("/api/auth/sign-in", { email, password });

async function fail(
  test: TestAuth,
  times: number,
  { email, address }: { email: string; address: string },
): Promise<void> {
  for (let count = 0; count < times; count += 1) await tryIn(createBrowser(test, { address }), email);
}

describe("sign-in", () => {
  it("[AU6] signs in by address and password, in any writing of both", async () => {
    const test = await setup();
    const { userId } = await createTestAccount(test.auth, { email: "ayse@example.test" });
    const browser = createBrowser(test);
    const answer = await tryIn(browser, " AYSE@example.TEST", TEST_PASSWORD.normalize("NFD"));
    expect([answer.status, await answer.json()]).toEqual([200, { userId }]);
    expect((await browser.get("/api/auth/me")).status).toBe(200);
  });

  it("[AU6] answers alike for no account and wrong password, after one comparison each", async () => {
    const test = await setup();
    const { email } = await createTestAccount(test.auth);
    const compared: boolean[] = [];
    const counting = {
      ...test.auth,
      passwords: {
        ...test.auth.passwords,
        verify: (hashed: string | null, password: string) => {
          compared.push(hashed !== null);
          return test.auth.passwords.verify(hashed, password);
        },
      },
    };
    const routes = createAuthRoutes(counting);
    const attempt = async (address: string): Promise<unknown[]> => {
      const answer = await routes.request("/sign-in", {
        method: "POST",
        body: JSON.stringify({ email: address, password: "yanlış parola" }),
      });
      return [answer.status, await answer.text(), [...answer.headers]];
    };
    const wrong = await attempt(email);
    const absent = await attempt("nobody@example.test");
    expect(absent).toEqual(wrong);
    expect(wrong[0]).toBe(401);
    expect(compared).toEqual([true, false]);
  });

  it("[AU6] an account that nobody has is never opened, not even by the dummy's own input", async () => {
    const { auth } = await setup();
    expect(await auth.passwords.verify(null, "")).toEqual({ ok: true, value: false });
  });

  it("[AU2] of an unverified address means the newest claim", async () => {
    const test = await setup();
    await createTestAccount(test.auth, { email: "a@example.test", verified: false });
    test.clock.advance(1);
    const newest = await createTestAccount(test.auth, { email: "a@example.test", verified: false });
    const answer = await tryIn(createBrowser(test), "a@example.test", TEST_PASSWORD);
    expect(await answer.json()).toEqual({ userId: newest.userId });
  });

  it("[AU10] ends the session that the browser had", async () => {
    const test = await setup();
    const first = await createTestAccount(test.auth);
    const second = await createTestAccount(test.auth);
    const browser = createBrowser(test, { cookie: first.cookie });
    await tryIn(browser, second.email, TEST_PASSWORD);
    expect((await createBrowser(test, { cookie: first.cookie }).get("/api/auth/me")).status).toBe(401);
    expect(test.events).toContainEqual(expect.objectContaining({ type: "signed_out", member: first.userId }));
  });

  it("[AU16] is counted per caller", async () => {
    const test = await setup({ limits: { signInsPerAddressPer15Minutes: 3 } });
    await fail(test, 3, { email: "a@example.test", address: "192.0.2.1" });
    const answer = await tryIn(createBrowser(test, { address: "192.0.2.1" }), "b@example.test");
    expect([answer.status, (await errorOf(answer)).type]).toEqual([429, "too_fast"]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await tryIn(createBrowser(test, { address: "192.0.2.2" }), "b@example.test")).status).toBe(401);
  });
});

describe("lockout", () => {
  it("[AU7] begins with the eleventh try, whatever the password, and is the same for an account nobody has", async () => {
    const test = await setup();
    const { email } = await createTestAccount(test.auth);
    for (const address of [email, "nobody@example.test"]) {
      const browser = createBrowser(test);
      const answers: number[] = [];
      for (let count = 0; count < 10; count += 1) answers.push((await tryIn(browser, address)).status);
      expect(new Set(answers)).toEqual(new Set([401]));
      const locked = await tryIn(browser, address, TEST_PASSWORD);
      expect([locked.status, await errorOf(locked)]).toEqual([
        429,
        { type: "locked_out", message: "locked out", retryAfterMs: 15 * MINUTE },
      ]);
    }
  });

  it("[AU7] cannot be slipped through by many tries at once", async () => {
    const test = await setup();
    const { email } = await createTestAccount(test.auth);
    const answers = await Promise.all(Array.from({ length: 40 }, () => tryIn(createBrowser(test), email)));
    const counts = answers.map((answer) => answer.status);
    expect(counts.filter((status) => status === 401)).toHaveLength(10);
    expect(counts.filter((status) => status === 429)).toHaveLength(30);
  });

  it("[AU7] ends after 15 minutes and is twice as long the next time", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const test = await setup();
    const account = await createTestAccount(test.auth);
    const address = "203.0.113.7";
    const retry = async (): Promise<number | undefined> =>
      (await errorOf(await tryIn(createBrowser(test, { address }), account.email))).retryAfterMs;
    await fail(test, 10, { ...account, address });
    expect(await retry()).toBe(15 * MINUTE);
    vi.setSystemTime(Date.now() + 10 * MINUTE);
    expect(await retry()).toBe(5 * MINUTE);
    vi.setSystemTime(Date.now() + 5 * MINUTE);
    await fail(test, 10, { ...account, address });
    expect(await retry()).toBe(30 * MINUTE);
  });

  it("[AU7] by a stranger's address leaves the owner's address free, until very many addresses tried", async () => {
    const test = await setup({ limits: { failuresPerAccount: 25 } });
    const { email } = await createTestAccount(test.auth);
    await fail(test, 11, { email, address: "198.51.100.1" });
    expect((await tryIn(createBrowser(test), email, TEST_PASSWORD)).status).toBe(200);
    for (const address of ["198.51.100.2", "198.51.100.3", "198.51.100.4"]) await fail(test, 10, { email, address });
    expect((await errorOf(await tryIn(createBrowser(test), email, TEST_PASSWORD))).type).toBe("locked_out");
  });

  it("[AU7] is forgotten by the right password before it, and by a reset", async () => {
    const test = await setup();
    const { email } = await createTestAccount(test.auth);
    const address = "203.0.113.7";
    await fail(test, 9, { email, address });
    expect((await tryIn(createBrowser(test, { address }), email, TEST_PASSWORD)).status).toBe(200);
    await fail(test, 11, { email, address });
    const browser = createBrowser(test, { address });
    await browser.post("/api/auth/reset-request", { email });
    const password = "yepyeni bir parola";
    const token = tokenOfLink((await test.links()).at(-1));
    expect((await browser.post("/api/auth/reset", { token, password })).status).toBe(204);
    expect((await tryIn(browser, email, password)).status).toBe(200);
  });

  it("[AU7] counts one IPv6 line as one caller", async () => {
    const test = await setup();
    const { email } = await createTestAccount(test.auth);
    for (let host = 1; host <= 10; host += 1) await fail(test, 1, { email, address: `2001:db8:1:2::${host}` });
    expect((await tryIn(createBrowser(test, { address: "2001:db8:1:2::ffff" }), email)).status).toBe(429);
    expect((await tryIn(createBrowser(test, { address: "2001:db8:1:3::1" }), email)).status).toBe(401);
  });
});
