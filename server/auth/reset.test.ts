import { afterEach, describe, expect, it } from "vitest";
import { TEST_PASSWORD, createBrowser, createTestAccount, createTestAuth, errorOf, tokenOfLink } from "./testing.ts";
import type { TestAuth, TestAuthOptions } from "./testing.ts";

const HOUR = 60 * 60_000;
const wanted = "yepyeni bir parola";

let open: TestAuth | undefined;
async function setup(options?: TestAuthOptions): Promise<TestAuth> {
  open = await createTestAuth(options);
  return open;
}
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function askForLink(test: TestAuth, email: string): Promise<string> {
  await createBrowser(test).post("/api/auth/reset-request", { email });
  return tokenOfLink((await test.links()).at(-1));
}

describe("a new password by mail", () => {
  it("[AU11] ends every session, closes the other links, and works once", async () => {
    const test = await setup();
    const account = await createTestAccount(test.auth);
    const [first, second] = [await askForLink(test, account.email), await askForLink(test, account.email)];
    const browser = createBrowser(test);
    expect((await browser.post("/api/auth/reset", { token: first, password: wanted })).status).toBe(204);
    expect((await createBrowser(test, account).get("/api/auth/me")).status).toBe(401);
    expect(test.events).toEqual([{ type: "signed_out", member: account.userId }]);
    for (const token of [first, second]) {
      const again = await browser.post("/api/auth/reset", { token, password: wanted });
      expect([again.status, (await errorOf(again)).type]).toEqual([410, "token_invalid"]);
    }
    const { email } = account;
    expect((await browser.post("/api/auth/sign-in", { email, password: TEST_PASSWORD })).status).toBe(401);
    expect((await browser.post("/api/auth/sign-in", { email, password: wanted })).status).toBe(200);
  });

  it("[AU5] expires after an hour", async () => {
    const test = await setup();
    const { email } = await createTestAccount(test.auth);
    const token = await askForLink(test, email);
    test.clock.advance(HOUR);
    expect((await createBrowser(test).post("/api/auth/reset", { token, password: wanted })).status).toBe(410);
  });

  it("[AU11] used twice at once counts once", async () => {
    const test = await setup();
    const { email } = await createTestAccount(test.auth);
    const token = await askForLink(test, email);
    const send = (): Promise<Response> => createBrowser(test).post("/api/auth/reset", { token, password: wanted });
    const answers = await Promise.all([send(), send()]);
    expect(answers.map((answer) => String(answer.status)).toSorted()).toEqual(["204", "410"]);
  });

  it("[AU12] refuses a bad one and keeps the link", async () => {
    const test = await setup();
    const { email } = await createTestAccount(test.auth);
    const token = await askForLink(test, email);
    const refused = await createBrowser(test).post("/api/auth/reset", { token, password: "kısa" });
    expect([refused.status, (await errorOf(refused)).fields]).toEqual([422, ["password"]]);
    expect((await createBrowser(test).post("/api/auth/reset", { token, password: wanted })).status).toBe(204);
  });

  it("[AU5] is not set by a link of another kind", async () => {
    const test = await setup();
    const { email } = await createTestAccount(test.auth);
    const token = await askForLink(test, email);
    expect((await createBrowser(test).post("/api/auth/verify", { token })).status).toBe(410);
    expect((await createBrowser(test).post("/api/auth/reset", { token, password: wanted })).status).toBe(204);
  });

  it("[AU11] is asked for with the same answer whether there is an account or not", async () => {
    const test = await setup();
    const { email } = await createTestAccount(test.auth);
    const answers = await Promise.all(
      [email, "nobody@example.test"].map((address) =>
        createBrowser(test).post("/api/auth/reset-request", { email: address }),
      ),
    );
    const seen = await Promise.all(answers.map(async (one) => [one.status, await one.text(), [...one.headers]]));
    expect(seen[0]).toEqual(seen[1]);
    expect(await test.links()).toHaveLength(1);
  });

  it("[AU21] sends an unverified address the message that verifies it and no other", async () => {
    const test = await setup();
    const { email } = await createTestAccount(test.auth, { verified: false });
    await createBrowser(test).post("/api/auth/reset-request", { email });
    expect((await test.links())[0]).toMatch(/\/verify#token=/);
  });

  it("[AU16] is counted per recipient, alike for accounts that do not exist; one caller cannot use up the rest", async () => {
    const limits = { mailsPerRecipientAndAddressPerHour: 2, mailsPerRecipientPerHour: 3 };
    const test = await setup({ limits });
    const { email } = await createTestAccount(test.auth);
    for (const recipient of [email, "nobody@example.test"]) {
      const ask = async (address: string): Promise<number> =>
        (await createBrowser(test, { address }).post("/api/auth/reset-request", { email: recipient })).status;
      const stranger = "198.51.100.1";
      expect([await ask(stranger), await ask(stranger), await ask(stranger)]).toEqual([204, 204, 429]);
      expect([await ask("203.0.113.7"), await ask("203.0.113.7")]).toEqual([204, 429]);
    }
  });
});

describe("a changed password", () => {
  it("[AU11] needs the current one and ends the other sessions", async () => {
    const test = await setup();
    const account = await createTestAccount(test.auth);
    const here = createBrowser(test);
    await here.post("/api/auth/sign-in", { email: account.email, password: TEST_PASSWORD });
    const stale = await askForLink(test, account.email);
    const change = (currentPassword: string): Promise<Response> =>
      here.post("/api/auth/password", { currentPassword, newPassword: wanted });
    expect((await errorOf(await change("yanlış parola"))).type).toBe("wrong_credentials");
    expect((await change(TEST_PASSWORD)).status).toBe(204);
    expect((await here.get("/api/auth/me")).status).toBe(200);
    expect((await createBrowser(test, account).get("/api/auth/me")).status).toBe(401);
    expect(test.events).toEqual([
      { type: "signed_out", member: account.userId, session: expect.stringMatching(/^[a-z0-9]{24}$/) },
    ]);
    expect((await here.post("/api/auth/reset", { token: stale, password: "bambaşka bir şey" })).status).toBe(410);
  });

  it("[AU12] names the field that is not good enough", async () => {
    const test = await setup();
    const { cookie } = await createTestAccount(test.auth);
    const body = { currentPassword: TEST_PASSWORD, newPassword: "kısa" };
    const answer = await createBrowser(test, { cookie }).post("/api/auth/password", body);
    expect([answer.status, (await errorOf(answer)).fields]).toEqual([422, ["newPassword"]]);
  });

  it("[AU7] counts wrong guesses of the current one", async () => {
    const test = await setup();
    const { cookie } = await createTestAccount(test.auth);
    const browser = createBrowser(test, { cookie });
    const body = { currentPassword: "yanlış parola", newPassword: wanted };
    for (let count = 0; count < 10; count += 1) await browser.post("/api/auth/password", body);
    expect((await errorOf(await browser.post("/api/auth/password", body))).type).toBe("locked_out");
  });

  it("[AU3] needs a session", async () => {
    const test = await setup();
    const body = { currentPassword: TEST_PASSWORD, newPassword: wanted };
    expect((await createBrowser(test).post("/api/auth/password", body)).status).toBe(401);
  });
});
