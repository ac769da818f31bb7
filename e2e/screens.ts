// Owns the pictures of docs/screens: every screen at three sizes, light and dark, over a sample studio of its own.
// Run by `npm run screens` after a build; never part of the tests.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { sizes, themes } from "./looks.ts";
import type { Look } from "./looks.ts";
import config from "./playwright.config.ts";

const PORT = 3199;
const url = `http://localhost:${PORT}`;
const folder = "docs/screens";
const contacts = readFileSync("client/features/import/fixtures/google-contacts.csv");

type Scene = { readonly name: string; readonly show: (page: Page) => Promise<void>; readonly isPublic?: true };

const goTo = (path: string) => async (page: Page) => {
  const org = new URL(page.url()).pathname.split("/")[2] ?? "";
  await page.goto(`${url}/o/${org}/${path}`);
};

async function openPerson(page: Page): Promise<void> {
  await goTo("people")(page);
  await page.getByRole("searchbox").fill("Şule");
  await page.getByRole("link", { name: /Şule/ }).first().click();
  await page.getByRole("group", { name: "Durum", exact: true }).waitFor();
}

const scenes: readonly Scene[] = [
  { name: "sign-in", show: async (page) => void (await page.goto(`${url}/sign-in`)), isPublic: true },
  { name: "sign-up", show: async (page) => void (await page.goto(`${url}/sign-up`)), isPublic: true },
  {
    name: "verify",
    show: async (page) => void (await page.goto(`${url}/verify#token=${"A".repeat(43)}`)),
    isPublic: true,
  },
  {
    name: "reset",
    show: async (page) => void (await page.goto(`${url}/reset#token=${"A".repeat(43)}`)),
    isPublic: true,
  },
  { name: "reset-request", show: async (page) => void (await page.goto(`${url}/reset-request`)), isPublic: true },
  {
    name: "people",
    show: async (page) => {
      await goTo("people")(page);
      await page.getByRole("link", { name: /Ahmet/ }).first().waitFor();
    },
  },
  { name: "person", show: openPerson },
  {
    name: "note",
    show: async (page) => {
      await openPerson(page);
      await page.getByRole("button", { name: "Not ekle" }).click();
      await page.locator("[contenteditable=true]").click();
      await page.keyboard.type("Sahilde, gün batımında. Yağmur olursa stüdyo.");
    },
  },
  {
    name: "new-person",
    show: async (page) => {
      await goTo("people")(page);
      await page.getByRole("button", { name: "Kişi ekle" }).first().click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "import",
    show: async (page) => {
      await goTo("import")(page);
      await page
        .locator("input[type=file]")
        .setInputFiles({ name: "contacts.csv", mimeType: "text/csv", buffer: contacts });
    },
  },
  { name: "team", show: goTo("team") },
  { name: "studio", show: goTo("settings/studio") },
  { name: "device", show: goTo("settings/device") },
  { name: "refused", show: goTo("refused") },
];

const people = process.argv[2] ?? "500";
const data = mkdtempSync(join(tmpdir(), "lumiso-screens-"));
const server = spawn(process.execPath, ["server/demo.ts", "--people", people], {
  env: { ...process.env, PORT: String(PORT), DATA_DIR: join(data, "data") },
  stdio: ["ignore", "pipe", "inherit"],
});
const lines: string[] = [];
const printed = createInterface({ input: server.stdout }).on("line", (line) => lines.push(line));
await lineWith("is ready");
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch(config.use?.launchOptions ?? {});
const session = await signIn(browser);
try {
  for (const viewport of sizes) for (const theme of themes) await picture({ viewport, theme });
} finally {
  await browser.close();
  server.kill("SIGKILL");
  rmSync(data, { recursive: true, force: true });
}

/** Waits for a line that the server prints. */
async function lineWith(text: string): Promise<string> {
  for (;;) {
    const found = lines.find((line) => line.includes(text));
    if (found !== undefined) return found;
    await new Promise((resolve) => printed.once("line", resolve));
  }
}

/** The link of an invitation that waits for somebody, sent once. */
async function invitationLink(page: Page): Promise<string> {
  const org = new URL(page.url()).pathname.split("/")[2] ?? "";
  if (!lines.some((line) => line.includes("/invitation#token="))) {
    const guest = { email: "sevgi@example.com", role: "assistant" };
    await page.request.post(`${url}/api/orgs/${org}/invitations`, { data: guest });
  }
  return (await lineWith("/invitation#token=")).trim();
}

async function signIn(from: Browser): Promise<Awaited<ReturnType<BrowserContext["storageState"]>>> {
  const context = await from.newContext({ locale: "tr-TR" });
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("E-posta").fill("deniz@example.com");
  await page.getByRole("textbox", { name: "Şifre" }).fill("isik-studyo-demo");
  await page.getByRole("button", { name: "Giriş yap" }).click();
  await page.getByRole("heading", { name: "Kişiler" }).waitFor();
  return context.storageState();
}

/** Takes all pictures of one size and theme, the public pages without a session. */
async function picture({ viewport, theme }: Look): Promise<void> {
  const options = { viewport, colorScheme: theme, locale: "tr-TR", timezoneId: "Europe/Istanbul" };
  const contexts = {
    outside: await browser.newContext(options),
    inside: await browser.newContext({ ...options, storageState: session }),
  };
  const inside = await contexts.inside.newPage();
  await inside.goto(url);
  await inside.getByRole("link", { name: /Ahmet/ }).first().waitFor();
  const outside = await contexts.outside.newPage();
  await outside.goto(await invitationLink(inside));
  await outside.getByRole("button", { name: "Ekibe katıl" }).waitFor();
  await outside.screenshot({ path: `${folder}/invitation-${viewport.width}x${viewport.height}-${theme}.png` });
  for (const { name, show, isPublic } of scenes) {
    const page = isPublic ? outside : inside;
    await show(page);
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${folder}/${name}-${viewport.width}x${viewport.height}-${theme}.png` });
  }
  await contexts.inside.close();
  await contexts.outside.close();
}
