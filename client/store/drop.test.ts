import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { docId } from "../../shared/document.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { readCursor } from "./cursor.ts";
import { isFilled, openDevice, rewritePages, seedPeople } from "./fill.testing.ts";
import type { Device } from "./fill.testing.ts";
import { fillStage } from "./filled.ts";
import { peopleIds } from "./people.ts";
import { closeTab, closeTabs, makeDisk, openTab, until } from "./testing.ts";
import type { TabOptions } from "./testing.ts";

const PEOPLE = 60;

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

/** Makes a member's role another one, as an owner does. */
async function changeRole(member: Member, role: string): Promise<void> {
  const body = JSON.stringify({ role });
  const headers = { "content-type": "application/json" };
  await owner.fetch(`/api/orgs/${owner.orgId}/members/${member.userId}`, { method: "PATCH", body, headers });
}

describe("a role that reads less", () => {
  test("[RE24] empties the lists at once and drops all of it, also after a kill in between; taken back, all comes again", async () => {
    const guest = await server.invite(owner, `e${crypto.randomUUID()}@example.com`, "assistant");
    const disk = makeDisk();
    const first = deviceOf(guest, { disk, role: "assistant" });
    await until(() => isFilled(first.tab));
    first.network.cut();
    await changeRole(guest, "accountant");
    const cursor = await readCursor(first.tab.db);
    await closeTab(first.tab);
    if (cursor === null) throw new Error("no cursor");
    // What a kill between the two steps leaves: the lists are empty, the documents are still there.
    const between = openTab({ url: server.url, member: guest }, { disk, role: "accountant", network: first.network });
    await between.db.people.clear();
    await between.db.meta.put({ key: "feed", value: { ...cursor, losing: ["contact", "client"] } });
    await closeTab(between);
    const second = deviceOf(guest, { disk, role: "accountant" });
    await until(async () => (await readCursor(second.tab.db))?.role === "accountant" && (await isFilled(second.tab)));
    expect(await second.tab.db.people.count()).toBe(0);
    const held = (await second.tab.db.docs.toArray()).filter(({ state }) => state !== undefined);
    expect(held.map(({ doc }) => doc)).toEqual(["studio"]);
    expect(await fillStage(second.tab.db)).toBe("done");
    await changeRole(guest, "assistant");
    await until(async () => (await peopleIds(second.tab.db)).length >= PEOPLE);
  });

  test("[RE24] drops what was read whole and is now granted one by one, before anything is asked again", async () => {
    const guest = await server.invite(owner, `e${crypto.randomUUID()}@example.com`, "assistant");
    const { tab, network } = deviceOf(guest, { role: "assistant" });
    await until(() => isFilled(tab));
    const gate = Promise.withResolvers<void>();
    let isHeld = false;
    network.intercept = async (path, go) => {
      if (path.includes("before=")) {
        isHeld = true;
        await gate.promise;
      }
      return go();
    };
    await changeRole(guest, "photographer");
    await until(() => isHeld);
    expect(await tab.db.people.count()).toBe(0);
    expect((await tab.db.docs.toArray()).filter(({ state }) => state !== undefined).map(({ doc }) => doc)).toEqual([
      "studio",
    ]);
    gate.resolve();
    await until(() => isFilled(tab));
  });
});

describe("an erasure", () => {
  test("[RE23] in the middle of a filling takes a person who is here, and one who was still to come", async () => {
    // Hint: the last one comes first, and is here when the second page says that both have ended.
    const gone = [subjects[0] ?? "", subjects.at(-1) ?? ""];
    const ended = gone.map((subject) => docId("contact", subject));
    const { tab, network } = deviceOf(owner);
    let pages = 0;
    rewritePages(network, (entries) => {
      pages += entries.length > 1 ? 1 : 0;
      if (pages !== 2) return entries;
      return [...entries, ...ended.map((doc) => ({ seq: 1, doc, kind: "erased" as const }))];
    });
    await until(() => isFilled(tab));
    expect(await peopleIds(tab.db)).toEqual(expect.not.arrayContaining(gone));
    expect((await tab.db.docs.bulkGet(ended)).map((row) => row?.gone)).toEqual(["erased", "erased"]);
    expect(await peopleIds(tab.db)).toHaveLength(PEOPLE - 2);
  });
});
