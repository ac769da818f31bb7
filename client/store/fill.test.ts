import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import { contacts, editContact } from "../../shared/people.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { readCursor } from "./cursor.ts";
import { isFilled, openDevice, rewritePages, seedPeople } from "./fill.testing.ts";
import type { Device } from "./fill.testing.ts";
import { fillProgress } from "./filled.ts";
import { addFaults } from "./faults.testing.ts";
import { makeNetwork } from "./network.testing.ts";
import type { Network } from "./network.testing.ts";
import { peopleIds, peopleRows } from "./people.ts";
import { projectAgain } from "./projection.ts";
import { closeTab, closeTabs, fast, makeDisk, newPerson, openTab, until } from "./testing.ts";
import type { TabOptions } from "./testing.ts";

const PEOPLE = 160;

let server: TestServer;
let owner: Member;
let subjects: string[];

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("ada@example.com");
  subjects = await seedPeople({ url: server.url, member: owner }, PEOPLE);
}, 60_000);
afterEach(closeTabs);
afterAll(() => server.close());

const deviceOf = (member: Member, options?: TabOptions): Device => openDevice({ url: server.url, member }, options);
const feedCalls = ({ calls }: Network): string[] => calls.filter((line) => line.includes("/changes?"));
const pagesOf = (network: Network): string[] => feedCalls(network).filter((line) => line.includes("before="));

/** Runs once, at the n-th page of a filling, before the device has it. */
function atPage(network: Network, n: number, run: () => Promise<Response | void> | Response | void): void {
  let count = 0;
  network.intercept = async (path, go) => {
    count += path.includes("before=") ? 1 : 0;
    const other = path.includes("before=") && count === n ? await run() : undefined;
    return other ?? go();
  };
}

