// That the sending before a member leaves comes to an end, whatever cannot be sent, against a real server.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { docId } from "../../shared/document.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { makeNetwork } from "./network.testing.ts";
import { sendUnsent } from "./send.ts";
import { closeTabs, fast, newPerson, noNetwork, openTab, until } from "./testing.ts";

let server: TestServer;
let ada: Member;

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.owner("ada@example.com");
});
afterEach(closeTabs);
afterAll(() => server.close());

const ignore = (): void => undefined;

describe("before a member leaves, the sending ends", () => {
  test("[ME1] without a network where something was refused before", async () => {
    const tab = openTab({ url: server.url, member: ada }, { network: noNetwork() });
    await tab.store.act(newPerson("Bekleyen").calls);
    await tab.db.quarantine.add({
      doc: docId("studio"),
      at: "2026-05-04T09:00:00.000Z",
      reason: "schema",
      refusedAt: 0,
    });
    await until(() => tab.store.status().kind === "refused" && tab.store.status().isOffline);
    expect(await sendUnsent(tab.store, ignore)).toMatchObject({ unsent: 1, refused: 1 });
  });

  test("[ME1] where a command alone is left that nobody answers", async () => {
    const network = makeNetwork();
    network.intercept = (path, go) => (path.includes("/commands") ? new Promise(ignore) : go());
    const tab = openTab({ url: server.url, member: ada }, { network, parts: fast(10) });
    await until(() => tab.store.status().kind === "saved");
    const command = { id: crypto.randomUUID(), n: 1, name: "confirmErasure", args: { docs: [] } };
    await tab.db.outbox.add({ ...command, at: "2026-05-04T09:00:00.000Z" });
    expect(await sendUnsent(tab.store, ignore, 300)).toMatchObject({ unsent: 0, commands: 1 });
  });
});
