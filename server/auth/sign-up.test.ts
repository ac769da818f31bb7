import { afterEach, describe, expect, it } from "vitest";
import { endUnverified, signUp } from "./sign-up.ts";
import { createBrowser, createTestAccount, createTestAuth, errorOf, tokenOfLink } from "./testing.ts";
import type { TestAuth, TestAuthOptions } from "./testing.ts";
import { discardEmptyStudios } from "./studios.ts";

const form = {
  email: "ayse@example.test",
  password: "kırmızı balon 42",
  name: "Ayşe Yılmaz",
  studio: "Işık Stüdyo",
  locale: "tr",
};
const HOUR = 60 * 60_000;

let open: TestAuth | undefined;
async function setup(options?: TestAuthOptions): Promise<TestAuth> {
  open = await createTestAuth(options);
  return open;
}
afterEach(async () => {
  await open?.close();
  open = undefined;
});

describe("sign-up", () => {
  it("[AU1] makes a user, a studio with that user as owner, and a session", async () => {
    const test = await setup();
    const browser = createBrowser(test);
    const answer = await browser.post("/api/auth/sign-up", { ...form, email: "  AYSE@Example.test " });
    expect(answer.status).toBe(201);
    const { userId, orgId } = (await answer.json()) as { userId: string; orgId: string };
    expect(test.studios.get(orgId)).toMatchObject({ name: "Işık Stüdyo", ownerId: userId, locale: "tr" });
    expect(await (await browser.get("/api/auth/me")).json()).toEqual({
      user: { id: userId, email: "ayse@example.test", name: "Ayşe Yılmaz", phone: null, locale: "tr", verified: false },
      orgs: [{ id: orgId, name: "Işık Stüdyo", role: "owner" }],
      model: 1,
    });
    expect(userId).toMatch(/^[a-z0-9]{24}$/);
    expect(orgId).toMatch(/^[a-z0-9]{24}$/);
  });

  it("[AU1] leaves nothing when the studio's storage cannot be made", async () => {
    const test = await setup({ createStudio: () => Promise.reject(new Error("disk full")) });
    const browser = createBrowser(test);
    expect((await browser.post("/api/auth/sign-up", form)).status).toBe(500);
    expect(browser.cookie()).toBe("");
    expect(await test.auth.db.selectFrom("users").select("id").execute()).toEqual([]);
    expect(await test.auth.db.selectFrom("organisations").select("id").execute()).toEqual([]);
    expect(test.studios.size).toBe(0);
    expect(test.failures).toHaveLength(1);
  });

  it("[AU1] clears away, after an hour, what a crash in the middle left", async () => {
    const test = await setup();
    const kept = await createTestAccount(test.auth);
    const at = test.auth.now();
    await test.auth.db.insertInto("organisations").values({ id: "half", name: "Yarım", created_at: at }).execute();
    test.studios.set("half", { orgId: "half", name: "Yarım", locale: "tr", ownerId: "nobody", at });
    expect(await discardEmptyStudios(test.auth, test.clock.now())).toBe(0);
    expect(await discardEmptyStudios(test.auth, test.clock.now() + HOUR)).toBe(1);
    expect([...test.studios.keys()]).toEqual([kept.orgId]);
  });

  it("[AU2] answers email_taken for a verified address only", async () => {
    const test = await setup();
    const account = await createTestAccount(test.auth);
    const answer = await createBrowser(test).post("/api/auth/sign-up", { ...form, email: account.email });
    expect([answer.status, (await errorOf(answer)).type]).toEqual([409, "email_taken"]);
    const first = await createBrowser(test).post("/api/auth/sign-up", form);
    const second = await createBrowser(test).post("/api/auth/sign-up", form);
    expect([first.status, second.status]).toEqual([201, 201]);
  });

  it("[AU2] is not made when the address is verified while the studio is being made", async () => {
    let rival: (() => Promise<unknown>) | undefined;
    const test = await setup({ createStudio: async () => void (await rival?.()) });
    rival = () => {
      rival = undefined;
      return createTestAccount(test.auth, { email: form.email });
    };
    const answer = await createBrowser(test).post("/api/auth/sign-up", form);
    expect((await errorOf(answer)).type).toBe("email_taken");
    expect(test.studios.size).toBe(1);
  });
});

