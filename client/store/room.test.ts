import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { createNote, notes } from "../../shared/notes.ts";
import { contacts, editContact } from "../../shared/people.ts";
import { textToPlain } from "../../shared/text.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { makeNetwork } from "./network.testing.ts";
import { shouldReconnect } from "./room.ts";
import type { OpenDocument } from "./store.ts";
import { closeTabs, makeDisk, makeRandom, newPerson, openTab, until } from "./testing.ts";
import type { Tab, TabOptions } from "./testing.ts";

let server: TestServer;
let owner: Member;
let colleague: Member;

beforeAll(async () => {
  server = await startTestServer({ env: { LIMITS: '{"framesPerSecond":500}' } });
  owner = await server.owner("ada@example.com");
  colleague = await server.invite(owner, "bora@example.com", "assistant");
});
afterEach(closeTabs);
afterAll(() => server.close());

const tabOf = (member: Member, options: TabOptions = {}): Tab => openTab({ url: server.url, member }, options);
const unsent = (tab: Tab): Promise<number> => tab.db.updates.where("unsent").equals(1).count();
const isSaved = async (tab: Tab): Promise<boolean> => tab.store.status().kind === "saved" && (await unsent(tab)) === 0;

/** A device whose changes leave only through its rooms. */
function roomsOnly(options: TabOptions = {}): TabOptions {
  const network = makeNetwork();
  network.intercept = (path, go) => (path.includes("/updates") ? new Promise(() => undefined) : go());
  return { network, ...options };
}

async function serverDoc(doc: DocId): Promise<Y.Doc> {
  const ydoc = new Y.Doc();
  const { entries } = await owner.changes(`doc=${doc}`);
  const [entry] = entries;
  if (entry?.kind === "state") Y.applyUpdateV2(ydoc, entry.state);
  return ydoc;
}

async function withPerson(tab: Tab, text = "Bir"): Promise<{ contact: DocId; client: DocId; noteId: string }> {
  const { subject, calls } = newPerson("Ayşe");
  const [contact, client] = [docId("contact", subject), docId("client", subject)];
  const made = await tab.store.act([...calls, { doc: client, call: call(createNote, { text }) }]);
  return { contact, client, noteId: made.ok ? (made.value.ids[2] ?? "") : "" };
}

function textOf(open: OpenDocument, noteId: string): Y.XmlText {
  const paragraph = open.read(notes, noteId)?.record.body.get(0);
  const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null;
  if (!(text instanceof Y.XmlText)) throw new Error("no text");
  return text;
}

