import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { contacts, editContact, moveStatus, persons } from "../../shared/people.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { addFaults } from "./faults.testing.ts";
import type { Faults } from "./faults.testing.ts";
import { fillStage } from "./filled.ts";
import { peopleCount, peopleIds, peopleRows } from "./people.ts";
import { makeSpace, withRoom } from "./space.ts";
import { closeTab, closeTabs, fast, makeDisk, newPerson, openTab, until } from "./testing.ts";
import type { Disk, Tab } from "./testing.ts";

let server: TestServer;
let owner: Member;
const PEOPLE = 80;
let subjects: readonly string[] = [];

const tabOf = (disk?: Disk): Tab =>
  openTab({ url: server.url, member: owner }, { parts: fast(20), ...(disk && { disk }) });
const unsent = (tab: Tab): Promise<number> => tab.db.updates.where("unsent").equals(1).count();
const isSaved = async (tab: Tab): Promise<boolean> => tab.store.status().kind === "saved" && (await unsent(tab)) === 0;
const contactOf = (subject: string | undefined): DocId => docId("contact", subject ?? "");
const rename = (subject: string | undefined, name: string) => ({
  doc: contactOf(subject),
  call: call(editContact, { name }),
});

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("ada@example.com");
  const tab = tabOf();
  const people = Array.from({ length: PEOPLE }, (_, n) => newPerson(`Kişi ${n}`));
  await tab.store.actBatch(people.map(({ calls }) => calls));
  await until(() => isSaved(tab));
  await closeTab(tab);
  subjects = people.map(({ subject }) => subject);
});
afterEach(closeTabs);
afterAll(() => server.close());

type Filled = { readonly tab: Tab; readonly faults: Faults; readonly disk: Disk };

async function filledDevice(): Promise<Filled> {
  const disk = makeDisk();
  const tab = tabOf(disk);
  const faults = addFaults(tab.db);
  await until(async () => (await fillStage(tab.db)) === "done" && (await peopleCount(tab.db)) === PEOPLE);
  return { tab, faults, disk };
}

const evicted = ({ db }: Tab): Promise<DocId[]> => db.docs.where("evicted").equals(1).primaryKeys();

/** Lets go of all that may go, as a full device does, and nothing that is to be written. */
async function letAllGo({ db }: Tab, keep: readonly DocId[] = []): Promise<void> {
  let round = 0;
  while (await makeSpace(db, { keep: new Set(keep), round: 0 })) round += 1;
  db.disk.noteFull(false);
  expect(round).toBeGreaterThan(0);
}

describe("a full device", () => {
  test("[S64][S65] lets go what was opened longest ago and holds nothing unsent, writes again, and says how much it let go", async () => {
    const { tab, faults } = await filledDevice();
    const [opened, edited, written] = subjects;
    (await tab.store.open(contactOf(opened))).release();
    await until(async () => (await tab.db.opened.get(contactOf(opened))) !== undefined);
    tab.network.cut();
    await tab.store.act([rename(edited, "Gönderilmedi")]);
    faults.plan = (tables) => (tables.includes("people") && tab.db.disk.freed() === 0 ? "full" : null);
    expect((await tab.store.act([rename(written, "Yer açıldı")])).ok).toBe(true);
    expect(tab.db.disk.freed()).toBeGreaterThan(90);
    expect(tab.db.disk.isFull()).toBe(false);
    const gone = await evicted(tab);
    expect(gone).toHaveLength(tab.db.disk.freed());
    for (const doc of [contactOf(opened), contactOf(edited), contactOf(written), docId("studio")])
      expect(gone).not.toContain(doc);
    expect(await peopleCount(tab.db)).toBe(PEOPLE);
    expect(await peopleIds(tab.db, { search: "kişi" })).toHaveLength(PEOPLE - 2);
    expect(await unsent(tab)).toBe(2 + 2);
    tab.network.restore();
    await until(() => isSaved(tab));
  });

  test("[S64] that has nothing to let go says so in red, keeps what waits, and stores it when there is space", async () => {
    const { tab, faults } = await filledDevice();
    await letAllGo(tab);
    tab.network.cut();
    let isFull = true;
    faults.plan = () => (isFull ? "full" : null);
    const act = await tab.store.act(newPerson("Sığmadı").calls);
    expect(act).toEqual({ ok: false, error: { type: "not_stored" } });
    await until(() => tab.store.status().kind === "not_saved");
    expect(tab.store.status()).toMatchObject({ reason: "full" });
    expect(tab.db.disk.isFull()).toBe(true);
    isFull = false;
    await until(() => tab.store.status().kind === "offline");
    expect(tab.db.disk.isFull()).toBe(false);
    expect(await peopleIds(tab.db, { search: "sığmadı" })).toHaveLength(1);
  });

  test("[S67] does not let everything go for nothing where that does not help", async () => {
    const { tab, faults } = await filledDevice();
    tab.network.cut();
    faults.plan = (tables) => (tables.includes("people") ? "full" : null);
    await tab.store.act([rename(subjects[3], "Sığmadı")]);
    await until(() => faults.met > 12);
    expect(tab.db.disk.freed()).toBeLessThanOrEqual(2 * PEOPLE);
    await expect(withRoom(tab.db, () => Promise.reject(new TypeError("no disk")))).rejects.toThrow(TypeError);
    faults.plan = () => null;
    await until(() => tab.store.status().kind === "offline");
  });
});

