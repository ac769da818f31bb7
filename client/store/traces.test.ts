// What is left on the device of a document that has ended: its id alone.
import { afterEach, describe, expect, test } from "vitest";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { dropClasses } from "./drop.ts";
import { applyPage } from "./page.ts";
import { putRescued } from "./rescue.ts";
import { closeTabs, makeDisk, makeLoner, newPerson, noNetwork, openTab, until } from "./testing.ts";
import type { Tab } from "./testing.ts";

afterEach(closeTabs);

type Opened = { readonly tab: Tab; readonly doc: DocId };

/** A person whose client document was looked at here. */
async function opened(): Promise<Opened> {
  const tab = openTab(makeLoner(), { disk: makeDisk(), network: noNetwork() });
  const { subject, calls } = newPerson("Ayşe");
  const doc = docId("client", subject);
  await tab.store.act(calls);
  (await tab.store.open(doc)).release();
  await until(async () => (await tab.db.opened.get(doc)) !== undefined);
  return { tab, doc };
}

const end = ({ tab, doc }: Opened, kind: "erased" | "revoked") =>
  applyPage(tab.db, {
    entries: [{ seq: 7, doc, kind }],
    cursor: null,
    member: tab.parts.member,
    role: "owner",
    now: 0,
    id: "page",
  });

describe("a document that has ended", () => {
  test.each(["erased", "revoked"] as const)("[RE6] leaves no word of when it was opened, %s", async (kind) => {
    const device = await opened();
    await end(device, kind);
    expect(await device.tab.db.opened.get(device.doc)).toBeUndefined();
    (await device.tab.store.open(device.doc)).release();
    expect(await device.tab.db.opened.get(device.doc)).toBeUndefined();
  });

  test("[RE24] leaves no word of when it was opened, where its class is no longer read", async () => {
    const { tab, doc } = await opened();
    await dropClasses(tab.db, ["contact", "client"]);
    expect(await tab.db.opened.get(doc)).toBeUndefined();
  });

  test("[S62] is not brought back by a tab that rescues what it had in memory", async () => {
    const device = await opened();
    const { tab, doc } = device;
    const rescued = [{ doc, update: Uint8Array.of(0, 0), at: 0 }];
    await end(device, "revoked");
    expect(await putRescued(tab.db, rescued)).toBe(0);
    expect(await tab.db.updates.where("doc").equals(doc).count()).toBe(0);
  });
});
