// Owns what members do in the browser stories, in the words of the interface, and accounts made over HTTP for stories that are not
// about making them. Never asserts the story itself.
import type { APIResponse, Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "@playwright/test";
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

/** Who a story is about; their addresses are made up. */
const ADA = { name: "Ada Işık", email: "ada@example.com" };
const EDA = { name: "Eda Çınar", email: "eda@example.com" };

/** Creates a studio and confirms the address by the printed link, screen by screen. */
export async function createStudioOnScreen({ page }: Visitor, server: StoryServer, studio: string): Promise<void> {
  await page.goto(`${server.url}/sign-up`);
  await page.getByLabel("Adınız").fill(ADA.name);
  await page.getByLabel("Stüdyonuzun adı").fill(studio);
  await page.getByLabel("E-posta").fill(ADA.email);
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

/** Invites a colleague as assistant; she accepts in her own browser, screen by screen. */
export async function inviteOnScreen(owner: Visitor, colleague: Visitor, server: StoryServer): Promise<void> {
  await owner.page.getByRole("link", { name: "Ekip" }).click();
  await owner.page.getByRole("button", { name: "Davet et" }).first().click();
  const dialog = owner.page.getByRole("dialog");
  await dialog.getByLabel("E-posta").fill(EDA.email);
  await dialog.getByRole("radio", { name: /Asistan/ }).check({ force: true });
  await dialog.getByRole("button", { name: "Daveti gönder" }).click();
  await colleague.page.goto(await server.link("invitation"));
  await colleague.page.getByLabel("Adınız").fill(EDA.name);
  await colleague.page.getByRole("textbox", { name: "Şifre" }).fill(PASSWORD);
  await colleague.page.getByRole("button", { name: "Ekibe katıl" }).click();
  await colleague.page.getByRole("heading", { name: "Kişiler" }).waitFor();
}

/** A browser signed in to a new studio with a confirmed address, its list of people open. Made over HTTP. */
export async function createStudio(visitor: Visitor, server: StoryServer, studio: string): Promise<void> {
  await visit(visitor, server);
  const api = apiOf(visitor, server);
  await api("/api/auth/sign-up", { ...ADA, password: PASSWORD, studio });
  await api("/api/auth/verify", { token: tokenOf(await server.link("verify")) });
  await openList(visitor, server);
}

/** A colleague in a browser of her own, an assistant of the owner's studio. Made over HTTP. */
export async function inviteColleague(owner: Visitor, colleague: Visitor, server: StoryServer): Promise<void> {
  const { orgs } = await (await owner.context.request.get(`${server.url}/api/auth/me`)).json();
  await apiOf(owner, server)(`/api/orgs/${orgs[0].id}/invitations`, { email: EDA.email, role: "assistant" });
  const token = tokenOf(await server.link("invitation"));
  await visit(colleague, server);
  await apiOf(colleague, server)(`/api/invitations/${token}/accept`, { name: EDA.name, password: PASSWORD });
  await openList(colleague, server);
}

const tokenOf = (link: string): string => link.slice(link.indexOf("#token=") + "#token=".length);

/** Posts with the browser's own cookies. Throws: when the server does not do it. */
const apiOf =
  ({ context }: Visitor, server: StoryServer) =>
  async (path: string, data: Readonly<Record<string, string>>): Promise<APIResponse> => {
    const answer = await context.request.post(server.url + path, { data });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    return answer;
  };

/** Hint: a browser with a session that never had the app open counts as one whose storage was cleared (S68). */
async function visit({ page }: Visitor, server: StoryServer): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await page.getByRole("heading", { name: "Giriş yapın" }).waitFor();
}

async function openList({ page }: Visitor, server: StoryServer): Promise<void> {
  await page.goto(server.url);
  await page.getByRole("heading", { name: "Kişiler" }).waitFor();
}

/** Signs in where the page asks for it. */
export async function signInOnScreen(page: Page, email: string): Promise<void> {
  await page.getByLabel("E-posta").fill(email);
  await page.getByRole("textbox", { name: "Şifre" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Giriş yap", exact: true }).click();
  await page.getByRole("heading", { name: "Kişiler" }).waitFor();
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
