// The whole story of one edit, in two real browsers over one real server: create a studio, import people, work together on one note,
// lose the network, close the tab, come back, and lose nothing when the server is killed.
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import {
  createStudioOnScreen,
  editorOf,
  installed,
  inviteOnScreen,
  openBrowser,
  openPerson,
  savedChip,
} from "./people.ts";
import { startStoryServer } from "./server.ts";

const phoneExport = readFileSync(new URL("../client/features/import/fixtures/iphone.vcf", import.meta.url));

test("one edit travels between two browsers, without a network and through a killed server", async ({ browser }) => {
  const server = await startStoryServer();
  const ada = await openBrowser(browser);
  const eda = await openBrowser(browser);

  await test.step("a studio, a colleague and imported people", async () => {
    await createStudioOnScreen(ada, server, "Işık Stüdyo");
    await inviteOnScreen(ada, eda, server);
    await ada.page.getByRole("link", { name: "İçe aktar" }).click();
    await ada.page
      .locator("input[type=file]")
      .setInputFiles({ name: "kisiler.vcf", mimeType: "text/vcard", buffer: phoneExport });
    await ada.page
      .getByRole("button", { name: /kişiyi ekle|kişi ekle|içe aktar/i })
      .last()
      .click();
    await expect(ada.page.getByText(/eklendi/).first()).toBeVisible();
  });

  const name = "Şule Yıldırım";
  await test.step("both open the same person and see each other", async () => {
    await openPerson(ada.page, name);
    await openPerson(eda.page, name);
    await expect(ada.page.getByRole("img", { name: /Eda/ }).or(ada.page.getByTitle(/Eda/)).first()).toBeVisible();
  });

  await test.step("both type into the same note", async () => {
    await ada.page.getByRole("button", { name: "Not ekle" }).click();
    await editorOf(ada.page).click();
    await ada.page.keyboard.type("Sahilde çekim. ");
    await eda.page.getByRole("button", { name: /Notu aç: Sahilde/ }).click();
    await editorOf(eda.page).click();
    await eda.page.keyboard.press("Control+End");
    await eda.page.keyboard.type("Gün batımında.");
    await expect(editorOf(ada.page)).toHaveText(/Sahilde çekim. Gün batımında\./);
    await expect(savedChip(eda.page)).toBeVisible();
  });

  await test.step("one loses the network; both go on; the tab is closed and opened again", async () => {
    await installed(eda.page);
    await eda.context.setOffline(true);
    await eda.page.keyboard.type(" Yağmurda stüdyo.");
    await ada.page.keyboard.press("Control+End");
    await ada.page.keyboard.type(" Albüm deri.");
    await expect(eda.page.getByRole("button", { name: /Çevrimdışı/ })).toBeVisible();
    const address = eda.page.url();
    await eda.page.close();
    eda.page = await eda.context.newPage();
    await eda.page.goto(address);
    await expect(eda.page.getByRole("button", { name: /Notu aç: .*Yağmurda stüdyo/ })).toBeVisible();
  });

  await test.step("back in the network both show the same", async () => {
    await eda.context.setOffline(false);
    await expect(savedChip(eda.page)).toBeVisible({ timeout: 30_000 });
    await expect(eda.page.getByText(/Yağmurda stüdyo/)).toBeVisible();
    await expect(eda.page.getByText(/Albüm deri/)).toBeVisible();
    await expect(editorOf(ada.page)).toHaveText(/Yağmurda stüdyo/);
  });

  await test.step("what was shown as saved survives a killed server", async () => {
    await ada.page.keyboard.press("Control+End");
    await ada.page.keyboard.type(" Pazartesi aranacak.");
    await expect(savedChip(ada.page)).toBeVisible();
    await server.kill();
    await ada.page.keyboard.type(" Kapora alındı.");
    await server.start();
    await expect(savedChip(ada.page)).toBeVisible({ timeout: 45_000 });
    const third = await openBrowser(browser);
    await third.context.addCookies(await eda.context.cookies());
    await third.page.goto(ada.page.url());
    await expect(third.page.getByText(/Pazartesi aranacak\. Kapora alındı\./)).toBeVisible({ timeout: 30_000 });
    await third.context.close();
  });

  expect([...ada.failures, ...eda.failures]).toEqual([]);
  await ada.context.close();
  await eda.context.close();
  await server.close();
});
