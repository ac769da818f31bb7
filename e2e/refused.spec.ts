// What the server does not take: the chip says so on every screen, and its place has it to read, copy, try again and discard.
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { addPerson, createStudio, editorOf, installed, openBrowser, openPerson, savedChip } from "./people.ts";
import { startStoryServer } from "./server.ts";

const NAME = "Şule Yıldırım";
const seating = Array.from({ length: 800 }, (_, n) => `Masa ${n}: ${(n * 7919) % 997} kişi`).join(", ");

test("[CH1] [CH7] [QU1] [QU4] a refused note is told, read, taken along, discarded and brought back, also without a network", async ({
  browser,
}) => {
  // Hint: no device can know that this server takes less than all others.
  const server = await startStoryServer({ limits: { documentHardBytes: 12_000 } });
  const ada = await openBrowser(browser, { permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = ada;
  await createStudio(ada, server, "Işık Stüdyo");
  await addPerson(page, NAME);
  await openPerson(page, NAME);
  await page.getByRole("button", { name: "Not ekle" }).click();
  await editorOf(page).click();
  await page.keyboard.insertText(seating);

  await test.step("the chip leads to the place, under the person's name, in words", async () => {
    await page.getByRole("button", { name: /1 değişiklik kabul edilmedi/ }).click({ timeout: 60_000 });
    await page.getByRole("button", { name: "Kabul edilmeyenleri göster" }).click();
    await expect(page.getByRole("link", { name: `${NAME}: kişiyi aç` })).toBeVisible();
    await expect(page.getByText("Masa 799")).toHaveCount(1);
    await expect(page.getByText(/Kayıt izin verilenden büyük/)).toBeVisible();
  });

  await test.step("no empty note is left behind in its place", async () => {
    await page.getByRole("link", { name: `${NAME}: kişiyi aç` }).click();
    await expect(page.getByText("Henüz not yok")).toBeVisible();
    await page.getByRole("button", { name: /1 değişiklik kabul edilmedi/ }).click();
    await page.getByRole("button", { name: "Kabul edilmeyenleri göster" }).click();
  });

  await test.step("it is copied, and downloaded whole", async () => {
    await page.getByRole("button", { name: "Kopyala", exact: true }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("Masa 799");
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Tümünü indir" }).click(),
    ]);
    const text = readFileSync(await file.path(), "utf8");
    expect(text).toContain(NAME);
    expect(text).toContain("Masa 799");
  });

  await test.step("without a network it opens by its address, still told, discarded and brought back", async () => {
    await installed(page);
    await ada.context.setOffline(true);
    await page.reload();
    await expect(page.getByText("Masa 799")).toHaveCount(1);
    await expect(page.locator("[data-sync=refused]").getByText("çevrimdışı")).toBeVisible();
    await page.getByRole("button", { name: "Sil", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Kabul edilmeyen değişiklik yok" })).toBeVisible();
    await page.getByRole("button", { name: "Geri al" }).click();
    await expect(page.getByText("Masa 799")).toHaveCount(1);
    await page.getByRole("button", { name: "Sil", exact: true }).click();
    await ada.context.setOffline(false);
    await expect(savedChip(page)).toBeVisible();
  });

  expect(ada.failures).toEqual([]);
  await ada.context.close();
  await server.close();
});
