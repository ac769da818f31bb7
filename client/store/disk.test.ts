import { forceCloseDatabase } from "fake-indexeddb";
import { afterEach, describe, expect, test } from "vitest";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import { contacts, editContact } from "../../shared/people.ts";
import { openDeviceDb, openStudioDb } from "./db.ts";
import { follow } from "./follow.ts";
import { peopleRows } from "./people.ts";
import { applyPage } from "./page.ts";
import { loadDeviceId } from "./session-cache.ts";
import { closeTabs, fast, makeDisk, makeLoner, newPerson, noNetwork, openTab, until } from "./testing.ts";
import type { Disk, Tab, Who } from "./testing.ts";
import { compact } from "./write.ts";

afterEach(closeTabs);

type Device = { readonly disk: Disk; readonly who: Who; readonly tab: Tab; readonly subject: string };

async function deviceWithPerson(): Promise<Device> {
  const [disk, who] = [makeDisk(), makeLoner()];
  const tab = openTab(who, { disk, network: noNetwork(), parts: fast(20) });
  const { subject, calls } = newPerson("Ayşe");
  await tab.store.act(calls);
  return { disk, who, tab, subject };
}

const rename = (subject: string, name: string) => ({
  doc: docId("contact", subject),
  call: call(editContact, { name }),
});

/** What a list shows that follows the rows of one person. */
function followName({ db }: Tab, subject: string): { readonly names: string[]; readonly stop: () => void } {
  const names: string[] = [];
  const next = ([row]: { name: string }[]): void => void names.push(row?.name ?? "");
  const error = (reason: unknown): void => void names.push(String(reason));
  return { names, stop: follow(db, () => peopleRows(db, [subject]), { next, error }) };
}

/** Closes the connection as a browser does that ends its storage process. */
async function closeByBrowser({ db }: Tab): Promise<void> {
  // Hint: who opens it again may be at it still.
  await until(() => db.isOpen());
  // Hint: the engine in memory made this connection, and its own function closes it.
  forceCloseDatabase(db.backendDB() as never);
}