describe("a document that was let go", () => {
  test("[S66] is never shown as empty: it says so without a network, and is fetched as soon as there is one", async () => {
    const { tab } = await filledDevice();
    await letAllGo(tab);
    tab.network.cut();
    const open = await tab.store.open(contactOf(subjects[5]));
    expect(open.missing()).toBe("evicted");
    expect(open.isReadOnly).toBe(true);
    expect(await tab.store.act([rename(subjects[5], "Boşa")])).toEqual({ ok: false, error: { type: "not_here" } });
    expect((await peopleRows(tab.db, [subjects[5] ?? ""]))[0]?.name).toBe("Kişi 5");
    tab.network.restore();
    await until(() => open.missing() === null);
    expect(open.read(contacts, "self")?.record.name).toBe("Kişi 5");
    expect(open.isReadOnly).toBe(false);
    expect(await evicted(tab)).not.toContain(contactOf(subjects[5]));
    expect((await tab.store.act([rename(subjects[5], "Kişi beş")])).ok).toBe(true);
    await until(() => isSaved(tab));
    await tab.store.act([rename(subjects[5], "Kişi 5")]);
    await until(() => isSaved(tab));
    open.release();
  });

  test("[S66] is fetched before it is acted on from a list", async () => {
    const { tab } = await filledDevice();
    await letAllGo(tab);
    const doc = docId("client", subjects[6] ?? "");
    expect((await tab.store.act([{ doc, call: call(moveStatus, { to: "won" }) }])).ok).toBe(true);
    expect((await peopleRows(tab.db, [subjects[6] ?? ""]))[0]).toMatchObject({ name: "Kişi 6", statusId: "won" });
    await until(() => isSaved(tab));
  });

  test("[S66] comes back whole with its next change, which the feed brings as ever", async () => {
    const { tab } = await filledDevice();
    await letAllGo(tab);
    const other = tabOf();
    await until(async () => (await fillStage(other.db)) === "done");
    expect((await other.store.act([rename(subjects[7], "Değişti")])).ok).toBe(true);
    await until(async () => (await peopleRows(tab.db, [subjects[7] ?? ""]))[0]?.name === "Değişti");
    expect(await evicted(tab)).not.toContain(contactOf(subjects[7]));
    tab.network.cut();
    const open = await tab.store.open(contactOf(subjects[7]));
    expect(open.read(contacts, "self")?.record.name).toBe("Değişti");
    open.release();
  });

  test("[S66] while a tab has it open goes on there, and the next change brings it back whole", async () => {
    const { tab, disk } = await filledDevice();
    const doc = docId("client", subjects[8] ?? "");
    const open = await tab.store.open(doc);
    tab.network.cut();
    await letAllGo(tab);
    expect(await evicted(tab)).toContain(doc);
    expect(open.missing()).toBeNull();
    expect((await tab.store.act([{ doc, call: call(moveStatus, { to: "won" }) }])).ok).toBe(true);
    expect(await evicted(tab)).not.toContain(doc);
    open.release();
    await closeTab(tab);
    const later = tabOf(disk);
    later.network.cut();
    const again = await later.store.open(doc);
    expect(again.missing()).toBeNull();
    expect(again.read(persons, "self")?.record.statusId).toBe("won");
    later.network.restore();
    await until(() => isSaved(later));
    expect(await later.db.quarantine.count()).toBe(0);
    again.release();
  });
});
