// Old and new versions of the app: a new one comes while somebody has unsent edits and half a form, the database grows a table,
// a deployment is taken back, and the server moves past a bundle. Nothing that was written is lost, and the bar says what is so.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import type { BrowserContext, Locator, Page } from "@playwright/test";
import { MODEL_VERSION } from "../shared/document.ts";
import { buildChanged, makeSite } from "./bundle.ts";
import { addPerson, createStudio, editorOf, installed, openBrowser, openPerson, savedChip } from "./people.ts";
import type { Visitor } from "./people.ts";
import { startStoryServer } from "./server.ts";
import type { StoryServer } from "./server.ts";

let later: string;
let site: ReturnType<typeof makeSite>;
let server: StoryServer;
let models = `1-${MODEL_VERSION}`;
let ada: Visitor;

// A later version: it says so on the page, and its database has one more table.
test.beforeAll(async () => {
  test.setTimeout(300_000);
  later = mkdtempSync(join(tmpdir(), "lumiso-later-"));
  await buildChanged(
    {
      "client/main.tsx": [["render(", 'document.documentElement.dataset["bundle"] = "later";\nrender(']],
      "client/store/db.ts": [["  return db;\n}", '  db.version(99).stores({ extra: "&id" });\n  return db;\n}']],
    },
    later,
  );
});
test.afterAll(() => rmSync(later, { recursive: true, force: true }));

test.beforeEach(async ({ browser }) => {
  test.setTimeout(240_000);
  models = `1-${MODEL_VERSION}`;
  site = makeSite();
  server = await startStoryServer({ folder: site.folder, models: () => models });
  ada = await openBrowser(browser);
  await createStudio(ada, server, "Işık Stüdyo");
  await expect(savedChip(ada.page)).toBeVisible();
  await installed(ada.page);
});

test.afterEach(async () => {
  await ada.context.close();
  await server.close();
  site.close();
});

/** Deploys a client: the server is stopped, its files are replaced, it starts again. */
async function deploy(client: string): Promise<void> {
  await server.kill();
  site.deploy(client);
  await server.start();
}

/** Lets pages load files but reach no data, so that what is written stays unsent. */
async function cutData(context: BrowserContext): Promise<() => Promise<void>> {
  await context.route("**/api/**", (route) => route.abort());
  await context.routeWebSocket(/\/sync\//, (socket) => void socket.close());
  return () => context.unrouteAll();
}

const lookForUpdate = (page: Page): Promise<unknown> =>
  page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());

const bundleOf = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.documentElement.dataset["bundle"]);

/** How long the app may take to change over, with the reload by which it helps itself. Units: ms. */
const CHANGE_OVER_MS = 20_000;

/**
 * Waits until a tab shows a bundle, and answers with the tab. Chromium, driven, at times keeps the old worker until the tab is gone, and
 * the driver loses the tab that reloads itself then: what a member sees next is seen in a new one.
 */
async function showing(page: Page, bundle: "later" | undefined): Promise<Page> {
  const shown = page.waitForFunction((wanted) => document.documentElement.dataset["bundle"] === wanted, bundle);
  shown.catch(() => undefined);
  const isShown = await Promise.race([shown.then(() => true), sleep(CHANGE_OVER_MS, false, { ref: false })]);
  if (isShown) return page;
  const again = await page.context().newPage();
  void page.close();
  await again.goto(server.url);
  await again.waitForFunction((wanted) => document.documentElement.dataset["bundle"] === wanted, bundle);
  return again;
}

const bar = (page: Page, text: RegExp): Locator => page.getByRole("status").filter({ hasText: text });

const unsentOn = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
    const name = names.find((each) => /^lumiso\..+\..+/.test(each)) ?? "";
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name);
      request.addEventListener("success", () => resolve(request.result));
      request.addEventListener("error", () => reject(request.error));
    });
    const count = await new Promise<number>((resolve) => {
      const request = db.transaction("updates").objectStore("updates").index("unsent").count();
      request.addEventListener("success", () => resolve(request.result));
    });
    db.close();
    return count;
  });

/** What the server has, seen by a browser that has nothing of its own. */
async function seenElsewhere(context: BrowserContext, names: readonly string[]): Promise<void> {
  const other = await context
    .browser()
    ?.newContext({ storageState: { cookies: await context.cookies(), origins: [] } });
  const page = await other?.newPage();
  await page?.goto(server.url);
  for (const name of names) await expect(page?.getByRole("link", { name }) ?? fail()).toBeVisible({ timeout: 30_000 });
  await other?.close();
}

function fail(): never {
  throw new Error("no browser");
}

