import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { collectionsOf } from "../../policy/inventory.ts";
import { call } from "../../shared/action.ts";
import { canonicalContent } from "../../shared/canonical.ts";
import { docId } from "../../shared/document.ts";
import { contacts, editContact } from "../../shared/people.ts";
import { differs } from "./content-hash.ts";
import { createLink } from "./link.ts";
import { makeLive } from "./live.ts";
import { makeNetwork } from "./network.testing.ts";
import { makeTask } from "./task.ts";
import { closeTab, closeTabs, makeDisk, makeLoner, newPerson, noNetwork, openTab, until } from "./testing.ts";
import { makeWire } from "./wire.ts";

afterEach(closeTabs);

describe("the link", () => {
  test("[S50] counts as online until an attempt fails, and again as soon as somebody answers", () => {
    let now = 1000;
    const link = createLink({
      clock: () => now,
      onDoubt: () => undefined,
      page: { isOnline: () => true, listen: () => () => undefined },
    });
    expect([link.isOnline(), link.lastContact()]).toEqual([true, null]);
    link.unanswered();
    expect(link.isOnline()).toBe(false);
    now = 2000;
    link.socket("studio", "up");
    expect([link.isOnline(), link.since(), link.lastContact()]).toEqual([true, 2000, 2000]);
    link.unanswered();
    expect(link.isOnline()).toBe(true);
    link.socket("studio", "down");
    expect(link.isOnline()).toBe(false);
    link.answered();
    expect(link.isOnline()).toBe(true);
    link.page(false);
    expect(link.isOnline()).toBe(false);
    link.page(true);
    expect(link.isOnline()).toBe(true);
  });

  test("[S50] does not take a room that was left for a lost one", () => {
    const link = createLink({
      clock: () => 0,
      onDoubt: () => undefined,
      page: { isOnline: () => true, listen: () => () => undefined },
    });
    link.socket("client/1", "up");
    link.socket("client/1", "left");
    expect(link.isOnline()).toBe(true);
  });
});

describe("a store", () => {
  test("[CH3] whose inside could not be started says so, and is closed like any other", async () => {
    const network = noNetwork();
    const listen = (): never => {
      throw new Error("a part of the app is missing");
    };
    const tab = openTab(makeLoner(), { network, parts: { page: { isOnline: network.isOnline, listen } } });
    await until(() => tab.store.status().reason === "stopped");
    expect(tab.failures.splice(0)).toHaveLength(1);
    await closeTab(tab);
    expect(tab.db.isOpen()).toBe(false);
  });
});

describe("calls", () => {
  test("[RE1] end in one form of failure, whatever comes back", async () => {
    const answers = [
      new Response("<html>", { status: 502 }),
      new Response("{", { headers: { "content-type": "application/json" } }),
      new Response(Uint8Array.of(255, 255, 255)),
      new Response(JSON.stringify({ error: { type: "too_fast", message: "too fast", retryAfterMs: 5 } }), {
        status: 429,
      }),
    ];
    const network = makeNetwork();
    const { parts } = openTab(makeLoner(), { network: noNetwork() });
    const link = { answered: () => undefined, unanswered: () => undefined, models: () => undefined };
    const fetch = async (): Promise<Response> => answers.shift() ?? Promise.reject(new TypeError("fetch failed"));
    const page = { isOnline: network.isOnline, listen: network.listen };
    const wire = makeWire({ ...parts, fetch, page }, { link, closing: new AbortController().signal });
    expect(await wire.members()).toMatchObject({ ok: false, error: { type: "unexpected" } });
    expect(await wire.members()).toMatchObject({ ok: false, error: { type: "unexpected" } });
    expect(await wire.changes("after=0")).toMatchObject({ ok: false, error: { type: "unexpected" } });
    expect(await wire.push([])).toMatchObject({ ok: false, error: { type: "too_fast", retryAfterMs: 5 } });
    expect(await wire.changes("after=0")).toMatchObject({ ok: false, error: { type: "unreachable" } });
    network.cut();
    expect(await wire.members()).toMatchObject({ ok: false, error: { type: "unreachable" } });
  });
});

describe("the first screen", () => {
  test("[S43] reads lists without yjs", async () => {
    const seen = new Set<string>();
    const walk = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      const source = readFileSync(file, "utf8");
      for (const [, name = ""] of source.matchAll(/^(?:import|export) (?!type )[^;]*? from "([^"]+)";/gms)) {
        if (name.startsWith(".")) walk(resolve(dirname(file), name));
        else seen.add(name);
      }
    };
    for (const name of ["use.tsx", "people.ts", "db.ts", "session-cache.ts"]) walk(resolve(import.meta.dirname, name));
    expect([...seen].filter((name) => /^(?:yjs|y-|lib0)/.test(name))).toEqual([]);
    expect(seen.has("dexie")).toBe(true);
  });
});

describe("a task", () => {
  test("[RE4] runs one at a time, and once more when it was asked for meanwhile", async () => {
    const runs: (() => void)[] = [];
    const parts = {
      steady: () => performance.now(),
      later: (run: () => void) => (queueMicrotask(run), () => undefined),
    };
    const task = makeTask(
      { ...parts, onFailure: () => undefined },
      () => new Promise((end) => runs.push(() => end(null))),
    );
    task.kick();
    await until(() => runs.length === 1);
    task.kick();
    task.kick();
    runs[0]?.();
    await until(() => runs.length === 2);
    runs[1]?.();
    await task.stop();
    task.kick();
    expect(runs).toHaveLength(2);
  });
});

describe("a document in memory", () => {
  test("[S37] is compared with the server's content, and not while something is unsent", async () => {
    const doc = docId("contact", crypto.randomUUID());
    const live = makeLive(doc, { row: undefined, rows: [] });
    const content = new TextEncoder().encode(canonicalContent(live.doc, collectionsOf("contact")));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    expect(await differs(live, { seq: 1, hash })).toBe(false);
    live.doc.getMap("contact").set("self", new Y.Map());
    expect(await differs(live, { seq: 1, hash })).toBe(true);
    live.ledger.hold([{ row: null }]);
    expect(await differs(live, { seq: 1, hash })).toBe(false);
  });

  test("[S22] is never stored again by being loaded", async () => {
    const disk = makeDisk();
    const tab = openTab(makeLoner(), { disk, network: noNetwork() });
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    const before = await tab.db.updates.count();
    for (let n = 0; n < 3; n += 1) (await tab.store.open(docId("contact", subject))).release();
    expect(await tab.db.updates.count()).toBe(before);
  });

  test("[S27] that was replaced on the disk is taken anew, and an act on the old one is run on the new one", async () => {
    const tab = openTab(makeLoner(), { network: noNetwork() });
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    const contact = docId("contact", subject);
    const open = await tab.store.open(contact);
    const old = open.doc;
    await tab.db.docs.update(contact, { epoch: 1 });
    const done = await tab.store.act([{ doc: contact, call: call(editContact, { name: "Ayşe Kaya" }) }]);
    expect(done.ok).toBe(true);
    await until(() => open.doc !== old);
    expect(open.read(contacts, "self")?.record.name).toBe("Ayşe Kaya");
    const rows = await tab.db.updates.where("doc").equals(contact).toArray();
    expect(rows).toHaveLength(2);
    open.release();
  });
});
