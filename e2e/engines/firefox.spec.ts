// The stories in Firefox; and what is on the disk when it is killed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "@playwright/test";
import { startFirefox } from "./firefox.ts";
import type { Firefox } from "./firefox.ts";
import { addPerson, createStudio, installed, takeSeat } from "./seat.ts";
import { onStage, STORY_MS } from "./stage.ts";
import { tellStory } from "./story.ts";
import { tellTabs } from "./tabs.ts";

tellStory("Firefox", () => startFirefox());
tellTabs("Firefox", () => startFirefox());

test("[EN3] what is stored on the device outlives a killed Firefox", () => {
  test.setTimeout(STORY_MS);
  const profile = mkdtempSync(join(tmpdir(), "lumiso-firefox-"));
  const started: Firefox[] = [];
  const start = async (): Promise<Firefox> => {
    const firefox = await startFirefox(profile);
    started.push(firefox);
    return firefox;
  };
  return onStage(start, async ({ server, sit }) => {
    const before = await sit();
    await createStudio(before, server);
    await installed(before);
    await before.way.cut();
    await addPerson(before, "Çağla Şen");
    await before.see({ role: "button", name: "1 değişiklik cihazda" });
    const address = await before.address();
    await started[0]?.kill();

    // Hint: the way keeps its address, because the data belongs to it.
    const after = await takeSeat(await start(), before.way);
    await after.goto(address);
    await after.see({ role: "link", name: "Çağla Şen" });
    await before.way.restore();
    await after.see({ role: "button", name: "Kaydedildi" });
    await after.leave();
  }).finally(() => rmSync(profile, { recursive: true, force: true }));
});
