import { afterEach, describe, expect, it } from "vitest";
import { roles } from "../../policy/roles.ts";
import { TEST_PASSWORD, createBrowser, createTestAccount, createTestAuth, errorOf, tokenOfLink } from "./testing.ts";
import type { Browser, TestAccount, TestAuth, TestAuthOptions } from "./testing.ts";

const DAY = 24 * 60 * 60_000;
const email = "mehmet@example.test";
const form = { name: "Mehmet Demir", password: "uzun bir parola", locale: "tr" };

let open: TestAuth | undefined;
async function setup(options?: TestAuthOptions): Promise<{ test: TestAuth; owner: TestAccount }> {
  open = await createTestAuth(options);
  return { test: open, owner: await createTestAccount(open.auth) };
}
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const invite = (
  test: TestAuth,
  owner: TestAccount,
  body: unknown = { email, role: "photographer" },
): Promise<Response> => createBrowser(test, owner).post(`/api/orgs/${owner.orgId}/invitations`, body);

async function inviteLink(test: TestAuth, owner: TestAccount, body?: unknown): Promise<string> {
  await invite(test, owner, body);
  return tokenOfLink((await test.links()).at(-1));
}

const accept = (browser: Browser, token: string, body: unknown = form): Promise<Response> =>
  browser.post(`/api/invitations/${token}/accept`, body);

const outcome = async (answer: Response): Promise<string> =>
  answer.ok ? String(answer.status) : (await errorOf(answer)).type;

describe("inviting", () => {
  it("[TE1] is for owners", async () => {
    const { test, owner } = await setup();
    for (const role of roles.filter((one) => one !== "owner")) {
      const member = await createTestAccount(test.auth, { orgId: owner.orgId, role });
      expect(await outcome(await invite(test, member))).toBe("forbidden");
      const browser = createBrowser(test, member);
      expect(await outcome(await browser.get(`/api/orgs/${owner.orgId}/invitations`))).toBe("forbidden");
      expect(await outcome(await browser.send("DELETE", `/api/orgs/${owner.orgId}/invitations/x`))).toBe("forbidden");
    }
    expect(await outcome(await invite(test, owner))).toBe("201");
  });

  it("[TE1] refuses active members, and replaces an earlier invitation of the same address", async () => {
    const { test, owner } = await setup();
    await createTestAccount(test.auth, { email: "in@example.test", orgId: owner.orgId, role: "viewer" });
    expect(await outcome(await invite(test, owner, { email: " IN@example.test", role: "viewer" }))).toBe(
      "already_member",
    );
    const first = await inviteLink(test, owner);
    const second = await inviteLink(test, owner, { email, role: "viewer" });
    expect(await outcome(await createBrowser(test).get(`/api/invitations/${first}`))).toBe("token_invalid");
    expect(await outcome(await createBrowser(test).get(`/api/invitations/${second}`))).toBe("200");
  });

  it("[TE3] lists open ones without their secret, and takes one back", async () => {
    const { test, owner } = await setup();
    const token = await inviteLink(test, owner);
    const browser = createBrowser(test, owner);
    const path = `/api/orgs/${owner.orgId}/invitations`;
    const text = await (await browser.get(path)).text();
    expect(text).not.toContain(token);
    const { invitations } = JSON.parse(text) as { invitations: { id: string }[] };
    expect(invitations).toEqual([
      expect.objectContaining({ id: expect.stringMatching(/^[a-z0-9]{24}$/), email, role: "photographer" }),
    ]);
    expect(await outcome(await browser.send("DELETE", `${path}/${invitations[0]?.id}`))).toBe("204");
    expect(await outcome(await browser.send("DELETE", `${path}/${invitations[0]?.id}`))).toBe("not_found");
    expect(await outcome(await accept(createBrowser(test), token))).toBe("token_invalid");
  });

  it("[TE3] of another studio are not found", async () => {
    const { test, owner } = await setup();
    const other = await createTestAccount(test.auth);
    const made = (await (await invite(test, owner)).json()) as { id: string };
    const path = `/api/orgs/${other.orgId}/invitations/${made.id}`;
    expect(await outcome(await createBrowser(test, other).send("DELETE", path))).toBe("not_found");
  });

  it("[TE3] ends with the role of who invited", async () => {
    const { test, owner } = await setup();
    const second = await createTestAccount(test.auth, { orgId: owner.orgId, role: "owner" });
    const token = await inviteLink(test, second);
    const kept = await inviteLink(test, owner, { email: "other@example.test", role: "viewer" });
    await createBrowser(test, owner).send("DELETE", `/api/orgs/${owner.orgId}/members/${second.userId}`);
    expect(await outcome(await accept(createBrowser(test), token))).toBe("token_invalid");
    expect(await outcome(await accept(createBrowser(test), kept))).toBe("201");
  });

  it("[AU16] is counted per studio and per recipient", async () => {
    const { test, owner } = await setup({ limits: { invitationsPerStudioPerHour: 1 } });
    expect(await outcome(await invite(test, owner))).toBe("201");
    expect(await outcome(await invite(test, owner, { email: "b@example.test", role: "viewer" }))).toBe("too_fast");
  });
});

