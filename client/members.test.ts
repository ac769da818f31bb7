// The team of a studio against a real server.
import { createRoot } from "solid-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer } from "../server/testing.ts";
import type { Member as Person, TestServer } from "../server/testing.ts";
import { makeApi } from "./api.ts";
import type { Api } from "./api.ts";
import { createMembers } from "./members.ts";
import type { Member } from "./members.ts";
import { makeMemory } from "./session.ts";

let server: TestServer;
let owner: Person;
beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("sebnem@ornek.com");
  await server.invite(owner, "cem@ornek.com", "photographer");
});
afterAll(() => server.close());

const doorOf = (online: boolean): Api =>
  makeApi({
    identity: { member: () => owner.userId, device: () => "8c0f0d1e-4a53-4b1c-9b59-3f1a1a1a1a1a" },
    online: () => online,
    fetch: (path, init) => fetch(`${server.url}${path}`, { ...init, headers: { cookie: owner.cookie } }),
  });

describe("team", () => {
  it("[UI5] lists members with roles and faces, and remembers them for a start without a network", async () => {
    const memory = makeMemory<readonly Member[]>();
    const online = createRoot(() => createMembers({ api: doorOf(true), org: owner.orgId, memory }));
    await online.refresh();
    expect(online.list()?.map(({ role, active }) => ({ role, active }))).toEqual([
      { role: "owner", active: true },
      { role: "photographer", active: true },
    ]);
    const offline = createRoot(() => createMembers({ api: doorOf(false), org: owner.orgId, memory }));
    await offline.refresh();
    expect(offline.list()).toEqual(online.list());
    expect(offline.failed()?.type).toBe("offline");
    expect(offline.byId(owner.userId)?.name).toBe("Ada");
  });

  it("[UI5] a studio that is not open fails as a value", async () => {
    const members = createRoot(() => createMembers({ api: doorOf(true), org: "nobody", memory: makeMemory() }));
    await members.refresh();
    expect([members.list(), members.failed()?.type]).toEqual([null, "not_found"]);
  });
});
