// The session of a page against a real server, in a browser whose cookies and database are kept by hand.
import { describe, expect, it } from "vitest";
import { databasesOf, fillDisk, setBrowserStage } from "./browser.testing.ts";
import type { TestPage } from "./browser.testing.ts";
import { until } from "./store/testing.ts";

const PASSWORD = "uzun ve iyi bir parola";

const { other, open, signedIn } = setBrowserStage();

const isExpired = ({ session }: TestPage): boolean => {
  const now = session.state();
  return now.status === "signed_in" && now.isExpired;
};

describe("session", () => {
  it("[UI4] starts with what the server says, and remembers it", async () => {
    const { browser, page, member } = await signedIn();
    expect(page.session.me()).toMatchObject({ email: member.email, verified: true });
    expect(page.session.orgs()).toEqual([{ id: member.orgId, name: "Işık Stüdyo", role: "owner" }]);
    expect(page.session.org(member.orgId)?.role).toBe("owner");
    browser.online = false;
    browser.calls.length = 0;
    const cold = await browser.page();
    await cold.session.start();
    expect(cold.session.me()?.id).toBe(member.userId);
    expect(browser.calls).toEqual([]);
  });

  it("[UI4] without a session and a memory nobody is signed in, and nothing is asked", async () => {
    const browser = open();
    const page = await browser.page();
    await page.session.start();
    expect([page.session.state().status, browser.calls]).toEqual(["signed_out", []]);
  });

  it("[UI4] a change of the name or language stands at once", async () => {
    const { page } = await signedIn();
    expect((await page.session.change({ name: "Şebnem Ağaoğlu", locale: "en" })).ok).toBe(true);
    expect(page.session.me()).toMatchObject({ name: "Şebnem Ağaoğlu", locale: "en" });
  });
});

describe("a session that is no more", () => {
  it("[ME8] was ended on purpose: the page locks with the reason, also at the next start, and its data stays", async () => {
    const { browser, page, member } = await signedIn();
    await fillDisk(browser, member.userId, member.orgId);
    await member.fetch("/api/auth/sign-out-all", { method: "POST" });
    await page.session.refresh();
    await until(() => page.session.state().status === "locked");
    const locked = { status: "locked", why: "everywhere", user: { email: member.email } };
    expect(page.session.state()).toMatchObject(locked);
    expect(page.session.me()).toBeNull();
    browser.online = false;
    const cold = await browser.page();
    await cold.session.start();
    expect(cold.session.state()).toMatchObject(locked);
    expect(await databasesOf(browser)).toEqual(["lumiso", `lumiso.${member.userId}.${member.orgId}`]);
  });

  it("[ME8] after a sign-in as the same member all tabs go on, with the data", async () => {
    const { browser, page, member } = await signedIn();
    const second = await browser.page();
    await second.session.start();
    await fillDisk(browser, member.userId, member.orgId);
    await member.fetch("/api/auth/sign-out-all", { method: "POST" });
    await Promise.all([page.session.refresh(), second.session.refresh()]);
    await until(() => second.session.state().status === "locked");
    expect((await page.session.signIn({ email: member.email, password: PASSWORD })).ok).toBe(true);
    expect([page.session.me()?.id, page.restarts]).toEqual([member.userId, 0]);
    await until(() => second.session.me()?.id === member.userId);
    expect(await page.device.studios(member.userId)).toMatchObject([{ org: member.orgId, unsent: 1 }]);
  });

  it("[ME8] ran out: the page goes on from the device, online or not, until somebody signs in again", async () => {
    const { browser, page, member } = await signedIn();
    browser.jar = "";
    await page.session.refresh();
    const expired = { status: "signed_in", isExpired: true, account: { user: { id: member.userId } } };
    await until(() => isExpired(page));
    await until(async () => (await page.device.memory.load())?.ended === "expired");
    expect(page.session.state()).toMatchObject(expired);
    const next = await browser.page();
    await next.session.start();
    expect(next.session.state()).toMatchObject(expired);
    await next.session.signIn({ email: member.email, password: PASSWORD });
    expect(next.session.state()).toMatchObject({ ...expired, isExpired: false });
    await until(() => !isExpired(page));
  });

  it("[ME8] the store's word is enough: the reason is asked for, again when the network is back", async () => {
    const { browser, page, member } = await signedIn();
    await member.fetch("/api/auth/sign-out-all", { method: "POST" });
    browser.online = false;
    page.session.refused("signed_out");
    expect(page.session.state()).toMatchObject({ status: "signed_in", isExpired: true });
    browser.online = true;
    await page.session.look();
    await until(() => page.session.state().status === "locked");
    expect(page.session.state()).toMatchObject({ why: "everywhere" });
  });
});

describe("another member in a second tab", () => {
  it("[ME6] locks the first tab at once, without the network", async () => {
    const { browser, page, member } = await signedIn();
    const tab = await browser.page();
    await tab.session.signIn({ email: other().email, password: PASSWORD });
    browser.online = false;
    await until(() => page.session.state().status === "other_member");
    expect(page.session.state()).toMatchObject({ user: { id: member.userId } });
    expect([page.session.me(), page.session.member()]).toEqual([null, member.userId]);
  });

  it("[ME6] is found out by the device's memory when a tab was not told", async () => {
    const { browser, page } = await signedIn();
    const deaf = await open(browser.jar).page();
    expect(deaf.session.state().status).toBe("starting");
    const account = await page.device.memory.load();
    if (account === null) throw new Error("nothing is remembered");
    await page.device.memory.save({ ...account, user: { ...account.user, id: other().userId } });
    browser.online = false;
    await page.session.look();
    expect(page.session.state().status).toBe("other_member");
  });

  it("[ME6] is found out by the server, and going on starts the page anew as them", async () => {
    const { browser, page, member } = await signedIn();
    browser.jar = other().cookie;
    await page.session.refresh();
    expect(page.session.state()).toMatchObject({ status: "other_member", user: { id: member.userId } });
    expect(browser.calls.at(-1)).toContain(`m=${member.userId}`);
    await page.session.goOn();
    expect(page.restarts).toBe(1);
    const next = await browser.page();
    await next.session.start();
    expect(next.session.me()?.id).toBe(other().userId);
  });

  it("[ME7] a locked page still names its member in every call, and ends nobody else's session", async () => {
    const { browser, page, member } = await signedIn();
    browser.jar = other().cookie;
    await page.session.refresh();
    await page.session.change({ locale: "en" });
    await page.api({ method: "POST", path: `/api/orgs/${member.orgId}/invitations`, body: {} });
    for (const line of browser.calls.slice(-2)) expect(line).toContain(`m=${member.userId}`);
    await page.session.signOut("here");
    expect(await databasesOf(browser)).toEqual(["lumiso"]);
    browser.jar = other().cookie;
    expect((await browser.fetch("/api/auth/me")).status).toBe(200);
  });
});