describe("a room", () => {
  test("[S31] answers for each change, and the mark falls only then", async () => {
    const tab = tabOf(owner, roomsOnly());
    const { subject, calls } = newPerson("Ayşe");
    const contact = docId("contact", subject);
    const open = await tab.store.open(contact);
    const client = await tab.store.open(docId("client", subject));
    await until(() => tab.network.sockets.size === 4);
    await tab.store.act(calls);
    await until(() => isSaved(tab));
    const stored = await serverDoc(contact);
    expect(stored.getMap("contact").toJSON()).toMatchObject({ self: { name: "Ayşe" } });
    open.release();
    client.release();
  });

  test("[S30] covers by its SyncStep2 what was written while nothing was connected, deletions included", async () => {
    const tab = tabOf(owner, roomsOnly());
    const { client, noteId } = await withPerson(tab, "Silinecek metin");
    tab.network.cut();
    const open = await tab.store.open(client);
    const text = textOf(open, noteId);
    open.doc.transact(() => text.delete(0, 10), { key: "editor" });
    expect(await unsent(tab)).toBeGreaterThan(0);
    tab.network.restore();
    await until(async () => (await tab.db.updates.where("[doc+unsent]").equals([client, 1]).count()) === 0);
    const stored = await serverDoc(client);
    const note = stored.getMap<Y.Map<Y.XmlFragment>>("notes").get(noteId);
    expect(textToPlain(note?.get("body") ?? new Y.XmlFragment())).toBe("metin");
    open.release();
  });

  test("[S31] keeps the mark of a deletion until a frame with it is on the server's disk", async () => {
    const tab = tabOf(owner, roomsOnly());
    const { contact, client, noteId } = await withPerson(tab, "Silinecek");
    const [open, other] = [await tab.store.open(client), await tab.store.open(contact)];
    await until(() => isSaved(tab));
    for (const socket of tab.network.sockets) socket.isMute = socket.address.includes("/client/");
    const text = textOf(open, noteId);
    const vector = Y.encodeStateVector(open.doc);
    open.doc.transact(() => text.delete(0, 4), { key: "editor" });
    expect(Y.encodeStateVector(open.doc)).toEqual(vector);
    other.doc.transact(() => other.doc.getMap<Y.Map<unknown>>("contact").get("self")?.set("name", "A"), {
      key: "other",
    });
    await until(
      async () => (await serverDoc(contact)).getMap<Y.Map<unknown>>("contact").get("self")?.get("name") === "A",
    );
    await until(async () => (await tab.db.updates.where("[doc+unsent]").equals([contact, 1]).count()) === 0);
    expect(await tab.db.updates.where("[doc+unsent]").equals([client, 1]).count()).toBeGreaterThan(0);
    tab.network.cut();
    tab.network.restore();
    await until(() => isSaved(tab));
    other.release();
    open.release();
  });

  test("[S32] ends for good where the server says so, and after a frame that is too large", () => {
    expect([1000, 1001, 1006, 1012, 1013, 4503, 4500].every((code) => shouldReconnect({ code }))).toBe(true);
    expect([4401, 4403, 4410, 4422, 4429, 1009].some((code) => shouldReconnect({ code }))).toBe(false);
  });

  test("[S32] that ended over a too large frame goes on when the change has gone over HTTP", async () => {
    const tab = tabOf(owner);
    const { client } = await withPerson(tab);
    const open = await tab.store.open(client);
    await until(() => isSaved(tab));
    const socket = [...tab.network.sockets].find(({ address }) => address.includes("/client/"));
    socket?.fail(1009);
    await tab.store.act([{ doc: client, call: call(createNote, { text: "Uzun" }) }]);
    await until(() => isSaved(tab));
    await until(() => [...tab.network.sockets].some(({ address }) => address.includes("/client/")));
    expect(tab.store.status().kind).toBe("saved");
    open.release();
  });

  test("[S32] that ended over its rights asks again when the first question is not answered", async () => {
    const tab = tabOf(owner);
    const { client } = await withPerson(tab);
    const open = await tab.store.open(client);
    const socket = () => [...tab.network.sockets].find(({ address }) => address.includes("/client/"));
    await until(() => socket()?.readyState === 1);
    let isLost = false;
    tab.network.intercept = (path, go) => {
      if (isLost || !path.includes("/members?")) return go();
      isLost = true;
      return Promise.reject(new TypeError("fetch failed"));
    };
    socket()?.fail(4403);
    await until(() => isLost);
    await until(() => socket()?.readyState === 1);
    expect(open.gone()).toBeNull();
    open.release();
  });

  test("[S31] stands still and grows when two type into one note", async () => {
    const [one, other] = [tabOf(owner), tabOf(colleague, { role: "assistant" })];
    const { client, noteId } = await withPerson(one, ".");
    await until(() => isSaved(one));
    const [here, there] = [await one.store.open(client), await other.store.open(client)];
    await until(() => there.read(notes, noteId) !== null);
    for (let n = 0; n < 20; n += 1) {
      const [left, right] = [textOf(here, noteId), textOf(there, noteId)];
      here.doc.transact(() => left.insert(0, "a"), { key: "editor" });
      there.doc.transact(() => right.insert(right.length, "b"), { key: "editor" });
    }
    const whole = `${"a".repeat(20)}.${"b".repeat(20)}`;
    await until(() => textOf(here, noteId).length === 41 && textOf(there, noteId).length === 41);
    expect(textOf(here, noteId).toJSON()).toBe(whole);
    expect(textOf(there, noteId).toJSON()).toBe(whole);
    await until(async () => (await isSaved(one)) && (await isSaved(other)));
    here.release();
    there.release();
  });

  test("[S52] of a slow and broken line is never closed for a gap, nor the chip left red, while somebody types", async () => {
    const random = makeRandom(7);
    const network = makeNetwork();
    const tab = tabOf(owner, { network });
    const { client, noteId } = await withPerson(tab, ".");
    await until(() => isSaved(tab));
    const open = await tab.store.open(client);
    await until(() => [...network.sockets].some(({ address }) => address.includes("/client/")));
    network.latency = () => 50 + 450 * random();
    const reds: string[] = [];
    for (let key = 0; key < 60; key += 1) {
      await new Promise((resolve) => void setTimeout(resolve, 60 + 90 * random()));
      const text = textOf(open, noteId);
      open.doc.transact(() => text.insert(text.length, "x"), { key: "editor" });
      if (key % 15 === 7) for (const socket of network.sockets) socket.cut();
      if (tab.store.status().kind === "not_saved") reds.push(`key ${key}`);
    }
    network.latency = () => 0;
    await until(() => isSaved(tab), 15_000);
    expect(reds).toEqual([]);
    expect(network.closes.filter((code) => code >= 4400 && code < 4500)).toEqual([]);
    const stored = await serverDoc(client);
    const note = stored.getMap<Y.Map<Y.XmlFragment>>("notes").get(noteId);
    expect(textToPlain(note?.get("body") ?? new Y.XmlFragment())).toBe(`.${"x".repeat(60)}`);
    open.release();
  }, 40_000);
});