describe("claims on one address", () => {
  it("[AU2] stand side by side until one opens its mail; then the others end with studios and sessions", async () => {
    const test = await setup();
    const stranger = createBrowser(test, { address: "198.51.100.1" });
    const holder = createBrowser(test);
    const theirs = (await (await stranger.post("/api/auth/sign-up", form)).json()) as { userId: string };
    await test.links();
    const mine = (await (await holder.post("/api/auth/sign-up", form)).json()) as { userId: string; orgId: string };
    const links = await test.links();
    expect((await holder.post("/api/auth/verify", { token: tokenOfLink(links[1]) })).status).toBe(204);
    expect((await (await holder.get("/api/auth/me")).json()) as object).toMatchObject({ user: { verified: true } });
    expect((await stranger.get("/api/auth/me")).status).toBe(401);
    await test.auth.background.idle();
    expect([...test.studios.keys()]).toEqual([mine.orgId]);
    expect(test.events).toContainEqual({ type: "signed_out", member: theirs.userId });
    expect((await errorOf(await stranger.post("/api/auth/verify", { token: tokenOfLink(links[0]) }))).type).toBe(
      "token_invalid",
    );
  });

  it("[AU2] a stranger's link opened in the holder's browser is refused and stays good", async () => {
    const test = await setup();
    const [holder, stranger] = [createBrowser(test), createBrowser(test)];
    await holder.post("/api/auth/sign-up", form);
    await test.links();
    await stranger.post("/api/auth/sign-up", form);
    const token = tokenOfLink((await test.links())[1]);
    const refused = await holder.post("/api/auth/verify", { token });
    expect([refused.status, (await errorOf(refused)).type]).toEqual([409, "wrong_account"]);
    expect((await stranger.post("/api/auth/verify", { token })).status).toBe(204);
  });

  it("[AU2] a link alone verifies a single claim; among several it needs the claim's password", async () => {
    const test = await setup();
    // Hint: mails go behind the caller's back; asking for the links after each keeps them in order.
    await createBrowser(test).post("/api/auth/sign-up", { ...form, password: "yabancının parolası" });
    await test.links();
    await createBrowser(test).post("/api/auth/sign-up", form);
    await test.links();
    await createBrowser(test).post("/api/auth/sign-up", { ...form, email: "tek@example.test" });
    const [theirs, mine, single] = (await test.links()).map(tokenOfLink);
    const verify = async (body: unknown): Promise<string> => {
      const answer = await createBrowser(test).post("/api/auth/verify", body);
      return answer.ok ? "verified" : (await errorOf(answer)).type;
    };
    expect(await verify({ token: single })).toBe("verified");
    expect(await verify({ token: mine })).toBe("wrong_account");
    expect(await verify({ token: theirs, password: form.password })).toBe("wrong_credentials");
    expect(await verify({ token: mine, password: form.password })).toBe("verified");
    expect(await verify({ token: theirs, password: "yabancının parolası" })).toBe("token_invalid");
  });

  it("[AU2] a second sign-up from the same browser replaces the first", async () => {
    const test = await setup();
    const browser = createBrowser(test);
    await browser.post("/api/auth/sign-up", form);
    await test.links();
    const again = (await (await browser.post("/api/auth/sign-up", form)).json()) as { orgId: string };
    const links = await test.links();
    expect([...test.studios.keys()]).toEqual([again.orgId]);
    expect((await browser.post("/api/auth/verify", { token: tokenOfLink(links[0]) })).status).toBe(410);
    expect((await browser.post("/api/auth/verify", { token: tokenOfLink(links[1]) })).status).toBe(204);
  });

  it("[AU2] two links of one address used at once verify exactly one account", async () => {
    const test = await setup();
    const browsers = [createBrowser(test), createBrowser(test)];
    for (const browser of browsers) {
      await browser.post("/api/auth/sign-up", form);
      await test.links();
    }
    const links = await test.links();
    const answers = await Promise.all(
      browsers.map((browser, index) => browser.post("/api/auth/verify", { token: tokenOfLink(links[index]) })),
    );
    expect(answers.map((answer) => String(answer.status)).toSorted()).toEqual(["204", "410"]);
    expect(await test.auth.db.selectFrom("users").select("id").execute()).toHaveLength(1);
  });

  it("[AU3] may call /api/auth only", async () => {
    const test = await setup();
    const browser = createBrowser(test);
    const { orgId } = (await (await browser.post("/api/auth/sign-up", form)).json()) as { orgId: string };
    const answer = await browser.get(`/api/orgs/${orgId}/members`);
    expect([answer.status, (await errorOf(answer)).type]).toEqual([403, "email_unverified"]);
    expect((await browser.get("/api/auth/me")).status).toBe(200);
    await browser.post("/api/auth/verify", { token: tokenOfLink((await test.links())[0]) });
    expect((await browser.get(`/api/orgs/${orgId}/members`)).status).toBe(200);
  });

  it("[AU4] ends after 24 hours with its studio; a verified account stays", async () => {
    const test = await setup();
    const kept = await createTestAccount(test.auth);
    const browser = createBrowser(test);
    await browser.post("/api/auth/sign-up", form);
    test.clock.advance(24 * HOUR - 1);
    expect(await endUnverified(test.auth, test.clock.now())).toBe(0);
    test.clock.advance(1);
    expect(await endUnverified(test.auth, test.clock.now())).toBe(1);
    expect([...test.studios.keys()]).toEqual([kept.orgId]);
    expect((await browser.get("/api/auth/me")).status).toBe(401);
    const orgs = await test.auth.db.selectFrom("organisations").select("id").execute();
    expect(orgs).toEqual([{ id: kept.orgId }]);
  });
});

