// Several studios of one member on one device, against a real server.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { member, startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { readStudios } from "./holders.ts";
import { closeTab, closeTabs, fast, makeDisk, newPerson, noNetwork, openTab, until } from "./testing.ts";

let server: TestServer;
let ada: Member;
/** The same member, in a colleague's studio. */
let guest: Member;

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.owner("ada@example.com");
  const eda = await server.owner("eda@example.com", "Deniz Stüdyo");
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ email: ada.email, role: "assistant" });
  await eda.fetch(`/api/orgs/${eda.orgId}/invitations`, { method: "POST", headers, body });
  const path = `/api/invitations/${await server.token("invitation")}/accept`;
  await ada.fetch(path, { method: "POST", headers, body: "{}" });
  guest = member(server.url, { ...ada, orgId: eda.orgId });
});
afterEach(closeTabs);
afterAll(() => server.close());

describe("two studios of one member", () => {
  test("[ME5] are kept apart, wait apart and are sent apart", async () => {
    const disk = makeDisk();
    const own = openTab({ url: server.url, member: ada }, { disk, network: noNetwork() });
    await own.store.act(newPerson("Kendi Kişisi").calls);
    await closeTab(own);
    const other = openTab({ url: server.url, member: guest }, { disk, role: "assistant", parts: fast(10) });
    await other.store.act(newPerson("Konuk Kişisi").calls);
    await until(() => other.store.status().kind === "saved");
    expect((await other.db.people.toArray()).map(({ name }) => name)).toEqual(["Konuk Kişisi"]);
    const held = await readStudios(ada.userId, disk);
    expect(Object.fromEntries(held.map(({ org, unsent }) => [org, unsent]))).toEqual({
      [ada.orgId]: 1,
      [guest.orgId]: 0,
    });
    await closeTab(other);
    const again = openTab({ url: server.url, member: ada }, { disk, parts: fast(10) });
    await until(() => again.store.status().kind === "saved");
    expect((await again.db.people.toArray()).map(({ name }) => name)).toEqual(["Kendi Kişisi"]);
  });
});
