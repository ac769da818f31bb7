// Sending what waits before a member leaves the device, against a real server.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { call } from "../../shared/action.ts";
import { recordPersonActivity } from "../../shared/activity.ts";
import { docId } from "../../shared/document.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { readStudios } from "./holders.ts";
import { makeNetwork } from "./network.testing.ts";
import { sendUnsent } from "./send.ts";
import { closeTab, closeTabs, fast, makeDisk, newPerson, noNetwork, openTab, until } from "./testing.ts";
import type { Disk } from "./testing.ts";

let server: TestServer;
let ada: Member;

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.owner("ada@example.com");
});
afterEach(closeTabs);
afterAll(() => server.close());

/** A device on which so many changes wait, with no page open. */
async function waiting(count: number): Promise<Disk> {
  const disk = makeDisk();
  const tab = openTab({ url: server.url, member: ada }, { disk, network: noNetwork() });
  for (let n = 0; n < count; n += 1) await tab.store.act(newPerson(`Bekleyen ${n}`).calls);
  await closeTab(tab);
  return disk;
}

describe("before a member leaves", () => {
  test("[ME1] what waits is sent with progress", async () => {
    const disk = await waiting(6);
    expect(await readStudios(ada.userId, disk)).toMatchObject([{ org: ada.orgId, unsent: 6, refused: 0 }]);
    const network = makeNetwork();
    const counted = Promise.withResolvers<null>();
    network.intercept = async (path, go) => (path.includes("/updates") && (await counted.promise), go());
    const tab = openTab({ url: server.url, member: ada }, { disk, network, parts: fast(2) });
    const told: number[] = [];
    const left = await sendUnsent(tab.store, ({ unsent }) => {
      told.push(unsent);
      counted.resolve(null);
    });
    expect([left.unsent, left.commands, told[0], told.at(-1)]).toEqual([0, 0, 6, 0]);
    expect(await tab.db.updates.where("unsent").equals(1).count()).toBe(0);
  });

  test("[ME1] [S53] an entry that notes typing in the history is no change of its own, as in the chip", async () => {
    const disk = makeDisk();
    const tab = openTab({ url: server.url, member: ada }, { disk, network: noNetwork() });
    const person = newPerson("Bekleyen");
    await tab.store.act(person.calls);
    const noted = call(recordPersonActivity, { verb: "note.edit", entity: "note", fields: [] });
    expect(await tab.store.act([{ doc: docId("client", person.subject), call: noted }])).toMatchObject({ ok: true });
    await until(() => tab.store.status().waiting === 1);
    expect(await sendUnsent(tab.store, () => undefined)).toMatchObject({ unsent: 1 });
  });

  test("[ME1] without a network it is told at once what is left", async () => {
    const disk = await waiting(3);
    const tab = openTab({ url: server.url, member: ada }, { disk, network: noNetwork() });
    expect(await sendUnsent(tab.store, () => undefined)).toMatchObject({ unsent: 3 });
  });

  test("[ME1] a server that does not answer is given up, and what was not taken is counted", async () => {
    const disk = await waiting(3);
    const network = makeNetwork();
    network.intercept = (path, go) => (path.includes("/updates") ? new Promise(() => undefined) : go());
    const tab = openTab({ url: server.url, member: ada }, { disk, network, parts: fast(20) });
    expect(await sendUnsent(tab.store, () => undefined)).toMatchObject({ unsent: 3 });
    expect(tab.store.status().kind).toBe("not_saved");
  });

  test("[ME8] a session that ran out keeps everything readable, writable and counted, and a sign-in sends it", async () => {
    const disk = await waiting(2);
    const network = makeNetwork();
    let isOut = true;
    const signedOut = JSON.stringify({ error: { type: "signed_out", message: "signed out", why: "expired" } });
    network.intercept = async (_path, go) => (isOut ? new Response(signedOut, { status: 401 }) : go());
    const tab = openTab({ url: server.url, member: ada }, { disk, network, parts: fast(10) });
    await until(() => tab.refused.includes("signed_out"));
    await tab.store.act(newPerson("Süresi dolmuş").calls);
    expect(await tab.db.people.count()).toBe(3);
    await until(() => tab.store.status().reason === "signed_out");
    expect(await sendUnsent(tab.store, () => undefined)).toMatchObject({ unsent: 3 });
    isOut = false;
    tab.store.resume();
    await until(async () => (await tab.db.updates.where("unsent").equals(1).count()) === 0);
    await until(() => tab.store.status().kind === "saved");
  });
});
