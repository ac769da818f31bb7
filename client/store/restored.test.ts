// A server put back to an older copy of its data: devices bring back what it lost, their own and their colleagues', deletions too, and
// what they know to be erased stays erased on them.
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import * as Y from "yjs";
import { collectionsOf } from "../../policy/inventory.ts";
import { call } from "../../shared/action.ts";
import { canonicalContent } from "../../shared/canonical.ts";
import { defineRoots } from "../../shared/check.ts";
import { classOf, docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote, notes, trashNote } from "../../shared/notes.ts";
import { editContact, moveStatus } from "../../shared/people.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { readCursor } from "./cursor.ts";
import { peopleRows } from "./people.ts";
import type { OpenDocument } from "./store.ts";
import { closeTab, closeTabs, fast, makeDisk, newPerson, openTab, until } from "./testing.ts";
import type { Disk, Tab } from "./testing.ts";

afterEach(closeTabs);

type Device = { readonly member: Member; readonly disk: Disk; tab: Tab };

/** A server that can be put back: it comes up again at the same address, so that open pages find it. */
type Restorable = {
  readonly server: TestServer;
  readonly backUp: () => Promise<Restorable>;
  readonly restore: (org: string) => Promise<Restorable>;
  readonly close: () => Promise<void>;
};

function restorable(server: TestServer): Restorable {
  const [data, backup] = [join(server.dataDir, "data"), join(server.dataDir, "backup")];
  const again = async (between: () => void): Promise<TestServer> => {
    await server.running.stop();
    between();
    return startTestServer({ dataDir: server.dataDir, env: { PORT: String(server.running.port) } });
  };
  return {
    server,
    backUp: async () => restorable(await again(() => cpSync(data, backup, { recursive: true }))),
    restore: async (org) => {
      const put = (): void => {
        rmSync(data, { recursive: true });
        cpSync(backup, data, { recursive: true });
      };
      const restored = await again(put);
      await (await restored.running.organisations.open(org))?.renewHistory(new Date().toISOString());
      return restorable(restored);
    },
    close: async () => {
      await server.close();
      rmSync(server.dataDir, { recursive: true, force: true });
    },
  };
}

const openOn = ({ url }: TestServer, { member, disk }: Pick<Device, "member" | "disk">): Tab =>
  openTab({ url, member }, { disk, parts: fast(10) });

const isSaved = async ({ store, db }: Tab): Promise<boolean> =>
  store.status().kind === "saved" && (await db.updates.where("unsent").equals(1).count()) === 0;

/** The content of a document as the server has it; null when it has none. */
async function onServer(member: Member, doc: DocId): Promise<string | null> {
  const [entry] = (await member.changes(`doc=${doc}`)).entries;
  if (entry?.kind !== "state") return null;
  const ydoc = new Y.Doc();
  defineRoots(ydoc, collectionsOf(classOf(doc)));
  Y.applyUpdateV2(ydoc, entry.state);
  return canonicalContent(ydoc, collectionsOf(classOf(doc)));
}

async function onDevice({ store }: Tab, doc: DocId): Promise<string> {
  const open = await store.open(doc);
  const content = canonicalContent(open.doc, collectionsOf(classOf(doc)));
  open.release();
  return content;
}

const deleteText = (open: OpenDocument, noteId: string): void => {
  const paragraph = open.read(notes, noteId)?.record.body.get(0);
  const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null;
  if (!(text instanceof Y.XmlText)) throw new Error("no text");
  open.doc.transact(() => text.delete(0, 9), { key: "editor" });
};

