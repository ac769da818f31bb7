import { afterEach, describe, expect, test } from "vitest";
import * as v from "valibot";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import { editContact, moveStatus, trashPerson } from "../../shared/people.ts";
import { openDeviceDb } from "./db.ts";
import { peopleCount, peopleIds, peopleRows } from "./people.ts";
import { loadDeviceId, makeCache } from "./session-cache.ts";
import { closeTabs, makeDisk, makeLoner, newPerson, noNetwork, openTab } from "./testing.ts";

afterEach(closeTabs);

const names = ["Şule Çelik", "Ali Öz", "İrem Işık", "Irmak Ege", "Çağla Ün", "Cem Şen", "Zeynep Ak"];

async function filled() {
  const [disk, who] = [makeDisk(), makeLoner()];
  const tab = openTab(who, { disk, network: noNetwork() });
  const people = names.map((name) => newPerson(name));
  await tab.store.actBatch(people.map(({ calls }) => calls));
  const nameOf = async (ids: Promise<string[]>) => (await peopleRows(tab.db, await ids)).map(({ name }) => name);
  return { tab, disk, who, people, nameOf };
}

describe("people", () => {
  test("[S40] come in Turkish alphabetical order", async () => {
    const { tab, nameOf } = await filled();
    expect(await nameOf(peopleIds(tab.db))).toEqual([
      "Ali Öz",
      "Cem Şen",
      "Çağla Ün",
      "Irmak Ege",
      "İrem Işık",
      "Şule Çelik",
      "Zeynep Ak",
    ]);
    expect(await peopleCount(tab.db)).toBe(7);
  });

  test("[S40] are found by the beginnings of all words, without accents, and by number", async () => {
    const { tab, people, nameOf } = await filled();
    const phone = { phone: "0532 123 45 67" };
    await tab.store.act([{ doc: docId("contact", people[1]?.subject ?? ""), call: call(editContact, phone) }]);
    expect(await nameOf(peopleIds(tab.db, { search: "sul" }))).toEqual(["Şule Çelik"]);
    expect(await nameOf(peopleIds(tab.db, { search: "ISIK i" }))).toEqual(["İrem Işık"]);
    expect(await nameOf(peopleIds(tab.db, { search: "c" }))).toEqual(["Cem Şen", "Çağla Ün", "Şule Çelik"]);
    expect(await nameOf(peopleIds(tab.db, { search: "0532123" }))).toEqual(["Ali Öz"]);
    expect(await nameOf(peopleIds(tab.db, { search: "xyz" }))).toEqual([]);
  });

  test("[S40] of a status are listed alone; those in the trash are not listed", async () => {
    const { tab, people, nameOf } = await filled();
    const [first, second] = people;
    await tab.store.act([{ doc: docId("client", first?.subject ?? ""), call: call(moveStatus, { to: "won" }) }]);
    await tab.store.act([{ doc: docId("client", second?.subject ?? ""), call: call(trashPerson, {}) }]);
    expect(await nameOf(peopleIds(tab.db, { statusId: "won" }))).toEqual(["Şule Çelik"]);
    expect(await nameOf(peopleIds(tab.db, { statusId: "won", search: "ali" }))).toEqual([]);
    expect(await peopleCount(tab.db)).toBe(6);
  });

  test("[S40] beyond what is sorted by rows come in the same order", async () => {
    const tab = openTab(makeLoner(), { network: noNetwork() });
    const many = Array.from({ length: 520 }, (_, n) => newPerson(`Aday ${String(n).padStart(3, "0")}`));
    await tab.store.actBatch(many.map(({ calls }) => calls));
    expect(await peopleIds(tab.db, { search: "aday" })).toEqual(await peopleIds(tab.db));
  });
});

describe("what the browser remembers", () => {
  test("[S41] who was signed in, until it is cleared; what does not fit any more counts as nothing", async () => {
    const disk = makeDisk();
    const cache = makeCache(openDeviceDb(disk), "account", v.object({ name: v.string() }));
    expect(await cache.load()).toBeNull();
    await cache.save({ name: "Ada" });
    const later = openDeviceDb(disk);
    expect(await makeCache(later, "account", v.object({ name: v.string() })).load()).toEqual({ name: "Ada" });
    expect(await makeCache(later, "account", v.object({ email: v.string() })).load()).toBeNull();
    await cache.clear();
    expect(await cache.load()).toBeNull();
  });

  test("[S41] its own id as an installation", async () => {
    const disk = makeDisk();
    const ids = [crypto.randomUUID(), crypto.randomUUID()];
    const next = (): string => ids.pop() ?? "";
    const first = await loadDeviceId(openDeviceDb(disk), next);
    expect(await loadDeviceId(openDeviceDb(disk), next)).toBe(first);
  });
});
