import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { call } from "../../shared/action.ts";
import { rootOf } from "../../shared/collection.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import type { FeedEntry } from "../../shared/protocol.ts";
import { createNote, notes } from "../../shared/notes.ts";
import { editContact } from "../../shared/people.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import * as Y from "yjs";
import type { DocRow } from "./db.ts";
import { makeCompactor } from "./compactor.ts";
import { addFaults } from "./faults.testing.ts";
import { documentOf, readStored } from "./live.ts";
import { applyPage } from "./page.ts";
import type { Locks } from "./parts.ts";
import { closeTabs, fast, makeDisk, makeLoner, newPerson, noNetwork, openTab, until } from "./testing.ts";
import type { Tab } from "./testing.ts";
import { compact } from "./write.ts";

let server: TestServer;
let owner: Member;
beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("ada@example.com");
});
afterEach(closeTabs);
afterAll(() => server.close());

const MARKER = "gizli-8231";

/** What the disk holds of a document: bytes of the state and of all rows. */
async function bytesOf({ db }: Tab, doc: DocId): Promise<string> {
  const [row, rows] = [await db.docs.get(doc), await db.updates.where("doc").equals(doc).toArray()];
  const parts = [row?.state ?? new Uint8Array(), ...rows.map(({ update }) => update)];
  return parts.map((part) => Buffer.from(part).toString("latin1")).join("\n");
}

const markSent = ({ db }: Tab): Promise<number> =>
  db.updates.toCollection().modify((row: { unsent?: 1; made?: unknown }) => {
    delete row.unsent;
    delete row.made;
  });

describe("compaction", () => {
  test("[S70] deletes exactly what it read, whatever another tab writes in the middle", async () => {
    const [disk, who] = [makeDisk(), makeLoner()];
    const [one, other] = [openTab(who, { disk, network: noNetwork() }), openTab(who, { disk, network: noNetwork() })];
    const { subject, calls } = newPerson("Ayşe");
    await one.store.act(calls);
    const doc = docId("contact", subject);
    const rename = (name: string) => [{ doc, call: call(editContact, { name }) }];
    for (let round = 0; round < 12; round += 1) {
      await markSent(one);
      await Promise.all([
        compact(one.db, doc),
        other.store.act(rename(`Ayşe ${round}`)),
        compact(other.db, doc),
        one.store.act([{ doc, call: call(editContact, { phone: `0532 000 00 ${10 + round}` }) }]),
      ]);
      const stored = (await readStored(one.db, [doc])).get(doc) ?? { row: undefined, rows: [] };
      expect(stored.rows.filter(({ unsent }) => unsent === 1).length).toBeGreaterThanOrEqual(2);
      const whole = documentOf(stored);
      expect(whole.store.pendingStructs).toBeNull();
      expect(whole.getMap("contact").toJSON()).toMatchObject({
        self: { name: `Ayşe ${round}`, phone: expect.anything() },
      });
      whole.destroy();
    }
  });

  test("[S70] runs in one tab at a time", async () => {
    const [disk, who] = [makeDisk(), makeLoner()];
    let running = 0;
    const most: number[] = [];
    const locks: Locks = async (name, options, run) =>
      disk.locks(name, options, async () => {
        running += name.endsWith(".compact") ? 1 : 0;
        most.push(running);
        const value = await run();
        running -= name.endsWith(".compact") ? 1 : 0;
        return value;
      });
    const tabs = [0, 1].map(() => openTab(who, { disk, network: noNetwork(), parts: { locks } }));
    const [first] = tabs;
    const { subject, calls } = newPerson("Ayşe");
    await first?.store.act(calls);
    if (first !== undefined) await markSent(first);
    const compactors = tabs.map(({ parts }) => makeCompactor(parts));
    for (const compactor of compactors)
      for (const doc of [docId("contact", subject), docId("client", subject)]) compactor.request(doc);
    await until(async () => (await first?.db.updates.count()) === 0);
    for (const compactor of compactors) await compactor.stop();
    expect(Math.max(...most)).toBe(1);
  });
});

describe("a compaction that is asked for", () => {
  test("[S71] while the document is being compacted is made all the same", async () => {
    const tab = openTab(makeLoner(), { network: noNetwork() });
    const { subject, calls } = newPerson("Ayşe");
    const doc = docId("client", subject);
    await tab.store.act(calls);
    await markSent(tab);
    await closeTabs();
    const { db } = tab;
    await db.open();
    const compactor = makeCompactor(tab.parts);
    let looks = 0;
    const onRead = (row: DocRow): DocRow => {
      looks += row.doc === doc ? 1 : 0;
      if (looks === 1) compactor.request(doc);
      return row;
    };
    db.docs.hook("reading").subscribe(onRead);
    compactor.request(doc);
    await until(() => looks === 2);
    await compactor.stop();
    expect(looks).toBe(2);
    db.docs.hook("reading").unsubscribe(onRead);
    db.close();
  });
});

describe("a record that the server removed", () => {
  test("[S71] leaves the disk at once when the room says so, also where the disk failed first", async () => {
    const [one, other] = [0, 1].map(() => openTab({ url: server.url, member: owner }, { parts: fast(10) }));
    if (one === undefined || other === undefined) throw new Error("two tabs");
    const faults = addFaults(other.db);
    const { subject, calls } = newPerson("Ayşe");
    const doc = docId("client", subject);
    await one.store.act(calls);
    await until(async () => (await other.db.people.get(subject))?.createdAt !== undefined);
    const open = await other.store.open(doc);
    let room: unknown = null;
    open.doc.on("update", (_update: Uint8Array, origin: unknown) => (room ??= origin));
    const theirs = await one.store.open(doc);
    await one.store.act([{ doc, call: call(createNote, { text: MARKER }) }]);
    await until(() => open.ids(notes).length === 1 && room !== null);
    await until(async () => (await bytesOf(other, doc)).includes(MARKER));
    let failures = 3;
    faults.plan = (tables) => (tables.includes("people") && failures-- > 0 ? "failed" : null);
    open.doc.transact(() => rootOf(open.doc, notes).delete(open.ids(notes)[0] ?? ""), room);
    await until(async () => !(await bytesOf(other, doc)).includes(MARKER));
    expect(failures).toBeLessThanOrEqual(0);
    open.release();
    theirs.release();
  });

  test("[S71] leaves the disk with the page of the feed that says so", async () => {
    const tab = openTab(makeLoner(), { network: noNetwork() });
    const { subject, calls } = newPerson("Ayşe");
    const doc = docId("client", subject);
    await tab.store.act([...calls, { doc, call: call(createNote, { text: MARKER }) }]);
    await markSent(tab);
    expect(await bytesOf(tab, doc)).toContain(MARKER);
    const stored = (await readStored(tab.db, [doc])).get(doc) ?? { row: undefined, rows: [] };
    const onServer = documentOf(stored);
    const root = rootOf(onServer, notes);
    for (const id of root.keys()) root.delete(id);
    const entry: FeedEntry = { seq: 7, doc, kind: "state", state: Y.encodeStateAsUpdateV2(onServer) };
    onServer.destroy();
    const member = tab.parts.member;
    await applyPage(tab.db, { entries: [entry], cursor: null, member, role: "owner", now: 0, id: "page" });
    expect(await bytesOf(tab, doc)).not.toContain(MARKER);
  });
});
