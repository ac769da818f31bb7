// Owns a browser of its own process and profile for stories that kill it or fill its disk: Playwright's own contexts live in memory.
// Never asserts anything.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import config from "./playwright.config.ts";

export type OwnBrowser = {
  /** The context of the profile; another one after a start. */
  readonly context: () => BrowserContext;
  readonly page: () => Promise<Page>;
  /** Kills all its processes at once, as a power cut would. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Ends it and removes its profile. */
  readonly close: () => Promise<void>;
};

/** Starts a browser with a profile on the disk. Throws: when it does not start. */
export async function startOwnBrowser(): Promise<OwnBrowser> {
  const profile = mkdtempSync(join(tmpdir(), "lumiso-profile-"));
  let child: ChildProcess | null = null;
  let browser: Browser | null = null;
  const context = (): BrowserContext => {
    const [first] = browser?.contexts() ?? [];
    if (first === undefined) throw new Error("the browser is not running");
    return first;
  };
  const start = async (): Promise<void> => {
    child = spawnChromium(profile);
    browser = await chromium.connectOverCDP(await addressOf(child));
  };
  const kill = async (): Promise<void> => {
    const running = child;
    if (running?.pid === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    // Hint: the group, because a browser is many processes.
    process.kill(-running.pid, "SIGKILL");
    await ended;
  };
  await start();
  return {
    context,
    page: async () => {
      const page = await context().newPage();
      await page.setViewportSize({ width: 1180, height: 820 });
      return page;
    },
    kill,
    start,
    close: async () => {
      await kill();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function spawnChromium(profile: string): ChildProcess {
  const { executablePath = "", args = [] } = config.use?.launchOptions ?? {};
  const own = ["--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "--lang=tr", "about:blank"];
  return spawn(executablePath, [...args, ...own], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
}

function addressOf({ stderr, ...child }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (stderr === null) return reject(new Error("the browser says nothing"));
    const lines = createInterface({ input: stderr });
    lines.on("line", (line) => {
      const address = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    lines.once("close", () => reject(new Error(`the browser ended: ${child.exitCode}`)));
  });
}
