// Members on one device: leaving it, another member in a second tab, a session that ends elsewhere. Two tabs of one browser each time.
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { addPerson, createStudio, installed, inviteColleague, listed, openBrowser, savedChip } from "./people.ts";
import type { Visitor } from "./people.ts";
import { startStoryServer } from "./server.ts";
import type { StoryServer } from "./server.ts";

const PASSWORD = "sahilde uzun bir gün";

let server: StoryServer;
let ada: Visitor;
let second: Page;

test.beforeEach(async ({ browser }) => {
  server = await startStoryServer();
  ada = await openBrowser(browser);
  await createStudio(ada, server, "Işık Stüdyo");
  await installed(ada.page);
});

test.afterEach(async () => {
  await ada.context.close();
  await server.close();
});

async function openSecond(): Promise<void> {
  second = await ada.context.newPage();
  await second.goto(ada.page.url());
  await second.getByRole("heading", { name: "Kişiler" }).waitFor();
}

async function openSignOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /hesap menüsü/ }).click();
  await page.getByRole("menuitem", { name: "Çıkış yap" }).click();
}

/** All that this browser holds, as text: databases, caches, storages. */
const everythingOn = (page: Page): Promise<{ databases: string[]; text: string }> =>
  page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
    const read = (name: string) =>
      new Promise<unknown>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.addEventListener("error", () => reject(opening.error));
        opening.addEventListener("success", () => {
          const stores = [...opening.result.objectStoreNames];
          const asked = stores.map((store) => opening.result.transaction(store).objectStore(store).getAll());
          void Promise.all(
            asked.map(
              (request) => new Promise((done) => request.addEventListener("success", () => done(request.result))),
            ),
          ).then((rows) => {
            opening.result.close();
            resolve(rows);
          });
        });
      });
    const rows = await Promise.all(names.map(read));
    const cached: string[] = [];
    for (const key of await caches.keys()) {
      const cache = await caches.open(key);
      for (const request of await cache.keys())
        cached.push(request.url, (await (await cache.match(request))?.text()) ?? "");
    }
    const storages = [Object.entries(localStorage), Object.entries(sessionStorage)];
    return { databases: names, text: JSON.stringify([rows, storages, cached]) };
  });

