// Owns the story of two tabs of one browser without a network: what one writes the other shows, and the one that stays sends it.
import { test } from "@playwright/test";
import type { Engine } from "./engine.ts";
import { addPerson, createStudio, installed, openPerson, signIn } from "./seat.ts";
import { onStage, STORY_MS } from "./stage.ts";
import type { Stage } from "./stage.ts";

const NAME = "Işıl Özgür";

/** Tells it in one engine. */
export function tellTabs(name: string, start: () => Promise<Engine>): void {
  test(`[EN2] two tabs of one browser write, show and send without a network, in ${name}`, () => {
    test.setTimeout(STORY_MS);
    return onStage(start, twoTabs);
  });
}

async function twoTabs({ server, sit }: Stage): Promise<void> {
  const first = await sit();
  await createStudio(first, server);
  await addPerson(first, NAME);
  await first.see({ role: "button", name: "Kaydedildi" });
  const second = await first.openTab();
  await second.goto(await first.address());
  await second.see({ role: "link", name: NAME });
  await Promise.all([first, second].map(installed));

  await first.way.cut();
  await addPerson(first, "Çağla Şen");
  await second.see({ role: "link", name: "Çağla Şen" });
  await openPerson(second, NAME);
  await second.click({ role: "button", name: "Not ekle" });
  await second.click({ role: "editor" });
  await second.type("Deniz kenarı.");
  await second.see({ role: "button", name: "Çevrimdışı" });
  await first.leaveTab();
  await first.way.restore();
  await second.see({ role: "button", name: "Kaydedildi" });

  const elsewhere = await sit();
  await signIn(elsewhere);
  await elsewhere.see({ role: "link", name: "Çağla Şen" });
  await openPerson(elsewhere, NAME);
  await elsewhere.see({ role: "text", name: "Deniz kenarı." });
}
