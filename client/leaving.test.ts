// Leaving a device, and several members on one, against a real server.
import { describe, expect, it } from "vitest";
import { databasesOf, fillDisk, setBrowserStage } from "./browser.testing.ts";
import { openDeviceDb, openStudioDb } from "./store/db.ts";
import { until } from "./store/testing.ts";
import { finishWipes, markWipe } from "./store/wipe.ts";

const PASSWORD = "uzun ve iyi bir parola";

const { server, other, open, signedIn } = setBrowserStage();

describe("signing out", () => {
  it("[ME1] takes everything of the member off this device, nothing of others, and ends the session", async () => {
    const { browser, page, member } = await signedIn();
    const cookie = browser.jar;
    await fillDisk(browser, member.userId, "one");
    await fillDisk(browser, member.userId, "two");
    await fillDisk(browser, other().userId, "two");
    const found = openStudioDb({ user: member.userId, org: "one" }, browser.engine);
    expect(await page.device.findStudio(found)).toBe("new");
    found.close();
    expect((await page.session.signOut("here")).ok).toBe(true);
    expect(page.session.state().status).toBe("signed_out");
    expect(await databasesOf(browser)).toEqual(["lumiso", `lumiso.${other().userId}.two`]);
    const rows = JSON.stringify(await openDeviceDb(browser.engine).meta.toArray());
    for (const trace of [member.userId, member.email, member.orgId]) expect(rows).not.toContain(trace);
    expect((await open(cookie).fetch("/api/auth/me")).status).toBe(401);
    expect(browser.jar).toBe("");
  });

  it("[ME1] everywhere needs the server, and changes nothing without it", async () => {
    const { browser, page, member } = await signedIn();
    await fillDisk(browser, member.userId);
    browser.online = false;
    expect(await page.session.signOut("everywhere")).toMatchObject({ ok: false, error: { type: "offline" } });
    expect([page.session.me()?.id, (await databasesOf(browser)).length]).toEqual([member.userId, 2]);
    browser.online = true;
    expect((await page.session.signOut("everywhere")).ok).toBe(true);
    expect(await databasesOf(browser)).toEqual(["lumiso"]);
  });

  it("[ME2] that was cut short is finished at the next start, before anything is shown", async () => {
    const { browser, page, member } = await signedIn();
    await fillDisk(browser, member.userId, "one");
    await page.device.leaving.begin(member.userId, { owes: true });
    // Hint: here the page is killed; nothing of it runs any more.
    const next = await browser.page();
    expect(await databasesOf(browser)).toEqual(["lumiso"]);
    await next.session.start();
    expect([next.session.state().status, browser.jar]).toEqual(["signed_out", ""]);
  });

  it("[ME2] that was cut short between two databases is finished too", async () => {
    const browser = open();
    for (const org of ["one", "two", "three"]) await fillDisk(browser, "member", org);
    const device = openDeviceDb(browser.engine);
    await markWipe(device, { user: "member", org: null });
    let left = 2;
    const dying = new Proxy(browser.engine.indexedDB, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          if (name === "deleteDatabase" && (left -= 1) < 0) throw new Error("killed");
          return Reflect.apply(value, target, args);
        };
      },
    });
    await expect(finishWipes(device, { ...browser.engine, indexedDB: dying })).rejects.toThrow("killed");
    expect((await databasesOf(browser)).length).toBeGreaterThan(1);
    await finishWipes(device, browser.engine);
    expect(await databasesOf(browser)).toEqual(["lumiso"]);
    device.close();
  });

  it("[ME2] empties what another tab does not let go", async () => {
    const { browser, page, member } = await signedIn();
    await fillDisk(browser, member.userId);
    const held = openStudioDb({ user: member.userId, org: "org" }, browser.engine);
    // Hint: a tab that does not answer, as one the browser has frozen.
    held.on("versionchange", () => false);
    await held.open();
    await page.session.signOut("here");
    expect(await held.updates.count()).toBe(0);
    held.close();
    await until(async () => (await databasesOf(browser)).length === 1);
  });

  it("[ME3] works without a network: wiped at once, the session ended at the next contact before anything else", async () => {
    const { browser, page, member } = await signedIn();
    await fillDisk(browser, member.userId);
    browser.online = false;
    expect((await page.session.signOut("here")).ok).toBe(true);
    expect(await databasesOf(browser)).toEqual(["lumiso"]);
    const cold = await browser.page();
    await cold.session.start();
    expect(cold.session.state().status).toBe("signed_out");
    const cookie = browser.jar;
    browser.calls.length = 0;
    browser.online = true;
    await cold.session.look();
    expect(browser.calls).toEqual([expect.stringMatching(`^POST /api/auth/sign-out\\?.*m=${member.userId}`)]);
    expect((await open(cookie).fetch("/api/auth/me")).status).toBe(401);
  });

  it("[ME3] what was owed ends nobody who signed in meanwhile", async () => {
    const { browser, page } = await signedIn();
    browser.online = false;
    await page.session.signOut("here");
    browser.online = true;
    browser.jar = other().cookie;
    const next = await browser.page();
    await next.session.start();
    expect(next.session.me()?.id).toBe(other().userId);
  });

  it("[ME4] other tabs of the member end with it, those of nobody stay", async () => {
    const { browser, page } = await signedIn();
    const second = await browser.page();
    await second.session.start();
    await page.session.signOut("here");
    await until(() => second.restarts === 1);
    expect(second.session.state().status).toBe("signed_out");
    expect(await second.device.memory.load()).toBeNull();
  });

  it("[ME4] a memory that the browser took away is no sign-out: the server is asked", async () => {
    const { browser, page, member } = await signedIn();
    const device = openDeviceDb(browser.engine);
    await device.meta.clear();
    device.close();
    await page.session.look();
    expect([page.session.me()?.id, page.restarts]).toEqual([member.userId, 0]);
    expect((await page.device.memory.load())?.user.id).toBe(member.userId);
  });

  it("[ME4] a tab that was not told does not bring the member back", async () => {
    const { browser, page, member } = await signedIn();
    await page.device.leaving.begin(member.userId, { owes: false });
    browser.jar = "";
    await page.session.refresh();
    await until(() => page.session.state().status === "signed_out");
    expect([page.restarts, await page.device.memory.load()]).toEqual([1, null]);
  });
});

