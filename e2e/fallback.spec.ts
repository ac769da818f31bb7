// A firewall that lets no WebSocket through: two members still write one note, and the chip never says offline.
import { expect, test } from "@playwright/test";
import { makeSite } from "./bundle.ts";
import { addPerson, createStudio, editorOf, inviteColleague, openBrowser, openPerson, savedChip } from "./people.ts";
import type { Visitor } from "./people.ts";
import { startProxy } from "./proxy.ts";
import type { Proxy } from "./proxy.ts";
import { startStoryServer } from "./server.ts";
import type { StoryServer } from "./server.ts";

const site = makeSite();
let server: StoryServer;
let proxy: Proxy;
let ada: Visitor;
let eda: Visitor;

test.beforeEach(async ({ browser }) => {
  server = await startStoryServer(site);
  proxy = await startProxy(server.url);
  ada = await openBrowser(browser);
  eda = await openBrowser(browser);
  await createStudio(ada, server, "Işık Stüdyo");
  await inviteColleague(ada, eda, server);
});

test.afterEach(async () => {
  await ada.context.close();
  await eda.context.close();
  await proxy.close();
  await server.close();
});
test.afterAll(() => site.close());

test("[RE34] behind a firewall without sockets a note is written together, and goes back to its room by itself", async () => {
  test.setTimeout(240_000);
  await addPerson(eda.page, "Şule Yıldırım");
  await openPerson(eda.page, "Şule Yıldırım");
  await eda.page.getByRole("button", { name: "Not ekle" }).click();
  await editorOf(eda.page).click();
  await eda.page.keyboard.type("Sahilde.");
  await expect(savedChip(eda.page)).toBeVisible();

  // The cookie is the host's, so the same member stands before the firewall as another device.
  await ada.page.goto(ada.page.url().replace(server.url, proxy.url));
  await openPerson(ada.page, "Şule Yıldırım");
  await ada.page.getByText("Sahilde.").first().click();
  const here = editorOf(ada.page);
  await expect(here).toContainText("Sahilde.");
  await expect(savedChip(ada.page)).toBeVisible();

  const said = new Set<string>();
  const watch = setInterval(() => {
    const chip = ada.page.getByRole("button", { name: /Çevrimdışı|Kaydedilemedi/ });
    chip.count().then(
      (count) => count > 0 && said.add("bad"),
      () => undefined,
    );
  }, 100);
  await here.click();
  await ada.page.keyboard.press("Control+End");
  await ada.page.keyboard.type(" Gün batımı.");
  const sent = performance.now();
  await expect(editorOf(eda.page)).toContainText("Gün batımı.");
  const pushed = performance.now() - sent;
  test.info().annotations.push({ type: "sent over HTTP and seen after", description: `${Math.round(pushed)} ms` });
  await editorOf(eda.page).click();
  await eda.page.keyboard.press("Control+End");
  await eda.page.keyboard.type(" İki kişi.");
  const asked = performance.now();
  await expect(here).toContainText("İki kişi.");
  const polled = performance.now() - asked;
  test.info().annotations.push({ type: "seen over HTTP after", description: `${Math.round(polled)} ms` });
  await expect(savedChip(ada.page)).toBeVisible();
  clearInterval(watch);
  expect([...said]).toEqual([]);

  const room = ada.page.waitForEvent("websocket", {
    predicate: (socket) => socket.url().includes("/client/"),
    timeout: 60_000,
  });
  proxy.letSockets(true);
  const socket = await room;
  await socket.waitForEvent("framereceived");
  await eda.page.keyboard.type(" Yeniden.");
  await expect(here).toContainText("Yeniden.");
  expect(ada.failures).toEqual([]);
});
