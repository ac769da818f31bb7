// The device's part of an erasure: a marker that three devices have seen is on none of them afterwards, whatever they do, and the
// server knows who has erased it.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import * as Y from "yjs";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote, notes } from "../../shared/notes.ts";
import { contacts, editContact } from "../../shared/people.ts";
import { writeFeedPage } from "../../shared/protocol.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import type { DocumentStorage } from "../../server/storage.ts";
import { makeNetwork } from "./network.testing.ts";
import { enqueue } from "./outbox.ts";
import { peopleRows } from "./people.ts";
import type { OpenDocument } from "./store.ts";
import { closeTab, closeTabs, fast, makeDisk, newPerson, openTab, until } from "./testing.ts";
import type { Tab, TabOptions } from "./testing.ts";

const MARKER = "Gizlimarker";

let server: TestServer;
let owner: Member;
let ben: Member;

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("ada@example.com");
  ben = await server.invite(owner, "ben@example.com", "assistant");
});
afterEach(closeTabs);
afterAll(() => server.close());

const tabOf = (member: Member, device: string, options: TabOptions = {}): Tab =>
  openTab({ url: server.url, member }, { role: "owner", ...options, parts: { ...fast(10), device, ...options.parts } });

const isSaved = async ({ store, db }: Tab): Promise<boolean> =>
  store.status().kind === "saved" && (await db.updates.where("unsent").equals(1).count()) === 0;

async function storageOf(): Promise<DocumentStorage> {
  const storage = await server.running.organisations.open(owner.orgId);
  if (storage === null) throw new Error("no studio");
  return storage;
}

/** Erases a person as the server's own jobs do: storage first, then rooms and devices hear of it. */
async function erase(subject: string): Promise<DocId[]> {
  const docs = [docId("contact", subject), docId("client", subject)];
  await (await storageOf()).eraseSubject(subject, "cus.lead", "2026-03-01T09:00:00.000Z");
  for (const doc of docs) server.running.hub.bus.publish({ type: "erased", org: owner.orgId, doc });
  return docs;
}

/** Everything a device keeps, with its bytes as text. */
async function traces({ db }: Tab): Promise<string> {
  const readable = (_key: string, value: unknown): unknown =>
    value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : value;
  const tables = await Promise.all(db.tables.map((table) => table.toArray()));
  return JSON.stringify(tables, readable);
}

const encoded = ({ doc }: OpenDocument): string => Buffer.from(Y.encodeStateAsUpdate(doc)).toString("utf8");

test("[RE36] [RE37] a marker that three devices have seen is on none after the erasure, and nothing brings it back", async () => {
  const a = tabOf(owner, "device-a");
  const { subject, calls } = newPerson(`${MARKER} Kaya`);
  const [contact, client] = [docId("contact", subject), docId("client", subject)];
  await a.store.act([...calls, { doc: client, call: call(createNote, { text: `${MARKER} metni` }) }]);
  await until(() => isSaved(a));

  const disks = { b: makeDisk(), c: makeDisk() };
  const b = tabOf(ben, "device-b", { role: "assistant", disk: disks.b });
  const c = tabOf(owner, "device-c", { disk: disks.c });
  for (const tab of [b, c]) await until(async () => (await peopleRows(tab.db, [subject])).length === 1);
  const editor = await b.store.open(client);
  const onScreen = await c.store.open(contact);
  const secondTab = tabOf(owner, "device-c", { disk: disks.c });
  const beside = await secondTab.store.open(client);
  await until(() => editor.read(notes, editor.ids(notes)[0] ?? "") !== null);

  for (const tab of [b, c, secondTab]) tab.network.cut();
  const undo = new Y.UndoManager(editor.doc.getMap("notes"), { trackedOrigins: new Set(["editor"]) });
  const paragraph = editor.read(notes, editor.ids(notes)[0] ?? "")?.record.body.get(0);
  const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null;
  if (!(text instanceof Y.XmlText)) throw new Error("no text");
  editor.doc.transact(() => text.insert(0, `${MARKER} yine `), "editor");
  await b.store.act([{ doc: contact, call: call(editContact, { address: `${MARKER} sokak` }) }]);
  await c.store.act([{ doc: client, call: call(createNote, { text: `${MARKER} ikinci` }) }]);
  for (const tab of [b, c]) expect(await traces(tab)).toContain(MARKER);

  const docs = await erase(subject);
  await until(async () => !(await traces(a)).includes(MARKER));
  for (const tab of [b, c, secondTab]) tab.network.restore();
  await until(() => [editor, onScreen, beside].every((open) => open.gone() === "erased"));
  undo.undo();
  undo.redo();
  for (const tab of [a, b, c, secondTab]) {
    const set = await tab.store.act([{ doc: contact, call: call(editContact, { name: `${MARKER} geri` }) }]);
    expect(set).toEqual({ ok: false, error: { type: "not_here" } });
  }
  for (const tab of [a, b, c]) await until(async () => !(await traces(tab)).includes(MARKER));
  for (const open of [editor, onScreen, beside]) {
    expect(encoded(open)).not.toContain(MARKER);
    expect(open.doc.getMap("contact").size + open.doc.getMap("notes").size).toBe(0);
  }
  expect(onScreen.read(contacts, "self")).toBeNull();

  const storage = await storageOf();
  const devices = async (doc: DocId): Promise<string[]> =>
    (await storage.erasureConfirmations(doc)).map(({ device, member }) => `${device} ${member}`).toSorted();
  const all = [`device-a ${owner.userId}`, `device-b ${ben.userId}`, `device-c ${owner.userId}`];
  for (const doc of docs) await until(async () => (await devices(doc)).join() === all.join());
  for (const tab of [a, b, c]) await until(async () => (await tab.db.outbox.count()) === 0);
  for (const doc of docs) expect(await storage.read(doc)).toMatchObject({ kind: "erased" });
  for (const open of [editor, onScreen, beside]) open.release();

  await closeTab(b);
  const again = tabOf(ben, "device-b", { role: "assistant", disk: disks.b });
  await until(async () => again.store.status().kind === "saved");
  expect(await traces(again)).not.toContain(MARKER);
  expect((await peopleRows(again.db, [subject])).length).toBe(0);
}, 60_000);