test("[RE40] [RE41] [UP6] [SY12] three devices bring back what a restored server lost, and end equal", async () => {
  let world = restorable(await startTestServer());
  const owner = await world.server.owner("ada@example.com");
  const members = [owner];
  for (const name of ["ben", "eda"]) members.push(await world.server.invite(owner, `${name}@example.com`, "manager"));
  const devices = members.map((member): Device => {
    const disk = makeDisk();
    return { member, disk, tab: openOn(world.server, { member, disk }) };
  });
  const [ada, ben, eda] = devices;
  if (ada === undefined || ben === undefined || eda === undefined) throw new Error("no devices");
  const [kept, erased] = [newPerson("Yedekteki"), newPerson("Silinecek")];
  const [contact, client] = [docId("contact", kept.subject), docId("client", kept.subject)];
  await ada.tab.store.act([...kept.calls, ...erased.calls]);
  await ada.tab.store.act([{ doc: contact, call: call(editContact, { phone: "0532 123 45 67" }) }]);
  const first = await ada.tab.store.act([{ doc: client, call: call(createNote, { text: "Silinecek metin" }) }]);
  const noteId = first.ok ? (first.value.ids[0] ?? "") : "";
  for (const { tab } of devices) await until(async () => (await tab.db.people.count()) === 2 && (await isSaved(tab)));
  world = await world.backUp();

  // After the backup: each does something, everybody has all of it, somebody is erased.
  for (const { tab } of devices) tab.network.tell("online");
  const late = newPerson("Yedekten sonra gelen");
  await eda.tab.store.act(late.calls);
  await ben.tab.store.act([{ doc: client, call: call(createNote, { text: "Ben yazdı" }) }]);
  await ben.tab.store.act([{ doc: client, call: call(moveStatus, { to: "won" }) }]);
  await ada.tab.store.act([{ doc: contact, call: call(editContact, { phone: null, name: "Yedekteki Kaya" }) }]);
  const typing = await ada.tab.store.open(client);
  deleteText(typing, noteId);
  typing.release();
  for (const { tab } of devices) await until(() => isSaved(tab));
  const storage = await world.server.running.organisations.open(owner.orgId);
  await storage?.eraseSubject(erased.subject, "cus.lead", "2026-03-01T09:00:00.000Z");
  const docs = [contact, client, docId("contact", late.subject), docId("client", late.subject)];
  const isUpToDate = async ({ tab }: Device): Promise<boolean> => {
    tab.network.tell("visible");
    const row = await tab.db.docs.get(docId("contact", erased.subject));
    const same = await Promise.all(
      docs.map(async (doc) => (await onDevice(tab, doc)) === (await onServer(owner, doc))),
    );
    return row?.gone === "erased" && same.every(Boolean);
  };
  for (const device of devices) await until(() => isUpToDate(device));
  const before = await Promise.all(docs.map((doc) => onServer(owner, doc)));
  const screen = await ada.tab.store.open(client);
  for (const { tab } of [ben, eda]) await closeTab(tab);

  // The server is put back while one page stays open with the person on screen; the others work on without it.
  world = await world.restore(owner.orgId);
  for (const device of [ben, eda]) {
    device.tab = openOn(world.server, device);
    device.tab.network.cut();
  }
  await ben.tab.store.act([{ doc: client, call: call(createNote, { text: "Çevrimdışı" }) }]);
  const trashed = await eda.tab.store.open(client);
  const bens = trashed.ids(notes).find((id) => id !== noteId) ?? "";
  await eda.tab.store.act([{ doc: client, call: call(trashNote, { noteId: bens }) }]);
  trashed.release();

  // One device alone brings back what all of them had done.
  ada.tab.network.tell("online");
  await until(async () => (await readCursor(ada.tab.db))?.isRestoring === false && (await isSaved(ada.tab)), 30_000);
  await until(async () => {
    const now = await Promise.all(docs.map((doc) => onServer(owner, doc)));
    return JSON.stringify(now) === JSON.stringify(before);
  });
  screen.release();

  for (const { tab } of [ben, eda]) tab.network.restore();
  for (const { tab } of devices) {
    await until(async () => (await readCursor(tab.db))?.isRestoring === false && (await isSaved(tab)), 30_000);
  }
  for (const device of devices) await until(() => isUpToDate(device), 30_000);
  const content = (await onServer(owner, client)) ?? "";
  expect(content).toContain("Çevrimdışı");
  expect(content).toContain("Ben yazdı");
  expect(content).not.toContain("Silinecek");
  for (const { tab } of devices) {
    expect(await tab.db.quarantine.toArray()).toEqual([]);
    expect(await tab.db.refused.toArray()).toEqual([]);
    expect((await peopleRows(tab.db, [kept.subject]))[0]).toMatchObject({ name: "Yedekteki Kaya", phone: "" });
    expect(await peopleRows(tab.db, [erased.subject])).toEqual([]);
  }
  await closeTabs();
  await world.close();
}, 120_000);