describe("links", () => {
  it("[AU5] of verification work once, within 24 hours; sending again keeps earlier ones open", async () => {
    const test = await setup();
    const browser = createBrowser(test);
    await browser.post("/api/auth/sign-up", form);
    await test.links();
    expect((await browser.post("/api/auth/resend-verification")).status).toBe(204);
    const [first, second] = (await test.links()).map(tokenOfLink);
    expect(second).toMatch(/^[A-Za-z0-9_-]{43}$/);
    test.clock.advance(24 * HOUR);
    expect((await browser.post("/api/auth/verify", { token: second })).status).toBe(410);
    test.clock.advance(-1);
    expect((await browser.post("/api/auth/verify", { token: first })).status).toBe(204);
    expect((await browser.post("/api/auth/verify", { token: first })).status).toBe(410);
    expect((await browser.post("/api/auth/verify", { token: second })).status).toBe(410);
  });

  it("[AU5] are kept as hashes; unknown ones are token_invalid, malformed ones invalid", async () => {
    const test = await setup();
    const browser = createBrowser(test);
    await browser.post("/api/auth/sign-up", form);
    const token = tokenOfLink((await test.links())[0]);
    const rows = JSON.stringify(await test.auth.db.selectFrom("account_tokens").selectAll().execute());
    expect(rows).not.toContain(token);
    const unknown = await browser.post("/api/auth/verify", { token: "A".repeat(43) });
    expect([unknown.status, (await errorOf(unknown)).type]).toEqual([410, "token_invalid"]);
    const malformed = await browser.post("/api/auth/verify", { token: "x" });
    expect([malformed.status, (await errorOf(malformed)).fields]).toEqual([422, ["token"]]);
  });

  it("[AU5] of verification ask for a session to be sent again, and are not sent when verified", async () => {
    const test = await setup();
    expect((await createBrowser(test).post("/api/auth/resend-verification")).status).toBe(401);
    const account = await createTestAccount(test.auth);
    const answer = await createBrowser(test, { cookie: account.cookie }).post("/api/auth/resend-verification");
    expect([answer.status, await test.links()]).toEqual([204, []]);
  });
});

describe("bad input at sign-up", () => {
  it.each([
    ["email", "not an address"],
    ["email", `${"a".repeat(250)}@example.test`],
    ["email", "a@example.test\r\nBcc: b@example.test"],
    ["name", "  "],
    ["name", "x".repeat(256)],
    ["name", "a\u0000b"],
    ["name", "a\u202Eb"],
    ["studio", "a\nb"],
    ["locale", "de"],
    ["password", "short"],
    ["password", 42],
  ])("[ED1] names the field %s and not its value", async (field, value) => {
    const test = await setup();
    const answer = await createBrowser(test).post("/api/auth/sign-up", { ...form, [field]: value });
    expect(answer.status).toBe(422);
    expect(await errorOf(answer)).toEqual({ type: "invalid", message: "invalid", fields: [field] });
    expect(test.studios.size).toBe(0);
  });

  it("[AU16] counts sign-ups per address", async () => {
    const test = await setup({ limits: { signUpsPerAddressPerHour: 2 } });
    const visitor = { address: "192.0.2.1", agent: null };
    const attempt = (address: string): ReturnType<typeof signUp> =>
      signUp(test.auth, { visitor: { ...visitor, address }, presented: null }, { ...form, locale: "tr" });
    expect([(await attempt("192.0.2.1")).ok, (await attempt("192.0.2.1")).ok]).toEqual([true, true]);
    expect(await attempt("192.0.2.1")).toMatchObject({ ok: false, error: { type: "too_fast" } });
    expect((await attempt("192.0.2.2")).ok).toBe(true);
  });
});
