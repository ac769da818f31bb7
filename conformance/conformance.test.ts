// Holds our server to y-websocket's protocol, rule by rule, by its URL alone. The rules that take half a minute each:
// `npm run conformance:all`.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { liftedLimits } from "../server/limits.testing.ts";
import { startTestServer } from "../server/testing.ts";
import type { TestServer } from "../server/testing.ts";
import type { Target } from "./client.ts";
import { lumisoContent } from "./lumiso.testing.ts";
import { rules } from "./rules.ts";
import { plainEnvelope } from "./wire.ts";

let server: TestServer;
let target: Target;

beforeAll(async () => {
  server = await startTestServer({ env: { LIMITS: liftedLimits } });
  const owner = await server.owner("ada@example.com");
  target = {
    url: `${server.url.replace("http", "ws")}/sync/${owner.orgId}`,
    headers: { cookie: owner.cookie },
    envelope: plainEnvelope,
    content: lumisoContent(owner),
    patienceMs: 15_000,
  };
});

afterAll(() => server.close());

describe("y-websocket's protocol", () => {
  test.each(rules.filter(({ isSlow }) => !isSlow))("[$id] $title", async ({ run }) => {
    await expect(run(target)).resolves.toSatisfy((note) => note === undefined || typeof note === "string");
  });
});
