// The page of a person under the hand: from one person to the next without an empty moment, choices made when they are first used,
// and the focus where it was left.
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { addPerson, createStudio, openBrowser, openPerson } from "./people.ts";
import type { Visitor } from "./people.ts";
import { startStoryServer } from "./server.ts";
import type { StoryServer } from "./server.ts";

let server: StoryServer;
let ada: Visitor;

test.beforeEach(async ({ browser }) => {
  server = await startStoryServer();
  ada = await openBrowser(browser, { viewport: { width: 1440, height: 900 } });
  await createStudio(ada, server, "Işık Stüdyo");
  for (const name of ["Ayşe Kaya", "Şule Yıldırım"]) await addPerson(ada.page, name);
});

test.afterEach(async () => {
  expect(ada.failures).toEqual([]);
  await ada.context.close();
  await server.close();
});

/** Counts the painted frames in which no person stands, from now on. */
const watchFrames = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const look = (): void => {
      const isEmpty = document.querySelector("main h2") === null;
      document.body.dataset["empty"] = String(Number(document.body.dataset["empty"] ?? 0) + Number(isEmpty));
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });

test("[SP6] whoever stood there stays until the next person can be drawn", async () => {
  const { page } = ada;
  await openPerson(page, "Ayşe Kaya");
  await watchFrames(page);
  for (const name of ["Şule Yıldırım", "Ayşe Kaya", "Şule Yıldırım"]) {
    await page.getByRole("link", { name: new RegExp(name) }).click();
    await expect(page.getByRole("heading", { level: 2, name })).toHaveCount(1);
    await expect(page.getByRole("textbox", { name: "Ad", exact: true })).toHaveValue(name);
  }
  expect(await page.evaluate(() => document.body.dataset["empty"])).toBe("0");
});

test("[SP6] a list of choices answers its first press, arrow and letter as every later one", async () => {
  const { page } = ada;
  await openPerson(page, "Ayşe Kaya");
  const person = page.getByRole("region", { name: /Ayşe|Şule/ });
  const language = person.getByRole("button", { name: /Dil/ });
  const source = person.getByRole("button", { name: /Kaynak/ });

  await language.click();
  await page.getByRole("option", { name: "İngilizce" }).click();
  await expect(language).toContainText("İngilizce");
  await source.focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("option").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("option")).toHaveCount(0);
  await expect(source).toBeFocused();

  await openPerson(page, "Şule Yıldırım");
  await language.focus();
  await page.keyboard.press("t");
  await expect(language).toContainText("Türkçe");

  await person.getByRole("button", { name: "Kişi işlemleri" }).press("Enter");
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(person.getByRole("button", { name: "Kişi işlemleri" })).toBeFocused();
});

test("[PE8] a change of standing by key leaves the focus on the chip that was pressed", async () => {
  const { page } = ada;
  const person = await openPerson(page, "Ayşe Kaya");
  const won = person.getByRole("group", { name: "Durum" }).getByRole("button", { name: "Kazanıldı" });
  await won.press("Enter");
  await expect(won).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByText(/Kazanıldı/).nth(1)).toBeVisible();
  await expect(won).toBeFocused();
});
