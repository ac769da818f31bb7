import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import { feedHeaders } from "../../shared/messages.ts";
import { writeFeedPage } from "../../shared/protocol.ts";
import type { FeedEntry } from "../../shared/protocol.ts";
import { editContact } from "../../shared/people.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { readCursor } from "./cursor.ts";
import { makeNetwork } from "./network.testing.ts";
import type { Network } from "./network.testing.ts";
import { peopleIds, peopleRows } from "./people.ts";
import { closeTab, closeTabs, fast, makeDisk, newPerson, openTab, until } from "./testing.ts";
import type { Tab, TabOptions } from "./testing.ts";

let server: TestServer;
let owner: Member;

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("ada@example.com");
});
afterEach(closeTabs);
afterAll(() => server.close());

const tabOf = (member: Member, options: TabOptions = {}): Tab =>
  openTab({ url: server.url, member }, { parts: fast(10), ...options });
const unsent = (tab: Tab): Promise<number> => tab.db.updates.where("unsent").equals(1).count();
const isSaved = async (tab: Tab): Promise<boolean> => tab.store.status().kind === "saved" && (await unsent(tab)) === 0;
const feedCalls = ({ calls }: Network): string[] =>
  calls.flatMap((line) => /changes\?(\w+=[^&]*)/.exec(line)?.[1] ?? []);

/** Puts the server's people on a device of its own, so that a test starts from something. */
async function seed(names: readonly string[]): Promise<string[]> {
  const tab = tabOf(owner);
  const people = names.map((name) => newPerson(name));
  await tab.store.actBatch(people.map(({ calls }) => calls));
  await until(() => isSaved(tab));
  await closeTab(tab);
  return people.map(({ subject }) => subject);
}

