// Owns the pictures of docs/screens of a device that somebody leaves: what is shown before a sign-out, and pages that are locked.
// Each is really brought about: a network that is cut, sessions that end elsewhere, another member in a second tab.
// Run by `npm run screens` after a build; never part of the tests.
import { mkdirSync } from "node:fs";
import { chromium } from "@playwright/test";
import type { Page } from "@playwright/test";
import { sizes, themes } from "./looks.ts";
import { addPerson, createStudio, installed, inviteColleague, openBrowser, signInOnScreen } from "./people.ts";
import type { Visitor } from "./people.ts";
import config from "./playwright.config.ts";
import { startStoryServer } from "./server.ts";

const folder = "docs/screens";

const server = await startStoryServer();
const browser = await chromium.launch(config.use?.launchOptions ?? {});
const locale = { locale: "tr-TR", timezoneId: "Europe/Istanbul" };
mkdirSync(folder, { recursive: true });
try {
  const ada = await openBrowser(browser, locale);
  await createStudio(ada, server, "Işık Stüdyo");
  const eda = await openBrowser(browser, locale);
  await inviteColleague(ada, eda, server);
  await eda.context.close();
  await installed(ada.page);
  await signOut(ada);
  await locked(ada);
  await otherMember(ada);
} finally {
  await browser.close();
  await server.close();
}

async function signOut({ context, page }: Visitor): Promise<void> {
  await context.setOffline(true);
  for (const name of ["Şule Yıldırım", "Burak Çelik"]) await addPerson(page, name);
  await page.getByRole("button", { name: /hesap menüsü/ }).click();
  await page.getByRole("menuitem", { name: "Çıkış yap", exact: true }).click();
  await page.getByRole("button", { name: "Oturumda kal" }).waitFor();
  await shoot(page, "sign-out");
  await page.getByRole("button", { name: /Sil ve çıkış yap/ }).click();
  await page.getByRole("dialog").waitFor();
  await shoot(page, "sign-out-confirm");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Oturumda kal" }).click();
  await context.setOffline(false);
}

/** All sessions end in a browser of nobody. */
async function locked({ page }: Visitor): Promise<void> {
  const nobody = await openBrowser(browser, locale);
  await nobody.page.goto(`${server.url}/sign-in`);
  await signInOnScreen(nobody.page, "ada@example.com");
  await nobody.context.request.post(`${server.url}/api/auth/sign-out-all`);
  await nobody.context.close();
  await page.getByText("Tüm cihazlardaki oturumlarınız kapatıldı.").waitFor();
  await shoot(page, "locked");
}

/** Somebody else goes on in a second tab of the browser whose member was signed out. */
async function otherMember({ context, page }: Visitor): Promise<void> {
  const second = await context.newPage();
  await second.goto(server.url);
  await second.getByRole("button", { name: "Başka biri olarak giriş yap" }).click();
  await signInOnScreen(second, "eda@example.com");
  await page.getByText("Bu sekme Ada Işık adına açıktı ve kilitlendi.").waitFor();
  await shoot(page, "locked-other");
}

/** Takes one state in all looks. */
async function shoot(page: Page, name: string): Promise<void> {
  await page.bringToFront();
  for (const viewport of sizes)
    for (const theme of themes) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: theme });
      await page.evaluate(() => document.fonts.ready);
      await page.waitForTimeout(350);
      await page.screenshot({ path: `${folder}/${name}-${viewport.width}x${viewport.height}-${theme}.png` });
    }
}
