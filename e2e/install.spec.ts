// Installing: what the real Chromium says of the manifest, the quiet offer of each platform, and that it stays away once declined.
import { expect, test } from "@playwright/test";
import type { Browser, Locator, Page } from "@playwright/test";
import { makeSite } from "./bundle.ts";
import { createStudio, installed, openBrowser, savedChip } from "./people.ts";
import { startStoryServer } from "./server.ts";
import type { StoryServer } from "./server.ts";

let site: ReturnType<typeof makeSite>;
let server: StoryServer;

test.beforeAll(async () => {
  site = makeSite();
  server = await startStoryServer(site);
});
test.afterAll(async () => {
  await server.close();
  site.close();
});

const offer = (page: Page): Locator => page.getByRole("region", { name: "Yükle" });

test("[PW4] Chromium reads the manifest without a complaint and would install the app", async ({ page }) => {
  await page.goto(`${server.url}/sign-in`);
  await installed(page);
  const devtools = await page.context().newCDPSession(page);
  const { errors } = await devtools.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // Hint: contexts of a test are private windows, where nothing is ever installed.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
});

test("[PW9] [PW10] Chromium: offered at the third start and never again once declined", async ({ browser }) => {
  const ada = await openBrowser(browser);
  await createStudio(ada, server, "Işık Stüdyo");
  await expect(savedChip(ada.page)).toBeVisible();
  const canInstall = (): Promise<boolean> =>
    ada.page.evaluate(() => {
      const prompt = async (): Promise<void> => undefined;
      return dispatchEvent(Object.assign(new Event("beforeinstallprompt", { cancelable: true }), { prompt }));
    });
  await ada.page.evaluate(() => localStorage.setItem("lumiso.install", "1"));
  await ada.page.reload();
  await expect(savedChip(ada.page)).toBeVisible();
  expect(await canInstall()).toBe(false);
  await expect(offer(ada.page)).toBeHidden();
  await ada.page.reload();
  await expect(savedChip(ada.page)).toBeVisible();
  await canInstall();
  await expect(offer(ada.page)).toBeVisible();
  await offer(ada.page).getByRole("button", { name: "Bir daha sorma" }).click();
  await expect(offer(ada.page)).toBeHidden();
  await ada.page.reload();
  await expect(savedChip(ada.page)).toBeVisible();
  await canInstall();
  await expect(offer(ada.page)).toBeHidden();
  await ada.page.getByRole("button", { name: /hesap menüsü/ }).click();
  await ada.page.getByRole("menuitem", { name: "Bu cihaz" }).click();
  await expect(ada.page.getByRole("button", { name: "Yükle" })).toBeVisible();
  expect(ada.failures).toEqual([]);
  await ada.context.close();
});

/** A page that takes itself for Safari on an iPad; only what the app asks is pretended. */
async function openAsIpad(browser: Browser, isStandalone: boolean): Promise<Page> {
  const userAgent =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";
  const context = await browser.newContext({ userAgent, hasTouch: true, viewport: { width: 1180, height: 820 } });
  await context.addInitScript((standalone) => {
    Object.defineProperty(navigator, "standalone", { value: standalone });
    Object.defineProperty(navigator, "maxTouchPoints", { value: 5 });
  }, isStandalone);
  const page = await context.newPage();
  await page.goto(`${server.url}/sign-in`);
  await page.getByRole("button", { name: "Giriş yap" }).waitFor();
  return page;
}

test("[PW9] an iPad is asked before anything is entered, shown the way, and never again once declined", async ({
  browser,
}) => {
  const page = await openAsIpad(browser, false);
  await expect(offer(page).getByRole("listitem")).toHaveText([/Paylaş/, /Ana Ekrana Ekle/, /giriş yapın/]);
  await offer(page).getByRole("button", { name: "Bir daha sorma" }).click();
  await page.reload();
  await page.getByRole("button", { name: "Giriş yap" }).waitFor();
  await expect(offer(page)).toBeHidden();
  await page.context().close();
});

test("[PW9] in the installed app nothing is offered", async ({ browser }) => {
  const page = await openAsIpad(browser, true);
  await expect(offer(page)).toBeHidden();
  await page.context().close();
});
