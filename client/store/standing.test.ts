// Old and new bundles on a device: what happens to unsent changes while the server does not take what this bundle writes.
// A real server, started again on the same folder with another window, as at a deployment.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { MODEL_VERSION, docId } from "../../shared/document.ts";
import { modelWindow } from "../../shared/model.ts";
import type { ModelWindow } from "../../shared/model.ts";
import { closeTab, closeTabs, fast, makeDisk, newPerson, openTab, until } from "./testing.ts";
import type { Tab } from "./testing.ts";

const older: ModelWindow = { oldest: MODEL_VERSION - 1, newest: MODEL_VERSION - 1 };
const newer: ModelWindow = { oldest: MODEL_VERSION + 1, newest: MODEL_VERSION + 2 };

let folder: string;
let server: TestServer;
let owner: Member;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "lumiso-models-"));
  server = await startTestServer({ dataDir: folder });
  owner = await server.owner("sule@ornek.com");
});
afterEach(async () => {
  await closeTabs();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Deploys a server with another window, at the same address and on the same data. */
async function deploy(models: ModelWindow): Promise<void> {
  const { port } = server.running;
  await server.close();
  server = await startTestServer({ dataDir: folder, models, env: { PORT: String(port) } });
}

const unsent = (tab: Tab): Promise<number> => tab.db.updates.where("unsent").equals(1).count();

const isOnServer = async (subject: string): Promise<boolean> =>
  (await owner.changes(`doc=${docId("contact", subject)}`)).entries.length > 0;

async function add(tab: Tab, name: string): Promise<string> {
  const { subject, calls } = newPerson(name);
  expect((await tab.store.act(calls)).ok).toBe(true);
  return subject;
}

describe("a bundle outside the server's window", { timeout: 60_000 }, () => {
  it.each([
    ["outdated", newer],
    ["ahead", older],
  ] as const)(
    "[RE15] that is %s keeps what it writes, reads on, and sends when it may again",
    async (standing, window) => {
      const disk = makeDisk();
      const tab = openTab({ url: server.url, member: owner }, { disk, parts: fast(20) });
      const before = await add(tab, "Önce");
      await until(async () => (await unsent(tab)) === 0);

      await deploy(window);
      await until(() => tab.store.standing() === standing);
      const kept = await add(tab, "Bekleyen");
      await tab.store.open(docId("contact", before));
      tab.store.flush();
      const fromOther = await addElsewhere("Başkası");
      await until(async () => (await tab.db.people.get(fromOther)) !== undefined);
      expect(await unsent(tab)).toBeGreaterThan(0);
      expect(await isOnServer(kept)).toBe(false);
      expect([await tab.db.refused.count(), await tab.db.quarantine.count()]).toEqual([0, 0]);

      await deploy(modelWindow);
      await until(() => tab.store.standing() === "current");
      await until(async () => (await unsent(tab)) === 0);
      expect(await isOnServer(kept)).toBe(true);
    },
  );

  it("[RE15] leaves its unsent changes to the newer bundle that opens the same database", async () => {
    const disk = makeDisk();
    const old = openTab({ url: server.url, member: owner }, { disk, parts: fast(20) });
    await add(old, "Önce");
    await until(async () => (await unsent(old)) === 0);
    await deploy(newer);
    await until(() => old.store.standing() === "outdated");
    const kept = await add(old, "Eski sürümde yazılan");
    await closeTab(old);

    // Hint: the new bundle is this one at a server whose window holds it.
    await deploy(modelWindow);
    const updated = openTab({ url: server.url, member: owner }, { disk });
    await until(async () => (await updated.db.docs.count()) > 0 && (await unsent(updated)) === 0);
    expect(await isOnServer(kept)).toBe(true);
  });
});

/** A person whom another member's device adds; a stock client counts as current at every server. */
async function addElsewhere(name: string): Promise<string> {
  const Y = await import("yjs");
  const { subject, calls } = newPerson(name);
  const { findAction } = await import("../../shared/actions.ts");
  const updates = calls.map(({ doc, call }) => {
    const ydoc = new Y.Doc();
    const context = { doc: ydoc, id: crypto.randomUUID(), at: "2026-03-01T09:00:00.000Z", by: owner.userId };
    findAction(call.action)?.run(context, call);
    return { doc, update: Y.encodeStateAsUpdateV2(ydoc) };
  });
  await owner.push(updates);
  return subject;
}
