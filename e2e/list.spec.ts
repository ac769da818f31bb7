// A list longer than any screen, and the person who is opened from it: what is drawn, when, and what nobody waits for.
import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { createStudio, listed, openBrowser } from "./people.ts";
import { startStoryServer } from "./server.ts";

const MANY = 300;

/** Names whose order in the alphabet is that of their numbers. */
const nameOf = (n: number): string => `Kişi ${String(n).padStart(3, "0")}`;
const contacts = ["Ad,Telefon", ...Array.from({ length: MANY }, (_, n) => `${nameOf(n)},05321${100_000 + n}`)].join(
  "\n",
);

/** Scrolls to the end, and answers with the last drawn row in the very frame that shows it, and how many are drawn. */
const scrollToEnd = (page: Page): Promise<{ last: number; drawn: number }> =>
  page.evaluate(async () => {
    const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-row]")];
    const box = rows()[0]?.closest("ul")?.parentElement;
    if (!box) throw new Error("no list");
    box.scrollTop = box.scrollHeight;
    // Hint: a scroll is told before the callbacks of its own frame, and the frame is painted after them.
    await new Promise(requestAnimationFrame);
    return { last: Number(rows().at(-1)?.dataset["row"]), drawn: rows().length };
  });

/** Notes from now on in which frame each part of a person is there first; runs in the page. */
function noteFrames(): void {
  const parts = { name: "input[name=name], main h2", notes: "Notlar", history: "Geçmiş" };
  const seen: Record<string, number> = {};
  let frame = 0;
  const look = (): void => {
    frame += 1;
    const titles = [...document.querySelectorAll("main h3")].map((each) => each.textContent ?? "");
    if (document.querySelector(parts.name) !== null) seen["name"] ??= frame;
    for (const part of ["notes", "history"] as const)
      if (titles.some((title) => title.includes(parts[part]))) seen[part] ??= frame;
    document.body.dataset["frames"] = JSON.stringify(seen);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

test("[SP5] [SP6] a long list draws what is in sight, and a person is there before history and room", async ({
  browser,
}) => {
  const server = await startStoryServer();
  const ada = await openBrowser(browser);
  const { page } = ada;
  await createStudio(ada, server, "Işık Stüdyo");
  await page.getByRole("link", { name: "İçe aktar" }).first().click();
  const file = { name: "kisiler.csv", mimeType: "text/csv", buffer: Buffer.from(contacts) };
  await page.locator("input[type=file]").setInputFiles(file);
  await page
    .getByRole("button", { name: /kişiyi ekle/i })
    .last()
    .click();
  await expect(page.getByText(`${MANY} kişi eklendi`)).toBeVisible({ timeout: 60_000 });

  await test.step("of all rows those in sight are drawn, in the frame that shows them", async () => {
    await page.getByRole("link", { name: "Kişiler" }).first().click();
    await listed(page, nameOf(0)).waitFor();
    await expect(page.getByRole("listitem").and(page.locator("[aria-setsize]")).first()).toHaveAttribute(
      "aria-setsize",
      String(MANY),
    );
    const { last, drawn } = await scrollToEnd(page);
    expect(last).toBe(MANY - 1);
    expect(drawn).toBeLessThan(60);
    await expect(listed(page, nameOf(MANY - 1))).toBeInViewport();
  });

  await test.step("the answer to another search begins at its top", async () => {
    await page.getByRole("searchbox").fill("Kişi");
    await expect(listed(page, nameOf(0))).toBeInViewport();
  });

  await test.step("a person is there while the rooms never answer, the history after the rest", async () => {
    // Hint: a socket that nobody answers stays on its way for ever.
    await ada.context.routeWebSocket(/\/sync\/.*\/(client|contact)\//, () => undefined);
    await page.evaluate(noteFrames);
    await listed(page, nameOf(3)).click();
    const person = page.getByRole("region", { name: nameOf(3) });
    await expect(person.getByLabel("Telefon", { exact: true })).toHaveValue(/0532 110 00 03/);
    await expect(person.getByRole("heading", { name: "Geçmiş" })).toBeVisible();
    const frames = JSON.parse((await page.evaluate(() => document.body.dataset["frames"])) ?? "{}");
    expect(frames.notes).toBe(frames.name);
    expect(frames.history).toBeGreaterThan(frames.name);
  });

  expect(ada.failures).toEqual([]);
  await ada.context.close();
  await server.close();
});
