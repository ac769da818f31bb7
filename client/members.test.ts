// The team of a studio against a real server, over a store's table in memory.
import { createRoot, createSignal } from "solid-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer } from "../server/testing.ts";
import type { Member as Person, TestServer } from "../server/testing.ts";
import { makeApi } from "./api.ts";
import type { Api } from "./api.ts";
import { createMembers } from "./members.ts";
import type { Members } from "./members.ts";
import type { MemberRow } from "./store/db.ts";

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

const [kept, setKept] = createSignal<readonly MemberRow[]>([]);
const keep = async (rows: readonly MemberRow[]): Promise<void> => void setKept(rows);
const teamOf = (online: boolean, org: string = owner.orgId): Members =>
  createRoot(() => createMembers({ api: doorOf(online), org, kept, keep }));

describe("team", () => {
  it("[UI5] a studio that is not open fails as a value", async () => {
    const members = teamOf(true, "nobody");
    await members.refresh();
    expect([members.list(), members.failed()?.type]).toEqual([null, "not_found"]);
  });

  it("[ME10] is what the store keeps, without addresses; those are there while they are asked for", async () => {
    const online = teamOf(true);
    await online.refresh();
    expect(online.list()?.map(({ role, active, email }) => ({ role, active, email }))).toEqual([
      { role: "owner", active: true, email: "sebnem@ornek.com" },
      { role: "photographer", active: true, email: "cem@ornek.com" },
    ]);
    expect(JSON.stringify(kept())).not.toContain("@");
    const offline = teamOf(false);
    await offline.refresh();
    expect(offline.list()?.map(({ name, email }) => [name, email])).toEqual(
      kept().map(({ name }) => [name, undefined]),
    );
    expect(offline.failed()?.type).toBe("offline");
    expect(offline.byId(owner.userId)?.name).toBe("Ada");
  });
});
