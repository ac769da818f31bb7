import { afterEach, describe, expect, it } from "vitest";
import { renameOrganisation } from "./studios.ts";
import { createBrowser, createTestAccount, createTestAuth, errorOf } from "./testing.ts";
import type { TestAuth } from "./testing.ts";

let open: TestAuth | undefined;
async function setup(): Promise<TestAuth> {
  open = await createTestAuth();
  return open;
}
afterEach(async () => {
  await open?.close();
  open = undefined;
});

describe("one's own account", () => {
  it("[AU14] tells user, studios and model, and sets the cookies again", async () => {
    const test = await setup();
    const { userId, orgId, email, cookie } = await createTestAccount(test.auth);
    const answer = await createBrowser(test, { cookie }).get("/api/auth/me");
    expect(await answer.json()).toEqual({
      user: { id: userId, email, name: "Ayşe Yılmaz", phone: null, locale: "tr", verified: true },
      orgs: [{ id: orgId, name: "Işık Stüdyo", role: "owner" }],
      model: 1,
    });
    expect(answer.headers.getSetCookie()).toHaveLength(2);
  });

  it("[AU14] changes name, telephone and language, each by itself", async () => {
    const test = await setup();
    const browser = createBrowser(test, await createTestAccount(test.auth));
    const change = async (body: unknown): Promise<unknown> => {
      const answer = await browser.send("PATCH", "/api/auth/me", { body });
      return answer.ok ? ((await answer.json()) as { user: unknown }).user : errorOf(answer);
    };
    expect(await change({ phone: "0532 123 45 67" })).toMatchObject({ phone: "+905321234567", name: "Ayşe Yılmaz" });
    expect(await change({ name: " Ayşe Ak ", locale: "en" })).toMatchObject({ name: "Ayşe Ak", locale: "en" });
    expect(await change({ phone: null })).toMatchObject({ phone: null, name: "Ayşe Ak" });
    expect(await change({})).toMatchObject({ name: "Ayşe Ak" });
    expect(await change({ phone: "12" })).toMatchObject({ type: "invalid", fields: ["phone"] });
    expect(await change({ email: "b@example.test" })).toMatchObject({ type: "invalid", fields: ["email"] });
    expect(await change({ name: "" })).toMatchObject({ type: "invalid", fields: ["name"] });
  });

  it("[AU3] needs a session", async () => {
    const test = await setup();
    const answer = await createBrowser(test).get("/api/auth/me");
    expect([answer.status, (await errorOf(answer)).type]).toEqual([401, "signed_out"]);
  });

  it("[TE9] shows a studio's copied name as it was last copied", async () => {
    const test = await setup();
    const account = await createTestAccount(test.auth);
    await renameOrganisation(test.auth.db, account.orgId, "Gölge Stüdyo");
    const me: unknown = await (await createBrowser(test, account).get("/api/auth/me")).json();
    expect(me).toMatchObject({ orgs: [{ name: "Gölge Stüdyo" }] });
  });
});
