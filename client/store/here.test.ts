import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import { contacts, editContact } from "../../shared/people.ts";
import { startTestServer } from "../../server/testing.ts";
import type { TestServer } from "../../server/testing.ts";
import { openDeviceDb, openStudioDb } from "./db.ts";
import { findStudio } from "./here.ts";
import { peopleCount } from "./people.ts";
import { closeTab, closeTabs, fast, makeDisk, newPerson, openTab, until } from "./testing.ts";
import type { Disk } from "./testing.ts";
import { wipe } from "./wipe.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(closeTabs);
afterAll(() => server.close());

const who = { user: "memberada", org: "studio" };
const fresh = { wasCleared: false, now: 1 };

async function find(disk: Disk, finding = fresh): Promise<string> {
  const [device, studio] = [openDeviceDb(disk), openStudioDb(who, disk)];
  const found = await findStudio(device, studio, finding);
  device.close();
  studio.close();
  return found;
}

const remove = (disk: Disk, name: string): Promise<void> =>
  new Promise((resolve) => disk.indexedDB.deleteDatabase(name).addEventListener("success", () => resolve()));

describe("a studio's database", () => {
  test("[S68] is new once, and then as it was left", async () => {
    const disk = makeDisk();
    expect([await find(disk), await find(disk), await find(disk)]).toEqual(["new", "here", "here"]);
  });

  test("[S68] that the browser deleted is told from a new one, by the browser's own database or by the cookie", async () => {
    const disk = makeDisk();
    await find(disk);
    await remove(disk, `lumiso.${who.user}.${who.org}`);
    expect([await find(disk), await find(disk)]).toEqual(["cleared", "here"]);
    expect(await find(makeDisk(), { wasCleared: true, now: 1 })).toBe("cleared");
  });

  test("[S68] that was taken off on purpose is new again", async () => {
    const disk = makeDisk();
    await find(disk);
    const device = openDeviceDb(disk);
    await wipe(device, who, disk);
    expect(await find(disk)).toBe("new");
    device.close();
  });
});

describe("a database that was deleted under the page", () => {
  test("[S62] is filled again, and what only memory held is kept, sent, and stands with what the server has", async () => {
    const owner = await server.owner("ada@example.com");
    const disk = makeDisk();
    const tab = openTab({ url: server.url, member: owner }, { disk, parts: fast(10) });
    const [here, elsewhere] = [newPerson("Ayşe"), newPerson("Barış")];
    await tab.store.actBatch([here.calls, elsewhere.calls]);
    await until(() => tab.store.status().kind === "saved");
    const doc = docId("contact", here.subject);
    const open = await tab.store.open(doc);
    tab.network.cut();
    await tab.store.act([{ doc, call: call(editContact, { name: "Ayşe Kaya" }) }]);
    await remove(disk, tab.db.name);
    expect(tab.db.disk.state()).toBe("deleted");
    const next = openStudioDb({ user: owner.userId, org: owner.orgId }, disk);
    expect(await tab.store.rescue(next)).toBeGreaterThan(0);
    next.close();
    open.release();
    await closeTab(tab);
    const again = openTab({ url: server.url, member: owner }, { disk, parts: fast(10) });
    await until(async () => (await peopleCount(again.db)) === 2 && again.store.status().kind === "saved");
    const opened = await again.store.open(doc);
    expect(opened.read(contacts, "self")?.record.name).toBe("Ayşe Kaya");
    expect(await again.db.quarantine.count()).toBe(0);
    const other = openTab({ url: server.url, member: owner }, { parts: fast(10) });
    await until(async () => (await other.db.people.get(here.subject))?.name === "Ayşe Kaya");
    opened.release();
  });
});
