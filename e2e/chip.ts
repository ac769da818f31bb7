// Owns the pictures of docs/screens/chip: every state of the sync chip with its details open, at three sizes, light and dark.
// Each state is really brought about: a server that is stopped, a network that is cut, a disk that fails, lowered limits, a session that ended.
// Run by `node e2e/chip.ts [state…]` after a build; never part of the tests.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";
import type { BrowserContext, Page } from "@playwright/test";
import { breakDisk, holdCounts } from "./broken-disk.ts";
import { sizes, themes } from "./looks.ts";
import type { Look } from "./looks.ts";
import config from "./playwright.config.ts";

const PORT = 3198;
const url = `http://localhost:${PORT}`;
const folder = "docs/screens/chip";

/** A record takes no long note here, which no device can know. */
const LIMITS = JSON.stringify({ documentHardBytes: 12_000 });

type Seat = { readonly context: BrowserContext; readonly page: Page; readonly org: string };
type State = {
  readonly name: string;
  readonly bring: (seat: Seat) => Promise<void>;
  /** What the chip must be by then; the details are opened. Absent: the page itself is the picture. */
  readonly chip?: string;
  /** Without the worker that keeps the app on the device. */
  readonly isBare?: true;
  readonly after?: () => void;
};

const data = mkdtempSync(join(tmpdir(), "lumiso-chip-"));
const server = spawn(process.execPath, ["server/demo.ts", "--people", "40"], {
  env: { ...process.env, PORT: String(PORT), DATA_DIR: join(data, "data"), LIMITS },
  stdio: ["ignore", "pipe", "inherit"],
});
const isReady = Promise.withResolvers<void>();
createInterface({ input: server.stdout }).on("line", (line) => void (line.includes("is ready") && isReady.resolve()));
server.once("exit", () => isReady.reject(new Error("the server ended")));

const statuses = ["Nitelikli", "Teklif Gönderildi", "Görüşme", "Kazanıldı"];
let changed = 0;

const stop = (): void => void server.kill("SIGSTOP");
const goOn = (): void => void server.kill("SIGCONT");

const states: readonly State[] = [
  {
    name: "opening",
    chip: "opening",
    bring: async ({ page }) => {
      await page.addInitScript(holdCounts);
      await page.reload();
    },
  },
  { name: "saved", chip: "saved", bring: async () => undefined },
  {
    name: "saving",
    chip: "saving",
    bring: async ({ page }) => {
      stop();
      await setStatus(page);
    },
    after: goOn,
  },
  {
    name: "unacknowledged",
    chip: "not_saved",
    bring: async ({ page }) => {
      stop();
      await setStatus(page);
    },
    after: goOn,
  },
  { name: "offline", chip: "offline", bring: async ({ context }) => context.setOffline(true) },
  {
    name: "offline-changes",
    chip: "offline",
    bring: async ({ context, page }) => {
      await context.setOffline(true);
      await setStatus(page);
      await setStatus(page);
      await addNote(page, "Sahilde, gün batımında. Yağmur olursa stüdyo.");
    },
  },
  {
    name: "full",
    chip: "not_saved",
    // Hint: Chromium's own override of the quota does not reach a page with a service worker, so the browser's answer is given here.
    bring: async ({ page }) => {
      await breakDisk(page, "QuotaExceededError");
      await setStatus(page);
    },
  },
  {
    name: "disk-fails",
    chip: "not_saved",
    bring: async ({ page }) => {
      await breakDisk(page, "UnknownError");
      await setStatus(page);
    },
  },
  {
    name: "signed-out",
    chip: "not_saved",
    bring: async ({ context, page }) => {
      await context.clearCookies({ name: /session/ });
      // Hint: an open socket goes on; what connects again is asked who it is.
      await page.reload();
      await page.getByText("Oturumunuzun süresi doldu").waitFor();
      await setStatus(page);
    },
  },
  {
    name: "stopped",
    chip: "not_saved",
    isBare: true,
    bring: async ({ page }) => {
      await page.route(/engine-/, (route) => route.abort());
      await page.reload();
    },
  },
  { name: "held", chip: "held", bring: (seat) => pretendModels(seat, "1-0") },
  { name: "outdated", chip: "not_saved", bring: (seat) => pretendModels(seat, "8-9") },
  { name: "refused", chip: "refused", bring: refuse },
  {
    name: "refused-offline",
    chip: "refused",
    bring: async (seat) => {
      await refuse(seat);
      await seat.context.setOffline(true);
      await setStatus(seat.page);
      await seat.page.locator("[data-sync=refused]").getByText("çevrimdışı").waitFor();
    },
  },
  {
    name: "place",
    bring: async (seat) => {
      await refuse(seat);
      await seat.page.locator("[data-sync=refused]").click();
      await seat.page.getByRole("button", { name: "Kabul edilmeyenleri göster" }).click();
      await seat.page.getByRole("button", { name: "Tümünü indir" }).waitFor();
    },
  },
  {
    name: "place-offline",
    bring: async (seat) => {
      await refuse(seat);
      await seat.context.setOffline(true);
      await seat.page.goto(`${url}/o/${seat.org}/refused`);
      await seat.page.locator("[data-sync=refused]").getByText("çevrimdışı").waitFor();
      await seat.page.getByRole("link", { name: /kişiyi aç/ }).waitFor();
    },
  },
  {
    name: "place-empty",
    bring: async ({ page, org }) => {
      await page.goto(`${url}/o/${org}/refused`);
      await page.getByRole("heading", { name: "Kabul edilmeyen değişiklik yok" }).waitFor();
    },
  },
];

