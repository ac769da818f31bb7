// What a device keeps when a tab, the browser or its storage goes: closed at once, killed, full, cleared, deleted under the page.
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { startOwnBrowser } from "./chromium.ts";
import type { OwnBrowser } from "./chromium.ts";
import { addPerson, createStudio, installed, listed, openPerson, savedChip } from "./people.ts";
import { startStoryServer } from "./server.ts";
import type { StoryServer } from "./server.ts";

const NAME = "Şule Yıldırım";

let server: StoryServer;
let browser: OwnBrowser;
let page: Page;
let failures: string[];

test.beforeEach(async () => {
  server = await startStoryServer();
  browser = await startOwnBrowser();
  failures = [];
  browser.context().on("weberror", (error) => failures.push(error.error().message));
  page = await browser.page();
  await createStudio({ context: browser.context(), page, failures }, server, "Işık Stüdyo");
  await installed(page);
  await addPerson(page, NAME);
  await expect(savedChip(page)).toBeVisible();
});

test.afterEach(async () => {
  await browser.close();
  await server.close();
});

/** Kills the browser and starts it again, with an empty page. */
async function startAgain(): Promise<void> {
  // Hint: the browser writes its cookies every half minute only; the session is not what these stories are about.
  const cookies = await browser.context().cookies();
  await browser.kill();
  await browser.start();
  await browser.context().addCookies(cookies);
  browser.context().on("weberror", (error) => failures.push(error.error().message));
  page = await browser.page();
}

const offlineChip = (on: Page) => on.getByRole("button", { name: /Çevrimdışı · \d+/ });
const redChip = (on: Page) => on.getByRole("button", { name: /Kaydedilmedi/ });
const notice = (on: Page, kind: string) => on.locator(`[data-storage=${kind}]`);

async function editField(on: Page, label: string, value: string): Promise<void> {
  const field = on.getByRole("region", { name: NAME }).getByLabel(label, { exact: true });
  await field.fill(value);
  await field.press("Enter");
}

const fieldOf = (on: Page, label: string) => on.getByRole("region", { name: NAME }).getByLabel(label, { exact: true });

/** Deletes the studio's database from another page of the same origin, as a browser's tools do. */
async function deleteStudioFrom(other: Page): Promise<void> {
  await other.goto(`${server.url}/healthz`);
  await other.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? "").filter((name) => name !== "lumiso");
    const remove = (name: string) =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name);
        request.addEventListener("success", resolve);
        request.addEventListener("error", reject);
      });
    await Promise.all(names.map(remove));
  });
}

test("[S21] an edit without a network is there when the tab is closed at once, and when the browser is killed", async () => {
  await browser.context().setOffline(true);
  await openPerson(page, NAME);
  await editField(page, "Telefon", "0532 111 11 11");
  await expect(offlineChip(page)).toBeVisible();
  const address = page.url();
  await page.close();
  page = await browser.page();
  await page.goto(address);
  await expect(fieldOf(page, "Telefon")).toHaveValue("0532 111 11 11");
  await editField(page, "E-posta", "sule@example.com");
  await expect(page.getByRole("button", { name: /Çevrimdışı · 2/ })).toBeVisible();
  await server.kill();
  await startAgain();
  await page.goto(address);
  await expect(fieldOf(page, "Telefon")).toHaveValue("0532 111 11 11");
  await expect(fieldOf(page, "E-posta")).toHaveValue("sule@example.com");
  await server.start();
  await expect(savedChip(page)).toBeVisible({ timeout: 60_000 });
  expect(failures).toEqual([]);
});

