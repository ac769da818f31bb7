// Owns the story of one edit for engines that Playwright does not drive: a studio, a colleague, one note by two, no network,
// a closed tab, a killed server. The same steps as story.spec.ts.
import { expect, test } from "@playwright/test";
import type { StoryServer } from "../server.ts";
import { finding } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { createStudioOnScreen, installed, inviteColleague, openPerson } from "./seat.ts";
import type { Seat } from "./seat.ts";
import { onStage, STORY_MS } from "./stage.ts";

const NAME = "Şule Yıldırım";
const chip = (words: string) => ({ role: "button", name: words }) as const;
const note = (words: string): string => `document.body.innerText.includes(${JSON.stringify(words)})`;

/** What the app needs of its engine. */
const ABILITIES =
  "[isSecureContext, 'serviceWorker' in navigator, 'locks' in navigator, 'indexedDB' in window, 'subtle' in crypto]";

/** Tells the story in one engine. */
export function tellStory(name: string, start: () => Promise<Engine>): void {
  test(`[EN1] one edit travels, without a network and through a killed server, in ${name}`, () => {
    test.setTimeout(STORY_MS);
    return onStage(start, async ({ server, sit }) => {
      const cast: Cast = { server, ada: await sit(), eda: await sit() };
      await test.step("a studio, a colleague and imported people", () => begin(cast));
      await test.step("both type into the same note", () => typeTogether(cast));
      await test.step("offline; the tab is closed and opened again; back in the network", () => loseNetwork(cast));
      await test.step("what was shown as saved survives a killed server", () => killServer(cast));
    });
  });
}

type Cast = { readonly server: StoryServer; readonly ada: Seat; readonly eda: Seat };

async function begin({ server, ada, eda }: Cast): Promise<void> {
  await createStudioOnScreen(ada, server);
  expect(await ada.evaluate<boolean[]>(ABILITIES)).toEqual([true, true, true, true, true]);
  await inviteColleague(ada, eda, server);
  await ada.click({ role: "link", name: "İçe aktar" });
  await ada.upload("client/features/import/fixtures/iphone.vcf");
  await ada.click({ role: "button", name: "kişiyi ekle" });
  await ada.until(note("eklendi"));
}

async function typeTogether({ ada, eda }: Cast): Promise<void> {
  await openPerson(ada, NAME);
  await openPerson(eda, NAME);
  await ada.click({ role: "button", name: "Not ekle" });
  await ada.click({ role: "editor" });
  await ada.type("Sahilde çekim. ");
  await eda.click({ role: "button", name: "Notu aç: Sahilde" });
  await atEnd(eda);
  await eda.type("Gün batımında.");
  await ada.until(note("Sahilde çekim. Gün batımında."));
  await eda.see(chip("Kaydedildi"));
}

async function loseNetwork({ ada, eda }: Cast): Promise<void> {
  await installed(eda);
  await eda.way.cut();
  await eda.type(" Yağmurda stüdyo.");
  await atEnd(ada);
  await ada.type(" Albüm deri.");
  await eda.see(chip("Çevrimdışı"));
  await eda.reopen();
  await eda.until(note("Yağmurda stüdyo"));
  await eda.way.restore();
  await eda.see(chip("Kaydedildi"));
  await eda.until(note("Albüm deri"));
  await ada.until(note("Yağmurda stüdyo"));
}

async function killServer({ server, ada, eda }: Cast): Promise<void> {
  await atEnd(ada);
  await ada.type(" Pazartesi aranacak.");
  await ada.see(chip("Kaydedildi"));
  await server.kill();
  await ada.type(" Kapora alındı.");
  await server.start();
  await ada.see(chip("Kaydedildi"));
  await eda.until(note("Pazartesi aranacak. Kapora alındı."));
}

/** Stands at the end of the open note. */
async function atEnd(seat: Seat): Promise<void> {
  await seat.click({ role: "editor" });
  const editor = finding({ role: "editor" });
  await seat.until(`(getSelection().selectAllChildren(${editor}), getSelection().collapseToEnd(), true)`);
}
