import { afterEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { call, inverseCall } from "../../shared/action.ts";
import { personActivity } from "../../shared/activity.ts";
import { docId } from "../../shared/document.ts";
import { createNote, notes } from "../../shared/notes.ts";
import { contacts, editContact, moveStatus, persons } from "../../shared/people.ts";
import { peopleIds, peopleRows } from "./people.ts";
import { closeTab, closeTabs, makeDisk, makeLoner, newPerson, noNetwork, openTab, until } from "./testing.ts";
import type { Tab } from "./testing.ts";

afterEach(closeTabs);

const offline = (options: Parameters<typeof openTab>[1] = {}): Tab =>
  openTab(makeLoner(), { network: noNetwork(), ...options });

async function historyOf(tab: Tab, subject: string): Promise<string[]> {
  const open = await tab.store.open(docId("client", subject));
  const entries = open.ids(personActivity).flatMap((id) => open.read(personActivity, id) ?? []);
  open.release();
  return entries.map(({ record, flat }) => [record.verb, ...Object.keys(flat)].join(" "));
}

describe("an act", () => {
  test("[S21] is on the disk when it resolves: rows with their calls, unsent marks and the row of people", async () => {
    const tab = offline();
    const { subject, calls } = newPerson("Ayşe Kaya");
    const result = await tab.store.act(calls);
    expect(result).toMatchObject({ ok: true, value: { ids: [expect.any(String), expect.any(String)] } });
    const rows = await tab.db.updates.toArray();
    expect(rows.map(({ doc, unsent, made }) => [doc, unsent, made && "call" in made && made.call.action])).toEqual([
      [`contact/${subject}`, 1, "contact.create"],
      [`client/${subject}`, 1, "activity.record"],
      [`client/${subject}`, 1, "person.create"],
      [`client/${subject}`, 1, "activity.record"],
    ]);
    expect(new Set(rows.map(({ change }) => change)).size).toBe(1);
    expect(await peopleRows(tab.db, [subject])).toMatchObject([{ name: "Ayşe Kaya", statusId: "new", listed: 1 }]);
  });

  test("[S21] survives the end of the page right after", async () => {
    const [disk, who] = [makeDisk(), makeLoner()];
    const { subject, calls } = newPerson("Ayşe Kaya");
    const before = openTab(who, { disk, network: noNetwork() });
    await before.store.act(calls);
    // Hint: the first tab is left as a crash leaves it, without closing anything.
    const after = openTab(who, { disk, network: noNetwork() });
    const open = await after.store.open(docId("contact", subject));
    expect(open.read(contacts, "self")?.record.name).toBe("Ayşe Kaya");
    expect(after.store.status().kind).not.toBe("saved");
    open.release();
  });

  test("[S35] is refused where the role may only read, and writes nothing", async () => {
    const tab = offline({ role: "viewer" });
    expect(await tab.store.act(newPerson("Ayşe").calls)).toEqual({ ok: false, error: { type: "read_only" } });
    const accountant = offline({ role: "accountant" });
    expect(await accountant.store.act(newPerson("Ayşe").calls)).toEqual({ ok: false, error: { type: "not_here" } });
    expect(await tab.db.updates.count()).toBe(0);
  });

  test("[S21] is all or nothing: a call that fails keeps those before it from being written", async () => {
    const tab = offline();
    const { subject, calls } = newPerson("Ayşe");
    const wrong = { doc: docId("client", subject), call: inverseCall("notes.trash", { noteId: crypto.randomUUID() }) };
    expect(await tab.store.act([...calls, wrong])).toEqual({ ok: false, error: { type: "not_found" } });
    expect(await tab.db.updates.count()).toBe(0);
    expect(await peopleIds(tab.db)).toEqual([]);
  });

  test("[S35] of an unknown name, or on a document of another class, is invalid", async () => {
    const tab = offline();
    const doc = docId("client", crypto.randomUUID());
    const unknown = await tab.store.act([{ doc, call: inverseCall("people.fly", {}) }]);
    expect(unknown).toEqual({ ok: false, error: { type: "invalid", fields: ["action"] } });
    const misplaced = await tab.store.act([{ doc, call: call(editContact, { name: "Ayşe" }) }]);
    expect(misplaced).toEqual({ ok: false, error: { type: "invalid", fields: ["action"] } });
  });

  test("[S38] leaves exactly one entry in the history, with names of fields and no values", async () => {
    const tab = offline();
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    const [contact, client] = [docId("contact", subject), docId("client", subject)];
    await tab.store.act([{ doc: contact, call: call(editContact, { phone: "0532 123 45 67" }) }]);
    await tab.store.act([{ doc: client, call: call(moveStatus, { to: "won" }) }]);
    await tab.store.act([{ doc: client, call: call(createNote, { text: "Gizli" }) }]);
    expect((await historyOf(tab, subject)).toSorted()).toEqual([
      "contact.create",
      "contact.edit field:phone",
      "notes.create",
      "person.create",
      "person.moveStatus field:statusId",
    ]);
  });

  test("[S38] that changes nothing leaves no entry and no row", async () => {
    const tab = offline();
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    const before = await tab.db.updates.count();
    await tab.store.act([{ doc: docId("contact", subject), call: call(editContact, { name: "Ayşe" }) }]);
    expect(await tab.db.updates.count()).toBe(before);
  });

  test("[S38] is undone by the calls it answers with, the last first", async () => {
    const tab = offline();
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    const [contact, client] = [docId("contact", subject), docId("client", subject)];
    const done = await tab.store.act([
      { doc: contact, call: call(editContact, { name: "Ayşe Kaya", email: "a@b.c" }) },
      { doc: client, call: call(moveStatus, { to: "won" }) },
    ]);
    if (!done.ok) throw new Error(done.error.type);
    expect(done.value.undo.map(({ doc }) => doc)).toEqual([client, contact]);
    await tab.store.act(done.value.undo);
    expect(await peopleRows(tab.db, [subject])).toMatchObject([{ name: "Ayşe", email: "", statusId: "new" }]);
  });

  test("[S21] made in a row keep their order on the disk", async () => {
    const tab = offline();
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    const contact = docId("contact", subject);
    const names = Array.from({ length: 30 }, (_, n) => `Ayşe ${n}`);
    await Promise.all(names.map((name) => tab.store.act([{ doc: contact, call: call(editContact, { name }) }])));
    const rows = await tab.db.updates.where("doc").equals(contact).toArray();
    const written = rows.map(({ made }) => (made && "call" in made ? made.call.args : null));
    expect(written.slice(1)).toEqual(names.map((name) => ({ name })));
    expect(await peopleRows(tab.db, [subject])).toMatchObject([{ name: "Ayşe 29" }]);
  });

  test("[S25] that the disk does not take is told, kept, and written when it does", async () => {
    const tab = offline();
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    const contact = docId("contact", subject);
    const broken = tab.db.updates.hook("creating");
    const fail = (): never => {
      throw new Error("disk");
    };
    broken.subscribe(fail);
    const edit = await tab.store.act([{ doc: contact, call: call(editContact, { name: "Ayşe Kaya" }) }]);
    expect(edit).toEqual({ ok: false, error: { type: "not_stored" } });
    expect(tab.store.status()).toMatchObject({ kind: "not_saved", reason: "device" });
    const open = await tab.store.open(contact);
    expect(open.read(contacts, "self")?.record.name).toBe("Ayşe Kaya");
    open.release();
    broken.unsubscribe(fail);
    await until(async () => (await peopleRows(tab.db, [subject]))[0]?.name === "Ayşe Kaya");
    await until(() => tab.store.status().kind === "offline");
  });

  test("[S20] goes on after the browser has closed the database", async () => {
    const tab = offline();
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    tab.db.backendDB().close();
    const edit = await tab.store.act([
      { doc: docId("contact", subject), call: call(editContact, { name: "Ayşe K." }) },
    ]);
    expect(edit.ok).toBe(true);
    expect(await peopleRows(tab.db, [subject])).toMatchObject([{ name: "Ayşe K." }]);
  });

  test("[S42] in bulk writes each batch whole or not at all, and says how far it is", async () => {
    const tab = offline();
    const people = Array.from({ length: 120 }, (_, n) => newPerson(`Kişi ${n}`));
    const bad = { doc: docId("client", crypto.randomUUID()), call: call(moveStatus, { to: "won" }) };
    const batches = people.map(({ calls }, n) => (n === 60 ? [...calls, bad] : calls));
    const steps: number[] = [];
    const results = await tab.store.actBatch(batches, { onProgress: ({ done }) => steps.push(done) });
    expect(steps).toEqual([100, 120]);
    expect(results.filter(({ ok }) => !ok)).toHaveLength(1);
    expect(await peopleIds(tab.db)).toHaveLength(119);
    const again = newPerson("Son");
    const stopped = await tab.store.actBatch([again.calls], { signal: AbortSignal.abort() });
    expect(stopped).toEqual([]);
  });
});

describe("a document", () => {
  test("[S08] has a new client id each time it is loaded", async () => {
    const [disk, who] = [makeDisk(), makeLoner()];
    const first = openTab(who, { disk, network: noNetwork() });
    const { subject, calls } = newPerson("Ayşe");
    await first.store.act(calls);
    const doc = docId("contact", subject);
    const open = await first.store.open(doc);
    const before = open.doc.clientID;
    open.release();
    await closeTab(first);
    const second = openTab(who, { disk, network: noNetwork() });
    const again = await second.store.open(doc);
    expect(again.doc.clientID).not.toBe(before);
    again.release();
  });

  test("[S36] is one for all who hold it in a tab, and reads records through their schema", async () => {
    const tab = offline();
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    const doc = docId("client", subject);
    const [one, other] = await Promise.all([tab.store.open(doc), tab.store.open(doc)]);
    expect(one.doc).toBe(other.doc);
    const heard: string[][] = [];
    const stop = one.onChange(notes, (ids) => heard.push([...ids]));
    const made = await tab.store.act([{ doc, call: call(createNote, { text: "Bir not" }) }]);
    expect(heard).toEqual([made.ok ? [made.value.ids[0]] : []]);
    stop();
    expect(one.read(persons, "self")?.record.statusId).toBe("new");
    expect(one.read(persons, "other")).toBeNull();
    one.release();
    one.release();
    expect(other.awareness.doc).toBe(other.doc);
    other.release();
  });

  test("[S29] is compacted under what is unsent: sent rows become one state, unsent ones stay", async () => {
    const tab = offline();
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    const contact = docId("contact", subject);
    const ids = await tab.db.updates.where("doc").equals(contact).primaryKeys();
    await tab.db.updates.update(ids[0] ?? 0, (row: { unsent?: 1 }) => void delete row.unsent);
    for (let n = 0; n < 110; n += 1)
      await tab.store.act([{ doc: contact, call: call(editContact, { name: `A${n}` }) }]);
    await until(async () => (await tab.db.docs.get(contact))?.state !== undefined);
    const rows = await tab.db.updates.where("doc").equals(contact).toArray();
    expect(rows.every(({ unsent }) => unsent === 1)).toBe(true);
    const state = (await tab.db.docs.get(contact))?.state ?? new Uint8Array();
    const ydoc = new Y.Doc();
    Y.applyUpdateV2(ydoc, state);
    for (const { update } of rows) Y.applyUpdate(ydoc, update);
    expect(ydoc.getMap("contact").toJSON()).toMatchObject({ self: { name: "A109" } });
    ydoc.destroy();
  });
});
