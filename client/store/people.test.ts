import { afterEach, describe, expect, test, vi } from "vitest";
import * as v from "valibot";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import { editContact, moveStatus, trashPerson } from "../../shared/people.ts";
import { openDeviceDb } from "./db.ts";
import { firstPeople, peopleCount, peopleIds, peopleMark, peopleOrder, peopleRows, watchPeopleRows } from "./people.ts";
import type { PeopleMark } from "./people.ts";
import type { StudioDb } from "./db.ts";
import { follow } from "./follow.ts";
import { loadDeviceId, makeCache } from "./session-cache.ts";
import { closeTabs, makeDisk, makeLoner, newPerson, noNetwork, openTab } from "./testing.ts";

afterEach(closeTabs);

const names = ["Şule Çelik", "Ali Öz", "İrem Işık", "Irmak Ege", "Çağla Ün", "Cem Şen", "Zeynep Ak"];

async function filled() {
  const [disk, who] = [makeDisk(), makeLoner()];
  const tab = openTab(who, { disk, network: noNetwork() });
  const people = names.map((name) => newPerson(name));
  await tab.store.actBatch(people.map(({ calls }) => calls));
  const nameOf = async (ids: Promise<readonly string[]>) =>
    (await peopleRows(tab.db, await ids)).map(({ name }) => name);
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

describe("large lists", () => {
  test("[SP1] the first people come by themselves, in the order of all", async () => {
    const { tab } = await filled();
    const all = await peopleOrder(tab.db);
    expect(await firstPeople(tab.db, 3)).toEqual(await peopleRows(tab.db, all.slice(0, 3)));
    expect(await firstPeople(tab.db, 80)).toEqual(await peopleRows(tab.db, all));
  });

  test("[SP3] a search over an order that is known finds the same, in the same order", async () => {
    const { tab, people } = await filled();
    await tab.store.act([{ doc: docId("client", people[1]?.subject ?? ""), call: call(trashPerson, {}) }]);
    await tab.store.act([{ doc: docId("client", people[0]?.subject ?? ""), call: call(moveStatus, { to: "won" }) }]);
    const order = await peopleOrder(tab.db);
    for (const search of ["", "a", "c", "s c", "i", "isik", "xyz"]) {
      const [known, asked] = [await peopleIds(tab.db, { search }, order), await peopleIds(tab.db, { search })];
      expect(known, search).toEqual(asked);
      const query = { search, statusId: "won" };
      expect(await peopleIds(tab.db, query, order), search).toEqual(await peopleIds(tab.db, query));
    }
  });

  test("[PE2] a changed row is named to those who show it, and no other", async () => {
    const { tab, people } = await filled();
    const subjects = people.map(({ subject }) => subject);
    const told = Promise.withResolvers<string[]>();
    const stop = watchPeopleRows(tab.db, (isChanged) => told.resolve(subjects.filter(isChanged)));
    await tab.store.act([{ doc: docId("client", subjects[2] ?? ""), call: call(moveStatus, { to: "won" }) }]);
    expect(await told.promise).toEqual([subjects[2]]);
    stop();
  });

  test("[SP4] a list is told of every change of what it depends on, and of no other", async () => {
    const { tab, people } = await filled();
    const [one = "", other = ""] = people.map(({ subject }) => subject);
    const { expectCounts, stop } = await countMarks(tab.db);
    await tab.store.act([{ doc: docId("client", one), call: call(moveStatus, { to: "won" }) }]);
    await expectCounts({ order: 1, status: 2, words: 1 });
    await tab.store.act([{ doc: docId("contact", one), call: call(editContact, { phone: "0532 123 45 67" }) }]);
    await expectCounts({ order: 1, status: 2, words: 2 });
    await tab.store.act([{ doc: docId("contact", one), call: call(editContact, { name: "Şule Ada" }) }]);
    await expectCounts({ order: 2, status: 3, words: 3 });
    await tab.store.act([{ doc: docId("client", other), call: call(trashPerson, {}) }]);
    await expectCounts({ order: 3, status: 4, words: 3 });
    await tab.db.people.delete(one);
    await expectCounts({ order: 4, status: 5, words: 4 });
    stop();
  });
});

/** Counts how often each mark was told; `expectCounts` waits for these counts. */
async function countMarks(db: StudioDb) {
  const counts: Record<PeopleMark, number> = { order: 0, status: 0, words: 0 };
  const stops = (["order", "status", "words"] as const).map((mark) =>
    follow(db, () => peopleMark(db, mark), { next: () => void (counts[mark] += 1), error: () => expect.unreachable() }),
  );
  const expectCounts = (wanted: typeof counts) => vi.waitFor(() => expect(counts).toEqual(wanted), { timeout: 5000 });
  await expectCounts({ order: 1, status: 1, words: 1 });
  return { expectCounts, stop: () => stops.forEach((stop) => stop()) };
}

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