describe("a database that the browser closed", () => {
  test("[S60] opens again, and what was asked of it is alive again in every reader", async () => {
    const { disk, who, tab, subject } = await deviceWithPerson();
    const other = openTab(who, { disk, network: noNetwork() });
    const open = await tab.store.open(docId("contact", subject));
    const { names, stop } = followName(tab, subject);
    await until(() => names.at(-1) === "Ayşe");
    for (const name of ["Ayşe 1", "Ayşe 2"]) {
      await closeByBrowser(tab);
      expect((await other.store.act([rename(subject, name)])).ok).toBe(true);
      await until(() => names.at(-1) === name);
      await until(() => open.read(contacts, "self")?.record.name === name);
    }
    await closeByBrowser(tab);
    expect((await tab.store.act([rename(subject, "Ayşe 3")])).ok).toBe(true);
    await until(() => names.at(-1) === "Ayşe 3" && tab.db.disk.state() === "open");
    stop();
    open.release();
  });

  test("[S60] and does not open again is tried until it does, nobody asking meanwhile; readers hear nothing wrong", async () => {
    const { disk, tab, subject } = await deviceWithPerson();
    const { names, stop } = followName(tab, subject);
    await until(() => names.at(-1) === "Ayşe");
    const opens = disk.indexedDB.open.bind(disk.indexedDB);
    let refusals = 3;
    disk.indexedDB.open = (...asked) => {
      refusals -= 1;
      if (refusals < 0) return opens(...asked);
      throw new DOMException("Connection to Indexed Database server lost", "InvalidStateError");
    };
    await closeByBrowser(tab);
    await until(() => tab.db.disk.state() === "lost");
    await until(() => tab.db.disk.state() === "open" && refusals < 0);
    await until(() => names.length > 1);
    expect(new Set(names)).toEqual(new Set(["Ayşe"]));
    stop();
  });

  test("[S60] answers a reader whose first question met a lost connection", async () => {
    const { tab, subject } = await deviceWithPerson();
    let hasFailed = false;
    const names: string[] = [];
    const ask = async (): Promise<string> => {
      if (!hasFailed) {
        hasFailed = true;
        await closeByBrowser(tab);
        throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
      }
      return (await peopleRows(tab.db, [subject]))[0]?.name ?? "";
    };
    const stop = follow(tab.db, ask, { next: (name) => names.push(name), error: (error) => names.push(String(error)) });
    await until(() => names.length > 0);
    expect(new Set(names)).toEqual(new Set(["Ayşe"]));
    stop();
  });

  test("[S60] asks a reader's question again that failed over a connection that is whole, and tells what never succeeds", async () => {
    const { tab } = await deviceWithPerson();
    const heard: string[] = [];
    let asked = 0;
    const ask = async (succeedsAt: number): Promise<string> => {
      asked += 1;
      if (asked < succeedsAt) throw new DOMException("a hiccup of the storage", "UnknownError");
      return "answered";
    };
    const listen = { next: (answer: string) => heard.push(answer), error: () => heard.push("told") };
    const stop = follow(tab.db, () => ask(3), listen);
    await until(() => heard.length > 0);
    stop();
    const end = follow(tab.db, () => ask(Number.POSITIVE_INFINITY), listen);
    await until(() => heard.length > 1);
    end();
    expect(heard).toEqual(["answered", "told"]);
  });

  test("[S60] has a document that is opened meanwhile wait for it", async () => {
    const { disk, tab, subject } = await deviceWithPerson();
    const opens = disk.indexedDB.open.bind(disk.indexedDB);
    let isLost = true;
    disk.indexedDB.open = (...asked) => {
      if (!isLost) return opens(...asked);
      throw new DOMException("Connection to Indexed Database server lost", "InvalidStateError");
    };
    await closeByBrowser(tab);
    await until(() => tab.db.disk.state() === "lost");
    const opening = tab.store.open(docId("contact", subject));
    isLost = false;
    const open = await opening;
    expect(open.read(contacts, "self")?.record.name).toBe("Ayşe");
    open.release();
  });

  test("[S63] without telling anybody is found out when the page is shown again", async () => {
    const [disk, who, network] = [makeDisk(), makeLoner(), noNetwork()];
    const tab = openTab(who, { disk, network });
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    const { names, stop } = followName(tab, subject);
    await until(() => names.length === 1);
    tab.db.backendDB().close();
    network.tell("visible");
    await until(() => names.length === 2);
    expect(names).toEqual(["Ayşe", "Ayşe"]);
    stop();
  });
});