await isReady.promise;
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch(config.use?.launchOptions ?? {});
const wanted = process.argv.slice(2);
try {
  for (const state of states) if (wanted.length === 0 || wanted.includes(state.name)) await tried(state);
} finally {
  await browser.close();
  goOn();
  server.kill("SIGKILL");
  rmSync(data, { recursive: true, force: true });
}

/** One state that cannot be brought about does not cost the pictures of the others. */
async function tried(state: State): Promise<void> {
  try {
    await picture(state);
  } catch (error) {
    process.stderr.write(`${state.name}: ${String(error)}\n`);
    process.exitCode = 1;
  }
}

/** A browser of its own for each state, so that none sees what another left. */
async function picture({ name, bring, chip, isBare, after }: State): Promise<void> {
  const options = {
    locale: "tr-TR",
    timezoneId: "Europe/Istanbul",
    viewport: sizes[1],
    serviceWorkers: isBare ? "block" : "allow",
  } as const;
  const context = await browser.newContext(options);
  const page = await context.newPage();
  try {
    const org = await signIn(page);
    if (!isBare) await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await openPerson(page, org);
    await openDetails(page);
    await page.keyboard.press("Escape");
    await bring({ context, page, org });
    if (chip !== undefined) await page.locator(`[data-sync=${chip}]`).waitFor();
    for (const viewport of sizes)
      for (const theme of themes) {
        if (chip === "saving") await bringAgain(page, { bring: () => bring({ context, page, org }), after });
        await shoot(page, { name, viewport, theme, isChip: chip !== undefined });
      }
  } catch (error) {
    await page.screenshot({ path: `test-results/chip-${name}.png` });
    throw error;
  } finally {
    after?.();
    await context.close();
  }
}

type Again = { readonly bring: () => Promise<void>; readonly after: (() => void) | undefined };

/** Saving is over after 8 s, so each of its pictures begins anew. */
async function bringAgain(page: Page, { bring, after }: Again): Promise<void> {
  after?.();
  await page.locator("[data-sync=saved]").waitFor();
  await bring();
  await page.locator("[data-sync=saving]").waitFor();
}

type Shot = Look & { readonly name: string; readonly isChip: boolean };

async function shoot(page: Page, { name, viewport, theme, isChip }: Shot): Promise<void> {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme: theme });
  if (isChip && !(await page.getByRole("dialog").isVisible())) await openDetails(page);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(350);
  await page.screenshot({ path: `${folder}/${name}-${viewport.width}x${viewport.height}-${theme}.png` });
  await page.keyboard.press("Escape");
}

async function openDetails(page: Page): Promise<void> {
  await page.locator("[data-sync]").click();
  await page.getByRole("dialog").waitFor();
}

async function signIn(page: Page): Promise<string> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("E-posta").fill("deniz@example.com");
  await page.getByRole("textbox", { name: "Şifre" }).fill("isik-studyo-demo");
  await page.getByRole("button", { name: "Giriş yap" }).click();
  await page.getByRole("heading", { name: "Kişiler" }).waitFor();
  return new URL(page.url()).pathname.split("/")[2] ?? "";
}

async function openPerson(page: Page, org: string): Promise<void> {
  await page.goto(`${url}/o/${org}/people`);
  await page.locator("a[href*='/people/']").nth(2).click();
  await page.getByRole("group", { name: "Durum", exact: true }).waitFor();
  await page.locator("[data-sync=saved]").waitFor({ timeout: 60_000 });
}

/** Moves the person to the next status, so that something has changed for sure. */
async function setStatus(page: Page): Promise<void> {
  const status = statuses[changed % statuses.length] ?? "";
  changed += 1;
  await page.getByRole("group", { name: "Durum", exact: true }).getByText(status, { exact: true }).click();
}

async function addNote(page: Page, text: string): Promise<void> {
  await page.getByRole("button", { name: "Not ekle" }).click();
  await page.locator("[contenteditable=true]").click();
  await page.keyboard.insertText(text);
  await page.keyboard.press("Escape");
}

/** The server of another version, as its answers tell it; a change is made that it does not take. */
async function pretendModels({ page }: Seat, models: string): Promise<void> {
  await page.routeWebSocket(/\/sync\//, () => undefined);
  await page.route(/\/api\/orgs\//, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "x-lumiso-models": models } });
  });
  await page.reload();
  await page.getByRole("group", { name: "Durum", exact: true }).waitFor();
  await setStatus(page);
}

/** A note that is longer than this server lets a record become, and a change of status that passes. */
async function refuse({ page }: Seat): Promise<void> {
  await addNote(page, Array.from({ length: 900 }, (_, n) => `Masa ${n}: ${(n * 7919) % 997} kişi`).join(", "));
  await page.locator("[data-sync=refused]").waitFor({ timeout: 60_000 });
}
