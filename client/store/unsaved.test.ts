import { afterEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import { createNote, notes } from "../../shared/notes.ts";
import { setCustomValue } from "../../shared/people.ts";
import { closeTabs, makeLoner, newPerson, noNetwork, openTab, until } from "./testing.ts";
import { giveUp, takeBack } from "./quarantine.ts";

afterEach(closeTabs);

const offline = () => openTab(makeLoner(), { network: noNetwork() });

describe("what is not saved", () => {
  test("[CH8] is read from the disk: calls without their history, typed text once, what was refused, and names", async () => {
    const tab = offline();
    const { subject, calls } = newPerson("Ayşe Yılmaz");
    const doc = docId("client", subject);
    await tab.store.act(calls);
    const made = await tab.store.act([{ doc, call: call(createNote, { text: "Bir" }) }]);
    const noteId = made.ok ? (made.value.ids[0] ?? "") : "";
    const open = await tab.store.open(doc);
    const paragraph = open.read(notes, noteId)?.record.body.get(0);
    const text: unknown = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null;
    if (!(text instanceof Y.XmlText)) throw new Error("no text");
    for (const letter of " iki") text.insert(text.length, letter);
    await until(
      async () => (await tab.db.updates.filter(({ made: by }) => by !== undefined && "text" in by).count()) === 4,
    );
    await tab.db.quarantine.add({
      doc,
      at: "2026-05-04T09:00:00.000Z",
      refusedAt: null,
      reason: "schema",
      text: "eski",
    });
    const read = await tab.store.unsaved();
    const said = read.changes.map((change) => change.call?.action ?? change.text);
    expect(said).toEqual(["eski", "contact.create", "person.create", "notes.create", "Bir iki"]);
    expect(read.names.get(subject)).toBe("Ayşe Yılmaz");
    expect(read.isWhole).toBe(true);
    open.release();
  });

  test("[CH8] is read from memory while the disk takes nothing, and from memory alone when it does not answer", async () => {
    const tab = offline();
    const { subject, calls } = newPerson("Bora Can");
    await tab.store.act(calls);
    const open = await tab.store.open(docId("client", subject));
    const full = (): never => {
      throw new DOMException("full", "QuotaExceededError");
    };
    tab.db.updates.hook("creating", full);
    const act = tab.store.act([
      { doc: docId("client", subject), call: call(setCustomValue, { fieldId: crypto.randomUUID(), value: "Kalan" }) },
    ]);
    expect(await act).toMatchObject({ ok: false, error: { type: "not_stored" } });
    const read = await tab.store.unsaved();
    expect(read.changes.map((change) => change.call?.action)).toEqual([
      "contact.create",
      "person.create",
      "person.setCustom",
    ]);
    await until(() => tab.store.status().kind === "not_saved");
    tab.db.updates.hook("creating").unsubscribe(full);
    await until(() => tab.store.status().kind === "offline");
    open.release();
  });

  test("[QU3] given up is gone, comes back, and never into a document that is gone", async () => {
    const tab = offline();
    const doc = docId("client", crypto.randomUUID());
    await tab.db.docs.add({ doc, seq: 1, rev: 0, epoch: 0 });
    const row = { doc, at: "2026-05-04T09:00:00.000Z", refusedAt: null, reason: "schema" };
    const id = await tab.db.quarantine.add(row);
    const rows = await tab.db.quarantine.toArray();
    await giveUp(tab.db, rows);
    expect(await tab.db.quarantine.count()).toBe(0);
    expect(await takeBack(tab.db, rows)).toBe(true);
    expect((await tab.db.quarantine.toArray()).map((each) => each.id)).toEqual([id]);
    await giveUp(tab.db, rows);
    await tab.db.docs.update(doc, { gone: "erased" });
    expect(await takeBack(tab.db, rows)).toBe(false);
    expect(await tab.db.quarantine.count()).toBe(0);
  });

  test("[CH9] waits no shorter and no longer when the device's clock is set", async () => {
    let set = 0;
    const tab = openTab(makeLoner(), { network: noNetwork(), parts: { clock: () => Date.now() + set } });
    await until(() => tab.store.status().kind === "offline");
    set = 3_600_000;
    await tab.store.act(newPerson("Ayşe").calls);
    await until(() => tab.store.status().waiting === 1);
    expect(tab.store.status().kind).toBe("offline");
  });
});