describe("rights", () => {
  test("[S34] that end with the session lock the page and keep everything on the device", async () => {
    const guest = await server.invite(owner, `c${crypto.randomUUID()}@example.com`, "assistant");
    const tab = tabOf(guest, { role: "assistant" });
    const { contact } = await withPerson(tab);
    await until(() => isSaved(tab));
    await guest.fetch("/api/auth/sign-out-all", { method: "POST" });
    await until(() => tab.refused.length > 0);
    expect(tab.refused[0]).toBe("signed_out");
    await tab.store.act([{ doc: contact, call: call(editContact, { name: "Ayşe Kaya" }) }]);
    await until(() => tab.store.status().kind === "not_saved");
    expect(tab.store.status().reason).toBe("signed_out");
    expect(tab.refused).toHaveLength(1);
  });

  test("[S35] of another role take effect in an open document", async () => {
    const guest = await server.invite(owner, `d${crypto.randomUUID()}@example.com`, "assistant");
    const tab = tabOf(guest, { role: "assistant" });
    const { contact } = await withPerson(tab);
    await until(() => isSaved(tab));
    const open = await tab.store.open(contact);
    expect(open.isReadOnly).toBe(false);
    const body = JSON.stringify({ role: "viewer" });
    const headers = { "content-type": "application/json" };
    await owner.fetch(`/api/orgs/${owner.orgId}/members/${guest.userId}`, { method: "PATCH", body, headers });
    await until(() => open.isReadOnly);
    expect(open.read(contacts, "self")?.record.name).toBe("Ayşe");
    open.release();
  });
});

describe("two devices", () => {
  test("[S21] that were cut off both go on, and show the same when they are back", async () => {
    const disk = makeDisk();
    const [one, other] = [tabOf(owner, { disk }), tabOf(colleague, { role: "assistant" })];
    const { contact, client, noteId } = await withPerson(one, ".");
    await until(() => isSaved(one));
    const [here, there] = [await one.store.open(client), await other.store.open(client)];
    await until(() => there.read(notes, noteId) !== null);
    const people = async (tab: Tab) => (await tab.db.people.toArray()).find(({ id }) => contact.endsWith(id));
    await until(async () => (await people(other))?.name === "Ayşe");
    one.network.cut();
    textOf(here, noteId).insert(0, "ada ");
    await one.store.act([{ doc: contact, call: call(editContact, { phone: "0532 123 45 67" }) }]);
    textOf(there, noteId).insert(1, " bora");
    await other.store.act([{ doc: contact, call: call(editContact, { email: "a@b.c" }) }]);
    one.network.restore();
    await until(() => textOf(here, noteId).length === 10 && textOf(there, noteId).length === 10);
    await until(async () => (await people(one))?.email === "a@b.c");
    await until(async () => (await people(other))?.phone !== "");
    expect(await people(one)).toEqual(await people(other));
    here.release();
    there.release();
  });
});
