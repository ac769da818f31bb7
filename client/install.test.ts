// When and how installing is offered, at doubles of the browsers.
import { expect, it } from "vitest";
import { createInstall } from "./install.ts";
import type { Install, InstallPage } from "./install.ts";

type Browser = {
  install: Install;
  dispatch: (event: Event) => boolean;
  prompts: number;
  kept: { value: string | null };
};

/** A start of the app in a browser that remembers. */
function start(options: Partial<InstallPage> = {}, kept: { value: string | null } = { value: null }): Browser {
  const events = new EventTarget();
  const install = createInstall({
    isInstalled: false,
    isApple: false,
    memory: { read: () => kept.value, write: (value) => void (kept.value = value) },
    listen: (name, hear) => events.addEventListener(name, hear),
    ...options,
  });
  return { install, dispatch: (event) => events.dispatchEvent(event), prompts: 0, kept };
}

/** What Chromium says when it may be installed; false when its own bar was kept away. */
function offerOf(browser: Browser): boolean {
  const prompt = async (): Promise<void> => void (browser.prompts += 1);
  return browser.dispatch(Object.assign(new Event("beforeinstallprompt", { cancelable: true }), { prompt }));
}

it("[PW9] Chromium: offered quietly at the third start, by the browser's own dialog, once", async () => {
  const kept = { value: null };
  for (const _ of [1, 2]) {
    const early = start({}, kept);
    expect([offerOf(early), early.install.way(), early.install.isOffered()]).toEqual([false, "prompt", false]);
  }
  const third = start({}, kept);
  expect(third.install.isOffered()).toBe(false);
  offerOf(third);
  expect(third.install.isOffered()).toBe(true);
  await third.install.accept();
  expect([third.prompts, third.install.isOffered()]).toEqual([1, false]);
  const fourth = start({}, kept);
  offerOf(fourth);
  expect([fourth.install.way(), fourth.install.isOffered()]).toEqual(["prompt", false]);
});

it("[PW9] declined once, it is never offered again; the device page still can", () => {
  const kept = { value: "2" };
  const browser = start({}, kept);
  offerOf(browser);
  browser.install.decline();
  for (const _ of [1, 2, 3]) {
    const later = start({}, kept);
    offerOf(later);
    expect([later.install.isOffered(), later.install.way()]).toEqual([false, "prompt"]);
  }
});

it("[PW9] iPadOS and iOS: by the share menu, from the first start on, before anything is entered", () => {
  const browser = start({ isApple: true });
  expect([browser.install.way(), browser.install.isOffered()]).toEqual(["share", true]);
  browser.install.putOff();
  expect(browser.install.isOffered()).toBe(false);
  expect(start({ isApple: true }, browser.kept).install.isOffered()).toBe(true);
  browser.install.decline();
  expect(start({ isApple: true }, browser.kept).install.isOffered()).toBe(false);
});

it("[PW9] where there is no way nothing is said, and neither in the installed app", () => {
  expect([start().install.way(), start().install.isOffered()]).toEqual([null, false]);
  const installed = start({ isInstalled: true, isApple: true });
  expect([installed.install.way(), installed.install.isOffered()]).toEqual(["installed", false]);
  const now = start({}, { value: "5" });
  offerOf(now);
  now.dispatch(new Event("appinstalled"));
  expect([now.install.way(), now.install.isOffered()]).toEqual(["installed", false]);
});