describe("the first filling", () => {
  test("[RE16] runs in a worker, which says nothing of anybody and is ended; few changes need none", async () => {
    const { tab, workers } = deviceOf(owner);
    await until(() => isFilled(tab));
    await until(() => workers.alive() === 0);
    expect(await peopleIds(tab.db)).toHaveLength(PEOPLE);
    expect(workers.started()).toBe(1);
    expect(JSON.stringify(workers.said)).not.toMatch(/Kişi|contact\//);
    const colleague = openTab({ url: server.url, member: owner }, { parts: fast(10) });
    await until(() => isFilled(colleague));
    const doc = docId("contact", subjects[0] ?? "");
    await colleague.store.act([{ doc, call: call(editContact, { phone: "0532 111 22 33" }) }]);
    await until(async () => (await peopleRows(tab.db, subjects.slice(0, 1)))[0]?.phone === "0532 111 22 33");
    expect(workers.started()).toBe(1);
  });

  test("[RE21] brings the studio first, then those changed last", async () => {
    const { tab, network } = deviceOf(owner);
    const seen: number[] = [];
    await until(async () => {
      seen.push(await tab.db.people.count());
      return isFilled(tab);
    });
    const calls = feedCalls(network);
    expect(calls[0]).toContain("doc=studio");
    const befores = pagesOf(network).map((line) => Number(/before=(\d+)/.exec(line)?.[1]));
    expect(befores).toEqual(befores.toSorted((one, other) => other - one));
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
  });

  test("[RE17] stores the server's bytes as they came, and projects as every other way does", async () => {
    const { tab } = deviceOf(owner);
    await until(() => isFilled(tab));
    const doc = docId("contact", subjects[7] ?? "");
    const { entries } = await owner.changes(`doc=${doc}`);
    const [entry] = entries;
    expect((await tab.db.docs.get(doc))?.state).toEqual(entry?.kind === "state" ? entry.state : null);
    const before = await tab.db.people.toArray();
    await projectAgain(tab.db);
    expect(await tab.db.people.toArray()).toEqual(before);
  });

  test("[RE18] counts people: never back, and all of them at the end", async () => {
    const { tab, network } = deviceOf(owner);
    const seen: { done: number; total: number | null }[] = [];
    let pages = 0;
    network.intercept = async (path, go) => {
      pages += path.includes("before=") ? 1 : 0;
      const response = await go();
      if (!path.includes("before=") || pages !== 2) return response;
      // Hint: rights change in the middle, so that the filling begins again.
      const headers = new Headers(response.headers);
      headers.set("x-lumiso-access", "77");
      return new Response(await response.arrayBuffer(), { headers });
    };
    await until(async () => {
      const progress = await fillProgress(tab.db);
      if (progress !== null) seen.push(progress);
      return isFilled(tab);
    });
    expect(pages).toBe(3);
    const counts = seen.map(({ done }) => done);
    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    expect(new Set(seen.map(({ total }) => total))).toEqual(new Set([null, PEOPLE]));
    expect(await fillProgress(tab.db)).toBeNull();
    expect(await peopleIds(tab.db)).toHaveLength(PEOPLE);
  });

  test("[RE23] goes on where it was killed: nothing but one page comes twice", async () => {
    const disk = makeDisk();
    const first = deviceOf(owner, { disk });
    atPage(first.network, 2, () => new Promise(() => undefined));
    await until(async () => ((await readCursor(first.tab.db))?.people?.come ?? 0) > 0);
    const here = new Map((await first.tab.db.docs.toArray()).map(({ doc, rev }) => [doc, rev]));
    first.workers.die("silent");
    await closeTab(first.tab);
    const second = deviceOf(owner, { disk });
    const twice: string[] = [];
    rewritePages(second.network, (entries) => {
      for (const { doc } of entries) if (here.has(doc) && doc !== "studio") twice.push(doc);
      return entries;
    });
    await until(() => isFilled(second.tab));
    expect(here.size).toBeGreaterThan(50);
    expect(twice).toEqual([]);
    expect(await peopleIds(second.tab.db)).toHaveLength(PEOPLE);
    expect(feedCalls(second.network).some((line) => line.includes("doc=studio"))).toBe(false);
  });

  test("[RE23] goes on in another tab when the one that led is closed", async () => {
    const disk = makeDisk();
    const first = deviceOf(owner, { disk });
    atPage(first.network, 2, () => new Promise(() => undefined));
    await until(async () => ((await readCursor(first.tab.db))?.people?.come ?? 0) > 0);
    const second = deviceOf(owner, { disk });
    const progress = await fillProgress(second.tab.db);
    await until(() => second.tab.store.filling()?.done === progress?.done);
    await closeTab(first.tab);
    await until(() => isFilled(second.tab));
    expect(first.workers.alive()).toBe(0);
    expect(pagesOf(second.network).length).toBeGreaterThan(0);
    expect(await peopleIds(second.tab.db)).toHaveLength(PEOPLE);
  });

  test("[RE25] leaves the app usable: a person who is not here yet is opened, one is added, one is edited", async () => {
    const { tab, network } = deviceOf(owner);
    const gate = Promise.withResolvers<void>();
    atPage(network, 2, () => gate.promise);
    await until(async () => (await tab.db.people.count()) > 0);
    const here = new Set(await peopleIds(tab.db));
    const absent = subjects.find((subject) => !here.has(subject)) ?? "";
    const doc = docId("contact", absent);
    const open = await tab.store.open(doc);
    await until(() => open.read(contacts, "self") !== null);
    await tab.store.act([{ doc, call: call(editContact, { address: "Bahar Sokak 3" }) }]);
    const added = newPerson("Yeni Gelen");
    await tab.store.act(added.calls);
    expect(await peopleRows(tab.db, [added.subject])).toHaveLength(1);
    gate.resolve();
    await until(() => isFilled(tab));
    await until(async () => (await tab.db.updates.where("unsent").equals(1).count()) === 0);
    expect(open.read(contacts, "self")?.record.address).toBe("Bahar Sokak 3");
    expect(await peopleIds(tab.db)).toEqual(expect.arrayContaining([...subjects, added.subject]));
    const row = await tab.db.people.get(absent);
    await projectAgain(tab.db);
    expect(await tab.db.people.get(absent)).toEqual(row);
    open.release();
  });
});

describe("a filling that meets trouble", () => {
  test("[RE20] goes on in the page when no worker starts, and when the worker dies", async () => {
    const none = deviceOf(owner, {
      parts: {
        startWorker: () => {
          throw new DOMException("no workers here", "SecurityError");
        },
      },
    });
    await until(() => isFilled(none.tab));
    const dying = deviceOf(owner);
    atPage(dying.network, 2, () => dying.workers.die("loud"));
    await until(() => isFilled(dying.tab));
    for (const { tab } of [none, dying]) expect((await peopleIds(tab.db)).length).toBeGreaterThanOrEqual(PEOPLE);
  });

  test("[RE20] takes a worker that says nothing for dead", async () => {
    const { tab, network, workers } = deviceOf(owner, { parts: fast(400) });
    atPage(network, 2, () => workers.die("silent"));
    await until(() => isFilled(tab));
    expect((await peopleIds(tab.db)).length).toBeGreaterThanOrEqual(PEOPLE);
  });

  test("[RE19] leaves out one damaged entry, says so, and takes it when it comes whole", async () => {
    const { tab, network } = deviceOf(owner);
    const bad = docId("contact", subjects[3] ?? "");
    rewritePages(network, (entries) =>
      entries.map((entry) =>
        entry.doc === bad && entry.kind === "state" ? { ...entry, state: entry.state.slice(0, 9) } : entry,
      ),
    );
    await until(() => isFilled(tab));
    expect(await tab.db.docs.get(bad)).toBeUndefined();
    expect((await tab.db.docs.toArray()).filter(({ doc }) => doc.startsWith("contact/")).length).toBeGreaterThan(150);
    expect(tab.failures.map(String)).toEqual([expect.stringMatching(/1 documents? of the feed/)]);
    tab.failures.length = 0;
    network.intercept = null;
    const colleague = openTab({ url: server.url, member: owner }, { parts: fast(10) });
    await until(() => isFilled(colleague));
    await colleague.store.act([{ doc: bad, call: call(editContact, { phone: "0532 444 55 66" }) }]);
    await until(async () => (await tab.db.people.get(subjects[3] ?? ""))?.phone === "0532 444 55 66");
  });

  test("[RE22] says that the disk is full, leaves it in peace, and goes on when there is space", async () => {
    const network = makeNetwork();
    const TIMES = 40;
    const tab = openTab({ url: server.url, member: owner }, { network, parts: fast(TIMES) });
    const faults = addFaults(tab.db);
    // Hint: a page of the feed is what writes to the rows of people and to the outbox in one transaction.
    faults.plan = (tables) => (tables.includes("outbox") && tables.includes("people") ? "full" : null);
    await until(() => tab.store.status().kind === "not_saved" && tab.store.status().reason === "full");
    const attempts: number[] = [];
    network.intercept = (path, go) => {
      if (path.includes("doc=studio")) attempts.push(performance.now());
      return go();
    };
    await until(() => attempts.length === 3);
    const waits = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(Math.min(...waits)).toBeGreaterThan(30_000 / TIMES);
    faults.plan = () => null;
    await until(() => isFilled(tab));
    await until(() => tab.store.status().kind === "saved");
    expect((await peopleIds(tab.db)).length).toBeGreaterThanOrEqual(PEOPLE);
  });
});
