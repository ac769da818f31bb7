// A right that ends while somebody writes: the note closes for writing at once, nothing throws, and what was shown as saved is there.
import { expect, test } from "@playwright/test";
import { createStudio, editorOf, inviteColleague, openBrowser, openPerson } from "./people.ts";
import { startStoryServer } from "./server.ts";

test("[PE1] losing the right to write closes an open note for writing at once", async ({ browser }) => {
  const server = await startStoryServer();
  const ada = await openBrowser(browser);
  const eda = await openBrowser(browser);
  await createStudio(ada, server, "Işık Stüdyo");
  await inviteColleague(ada, eda, server);
  await eda.page.getByRole("button", { name: "Kişi ekle" }).first().click();
  await eda.page.getByRole("dialog").getByLabel("Ad").first().fill("Şule Yıldırım");
  await eda.page.keyboard.press("Enter");
  await openPerson(eda.page, "Şule Yıldırım");
  await eda.page.getByRole("button", { name: "Not ekle" }).click();
  await editorOf(eda.page).click();
  await eda.page.keyboard.type("Sahilde çekim.");
  await expect(eda.page.getByRole("button", { name: /Kaydedildi/ })).toBeVisible();

  const [, , org = ""] = new URL(ada.page.url()).pathname.split("/");
  await ada.page.evaluate(async (studio) => {
    const { members } = await (await fetch(`/api/orgs/${studio}/members`)).json();
    const colleague = members.find(({ name }: { name: string }) => name.startsWith("Eda"));
    const headers = { "content-type": "application/json" };
    const init = { method: "PATCH", headers, body: JSON.stringify({ role: "viewer" }) };
    await fetch(`/api/orgs/${studio}/members/${colleague.userId}`, init);
  }, org);

  await expect(editorOf(eda.page)).toHaveCount(0);
  await expect(eda.page.getByRole("button", { name: "Not ekle" })).toHaveCount(0);
  await expect(eda.page.getByText("Sahilde çekim.").first()).toBeVisible();
  expect(eda.failures).toEqual([]);
  await ada.context.close();
  await eda.context.close();
  await server.close();
});
