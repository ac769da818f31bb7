// Owns what members do in the browser stories, in the words of the interface. Never asserts the story itself.
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "@playwright/test";
import type { StoryServer } from "./server.ts";

const PASSWORD = "sahilde uzun bir gün";

export type Visitor = { readonly context: BrowserContext; page: Page; readonly failures: string[] };

/** A browser of one's own, a tablet unless the options say else, with what its pages threw. */
export async function openBrowser(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1180, height: 820 }, ...options });
  const failures: string[] = [];
  context.on("weberror", (error) => failures.push(error.error().message));
  return { context, page: await context.newPage(), failures };
}

/** Creates a studio and confirms the address by the printed link. */
export async function createStudio({ page }: Visitor, server: StoryServer, studio: string): Promise<void> {
  await page.goto(`${server.url}/sign-up`);
  await page.getByLabel("Adınız").fill("Ada Işık");
  await page.getByLabel("Stüdyonuzun adı").fill(studio);
  await page.getByLabel("E-posta").fill("ada@example.com");
  await page.getByRole("textbox", { name: "Şifre" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Stüdyo oluştur" }).click();
  await page.getByRole("heading", { name: "E-postanıza bakın" }).waitFor();
  await page.goto(await server.link("verify"));
  await page
    .getByRole("link", { name: "Devam et" })
    .or(page.getByRole("button", { name: "Devam et" }))
    .click();
  await page.getByRole("heading", { name: "Kişiler" }).waitFor();
}

/** Invites a colleague as assistant; she accepts in her own browser. */
export async function inviteColleague(owner: Visitor, colleague: Visitor, server: StoryServer): Promise<void> {
  await owner.page.getByRole("link", { name: "Ekip" }).click();
  await owner.page.getByRole("button", { name: "Davet et" }).first().click();
  const dialog = owner.page.getByRole("dialog");
  await dialog.getByLabel("E-posta").fill("eda@example.com");
  await dialog.getByRole("radio", { name: /Asistan/ }).check({ force: true });
  await dialog.getByRole("button", { name: "Daveti gönder" }).click();
  await colleague.page.goto(await server.link("invitation"));
  await colleague.page.getByLabel("Adınız").fill("Eda Çınar");
  await colleague.page.getByRole("textbox", { name: "Şifre" }).fill(PASSWORD);
  await colleague.page.getByRole("button", { name: "Ekibe katıl" }).click();
  await colleague.page.getByRole("heading", { name: "Kişiler" }).waitFor();
}

/** A person in the list. */
export const listed = (page: Page, name: string): Locator => page.getByRole("link", { name: new RegExp(name) });

/** Adds a person by name, from the list. */
export async function addPerson(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Kişi ekle" }).first().click();
  await page.getByRole("dialog").getByLabel("Ad").first().fill(name);
  await page.keyboard.press("Enter");
  await listed(page, name).waitFor();
}

/** Goes to the list of people and opens one by name. */
export async function openPerson(page: Page, name: string): Promise<Locator> {
  await page.getByRole("link", { name: "Kişiler" }).first().click();
  await listed(page, name).click();
  const person = page.getByRole("region", { name });
  await person.getByRole("group", { name: "Durum" }).waitFor();
  return person;
}

/** Waits until the app is on the device: from then on it opens without a network. */
export async function installed(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** The chip says that everything is with the server. */
export const savedChip = (page: Page): Locator => page.getByRole("button", { name: /Kaydedildi/ });

/** The editor of an open note. */
export const editorOf = (page: Page): Locator => page.locator("[contenteditable=true]");
