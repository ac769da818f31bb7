// Owns an afternoon with the app in small: searching letter by letter, opening people, editing them, scrolling.
// Every input is a real one; never calls into the app.
import type { Locator, Page } from "@playwright/test";
import { heapOf, measure } from "./browser.ts";
import type { Device } from "./browser.ts";
import { spreadOf } from "./figures.ts";
import type { UseRound } from "./figures.ts";

/** What is typed letter by letter: names, two words, beginnings that match thousands, digits of a telephone number. */
const searches = ["zeynep kaya", "şahin", "öz", "çe", "0500000", "a", "m", "g"] as const;

/** As long as this without a change of the page is taken for the end of an answer. Units: ms. */
const QUIET_MS = 250;

const sections = ["İletişim", "Notlar"] as const;

const searchbox = (page: Page) => page.getByRole("searchbox");

/** Types every search letter by letter; times of letters, and of first letters apart. */
async function search(page: Page): Promise<{ all: number[]; short: number[] }> {
  const [all, short]: [number[], number[]] = [[], []];
  for (const text of searches) {
    await searchbox(page).fill("");
    await page.waitForTimeout(QUIET_MS);
    await searchbox(page).focus();
    for (const [index, letter] of Array.from(text).entries()) {
      const wish = { event: "input", until: { kind: "quiet", ms: QUIET_MS } } as const;
      const { painted } = await measure(page, wish, () => page.keyboard.insertText(letter));
      all.push(painted);
      if (index === 0) short.push(painted);
    }
    await expectMatches(page, text);
  }
  await searchbox(page).fill("");
  await page.waitForTimeout(QUIET_MS);
  return { all, short };
}

/** A figure of a search that shows nothing would be worth nothing. Throws: when nobody is shown. */
async function expectMatches(page: Page, text: string): Promise<void> {
  if ((await page.locator("main [data-row]").count()) === 0) throw new Error(`nobody was found for ${text}`);
}

/** Opens people of the list one after the other, by a click and by Enter in turn. */
async function open(page: Page, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const row = page.locator("main [data-row]").nth(3 + (index % 12));
    const name = (await row.locator("span span").first().textContent()) ?? "";
    if (await row.evaluate((element) => element.getAttribute("aria-current") === "true")) continue;
    const isClick = index % 2 === 0;
    if (!isClick) await row.focus();
    const wish = { event: isClick ? "click" : "keydown", until: { kind: "person", name, sections } } as const;
    const { painted } = await measure(page, wish, () => (isClick ? press(page, row) : page.keyboard.press("Enter")));
    times.push(painted);
    await page.waitForTimeout(50);
  }
  return times;
}

type Edits = { readonly work: number[]; readonly shown: number[]; readonly stored: number[] };

/** Types letters into the address of the opened person and moves the standing. */
async function edit(page: Page, count: number): Promise<Edits> {
  const edits: Edits = { work: [], shown: [], stored: [] };
  const address = page.getByRole("region").getByLabel("Adres", { exact: true });
  await address.focus();
  for (let index = 0; index < count; index += 1) {
    const answer = await measure(page, { event: "input", until: { kind: "frame" } }, () =>
      page.keyboard.insertText("a"),
    );
    edits.work.push(answer.busy);
    edits.shown.push(answer.painted);
  }
  await address.blur();
  const group = page.getByRole("group", { name: "Durum", exact: true });
  for (let index = 0; index < count; index += 1) {
    const chip = group.getByRole("button").nth(index % 3);
    if ((await chip.getAttribute("aria-pressed")) === "true") continue;
    const label = (await chip.textContent()) ?? "";
    const isShown = index % 2 === 0;
    await closeMessages(page);
    const until = isShown ? ({ kind: "pressed", label } as const) : ({ kind: "message" } as const);
    const answer = await measure(page, { event: "click", until }, () => press(page, chip));
    if (isShown) {
      edits.work.push(answer.busy);
      edits.shown.push(answer.painted);
    } else edits.stored.push(answer.seen);
  }
  return edits;
}

/**
 * A click of the mouse on an element in sight. Hint: the driver's own click has the page look up what is hit, within the time
 * measured; hovering does so before.
 */
async function press(page: Page, element: Locator): Promise<void> {
  await element.hover();
  await page.mouse.down();
  await page.mouse.up();
}

async function closeMessages(page: Page): Promise<void> {
  const close = page.locator("section[aria-live]").getByRole("button", { name: "Kapat" });
  while ((await close.count()) > 0) await close.first().click();
}

export type UseOptions = { readonly opens: number; readonly edits: number };

/** One round of use on a page that shows the list. */
export async function useOnce({ page }: Device, { opens, edits }: UseOptions): Promise<UseRound> {
  const searched = await search(page);
  const opened = await open(page, opens);
  const edited = await edit(page, edits);
  return {
    search: spreadOf(searched.all),
    shortSearch: spreadOf(searched.short),
    open: spreadOf(opened),
    editWork: spreadOf(edited.work),
    editShown: spreadOf(edited.shown),
    stored: spreadOf(edited.stored),
  };
}

/** Uses the app for some time: scrolls far, searches, opens, edits. Answers with the heap at the end and the most that was seen. Units: MB. */
export async function useLong(
  device: Device,
  minutes: number,
): Promise<{ readonly end: number; readonly most: number }> {
  const { page } = device;
  const until = Date.now() + minutes * 60_000;
  let most = 0;
  while (Date.now() < until) {
    await page.locator("main ul").first().hover();
    for (let turn = 0; turn < 20; turn += 1) await page.mouse.wheel(0, turn % 2 === 0 ? 20_000 : 3000);
    for (let turn = 0; turn < 10; turn += 1) await page.mouse.wheel(0, -30_000);
    await searchbox(page).pressSequentially("zeyne", { delay: 30 });
    // Hint: until the list stands, or a row whose name is read would be another person a moment later.
    const wish = { event: "input", until: { kind: "quiet", ms: QUIET_MS } } as const;
    await measure(page, wish, () => page.keyboard.insertText("p"));
    await open(page, 6);
    await edit(page, 6);
    await searchbox(page).fill("");
    most = Math.max(most, await heapOf(device));
  }
  const end = await heapOf(device);
  return { end, most: Math.max(most, end) };
}