describe("an invitation's link", () => {
  it("[TE2] shows studio, address, role, and whether there is an account", async () => {
    const { test, owner } = await setup();
    const token = await inviteLink(test, owner);
    const shown = async (): Promise<unknown> => (await createBrowser(test).get(`/api/invitations/${token}`)).json();
    const preview = { studio: "Işık Stüdyo", email, role: "photographer", hasAccount: false };
    expect(await shown()).toEqual(preview);
    await createTestAccount(test.auth, { email, verified: false });
    expect(await shown()).toEqual(preview);
    await createTestAccount(test.auth, { email: "x@example.test" });
    const other = await inviteLink(test, owner, { email: "x@example.test", role: "viewer" });
    expect(await (await createBrowser(test).get(`/api/invitations/${other}`)).json()).toMatchObject({
      hasAccount: true,
    });
  });

  it("[AU5] expires after 7 days; unknown and malformed ones are the same", async () => {
    const { test, owner } = await setup();
    const token = await inviteLink(test, owner);
    const see = async (secret: string): Promise<string> =>
      outcome(await createBrowser(test).get(`/api/invitations/${secret}`));
    test.clock.advance(7 * DAY - 1);
    expect(await see(token)).toBe("200");
    test.clock.advance(1);
    expect([await see(token), await see("A".repeat(43)), await see("x")]).toEqual(Array(3).fill("token_invalid"));
    expect(await outcome(await accept(createBrowser(test), token))).toBe("token_invalid");
  });
});