describe("a database that another tab wants", () => {
  test("[S61] in a newer version is let go at once; the old tab says so, and loses nothing it still has to write", async () => {
    const { disk, who, tab, subject } = await deviceWithPerson();
    const newer = openStudioDb({ user: who.member.userId, org: who.member.orgId }, disk);
    newer.version(9).stores({ added: "&id" });
    await newer.open();
    expect(tab.db.disk.state()).toBe("newer");
    expect((await tab.store.act([rename(subject, "Ayşe K.")])).ok).toBe(true);
    expect(await peopleRows(tab.db, [subject])).toMatchObject([{ name: "Ayşe K." }]);
    expect(tab.db.disk.state()).toBe("newer");
    newer.close();
  });

  test("[S61] and an older tab that does not let go is told by the newer one, until it opens", async () => {
    const [disk, who] = [makeDisk(), makeLoner()];
    const { name } = openStudioDb({ user: who.member.userId, org: who.member.orgId }, disk);
    const stubborn = await new Promise<IDBDatabase>((resolve) => {
      const request = disk.indexedDB.open(name, 1);
      request.addEventListener("success", () => resolve(request.result));
    });
    const tab = openTab(who, { disk, network: noNetwork() });
    await until(() => tab.db.disk.state() === "blocked");
    stubborn.close();
    await until(() => tab.db.disk.state() === "open");
    expect((await tab.store.act(newPerson("Ayşe").calls)).ok).toBe(true);
  });

  test("[S62] to delete is let go at once and never made anew from here; what is unsent in memory stays there", async () => {
    const { disk, tab, subject } = await deviceWithPerson();
    const open = await tab.store.open(docId("contact", subject));
    const other = await tab.store.open(docId("client", subject));
    await new Promise((resolve, reject) => {
      const request = disk.indexedDB.deleteDatabase(tab.db.name);
      request.addEventListener("success", resolve);
      request.addEventListener("blocked", reject);
    });
    expect(tab.db.disk.state()).toBe("deleted");
    expect(await tab.store.act([rename(subject, "Ayşe K.")])).toEqual({ ok: false, error: { type: "not_stored" } });
    expect(await tab.db.disk.probe()).toBe(false);
    expect((await disk.indexedDB.databases()).map((each) => each.name)).not.toContain(tab.db.name);
    expect(open.read(contacts, "self")?.record.name).toBe("Ayşe K.");
    await until(() => tab.store.status().kind === "not_saved");
    expect(tab.store.status()).toMatchObject({ reason: "device" });
    const unread = { doc: docId("contact", crypto.randomUUID()), call: call(editContact, { name: "Kim" }) };
    expect(await tab.store.act([unread])).toEqual({ ok: false, error: { type: "not_here" } });
    open.release();
    other.release();
  });
});

describe("every write", () => {
  test("[S69] of the store and of the browser's own database reaches the disk with strict durability", async () => {
    const [disk, who] = [makeDisk(), makeLoner()];
    const { seen, restore } = await watchTransactions(disk);
    const tab = openTab(who, { disk, network: noNetwork() });
    const device = openDeviceDb(disk);
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    const doc = docId("contact", subject);
    await tab.db.updates.toCollection().modify((row: { unsent?: 1 }) => void delete row.unsent);
    await compact(tab.db, doc);
    await tab.store.discardQuarantined(1);
    await loadDeviceId(device, () => "device");
    (await tab.store.open(doc)).release();
    await until(() => seen.some((line) => line.startsWith("opened")));
    const page = { entries: [], cursor: null, member: who.member.userId, role: "owner", now: 0, id: "page" } as const;
    await applyPage(tab.db, page);
    const written = new Set(seen.map((line) => line.replace(/: .*/, "")));
    expect(written).toContain("docs+updates+people");
    expect(written.size).toBeGreaterThanOrEqual(6);
    expect(seen.filter((line) => !line.endsWith(": strict"))).toEqual([]);
    device.close();
    restore();
  });
});

/** Notes which stores each writing transaction holds, and the durability the engine was asked for. */
async function watchTransactions({ indexedDB }: Disk): Promise<{ seen: string[]; restore: () => void }> {
  const probe = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open("probe");
    request.addEventListener("success", () => resolve(request.result));
  });
  const prototype: IDBDatabase = Object.getPrototypeOf(probe);
  const begin: IDBDatabase["transaction"] = Reflect.get(prototype, "transaction");
  const seen: string[] = [];
  prototype.transaction = function transaction(stores, mode, options) {
    if (mode === "readwrite")
      seen.push(`${typeof stores === "string" ? stores : [...stores].join("+")}: ${options?.durability ?? "default"}`);
    return begin.call(this, stores, mode, options);
  };
  probe.close();
  return { seen, restore: () => void (prototype.transaction = begin) };
}

test("[S60] a fault that is no lost connection is told to whoever asked", async () => {
  const { tab } = await deviceWithPerson();
  const failed = await new Promise((resolve) => {
    const stop = follow(tab.db, () => Promise.reject(new TypeError("a fault of the program")), {
      next: () => undefined,
      error: (error) => {
        stop();
        resolve(error);
      },
    });
  });
  expect(failed).toBeInstanceOf(TypeError);
});
