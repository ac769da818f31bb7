import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { call } from "../../shared/action.ts";
import { personActivity } from "../../shared/activity.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { notes } from "../../shared/notes.ts";
import { editPerson, moveStatus, persons } from "../../shared/people.ts";
import { textToPlain } from "../../shared/text.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { projectAgain } from "./projection.ts";
import { endQuarantine } from "./quarantine.ts";
import { custom, isSettled, madePerson, note, openClocked } from "./refused.testing.ts";
import type { OpenDocument } from "./store.ts";
import { closeTab, closeTabs, makeDisk, noNetwork, openTab, until } from "./testing.ts";
import type { Tab } from "./testing.ts";

let server: TestServer;
let owner: Member;

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("ada@example.com");
});
afterEach(closeTabs);
afterAll(() => server.close());

async function serverJson(doc: DocId): Promise<Record<string, Record<string, unknown>>> {
  const ydoc = new Y.Doc();
  const [entry] = (await owner.changes(`doc=${doc}`)).entries;
  if (entry?.kind === "state") Y.applyUpdateV2(ydoc, entry.state);
  for (const name of ["person", "notes", "statusMoves", "activity"]) ydoc.getMap(name);
  return ydoc.toJSON();
}

describe("a refused change", () => {
  test("[RE11] costs itself alone: 199 of 200 offline edits arrive, with their history", async () => {
    const { tab, absurd } = openClocked({ url: server.url, member: owner });
    const doc = await madePerson(tab);
    await until(() => isSettled(tab));
    tab.network.cut();
    // Hint: held in memory, so that not every one of the 200 reads all rows before it.
    const open = await tab.store.open(doc);
    for (let n = 0; n < 200; n += 1) {
      const calls = [custom(doc, `değer ${n}`)];
      await (n === 77 ? absurd(() => tab.store.act([note(doc, "Zamansız")])) : tab.store.act(calls));
    }
    open.release();
    tab.network.restore();
    await until(async () => (await tab.db.quarantine.count()) === 1 && (await isSettled(tab)), 30_000);
    const { person = {}, notes: noteMap = {}, activity = {} } = await serverJson(doc);
    const values = Object.keys(person["self"] as object).filter((key) => key.startsWith("custom:"));
    expect(values).toHaveLength(199);
    expect(noteMap).toEqual({});
    const verbs = Object.values(activity).map((entry) => (entry as { verb: string }).verb);
    expect(verbs.toSorted()).toEqual(["contact.create", "person.create", "person.setCustom"]);
    const [aside] = await tab.db.quarantine.toArray();
    expect(aside).toMatchObject({ doc, reason: "schema", collection: "notes", path: "createdAt" });
    expect(aside?.call).toMatchObject({ action: "notes.create", args: { text: "Zamansız" } });
    expect(tab.store.status()).toMatchObject({ kind: "refused", count: 1 });
    const before = await tab.db.people.toArray();
    await projectAgain(tab.db);
    expect(await tab.db.people.toArray()).toEqual(before);
  }, 60_000);

  test("[RE10] in an open document takes it anew under a new client id, in every tab, and typing goes on", async () => {
    const disk = makeDisk();
    const { tab, absurd } = openClocked({ url: server.url, member: owner }, { disk });
    const second = openTab({ url: server.url, member: owner }, { disk });
    const doc = await madePerson(tab);
    await until(() => isSettled(tab));
    const [here, there] = [await tab.store.open(doc), await second.store.open(doc)];
    const [old, oldThere] = [here.doc, there.doc];
    await absurd(() => tab.store.act([note(doc, "Zamansız")]));
    const status = await tab.store.act([{ doc, call: call(moveStatus, { to: "won" }) }]);
    expect(status.ok).toBe(true);
    await until(async () => (await tab.db.quarantine.count()) === 1 && (await isSettled(tab)));
    await until(() => here.doc !== old && there.doc !== oldThere);
    expect(here.doc.clientID).not.toBe(old.clientID);
    await until(() => there.read(persons, "self")?.record.statusId === "won");
    expect(here.ids(notes)).toEqual([]);
    await second.store.act([{ doc, call: call(editPerson, { source: "web" }) }]);
    await until(() => here.read(persons, "self")?.record.source === "web");
    await until(() => isSettled(tab));
    expect((await serverJson(doc))["person"]).toMatchObject({ self: { statusId: "won", source: "web" } });
    here.release();
    there.release();
  });

  test("[RE12] takes along what editors typed after it: as the text of a note", async () => {
    const { tab, absurd } = openClocked({ url: server.url, member: owner });
    const doc = await madePerson(tab);
    const made = await tab.store.act([note(doc, "Bir")]);
    const noteId = made.ok ? (made.value.ids[0] ?? "") : "";
    await until(() => isSettled(tab));
    tab.network.cut();
    const open = await tab.store.open(doc);
    type(open, noteId, " iki");
    await absurd(() => tab.store.act([note(doc, "Zamansız")]));
    type(open, noteId, " üç");
    const fresh = await tab.store.act([note(doc, "")]);
    const freshId = fresh.ok ? (fresh.value.ids[0] ?? "") : "";
    type(open, freshId, "Yeni notun metni");
    open.release();
    tab.network.restore();
    await until(async () => (await tab.db.quarantine.count()) === 1 && (await isSettled(tab)));
    const again = await tab.store.open(doc);
    const texts = again.ids(notes).map((id) => textToPlain(again.read(notes, id)?.record.body ?? new Y.XmlFragment()));
    expect(texts.toSorted()).toEqual(["Bir iki", "Bir iki üç", "Yeni notun metni"]);
    expect(textToPlain(again.read(notes, freshId)?.record.body ?? new Y.XmlFragment())).toBe("Yeni notun metni");
    again.release();
  });

  test("[RE11] that others build on is put aside with them, and the rest arrives", async () => {
    const { tab, absurd } = openClocked({ url: server.url, member: owner });
    const doc = await madePerson(tab);
    await until(() => isSettled(tab));
    tab.network.cut();
    const bad = await absurd(() => tab.store.act([note(doc, "Zamansız")]));
    const badId = bad.ok ? (bad.value.ids[0] ?? "") : "";
    await tab.store.act([{ doc, call: { action: "notes.trash", version: 1, args: { noteId: badId } } }]);
    await tab.store.act([note(doc, "İyi")]);
    tab.network.restore();
    await until(async () => (await tab.db.quarantine.count()) === 2 && (await isSettled(tab)));
    const reasons = (await tab.db.quarantine.toArray()).map(({ reason, call: made }) => [reason, made?.action]);
    expect(reasons).toEqual([
      ["schema", "notes.create"],
      ["not_found", "notes.trash"],
    ]);
    expect(Object.keys((await serverJson(doc))["notes"] ?? {})).toHaveLength(1);
    expect(await activityVerbs(tab, doc)).not.toContain("notes.trash");
  });

  test("[RE10] survives the end of the page in the middle", async () => {
    const disk = makeDisk();
    const { tab, absurd } = openClocked({ url: server.url, member: owner }, { disk });
    const doc = await madePerson(tab);
    await until(() => isSettled(tab));
    tab.network.cut();
    for (let n = 0; n < 10; n += 1) await tab.store.act([custom(doc, `a${n}`)]);
    await absurd(() => tab.store.act([note(doc, "Zamansız")]));
    for (let n = 0; n < 10; n += 1) await tab.store.act([custom(doc, `b${n}`)]);
    let pushes = 0;
    tab.network.intercept = async (path, go) => {
      pushes += path.includes("/updates") ? 1 : 0;
      if (pushes > 3) throw new TypeError("the page is gone");
      return go();
    };
    tab.network.restore();
    await until(() => pushes > 3);
    await closeTab(tab);
    const later = openTab({ url: server.url, member: owner }, { disk });
    await until(async () => (await later.db.quarantine.count()) === 1 && (await isSettled(later)));
    const self = (await serverJson(doc))["person"]?.["self"] as object;
    expect(Object.keys(self).filter((key) => key.startsWith("custom:"))).toHaveLength(20);
  });

  test("[RE13] because the right to write has ended puts aside what was not sent, and keeps the rest readable", async () => {
    const guest = await server.invite(owner, `g${crypto.randomUUID()}@example.com`, "assistant");
    const tab = openTab({ url: server.url, member: guest }, { role: "assistant" });
    const doc = await madePerson(tab);
    await until(() => isSettled(tab));
    tab.network.cut();
    await tab.store.act([note(doc, "Geç kalan")]);
    const body = JSON.stringify({ role: "viewer" });
    const headers = { "content-type": "application/json" };
    await owner.fetch(`/api/orgs/${owner.orgId}/members/${guest.userId}`, { method: "PATCH", body, headers });
    tab.network.restore();
    await until(async () => (await tab.db.quarantine.count()) === 1 && (await isSettled(tab)));
    const [aside] = await tab.db.quarantine.toArray();
    expect(aside).toMatchObject({ reason: "read_only", call: { action: "notes.create" } });
    const open = await tab.store.open(doc);
    expect(open.read(persons, "self")?.record.statusId).toBe("new");
    expect(open.ids(notes)).toEqual([]);
    await tab.store.discardQuarantined(aside?.id ?? 0);
    await until(() => tab.store.quarantine().length === 0 && tab.store.status().kind === "saved");
    open.release();
  });
});

