import { afterEach, describe, expect, test } from "vitest";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import { contacts, editContact, moveStatus, persons, setCustomValue } from "../../shared/people.ts";
import { dropDocument, pageTables } from "./page.ts";
import { peopleRows } from "./people.ts";
import { projectAgain } from "./projection.ts";
import { closeTabs, makeDisk, makeLoner, makeRandom, newPerson, noNetwork, openTab, until } from "./testing.ts";
import type { Tab } from "./testing.ts";

afterEach(closeTabs);

function twoTabs(): [Tab, Tab] {
  const [disk, who] = [makeDisk(), makeLoner()];
  return [openTab(who, { disk, network: noNetwork() }), openTab(who, { disk, network: noNetwork() })];
}

describe("two tabs without a network", () => {
  test("[S26] see each other's changes in an open document", async () => {
    const [one, other] = twoTabs();
    const { subject, calls } = newPerson("Ayşe");
    await one.store.act(calls);
    const contact = docId("contact", subject);
    const [here, there] = [await one.store.open(contact), await other.store.open(contact)];
    await one.store.act([{ doc: contact, call: call(editContact, { phone: "0532 123 45 67" }) }]);
    await until(() => there.read(contacts, "self")?.record.phone !== undefined);
    await other.store.act([{ doc: contact, call: call(editContact, { name: "Ayşe Kaya" }) }]);
    await until(() => here.read(contacts, "self")?.record.name === "Ayşe Kaya");
    expect(here.read(contacts, "self")).toEqual(there.read(contacts, "self"));
    here.release();
    there.release();
  });

  test("[S23] that write at once never put an old value into the rows of people", async () => {
    const [one, other] = twoTabs();
    const { subject, calls } = newPerson("Ayşe");
    await one.store.act(calls);
    const contact = docId("contact", subject);
    const [here, there] = [await one.store.open(contact), await other.store.open(contact)];
    for (let n = 0; n < 10; n += 1) {
      await Promise.all([
        one.store.act([{ doc: contact, call: call(editContact, { name: `Ayşe ${n}` }) }]),
        other.store.act([{ doc: contact, call: call(editContact, { phone: `0532 000 00 0${n}` }) }]),
      ]);
      expect(await peopleRows(one.db, [subject])).toMatchObject([{ name: `Ayşe ${n}`, phone: `0532 000 00 0${n}` }]);
    }
    here.release();
    there.release();
  });

  test("[S36] lose a document together when it is erased or revoked, with every trace", async () => {
    const [one, other] = twoTabs();
    const { subject, calls } = newPerson("Ayşe");
    await one.store.act(calls);
    const contact = docId("contact", subject);
    const open = await other.store.open(contact);
    await one.db.transaction("rw", pageTables(one.db), async () =>
      dropDocument(one.db, contact, { why: "erased", seq: 7 }),
    );
    await until(() => open.gone() === "erased");
    expect(open.read(contacts, "self")).toBeNull();
    expect(open.doc.getMap("contact").size).toBe(0);
    expect(await one.db.updates.where("doc").equals(contact).count()).toBe(0);
    expect(JSON.stringify(await one.db.people.toArray())).not.toContain("Ayşe");
    const edit = await other.store.act([{ doc: contact, call: call(editContact, { name: "Geri" }) }]);
    expect(edit).toEqual({ ok: false, error: { type: "not_here" } });
    open.release();
  });
});

describe("rows of people", () => {
  test("[S24] dropped and projected again are equal, whatever was done in whichever tab", async () => {
    for (const seed of [1, 2, 3]) {
      const random = makeRandom(seed);
      const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
      const tabs = twoTabs();
      const subjects: string[] = [];
      for (let step = 0; step < 30; step += 1) {
        const tab = pick(tabs);
        if (subjects.length < 3 || random() < 0.1) {
          const { subject, calls } = newPerson(`Kişi ${step}`);
          subjects.push(subject);
          await tab.store.act(calls);
          continue;
        }
        const subject = pick(subjects);
        const [contact, client] = [docId("contact", subject), docId("client", subject)];
        const edits = [
          { doc: contact, call: call(editContact, { name: `Kişi ${step}` }) },
          { doc: contact, call: call(editContact, { email: random() < 0.5 ? `k${step}@ornek.com` : null }) },
          { doc: client, call: call(moveStatus, { to: pick(["new", "won", "lost"]) }) },
          { doc: client, call: call(setCustomValue, { fieldId: crypto.randomUUID(), value: "x" }) },
        ];
        const acts = [tab.store.act([pick(edits)]), pick(tabs).store.act([pick(edits)])];
        await Promise.all(acts);
      }
      const db = tabs[0].db;
      const before = await db.people.orderBy("id").toArray();
      await projectAgain(db);
      expect(await db.people.orderBy("id").toArray(), `seed ${seed}`).toEqual(before);
      await closeTabs();
    }
  });

  test("[S24] join what the two documents of a person say, in any order", async () => {
    const [tab] = twoTabs();
    const { subject, calls } = newPerson("Ayşe");
    for (const each of calls.toReversed()) await tab.store.act([each]);
    expect(await peopleRows(tab.db, [subject])).toMatchObject([{ name: "Ayşe", statusId: "new", listed: 1 }]);
    const open = await tab.store.open(docId("client", subject));
    expect(open.read(persons, "self")).not.toBeNull();
    open.release();
  });
});
