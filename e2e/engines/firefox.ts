// Owns driving Firefox, by WebDriver BiDi. Never downloads it: the system's is used.
import { launch } from "puppeteer-core";
import type { Page } from "puppeteer-core";
import type { Engine, Tab } from "./engine.ts";

const path = process.env["FIREFOX_PATH"] ?? "/usr/bin/firefox-esr";

/** A Firefox that can also be ended without warning, as the system does when it wants the memory. */
export type Firefox = Engine & { readonly kill: () => Promise<void> };

/** Starts a Firefox, with an empty profile when no folder with another one is given. Throws: when there is none. */
export async function startFirefox(profile?: string): Promise<Firefox> {
  const browser = await launch({
    browser: "firefox",
    executablePath: path,
    headless: true,
    ...(profile === undefined ? {} : { userDataDir: profile }),
    extraPrefsFirefox: { "intl.accept_languages": "tr-TR" },
  });
  return {
    name: "Firefox",
    openTab: async () => {
      const page = await browser.newPage();
      await page.setViewport({ width: 1180, height: 820 });
      return tabOf(page);
    },
    close: () => browser.close(),
    kill: () =>
      new Promise((resolve) => {
        browser.process()?.once("exit", () => resolve());
        browser.process()?.kill("SIGKILL");
      }),
  };
}

function tabOf(page: Page): Tab {
  const element = async (script: string) => {
    const found = (await page.evaluateHandle(script)).asElement();
    if (found === null) throw new Error(`nothing found by ${script.slice(-120)}`);
    // Hint: the expressions of engine.ts give elements only.
    return found as Awaited<ReturnType<Page["$"]>> & object;
  };
  return {
    goto: async (url) => void (await page.goto(url)),
    // Hint: the caller knows what its expression gives.
    evaluate: async <T>(script: string) => (await page.evaluate(script)) as T,
    click: async (script) => (await element(script)).click(),
    type: (text) => page.keyboard.type(text),
    press: (key) => page.keyboard.press(key),
    upload: async (script, file) => {
      const input = await element(script);
      // Hint: only file inputs are asked for.
      await (input as { uploadFile?: (path: string) => Promise<void> }).uploadFile?.(file);
    },
    picture: async (file) => void (await page.screenshot({ path: file })),
    close: () => page.close(),
  };
}
