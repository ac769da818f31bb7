// A right that ends: an open note closes for writing at once and nothing throws; who is removed loses the copy on the device.
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { addPerson, createStudio, editorOf, inviteColleague, openBrowser, openPerson } from "./people.ts";
import type { Visitor } from "./people.ts";
import { startStoryServer } from "./server.ts";
import type { StoryServer } from "./server.ts";

let server: StoryServer;
let ada: Visitor;
let eda: Visitor;

test.beforeEach(async ({ browser }) => {
  server = await startStoryServer();
  ada = await openBrowser(browser);
  eda = await openBrowser(browser);
  await createStudio(ada, server, "Işık Stüdyo");
  await inviteColleague(ada, eda, server);
});

test.afterEach(async () => {
  await ada.context.close();
  await eda.context.close();
  await server.close();
});

type Change = { readonly method: string; readonly headers?: Record<string, string>; readonly body?: string };

/** Changes or ends the colleague's membership, as the team screen does. */
const changeColleague = (page: Page, init: Change): Promise<void> =>
  page.evaluate(async (options) => {
    const studio = location.pathname.split("/")[2];
    const { members } = await (await fetch(`/api/orgs/${studio}/members`)).json();
    const colleague = members.find(({ name }: { name: string }) => name.startsWith("Eda"));
    await fetch(`/api/orgs/${studio}/members/${colleague.userId}`, options);
  }, init);

const copiesOn = (page: Page): Promise<number> =>
  page.evaluate(async () => (await indexedDB.databases()).filter(({ name }) => name?.startsWith("lumiso.")).length);

test("[PE1] losing the right to write closes an open note for writing at once", async () => {
  await addPerson(eda.page, "Şule Yıldırım");
  await openPerson(eda.page, "Şule Yıldırım");
  await eda.page.getByRole("button", { name: "Not ekle" }).click();
  await editorOf(eda.page).click();
  await eda.page.keyboard.type("Sahilde çekim.");
  await expect(eda.page.getByRole("button", { name: /Kaydedildi/ })).toBeVisible();

  const headers = { "content-type": "application/json" };
  await changeColleague(ada.page, { method: "PATCH", headers, body: JSON.stringify({ role: "viewer" }) });
  await expect(editorOf(eda.page)).toHaveCount(0);
  await expect(eda.page.getByRole("button", { name: "Not ekle" })).toHaveCount(0);
  await expect(eda.page.getByText("Sahilde çekim.").first()).toBeVisible();
  expect(eda.failures).toEqual([]);
});

test("[S56] who is removed from the team loses the copy on the device", async () => {
  await expect.poll(() => copiesOn(eda.page)).toBe(1);
  await changeColleague(ada.page, { method: "DELETE" });
  await expect(eda.page.getByRole("heading", { name: /stüdyo/i })).toBeVisible();
  await expect.poll(() => copiesOn(eda.page)).toBe(0);
});
