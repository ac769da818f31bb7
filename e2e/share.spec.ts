// Files from outside: another app shares contacts, a shortcut opens the app. The real worker takes a real multipart form.
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { makeSite } from "./bundle.ts";
import { createStudio, installed, openBrowser, savedChip } from "./people.ts";
import type { Visitor } from "./people.ts";
import { startStoryServer } from "./server.ts";
import type { StoryServer } from "./server.ts";

const card = readFileSync(new URL("../client/features/import/fixtures/iphone.vcf", import.meta.url), "utf8");

let site: ReturnType<typeof makeSite>;
let server: StoryServer;
let ada: Visitor;

test.beforeEach(async ({ browser }) => {
  site = makeSite();
  server = await startStoryServer(site);
  ada = await openBrowser(browser);
  await createStudio(ada, server, "Işık Stüdyo");
  await expect(savedChip(ada.page)).toBeVisible();
  await installed(ada.page);
});

test.afterEach(async () => {
  await ada.context.close();
  await server.close();
  site.close();
});

/** Shares a file as the system does: a form posted to the address of the manifest. */
const share = (page: Page, file: { readonly name: string; readonly text: string } | null): Promise<void> =>
  page.evaluate((given) => {
    const form = Object.assign(document.createElement("form"), {
      action: "/share",
      method: "POST",
      enctype: "multipart/form-data",
    });
    const input = Object.assign(document.createElement("input"), { type: "file", name: "contacts" });
    const chosen = new DataTransfer();
    if (given !== null) chosen.items.add(new File([given.text], given.name, { type: "text/vcard" }));
    input.files = chosen.files;
    form.append(input);
    document.body.append(form);
    form.submit();
  }, file);

const waiting = (page: Page): Promise<boolean> => page.evaluate(() => caches.has("lumiso-shared"));

test("[PW8] a shared file is on the import screen, nobody is added, and nothing of it travels", async () => {
  const sent: string[] = [];
  ada.context.on("request", (request) => sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ""}`));
  await ada.context.setOffline(true);
  await share(ada.page, { name: "Şule Yıldırım.vcf", text: card });
  await expect(ada.page.getByText(/Şule Yıldırım/).first()).toBeVisible();
  await expect(ada.page).toHaveURL(/\/o\/[^/]+\/import$/);
  await expect.poll(() => waiting(ada.page)).toBe(false);
  await ada.context.setOffline(false);
  await ada.page.reload();
  await expect(ada.page.getByText("Rehberinizi getirin")).toBeVisible();
  await ada.page.getByRole("link", { name: "Kişiler" }).first().click();
  await expect(ada.page.getByText("İlk kişinizi ekleyin")).toBeVisible();
  const traces = sent.filter(
    (line) =>
      /BEGIN:VCARD|Y%C4%B1ld%C4%B1r%C4%B1m|Yıldırım/.test(line) && !line.startsWith("POST " + server.url + "/share"),
  );
  expect(traces).toEqual([]);
  expect(ada.failures).toEqual([]);
});

test("[PW8] [IM3] a shared file that cannot be read opens on what is wrong with it", async () => {
  await share(ada.page, { name: "bozuk.vcf", text: "BEGIN:VCARD\nVERSION:3.0\nNOTE:kimse\nEND:VCARD\n" });
  await expect(ada.page.getByRole("tab", { selected: true })).not.toHaveText(/0$/);
});

test("[PW8] a share without a file says so and asks for it", async () => {
  await share(ada.page, null);
  await expect(ada.page.getByText("Paylaşılan dosya alınamadı. Dosyayı buradan seçin.")).toBeVisible();
});

test("[PW8] a share that nobody came for is not taken after an hour, and is gone", async () => {
  await ada.page.evaluate(async () => {
    const cache = await caches.open("lumiso-shared");
    const headers = { "X-Name": "eski.vcf", "X-At": String(Date.now() - 3_700_000) };
    await cache.put("/share/0", new Response("BEGIN:VCARD", { headers }));
  });
  await ada.page.goto(`${server.url}/share`);
  await expect(ada.page.getByText("Rehberinizi getirin")).toBeVisible();
  await expect.poll(() => waiting(ada.page)).toBe(false);
});

test("[PW7] shortcuts lead to their places in the member's own studio", async () => {
  await ada.page.goto(`${server.url}/go/new-person`);
  await expect(ada.page.getByRole("dialog", { name: "Yeni kişi" })).toBeVisible();
  await expect(ada.page).toHaveURL(/\/people$/);
  await ada.page.goto(`${server.url}/go/import`);
  await expect(ada.page.getByText("Rehberinizi getirin")).toBeVisible();
  await ada.page.goto(`${server.url}/go/people`);
  await expect(ada.page.getByRole("heading", { name: "Kişiler" })).toBeVisible();
});

test("[PW10] the page about this device says whether the data stay, and how much they are", async () => {
  await ada.page.getByRole("button", { name: /hesap menüsü/ }).click();
  await ada.page.getByRole("menuitem", { name: "Bu cihaz" }).click();
  await expect(ada.page.getByRole("heading", { name: "Bu cihazdaki veriler" })).toBeVisible();
  await expect(ada.page.getByText(/MB \/ en çok/)).toBeVisible();
});