describe("a new device", () => {
  test("[RE2] fills itself downwards, studio first, then follows from the head", async () => {
    await seed(Array.from({ length: 130 }, (_, n) => `Kişi ${n}`));
    const tab = tabOf(owner);
    const seen: (string | null)[] = [];
    await until(async () => {
      const filling = tab.store.filling();
      if (filling !== null) seen.push(`${filling.done}/${filling.total}`);
      return (await readCursor(tab.db))?.before === null;
    });
    await until(async () => (await peopleIds(tab.db)).length === 130);
    const calls = feedCalls(tab.network);
    expect(calls[0]).toBe("doc=studio");
    const befores = calls.filter((line) => line.startsWith("before=")).map((line) => Number(line.slice(7)));
    expect(befores).toEqual(befores.toSorted((a, b) => b - a));
    expect(befores.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toMatch(/^\d+\/13\d$/);
    expect(tab.store.filling()).toBeNull();
    expect((await tab.db.docs.toArray()).every(({ seq, state }) => seq > 0 && state !== undefined)).toBe(true);
  });

  test("[RE3] that is interrupted goes on where it stopped", async () => {
    await seed(Array.from({ length: 120 }, (_, n) => `Aday ${n}`));
    const [disk, network] = [makeDisk(), makeNetwork()];
    let pages = 0;
    network.intercept = (path, go) => {
      pages += path.includes("before=") ? 1 : 0;
      return path.includes("before=") && pages === 2 ? Promise.reject(new TypeError("broken")) : go();
    };
    const first = tabOf(owner, { disk, network });
    await until(() => pages === 2);
    const cursor = await readCursor(first.db);
    await closeTab(first);
    const second = tabOf(owner, { disk });
    await until(async () => (await readCursor(second.db))?.before === null);
    const resumed = feedCalls(second.network).find((line) => line.startsWith("before="));
    expect(resumed).toBe(`before=${cursor?.before}`);
    expect((await second.db.people.toArray()).filter(({ name }) => name.startsWith("Aday"))).toHaveLength(120);
  });

  test("[RE5] hears of a change by a nudge and pulls it", async () => {
    const [one, other] = [tabOf(owner), tabOf(owner)];
    await until(async () => (await readCursor(other.db))?.before === null);
    const { subject, calls } = newPerson("Dürtülen");
    await one.store.act(calls);
    await until(async () => (await peopleRows(other.db, [subject])).length === 1);
    await one.store.act([{ doc: docId("contact", subject), call: call(editContact, { name: "Dürtülen Kaya" }) }]);
    await until(async () => (await peopleRows(other.db, [subject]))[0]?.name === "Dürtülen Kaya");
    expect(other.failures).toEqual([]);
  });
});

describe("what was done without a network", () => {
  test("[RE9] goes to the server when it is back, and marks fall by the answers", async () => {
    const tab = tabOf(owner);
    await until(() => tab.store.status().kind === "saved");
    tab.network.cut();
    const people = Array.from({ length: 40 }, (_, n) => newPerson(`Çevrimdışı ${n}`));
    for (const { calls } of people) await tab.store.act(calls);
    await until(() => tab.store.status().kind === "offline" && tab.store.status().count === 40);
    tab.network.restore();
    await until(() => isSaved(tab));
    const { entries } = await owner.changes(`doc=contact/${people[39]?.subject}`);
    expect(entries).toHaveLength(1);
  });

  test("[RE9] is sent again when the answer was lost, and merges", async () => {
    const network = makeNetwork();
    let isLost = false;
    network.intercept = async (path, go) => {
      const response = await go();
      if (!path.includes("/updates") || isLost) return response;
      isLost = true;
      throw new TypeError("the answer is lost");
    };
    const tab = tabOf(owner, { network });
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    await until(() => isSaved(tab));
    expect(isLost).toBe(true);
    expect(await peopleRows(tab.db, [subject])).toMatchObject([{ name: "Ayşe" }]);
  });

  test("[RE9] goes in smaller pieces when the server takes no large ones", async () => {
    const network = makeNetwork();
    const sizes: number[] = [];
    const tab = tabOf(owner, {
      network,
      parts: {
        ...fast(10),
        fetch: async (input, init) => {
          const path = input instanceof Request ? input.url : `${input}`.slice(server.url.length);
          const size = init?.body instanceof Uint8Array ? init.body.length : 0;
          if (size > 0) sizes.push(size);
          if (size > 2000) {
            const body = JSON.stringify({ error: { type: "too_large", message: "too large" } });
            return new Response(body, { status: 413 });
          }
          return owner.fetch(path, init);
        },
      },
    });
    const people = Array.from({ length: 12 }, (_, n) => newPerson(`Parça ${n}`));
    await tab.store.actBatch(people.map(({ calls }) => calls));
    await until(() => isSaved(tab));
    expect(Math.max(...sizes)).toBeGreaterThan(2000);
    expect(sizes.filter((size) => size <= 2000).length).toBeGreaterThan(3);
  });

  test("[RE4] is sent by one tab of a device; when that closes, another one goes on", async () => {
    const disk = makeDisk();
    const first = tabOf(owner, { disk });
    await until(() => first.network.calls.length > 0);
    const second = tabOf(owner, { disk });
    await second.store.act(newPerson("İkinci").calls);
    await until(() => isSaved(second));
    expect(second.network.calls).toEqual([]);
    await closeTab(first);
    await second.store.act(newPerson("Üçüncü").calls);
    await until(() => isSaved(second));
    expect(second.network.calls.some((line) => line.includes("/updates"))).toBe(true);
  });
});

/** Changes what the feed says on its way to the device. */
function rewriteFeed(network: Network, rewrite: (headers: Headers, path: string) => Uint8Array | null): void {
  network.intercept = async (path, go) => {
    const response = await go();
    if (!path.includes("/changes") || !response.ok) return response;
    const headers = new Headers(response.headers);
    headers.delete("content-encoding");
    const bytes = new Uint8Array(await response.arrayBuffer());
    const body = rewrite(headers, path) ?? bytes;
    return new Response(body as Uint8Array<ArrayBuffer>, { headers });
  };
}

describe("the feed", () => {
  test("[RE6] that says erased or revoked takes the document from the device with every trace", async () => {
    const subjects = await seed(["Silinen Kişi", "Alınan Kişi"]);
    const network = makeNetwork();
    const tab = tabOf(owner, { network });
    await until(async () => (await peopleRows(tab.db, subjects)).length === 2);
    const kinds = ["erased", "revoked"] as const;
    const entries: FeedEntry[] = subjects.flatMap((subject, index) =>
      (["contact", "client"] as const).map((name) => ({
        seq: 9000,
        doc: docId(name, subject),
        kind: kinds[index] ?? "erased",
      })),
    );
    const aside = { at: "2026-05-04T09:00:00.000Z", refusedAt: null, reason: "schema", text: "Silinen Kişi'nin notu" };
    await tab.db.quarantine.bulkAdd(entries.map(({ doc }) => ({ ...aside, doc })));
    let isSaid = false;
    rewriteFeed(network, (_headers, path) => {
      if (!path.includes("after=") || isSaid) return null;
      isSaid = true;
      return writeFeedPage(entries);
    });
    network.tell("visible");
    await until(async () => (await peopleRows(tab.db, subjects)).length === 0);
    const left = JSON.stringify([await tab.db.people.toArray(), await tab.db.updates.toArray()]);
    expect(left).not.toContain("Silinen");
    expect(left).not.toContain("Alınan");
    expect(await tab.db.quarantine.toArray()).toEqual([]);
    const gone = await tab.db.docs.bulkGet(entries.map(({ doc }) => doc));
    expect(gone.map((row) => [row?.gone, row?.state])).toEqual([
      ["erased", undefined],
      ["erased", undefined],
      ["revoked", undefined],
      ["revoked", undefined],
    ]);
  });

  test("[RE8] with another number of rights drops what the role no longer reads, and fills again", async () => {
    const [subject = ""] = await seed(["Ayşe Hak"]);
    const guest = await server.invite(owner, `e${crypto.randomUUID()}@example.com`, "assistant");
    const tab = tabOf(guest, { role: "assistant" });
    await until(async () => (await peopleRows(tab.db, [subject])).length === 1);
    const body = JSON.stringify({ role: "photographer" });
    const headers = { "content-type": "application/json" };
    await owner.fetch(`/api/orgs/${owner.orgId}/members/${guest.userId}`, { method: "PATCH", body, headers });
    await until(() => tab.store.role() === "photographer");
    await until(async () => (await tab.db.people.count()) === 0);
    await until(async () => (await readCursor(tab.db))?.before === null);
    const states = (await tab.db.docs.toArray()).filter(({ state }) => state !== undefined);
    expect(states.map(({ doc }) => doc)).toEqual(["studio"]);
  });
});

describe("a restored server", () => {
  test("[RE7] gets back from the devices what it lacks, under its new history", async () => {
    const old = await startTestServer();
    const ada = await old.owner("ada@example.com");
    const disk = makeDisk();
    const before = openTab({ url: old.url, member: ada }, { disk, parts: fast(10) });
    const kept = newPerson("Yedekteki");
    await before.store.act(kept.calls);
    await until(() => isSaved(before));
    await old.running.stop();
    const backup = `${old.dataDir}-backup`;
    cpSync(old.dataDir, backup, { recursive: true });

    const on = await startTestServer({ dataDir: old.dataDir });
    await closeTab(before);
    const during = openTab({ url: on.url, member: { ...ada, ...(await here(on, ada)) } }, { disk, parts: fast(10) });
    const lost = newPerson("Yedekten Sonraki");
    await during.store.act(lost.calls);
    await during.store.act([
      { doc: docId("contact", kept.subject), call: call(editContact, { name: "Yedekteki Kaya" }) },
    ]);
    await until(() => isSaved(during));
    await closeTab(during);
    await on.running.stop();
    rmSync(join(old.dataDir, "data"), { recursive: true });
    cpSync(join(backup, "data"), join(old.dataDir, "data"), { recursive: true });

    const restored = await startTestServer({ dataDir: old.dataDir });
    const member = { ...ada, ...(await here(restored, ada)) };
    const network = makeNetwork();
    rewriteFeed(network, (headers) => {
      headers.set(feedHeaders.history, "another-history");
      return null;
    });
    const after = openTab({ url: restored.url, member }, { disk, network, parts: fast(10) });
    await until(async () => (await readCursor(after.db))?.history === "another-history");
    await until(async () => (await readCursor(after.db))?.before === null && (await isSaved(after)));
    const fresh = openTab({ url: restored.url, member }, { parts: fast(10) });
    await until(async () => (await peopleIds(fresh.db)).length === 2);
    const names = (await fresh.db.people.toArray()).map(({ name }) => name).toSorted();
    expect(names).toEqual(["Yedekteki Kaya", "Yedekten Sonraki"]);
    await closeTabs();
    await restored.close();
    rmSync(old.dataDir, { recursive: true, force: true });
    rmSync(backup, { recursive: true, force: true });
  }, 40_000);
});

/** The same member at a server that was started again on another port. */
async function here(started: TestServer, { cookie, orgId, userId, email }: Member): Promise<Member> {
  const { member } = await import("../../server/testing.ts");
  return member(started.url, { cookie, orgId, userId, email });
}
