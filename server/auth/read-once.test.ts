// How often a whole server looks up the session of one request, through whatever door it comes.
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { docId } from "../../shared/document.ts";
import { writeUpdates } from "../../shared/protocol.ts";
import { startTestServer } from "../testing.ts";
import type { Member, TestServer } from "../testing.ts";

let server: TestServer;
let owner: Member;
let asked: string[] = [];

beforeAll(async () => {
  // Hint: a quiet nudge socket says nothing but that it lives.
  server = await startTestServer({ env: { LIMITS: JSON.stringify({ nudgeAliveMs: 50 }) } });
  owner = await server.owner("ada@example.com");
  const executor = server.running.auth.db.getExecutor();
  const execute = executor.executeQuery.bind(executor);
  executor.executeQuery = (query) => {
    asked.push(query.sql);
    return execute(query);
  };
});

afterAll(() => server.close());

/** How often sessions were looked up while something ran. */
async function lookUps(run: () => Promise<unknown>): Promise<number> {
  asked = [];
  await run();
  return asked.filter((sql) => sql.startsWith("select") && sql.includes('from "sessions"')).length;
}

test.each([
  "/api/auth/me",
  "/api/orgs/:org/members",
  "/api/orgs/:org/invitations",
  "/api/orgs/:org/changes?after=0",
  "/api/orgs/:org/preferences",
])("[AU23] GET %s reads its session once", async (path) => {
  expect(await lookUps(() => owner.fetch(path.replace(":org", owner.orgId)))).toBe(1);
});

test("[AU23] commands read it once, updates once more when their body has come", async () => {
  const post = (path: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
    owner.fetch(`/api/orgs/${owner.orgId}/${path}`, { method: "POST", body });
  expect(await lookUps(() => post("commands", "{}"))).toBe(1);
  expect(await lookUps(() => post("updates", Uint8Array.from(writeUpdates([]))))).toBe(2);
});

test.each(["", "/contact/:id"])("[AU23] a socket at /sync/<org>%s reads it once", async (place) => {
  const path = place.replace("contact/:id", docId("contact", crypto.randomUUID()));
  const open = async (): Promise<void> => {
    const socket = new owner.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}${path}`);
    await once(socket, "message");
    socket.terminate();
  };
  expect(await lookUps(open)).toBe(1);
});