test("[PW3] [PW5] a new version waits for what is typed, and takes unsent edits and the database along", async () => {
  const reconnect = await cutData(ada.context);
  await addPerson(ada.page, "Eski Sürümde");
  const second = await ada.context.newPage();
  await second.goto(ada.page.url());
  await second.getByRole("button", { name: "Kişi ekle" }).first().click();
  const typed = second.getByRole("dialog", { name: "Yeni kişi" }).getByLabel("Ad", { exact: false }).first();
  await typed.fill("Yarım Kalan");

  await deploy(later);
  await lookForUpdate(ada.page);
  await expect(bar(ada.page, /yeni sürümü hazır/)).toBeVisible({ timeout: 30_000 });
  expect(await bundleOf(ada.page)).toBeUndefined();
  await expect.poll(() => unsentOn(ada.page)).toBeGreaterThan(0);

  await ada.page.getByRole("button", { name: "Yenile" }).click();
  ada = { ...ada, page: await showing(ada.page, "later") };
  await expect(ada.page.getByRole("link", { name: /Eski Sürümde/ })).toBeVisible();

  // The other tab stays as it is under somebody's hands, and offers the version.
  await expect(second.getByText(/yeni sürümü hazır/)).toBeVisible();
  expect([await bundleOf(second), await typed.inputValue()]).toEqual([undefined, "Yarım Kalan"]);
  await second.keyboard.press("Escape");
  await bar(second, /yeni sürümü hazır/)
    .getByRole("button", { name: "Yenile" })
    .click();
  await showing(second, "later");

  await reconnect();
  await ada.page.reload();
  await expect(savedChip(ada.page)).toBeVisible({ timeout: 45_000 });
  await seenElsewhere(ada.context, ["Eski Sürümde"]);
  expect(ada.failures).toEqual([]);
});

test("[PW3] a version that is taken waits for the open note, says so, and comes when the note is closed", async () => {
  await addPerson(ada.page, "Notlu Kişi");
  const person = await openPerson(ada.page, "Notlu Kişi");
  await person.getByRole("button", { name: "Not ekle" }).click();
  await editorOf(ada.page).click();
  await ada.page.keyboard.type("Yarım kalan cümle");
  await deploy(later);
  await lookForUpdate(ada.page);
  await bar(ada.page, /yeni sürümü hazır/)
    .getByRole("button", { name: "Yenile" })
    .click();
  await expect(bar(ada.page, /açık notu kapattığınızda/)).toBeVisible();
  await editorOf(ada.page).click();
  await ada.page.keyboard.press("Control+End");
  await ada.page.keyboard.type(" burada bitti.");
  expect(await bundleOf(ada.page)).toBeUndefined();
  await ada.page.keyboard.press("Escape");
  ada = { ...ada, page: await showing(ada.page, "later") };
  await expect(ada.page.getByText("Yarım kalan cümle burada bitti.").first()).toBeVisible();
});

test("[PW5] [ED15] an old tab finds its lazy parts after a deployment, also when its worker is gone", async () => {
  await deploy(later);
  await ada.page.evaluate(async () => {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
  });
  await ada.page.getByRole("navigation").getByRole("link", { name: "İçe aktar" }).click();
  await expect(ada.page.getByText("Rehberinizi getirin")).toBeVisible();
  expect(await bundleOf(ada.page)).toBeUndefined();
});

test("[PW5] a deployment that is taken back opens the newer database and loses nothing", async () => {
  await deploy(later);
  await lookForUpdate(ada.page);
  await bar(ada.page, /yeni sürümü hazır/)
    .getByRole("button", { name: "Yenile" })
    .click();
  ada = { ...ada, page: await showing(ada.page, "later") };
  const reconnect = await cutData(ada.context);
  await addPerson(ada.page, "Yeni Sürümde");
  await expect.poll(() => unsentOn(ada.page)).toBeGreaterThan(0);

  await deploy(site.built);
  await lookForUpdate(ada.page);
  await bar(ada.page, /yeni sürümü hazır/)
    .getByRole("button", { name: "Yenile" })
    .click();
  ada = { ...ada, page: await showing(ada.page, undefined) };
  await expect(ada.page.getByRole("link", { name: /Yeni Sürümde/ })).toBeVisible();
  await addPerson(ada.page, "Geri Dönünce");
  await reconnect();
  await ada.page.reload();
  await expect(savedChip(ada.page)).toBeVisible({ timeout: 45_000 });
  await seenElsewhere(ada.context, ["Yeni Sürümde", "Geri Dönünce"]);
});

test("[PW6] [RE15] a server that moved past this version says so, and what is written waits for the update", async () => {
  models = `${MODEL_VERSION + 1}-${MODEL_VERSION + 2}`;
  await server.kill();
  await server.start();
  await expect(bar(ada.page, /Bu sürüm eskidi/)).toBeVisible({ timeout: 60_000 });
  await addPerson(ada.page, "Bekleyen");
  await expect(ada.page.getByRole("button", { name: /Kaydedilmedi/ })).toBeVisible();
  await expect.poll(() => unsentOn(ada.page)).toBeGreaterThan(0);

  models = `1-${MODEL_VERSION}`;
  await deploy(later);
  await ada.page.getByRole("button", { name: "Güncelle" }).click();
  ada = { ...ada, page: await showing(ada.page, "later") };
  await expect(savedChip(ada.page)).toBeVisible({ timeout: 45_000 });
  await seenElsewhere(ada.context, ["Bekleyen"]);
});