/** Signs in as somebody in no browser, and signs out everywhere. */
async function endSessionsOf(email: string): Promise<void> {
  const headers = { "content-type": "application/json", origin: server.url };
  const signIn = await fetch(`${server.url}/api/auth/sign-in`, {
    method: "POST",
    headers,
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  const cookie = signIn.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  await fetch(`${server.url}/api/auth/sign-out-all`, { method: "POST", headers: { ...headers, cookie } });
}

test("[ME1] [ME4] signing out wipes everything of the member in this browser, and ends the other tab", async () => {
  await openSecond();
  await addPerson(ada.page, "Şule Yıldırım");
  await expect(savedChip(ada.page)).toBeVisible();
  await expect(listed(second, "Şule Yıldırım")).toBeVisible();
  await openSignOut(ada.page);
  await expect(ada.page.getByRole("heading", { name: "Giriş yapın" })).toBeVisible();
  await expect(second.getByRole("heading", { name: "Giriş yapın" })).toBeVisible();
  await expect.poll(async () => (await everythingOn(second)).databases).toEqual(["lumiso"]);
  const { text } = await everythingOn(second);
  for (const trace of ["Şule", "Ada Işık", "ada@example.com", "Işık Stüdyo"]) expect(text).not.toContain(trace);
  await ada.page.goBack();
  await expect(ada.page.getByText("Şule Yıldırım")).toHaveCount(0);
  expect(ada.failures).toEqual([]);
});

test("[ME1] [ME3] without a network what waits is shown before, and given up in words alone", async () => {
  await ada.context.setOffline(true);
  await addPerson(ada.page, "Gizli Kişi");
  await openSignOut(ada.page);
  await expect(ada.page.getByText("1 değişiklik gönderilmedi")).toBeVisible();
  await expect(ada.page.getByRole("button", { name: "Geri al" })).toHaveCount(0);
  await ada.page.getByRole("button", { name: "Oturumda kal" }).click();
  await expect(listed(ada.page, "Gizli Kişi")).toBeVisible();
  await openSignOut(ada.page);
  const downloading = ada.page.waitForEvent("download");
  await ada.page.getByRole("button", { name: "İndir" }).click();
  const stream = await (await downloading).createReadStream();
  const chunks = await stream.toArray();
  expect(Buffer.concat(chunks).toString("utf8")).toContain("Gizli Kişi");
  await ada.page.getByRole("button", { name: /Sil ve çıkış yap/ }).click();
  const confirm = ada.page.getByRole("dialog").getByRole("button", { name: "Sil ve çıkış yap" });
  await expect(confirm).toBeDisabled();
  await ada.page.getByRole("dialog").getByRole("textbox").fill("Ada Işık");
  await confirm.click();
  await expect(ada.page.getByRole("heading", { name: "Giriş yapın" })).toBeVisible();
  await expect(ada.page.getByText("Bu cihazdaki verileriniz silindi.")).toBeVisible();
  await expect.poll(async () => (await everythingOn(ada.page)).databases).toEqual(["lumiso"]);
  await ada.context.setOffline(false);
  await expect.poll(() => ada.page.evaluate(() => document.cookie)).not.toContain("lumiso_here");
  await ada.page.getByLabel("E-posta").fill("ada@example.com");
  await ada.page.getByRole("textbox", { name: "Şifre" }).fill(PASSWORD);
  await ada.page.getByRole("button", { name: "Giriş yap" }).click();
  await expect(ada.page.getByRole("heading", { name: "Kişiler" })).toBeVisible();
  await expect(listed(ada.page, "Gizli Kişi")).toHaveCount(0);
  expect(ada.failures).toEqual([]);
});

test("[ME6] [ME7] [ME8] who signs in in a second tab locks the first; nothing is lost and nothing goes under another name", async ({
  browser,
}) => {
  test.slow();
  const eda = await openBrowser(browser);
  await inviteColleague(ada, eda, server);
  await ada.page.getByRole("link", { name: "Kişiler" }).first().click();
  await openSecond();
  await ada.context.setOffline(true);
  await addPerson(ada.page, "Gizli Kişi");
  await endSessionsOf("ada@example.com");
  await ada.context.setOffline(false);
  for (const page of [ada.page, second]) {
    await expect(page.getByText("Tüm cihazlardaki oturumlarınız kapatıldı.")).toBeVisible();
    await expect(page.getByText("Gizli Kişi")).toHaveCount(0);
  }
  await second.getByRole("button", { name: "Başka biri olarak giriş yap" }).click();
  await second.getByLabel("E-posta").fill("eda@example.com");
  await second.getByRole("textbox", { name: "Şifre" }).fill(PASSWORD);
  await second.getByRole("button", { name: "Giriş yap" }).click();
  await expect(second.getByRole("heading", { name: "Kişiler" })).toBeVisible();
  await expect(ada.page.getByText("Bu sekme Ada Işık adına açıktı ve kilitlendi.")).toBeVisible();
  await addPerson(second, "Eda'nın Kişisi");
  await expect(savedChip(second)).toBeVisible();
  await expect(listed(second, "Gizli Kişi")).toHaveCount(0);

  await second.getByRole("button", { name: /hesap menüsü/ }).click();
  await second.getByRole("menuitem", { name: "Bu cihaz" }).click();
  const others = second.getByRole("region", { name: "Bu cihazdaki diğer üyeler" });
  await expect(others.getByText("Ada Işık")).toBeVisible();
  await expect(others.getByText("1 değişiklik gönderilmeyi bekliyor")).toBeVisible();

  await ada.page.getByRole("button", { name: "Ada Işık olarak giriş yap" }).click();
  await ada.page.getByRole("textbox", { name: "Şifre" }).fill(PASSWORD);
  await ada.page.getByRole("button", { name: "Giriş yap", exact: true }).click();
  await expect(listed(ada.page, "Gizli Kişi")).toBeVisible();
  await expect(savedChip(ada.page)).toBeVisible();
  await expect(second.getByText("Bu sekme Eda Çınar adına açıktı ve kilitlendi.")).toBeVisible();
  await expect(listed(eda.page, "Gizli Kişi")).toBeVisible();
  expect([...ada.failures, ...eda.failures]).toEqual([]);
  await eda.context.close();
});

test("[ME8] a session that ran out takes nothing away, and a sign-in over the screen sends what waits", async () => {
  await ada.context.clearCookies();
  await ada.page.reload();
  await expect(ada.page.getByText("Oturumunuzun süresi doldu.")).toBeVisible();
  await addPerson(ada.page, "Bekleyen Kişi");
  await expect(savedChip(ada.page)).toHaveCount(0);
  await ada.page.getByRole("status").getByRole("button", { name: "Giriş yap" }).click();
  await ada.page.getByRole("dialog").getByRole("textbox", { name: "Şifre" }).fill(PASSWORD);
  await ada.page.getByRole("dialog").getByRole("button", { name: "Giriş yap" }).click();
  await expect(ada.page.getByText("Oturumunuzun süresi doldu.")).toHaveCount(0);
  await expect(savedChip(ada.page)).toBeVisible();
  await expect(listed(ada.page, "Bekleyen Kişi")).toBeVisible();
  expect(ada.failures).toEqual([]);
});