describe("accepting", () => {
  it("[TE2] makes a verified user without a studio of their own, signed in", async () => {
    const { test, owner } = await setup();
    const browser = createBrowser(test);
    const answer = await accept(browser, await inviteLink(test, owner));
    expect(answer.status).toBe(201);
    const { userId } = (await answer.json()) as { userId: string };
    expect(await (await browser.get("/api/auth/me")).json()).toMatchObject({
      user: { id: userId, email, name: "Mehmet Demir", verified: true },
      orgs: [{ id: owner.orgId, name: "Işık Stüdyo", role: "photographer" }],
    });
    expect([...test.studios.keys()]).toEqual([owner.orgId]);
    expect(test.events).toContainEqual({ type: "access", org: owner.orgId, member: userId });
    const [history] = await test.auth.db.selectFrom("role_changes").selectAll().where("user_id", "=", userId).execute();
    expect(history).toMatchObject({ role: "photographer", by_user_id: owner.userId });
  });

  it("[AU5] works once, also when sent twice at once", async () => {
    const { test, owner } = await setup();
    const token = await inviteLink(test, owner);
    const answers = await Promise.all([accept(createBrowser(test), token), accept(createBrowser(test), token)]);
    expect(answers.map((answer) => String(answer.status)).toSorted()).toEqual(["201", "410"]);
    expect(await test.auth.db.selectFrom("invitations").select("id").execute()).toEqual([]);
  });

  it("[TE2] with an account asks to be signed in under that address, and the link stays good", async () => {
    const { test, owner } = await setup();
    const member = await createTestAccount(test.auth, { email });
    const token = await inviteLink(test, owner);
    expect(await outcome(await accept(createBrowser(test), token))).toBe("signed_out");
    expect(await outcome(await accept(createBrowser(test, owner), token))).toBe("wrong_account");
    const browser = createBrowser(test, member);
    expect(await outcome(await accept(browser, token, {}))).toBe("201");
    const me = (await (await browser.get("/api/auth/me")).json()) as { orgs: { role: string }[] };
    expect(me.orgs.map((org) => org.role)).toEqual(["owner", "photographer"]);
  });

  it("[TE2] by a claim's own browser verifies it and ends other claims", async () => {
    const { test, owner } = await setup();
    const claim = await createTestAccount(test.auth, { email, verified: false });
    const rival = await createTestAccount(test.auth, { email, verified: false });
    const browser = createBrowser(test, claim);
    expect(await outcome(await accept(browser, await inviteLink(test, owner), {}))).toBe("201");
    expect(await (await browser.get("/api/auth/me")).json()).toMatchObject({ user: { verified: true } });
    await test.auth.background.idle();
    expect([...test.studios.keys()].toSorted()).toEqual([owner.orgId, claim.orgId].toSorted());
    expect((await createBrowser(test, rival).get("/api/auth/me")).status).toBe(401);
  });

  it("[TE2] anew ends claims that somebody else made on the address", async () => {
    const { test, owner } = await setup();
    const claim = await createTestAccount(test.auth, { email, verified: false });
    expect(await outcome(await accept(createBrowser(test), await inviteLink(test, owner)))).toBe("201");
    expect((await createBrowser(test, claim).get("/api/auth/me")).status).toBe(401);
    await test.auth.background.idle();
    expect(test.studios.has(claim.orgId)).toBe(false);
  });

  it("[TE2] again after leaving gives the new role and a higher access number", async () => {
    const { test, owner } = await setup();
    const browser = createBrowser(test);
    const { userId } = (await (await accept(browser, await inviteLink(test, owner))).json()) as { userId: string };
    await browser.send("DELETE", `/api/orgs/${owner.orgId}/members/${userId}`);
    const again = await inviteLink(test, owner, { email, role: "viewer" });
    expect(await outcome(await accept(browser, again, {}))).toBe("201");
    expect(await test.auth.sessions.membership(userId, owner.orgId)).toMatchObject({ role: "viewer", access: 3 });
  });

  it.each([
    [{}, ["name", "password"]],
    [{ name: "Mehmet" }, ["password"]],
    [{ name: "Mehmet", password: "kısa" }, ["password"]],
    [{ name: "Mehmet", password: email }, ["password"]],
    [{ ...form, role: "owner" }, ["role"]],
  ])("[ED1] refuses %o and keeps the link", async (body, fields) => {
    const { test, owner } = await setup();
    const token = await inviteLink(test, owner);
    const answer = await accept(createBrowser(test), token, body);
    expect([answer.status, (await errorOf(answer)).fields]).toEqual([422, fields]);
    expect(await outcome(await accept(createBrowser(test), token))).toBe("201");
  });

  it("[AU10] anew in a browser that was signed in ends that session", async () => {
    const { test, owner } = await setup();
    expect(await outcome(await accept(createBrowser(test, owner), await inviteLink(test, owner)))).toBe("201");
    expect((await createBrowser(test, owner).get("/api/auth/me")).status).toBe(401);
    const signIn = { email: owner.email, password: TEST_PASSWORD };
    expect((await createBrowser(test).post("/api/auth/sign-in", signIn)).status).toBe(200);
  });
});
