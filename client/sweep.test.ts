// A studio a member no longer belongs to, on their device, against a real server.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer } from "../server/testing.ts";
import type { Member, TestServer } from "../server/testing.ts";
import { openTestBrowser } from "./browser.testing.ts";
import type { TestBrowser, TestPage } from "./browser.testing.ts";
import type { Account } from "./session.ts";
import { openStudioDb } from "./store/db.ts";
import { sweep } from "./sweep.ts";

let server: TestServer;
let owner: Member;
beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("ada@example.com");
});
afterAll(() => server.close());

type Colleague = {
  readonly browser: TestBrowser;
  readonly page: TestPage;
  readonly member: Member;
  readonly account: Account;
};

/** A colleague at their own browser, with the studio's database on it. */
async function colleague(): Promise<Colleague> {
  const member = await server.invite(owner, `e${crypto.randomUUID()}@example.com`, "assistant");
  const browser = openTestBrowser(server.url, member.cookie);
  const page = await browser.page();
  await page.session.start();
  const db = openStudioDb({ user: member.userId, org: member.orgId }, browser.engine);
  await db.meta.put({ key: "kept", value: 1 });
  db.close();
  const answer = await page.session.refresh();
  if (!answer.ok) throw new Error(answer.error.type);
  browser.calls.length = 0;
  return { browser, page, member, account: answer.value };
}

const remove = (member: Member): Promise<Response> =>
  owner.fetch(`/api/orgs/${owner.orgId}/members/${member.userId}`, { method: "DELETE" });

const isHere = async ({ page, member }: Colleague): Promise<boolean> =>
  (await page.device.studios(member.userId)).length === 1;

describe("a studio the member no longer belongs to", () => {
  it("[ME9] is wiped when session and feed both say so, though it is not open", async () => {
    const someone = await colleague();
    const { browser, page, member } = someone;
    await remove(member);
    const answer = await page.session.refresh();
    expect(answer.ok && answer.value.orgs).toEqual([]);
    await expect.poll(() => isHere(someone)).toBe(false);
    await expect.poll(async () => (await page.device.holders())[0]?.studios).toEqual([]);
    expect(browser.calls.map((line) => line.split("?")[0])).toEqual([
      "GET /api/auth/me",
      `GET /api/orgs/${member.orgId}/changes`,
    ]);
    browser.close();
  });

  it("[ME9] stays on the session's word alone", async () => {
    const someone = await colleague();
    const { browser, page, account } = someone;
    await sweep(page, { ...account, orgs: [] });
    expect(browser.calls).toHaveLength(1);
    expect(await isHere(someone)).toBe(true);
    browser.close();
  });

  it("[ME9] stays on the feed's word alone", async () => {
    const someone = await colleague();
    const { browser, page, member, account } = someone;
    await remove(member);
    await sweep(page, account);
    expect(browser.calls).toEqual([]);
    expect(await isHere(someone)).toBe(true);
    browser.close();
  });

  it("[ME9] stays while the server cannot be reached, or does not know who asks", async () => {
    const someone = await colleague();
    const { browser, page, member, account } = someone;
    await remove(member);
    browser.online = false;
    await sweep(page, { ...account, orgs: [] });
    browser.online = true;
    browser.jar = "";
    await sweep(page, { ...account, orgs: [] });
    browser.jar = owner.cookie;
    await sweep(page, { ...account, orgs: [] });
    expect(await isHere(someone)).toBe(true);
    browser.close();
  });
});