test("[RE37] a device that never held what is erased confirms nothing", async () => {
  const a = tabOf(owner, "device-a");
  const { subject, calls } = newPerson("Silinen");
  await a.store.act(calls);
  await until(() => isSaved(a));
  const docs = await erase(subject);
  await until(async () => (await a.db.docs.bulkGet(docs)).every((row) => row?.gone === "erased"));
  const fresh = tabOf(owner, "device-new");
  await until(async () => (await fresh.db.docs.bulkGet(docs)).every((row) => row?.gone === "erased"));
  await until(async () => (await a.db.outbox.count()) === 0);
  const storage = await storageOf();
  for (const doc of docs) {
    expect((await storage.erasureConfirmations(doc)).map(({ device }) => device)).toEqual(["device-a"]);
  }
  expect(fresh.network.calls.filter((line) => line.includes("/commands"))).toEqual([]);
});

const theme = (value: string) => ({ name: "preferences.set", args: { key: "theme", value } });
const at = "2026-03-01T09:00:00.000Z";
const bodies = (tab: Tab): string[] => tab.network.calls.filter((line) => line.includes("/commands"));

async function themeOnServer(): Promise<unknown> {
  const answer = await owner.fetch(`/api/orgs/${owner.orgId}/preferences`);
  return (await answer.json()).preferences.theme;
}

test("[RE38] commands wait on the disk over a restart, go in order, and a lost answer repeats them without a second effect", async () => {
  const disk = makeDisk();
  const offline = makeNetwork();
  offline.cut();
  const first = tabOf(owner, "device-a", { disk, network: offline });
  const ids = Array.from({ length: 130 }, () => crypto.randomUUID());
  for (const [index, id] of ids.entries()) {
    await first.db.transaction("rw", first.db.outbox, async () =>
      enqueue(first.db, [{ id, ...theme(`t${index}`), at }]),
    );
  }
  await closeTab(first);
  const network = makeNetwork();
  let lost = 0;
  network.intercept = async (path, go) => {
    const response = await go();
    if (!path.includes("/commands") || lost > 0) return response;
    lost += 1;
    throw new TypeError("the answer is lost");
  };
  const second = tabOf(owner, "device-a", { disk, network });
  await until(async () => (await second.db.outbox.count()) === 0);
  expect(lost).toBe(1);
  expect(await themeOnServer()).toBe("t129");
  const storage = await storageOf();
  const known = await Promise.all(ids.map((id) => storage.command(`${owner.userId}:${id}`)));
  expect(known.every((result) => result !== null)).toBe(true);
});

test("[RE38] what the server does not know stays and holds nobody up; what it refuses is given up; what may pass waits", async () => {
  const network = makeNetwork();
  const tab = tabOf(owner, "device-a", { network });
  await until(() => tab.store.status().kind === "saved");
  const [unknown, wrong, good] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  let refusals = 0;
  network.intercept = async (path, go) => {
    if (!path.includes("/commands") || refusals > 2) return go();
    refusals += 1;
    return new Response(JSON.stringify({ error: { type: "later", message: "later" } }), { status: 503 });
  };
  await tab.db.transaction("rw", tab.db.outbox, async () =>
    enqueue(tab.db, [
      { id: unknown, name: "from.the.future", args: {}, at },
      { id: wrong, name: "preferences.set", args: { key: "nothing" }, at },
      { id: good, ...theme("dark"), at },
    ]),
  );
  await until(async () => (await tab.db.outbox.count()) === 1);
  expect((await tab.db.outbox.toArray()).map(({ id }) => id)).toEqual([unknown]);
  expect(await themeOnServer()).toBe("dark");
  expect(refusals).toBe(3);
  expect(bodies(tab).length).toBeLessThan(8);
});

test("[RE39] an entry of the feed that is parked changes nothing, and the feed goes on behind it", async () => {
  const network = makeNetwork();
  const tab = tabOf(owner, "device-a", { network });
  const { subject, calls } = newPerson("Ayşe");
  await tab.store.act(calls);
  await until(() => isSaved(tab));
  let isSaid = false;
  network.intercept = async (path, go) => {
    const response = await go();
    if (!path.includes("after=") || isSaid) return response;
    isSaid = true;
    const headers = new Headers(response.headers);
    headers.delete("content-encoding");
    const seq = Number(headers.get("x-lumiso-next"));
    const parked = { kind: "parked", card: '{"name":"Ayşe"}' } as const;
    const body = writeFeedPage([{ seq, doc: docId("contact", subject), ...parked }]);
    return new Response(body as Uint8Array<ArrayBuffer>, { headers });
  };
  network.tell("visible");
  await until(() => isSaid);
  await tab.store.act([{ doc: docId("contact", subject), call: call(editContact, { name: "Ayşe Kaya" }) }]);
  await until(async () => (await peopleRows(tab.db, [subject]))[0]?.name === "Ayşe Kaya");
  await until(() => isSaved(tab));
  expect((await tab.db.docs.get(docId("contact", subject)))?.gone).toBeUndefined();
});
