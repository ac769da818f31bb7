// A part of the app that is not on the device yet: the page says just that, and goes on when the network brings it.
import { expect, test } from "@playwright/test";
import { createStudio, openBrowser } from "./people.ts";
import { startStoryServer } from "./server.ts";

test("[UI20] a part that could not be loaded is not a crash, and opens when the network is back", async ({
  browser,
}) => {
  const server = await startStoryServer();
  // Hint: without the worker, which would already hold every part.
  const ada = await openBrowser(browser, { serviceWorkers: "block" });
  await createStudio(ada, server, "Işık Stüdyo");
  await ada.context.route(/assets\/NewPerson/, (route) => route.abort());
  await ada.page.getByRole("button", { name: "Kişi ekle" }).first().click();
  await expect(ada.page.getByText("Bu bölüm henüz bu cihazda değil")).toBeVisible();
  await ada.context.unrouteAll();
  await ada.page.getByRole("button", { name: "Sayfayı yenile" }).click();
  await ada.page.getByRole("button", { name: "Kişi ekle" }).first().click();
  await expect(ada.page.getByRole("dialog")).toBeVisible();
  expect(ada.failures).toEqual([]);
  await ada.context.close();
  await server.close();
});