test("[S26] two tabs that edit the same person without a network show both edits, and both arrive", async () => {
  await openPerson(page, NAME);
  const other = await browser.page();
  await other.goto(page.url());
  await expect(fieldOf(other, "Telefon")).toBeVisible();
  await browser.context().setOffline(true);
  await editField(page, "Telefon", "0532 222 22 22");
  await editField(other, "E-posta", "iki@example.com");
  for (const each of [page, other]) {
    await expect(fieldOf(each, "Telefon")).toHaveValue("0532 222 22 22");
    await expect(fieldOf(each, "E-posta")).toHaveValue("iki@example.com");
  }
  await browser.context().setOffline(false);
  for (const each of [page, other]) await expect(savedChip(each)).toBeVisible({ timeout: 30_000 });
  expect(failures).toEqual([]);
});

test("[S64] [ME11] a full disk turns the chip red with the reason; with space again everything is saved", async () => {
  test.setTimeout(240_000);
  await openPerson(page, NAME);
  const address = page.url();
  // Hint: a browser looks at its limits when a page opens the storage, and then every half minute only.
  await startAgain();
  const cdp = await browser.context().newCDPSession(page);
  const origin = new URL(server.url).origin;
  await cdp.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
  await page.goto(address);
  let n = 0;
  await expect(async () => {
    n += 1;
    await editField(page, "E-posta", `dolu${n}@example.com`);
    await expect(redChip(page)).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 120_000 });
  await expect(notice(page, "full")).toContainText("yer kalmadı");
  await redChip(page).click();
  await expect(page.getByText(/Cihazda yer kalmadı\. Yer açın/)).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /hesap menüsü/ }).click();
  await page.getByRole("menuitem", { name: "Çıkış yap", exact: true }).click();
  const asked = page.getByRole("dialog", { name: "Yazılamayan değişiklikler silinsin mi?" });
  await expect(asked.getByRole("button", { name: "Sil ve ayrıl" })).toBeDisabled();
  await asked.getByRole("button", { name: "Vazgeç" }).click();
  await expect(fieldOf(page, "E-posta")).toHaveValue(`dolu${n}@example.com`);
  await cdp.send("Storage.overrideQuotaForOrigin", { origin });
  await expect(savedChip(page)).toBeVisible({ timeout: 60_000 });
  await expect(notice(page, "full")).toHaveCount(0);
  await browser.context().setOffline(true);
  await page.reload();
  await expect(fieldOf(page, "E-posta")).toHaveValue(`dolu${n}@example.com`);
  expect(failures).toEqual([]);
});

test("[S62] a database deleted under the page is told, what was open is kept, and the studio fills again", async () => {
  await addPerson(page, "Barış Kaya");
  await openPerson(page, NAME);
  await expect(savedChip(page)).toBeVisible();
  await browser.context().setOffline(true);
  await editField(page, "Telefon", "0532 333 33 33");
  await expect(offlineChip(page)).toBeVisible();
  await browser.context().setOffline(false);
  const other = await browser.page();
  await deleteStudioFrom(other);
  await other.close();
  await expect(notice(page, "cleared")).toContainText("Tarayıcı bu stüdyonun bu cihazdaki kopyasını silmiş");
  await expect(listed(page, "Barış Kaya")).toBeVisible({ timeout: 30_000 });
  await expect(fieldOf(page, "Telefon")).toHaveValue("0532 333 33 33");
  await expect(savedChip(page)).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Tamam" }).click();
  await expect(notice(page, "cleared")).toHaveCount(0);
  expect(failures).toEqual([]);
});

test("[S68] storage that the browser cleared is told from an empty studio, which fills again under its own name", async () => {
  const address = page.url();
  await page.goto("about:blank");
  const cdp = await browser.context().newCDPSession(page);
  await cdp.send("Storage.clearDataForOrigin", { origin: new URL(server.url).origin, storageTypes: "indexeddb" });
  await page.goto(address);
  await expect(notice(page, "cleared")).toBeVisible();
  await expect(listed(page, NAME)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("Işık Stüdyo").first()).toBeVisible();
  await page.reload();
  await expect(listed(page, NAME)).toBeVisible();
  await expect(notice(page, "cleared")).toHaveCount(0);
  expect(failures).toEqual([]);
});