describe("several members on one device", () => {
  it("[ME5] each stays with what is theirs until their own sign-out", async () => {
    const { browser, page, member } = await signedIn();
    await fillDisk(browser, member.userId, member.orgId);
    await page.session.signIn({ email: other().email, password: PASSWORD });
    expect(page.restarts).toBe(1);
    const next = await browser.page();
    await next.session.start();
    await fillDisk(browser, other().userId, other().orgId);
    const names = (await next.device.holders()).map(({ user }) => user).toSorted();
    expect(names).toEqual([member.userId, other().userId].toSorted());
    await next.session.signOut("here");
    expect(await databasesOf(browser)).toEqual(["lumiso", `lumiso.${member.userId}.${member.orgId}`]);
    expect(await next.device.studios(member.userId)).toMatchObject([{ org: member.orgId, unsent: 1, refused: 0 }]);
    expect((await next.device.holders()).map(({ user }) => user)).toEqual([member.userId]);
  });

  it("[ME5] who signs up at a locked page starts anew, and what is the other's stays", async () => {
    const { browser, page, member } = await signedIn();
    await fillDisk(browser, member.userId, member.orgId);
    await member.fetch("/api/auth/sign-out-all", { method: "POST" });
    await page.session.refresh();
    await until(() => page.session.state().status === "locked");
    const body = {
      email: `yeni${crypto.randomUUID()}@ornek.com`,
      password: PASSWORD,
      name: "Yeni",
      studio: "Yeni",
      locale: "tr",
    };
    expect((await page.api({ method: "POST", path: "/api/auth/sign-up", body })).ok).toBe(true);
    // Hint: taken, so that the next owner does not get it.
    await server().token("verify");
    expect((await page.session.arrive()).ok).toBe(true);
    expect([page.restarts, (await page.device.memory.load())?.user.name]).toEqual([1, "Yeni"]);
    expect(await page.device.studios(member.userId)).toMatchObject([{ org: member.orgId, unsent: 1 }]);
  });

  it("[ME5] one studio is taken off this device, the others stay", async () => {
    const { browser, page, member } = await signedIn();
    await fillDisk(browser, member.userId, "one");
    await fillDisk(browser, member.userId, "two");
    await page.device.wipe({ user: member.userId, org: "one" });
    expect(await databasesOf(browser)).toEqual(["lumiso", `lumiso.${member.userId}.two`]);
  });

  it("[ME2] who comes back before their wipe is finished loses nothing they do from then on", async () => {
    const { browser, page, member } = await signedIn();
    await fillDisk(browser, member.userId, "one");
    await page.device.leaving.begin(member.userId, { owes: false });
    await page.session.signIn({ email: member.email, password: PASSWORD });
    expect(await databasesOf(browser)).toEqual(["lumiso"]);
    await fillDisk(browser, member.userId, "one");
    await browser.page();
    expect((await page.device.studios(member.userId)).length).toBe(1);
  });
});
