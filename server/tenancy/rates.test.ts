// Every address of the API, asked by somebody who has used up what they may ask: none is left out, and nothing is looked up for them.
import { afterAll, beforeAll, expect, test } from "vitest";
import * as v from "valibot";
import { startTestServer } from "../testing.ts";
import type { Member, TestServer } from "../testing.ts";
import { countReads } from "./asking.testing.ts";
import { fillPath, routesOf } from "./routes.testing.ts";
import type { Route } from "./routes.testing.ts";

let server: TestServer;
let owner: Member;
let reads: () => number;

const limits = { requestsPerMemberPerMinute: 5, requestsPerAddressPerMinute: 5 };

beforeAll(async () => {
  server = await startTestServer({ env: { LIMITS: JSON.stringify(limits) } });
  owner = await server.owner("ada@example.com");
  for (const ask of [owner.fetch, (path: string) => fetch(server.url + path)])
    while ((await ask("/api/auth/me")).status !== 429);
  reads = countReads(server);
});

afterAll(() => server.close());

const errorForm = v.object({ error: v.object({ type: v.literal("too_fast"), retryAfterMs: v.number() }) });

const doorsOf = (): Route[] =>
  routesOf(server.running).filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"));

test.each([
  ["a member", 1],
  ["a stranger", 0],
] as const)("[ED20] to %s every address of the API is too_fast, after %d reads", async (who, expected) => {
  const doors = doorsOf();
  expect(doors.length).toBeGreaterThan(20);
  for (const { name, method, path } of doors) {
    const before = reads();
    const init = { method, ...(method === "GET" ? {} : { body: "{}" }) };
    const address = fillPath(path, { org: owner.orgId, user: owner.userId, token: "a".repeat(43) });
    const answer = await (who === "a member" ? owner.fetch(address, init) : fetch(server.url + address, init));
    expect([name, answer.status, reads() - before]).toEqual([name, 429, expected]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(v.is(errorForm, await answer.json()), name).toBe(true);
  }
});