describe("what is put aside", () => {
  test("[RE13] ends after 30 days by the server's clock, and never by the device's", async () => {
    const { tab } = openClocked({ url: server.url, member: owner }, { network: noNetwork() });
    const day = 24 * 60 * 60 * 1000;
    const row = { doc: docId("studio"), at: "2026-05-04T09:00:00.000Z", reason: "schema" };
    await tab.db.quarantine.bulkAdd([
      { ...row, refusedAt: 0 },
      { ...row, refusedAt: 10 * day },
      { ...row, refusedAt: null },
    ]);
    await endQuarantine(tab.db, null);
    expect(await tab.db.quarantine.count()).toBe(3);
    await endQuarantine(tab.db, 31 * day);
    expect((await tab.db.quarantine.toArray()).map(({ refusedAt }) => refusedAt)).toEqual([10 * day, 31 * day]);
  });
});

describe("a damaged document", () => {
  test("[S07][S72] says so, keeps its unsent changes to be read, is taken anew from the server, and they are run again", async () => {
    const disk = makeDisk();
    const { tab } = openClocked({ url: server.url, member: owner }, { disk });
    const doc = await madePerson(tab);
    await until(() => isSettled(tab));
    tab.network.cut();
    await tab.store.act([note(doc, "Kalan")]);
    await closeTab(tab);
    const later = openTab({ url: server.url, member: owner }, { disk, network: noNetwork() });
    const rows = await later.db.updates.where("doc").equals(doc).toArray();
    for (const { id } of rows) await later.db.updates.update(id, { update: Uint8Array.of(255, 255, 255) });
    const open = await later.store.open(doc);
    await until(async () => (await later.db.refused.get(doc))?.reason === "damaged");
    expect(open.missing()).toBe("damaged");
    expect(open.isReadOnly).toBe(true);
    const [copy] = await later.db.quarantine.toArray();
    expect(copy).toMatchObject({ doc, reason: "damaged", call: { action: "notes.create", args: { text: "Kalan" } } });
    expect(await later.store.act([note(doc, "Boşa")])).toEqual({ ok: false, error: { type: "not_here" } });
    expect(await later.db.updates.where("[doc+unsent]").equals([doc, 1]).count()).toBe(2);
    later.network.restore();
    await until(() => isSettled(later));
    await until(() => open.ids(notes).length === 1);
    expect(open.read(persons, "self")?.record.statusId).toBe("new");
    expect(open.missing()).toBeNull();
    expect(await later.db.quarantine.count()).toBe(0);
    open.release();
  });
});

function type(open: OpenDocument, noteId: string, letters: string): void {
  const body = open.read(notes, noteId)?.record.body;
  const paragraph = body?.get(0);
  if (!(paragraph instanceof Y.XmlElement)) throw new Error("no paragraph");
  for (const letter of letters) {
    open.doc.transact(
      () => {
        const text = paragraph.get(0);
        if (text instanceof Y.XmlText) text.insert(text.length, letter);
        else paragraph.insert(0, [new Y.XmlText(letter)]);
      },
      { key: "editor" },
    );
  }
}

async function activityVerbs(tab: Tab, doc: DocId): Promise<string[]> {
  const open = await tab.store.open(doc);
  const verbs = open.ids(personActivity).flatMap((id) => open.read(personActivity, id)?.record.verb ?? []);
  open.release();
  return verbs;
}
