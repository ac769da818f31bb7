import * as Y from "yjs";
import { describe, expect, test } from "vitest";
import { startLimits } from "../limits.ts";
import { ada, ben, change, contactDoc, joinRoom, putContact, setupTenant, storedName } from "./testing.ts";

const rename = (name: string) => (ydoc: Y.Doc) => {
  const self = ydoc.getMap("contact").get("self");
  if (self instanceof Y.Map) self.set("name", name);
};

describe("rooms", () => {
  test("[SY1] acknowledges after the commit and before the others hear of it", async () => {
    const order: string[] = [];
    const bench = setupTenant({
      wrap: (storage) => ({
        ...storage,
        commit: async (changes) => {
          const results = await storage.commit(changes);
          order.push(`commit:${first.settled.length}:${second.updates.length}`);
          return results;
        },
      }),
    });
    const first = await joinRoom(bench, contactDoc);
    const second = await joinRoom(bench, contactDoc, { member: ben });
    first.sendStep2();
    first.sendUpdate(change(first.ydoc, (ydoc) => putContact(ydoc, "Ayşe")));
    await bench.tenant.idle();
    expect(order).toEqual(["commit:0:0"]);
    expect(first.settled.at(-1)).toEqual({ seq: 1, frames: 2 });
    expect(second.ydoc.getMap("contact").toJSON()).toMatchObject({ self: { name: "Ayşe" } });
    expect(await storedName(bench.storage)).toBe("Ayşe");
    expect(bench.events.at(-1)).toEqual({ type: "changed", org: bench.tenant.org, seq: 1, docs: [contactDoc] });
  });

  test("[SY2] refuses one of a tick and keeps the others", async () => {
    const bench = setupTenant();
    const good = await joinRoom(bench, contactDoc);
    good.sendStep2();
    good.sendUpdate(change(good.ydoc, (ydoc) => putContact(ydoc, "Ayşe")));
    await bench.tenant.idle();
    const bad = await joinRoom(bench, contactDoc, { member: ben });
    Y.applyUpdate(bad.ydoc, Y.encodeStateAsUpdate(good.ydoc));
    bad.sendStep2();
    good.sendUpdate(change(good.ydoc, rename("Ayşe K.")));
    bad.sendUpdate(change(bad.ydoc, (ydoc) => ydoc.getMap("contact").delete("self")));
    good.sendUpdate(change(good.ydoc, rename("Ayşe Kaya")));
    await bench.tenant.idle();
    expect(bad.closed).toMatchObject({ type: "refused", refusal: { reason: "destructive" } });
    expect(bad.refusals).toMatchObject([{ reason: "destructive", collection: "contact", record: "self", frame: 2 }]);
    expect(good.closed).toBeNull();
    expect(await storedName(bench.storage)).toBe("Ayşe Kaya");
  });

  test("[SY3] relays what its document emits: a deleted text that came in the frame is not passed on", async () => {
    const bench = setupTenant();
    const writer = await joinRoom(bench, contactDoc);
    const watcher = await joinRoom(bench, contactDoc, { member: ben });
    const secret = "Gizli Metin";
    writer.ydoc.transact(() => putContact(writer.ydoc, secret));
    const before = Y.encodeStateAsUpdate(writer.ydoc);
    const after = change(writer.ydoc, rename("Ayşe"));
    writer.sendUpdate(Y.mergeUpdates([before, after]));
    await bench.tenant.idle();
    const heard = Buffer.concat(watcher.frames).toString("latin1");
    expect(heard).toContain("Ay");
    expect(heard).not.toContain(secret);
  });

  test("[SY4] a joiner during a commit gets committed state only", async () => {
    let finish = (): void => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    let isSlow = false;
    const started = Promise.withResolvers<void>();
    const bench = setupTenant({
      wrap: (storage) => ({
        ...storage,
        commit: async (changes) => {
          if (isSlow) {
            started.resolve();
            await gate;
            throw new Error("disk full");
          }
          return storage.commit(changes);
        },
      }),
    });
    const writer = await joinRoom(bench, contactDoc);
    writer.sendStep2();
    writer.sendUpdate(change(writer.ydoc, (ydoc) => putContact(ydoc, "Ayşe")));
    await bench.tenant.idle();
    isSlow = true;
    writer.sendUpdate(change(writer.ydoc, rename("Uncommitted")));
    await started.promise;
    const joiner = await joinRoom(bench, contactDoc, { member: ben });
    joiner.connection.receive(Uint8Array.of(0, 0, 1, 0));
    expect(joiner.updates).toHaveLength(0);
    finish();
    await bench.tenant.idle();
    expect(Buffer.concat(joiner.frames).toString("latin1")).not.toContain("Uncommitted");
    expect(await storedName(bench.storage)).toBe("Ayşe");
  });

  test("[SY8] a failed commit closes the rooms with later and stores nothing", async () => {
    const bench = setupTenant({
      wrap: (storage) => ({ ...storage, commit: () => Promise.reject(new Error("disk full")) }),
    });
    const writer = await joinRoom(bench, contactDoc);
    writer.sendUpdate(change(writer.ydoc, (ydoc) => putContact(ydoc, "Ayşe")));
    await bench.tenant.idle();
    expect(writer.closed).toEqual({ type: "later" });
    expect(writer.settled).toEqual([]);
    expect(bench.failures).toHaveLength(1);
    expect(await storedName(bench.storage)).toBeNull();
  });

  test("[SY6] merges with what another writer stored meanwhile", async () => {
    const bench = setupTenant();
    const writer = await joinRoom(bench, contactDoc);
    writer.sendStep2();
    writer.sendUpdate(change(writer.ydoc, (ydoc) => putContact(ydoc, "Ayşe")));
    await bench.tenant.idle();
    const other = new Y.Doc();
    const stored = await bench.storage.read(contactDoc);
    if (stored.kind !== "state") throw new Error("nothing stored");
    Y.applyUpdateV2(other, stored.state);
    const self = other.getMap("contact").get("self");
    if (self instanceof Y.Map) self.set("phone", "0532 000 00 01");
    await bench.storage.commit([
      { doc: contactDoc, state: Y.encodeStateAsUpdateV2(other), expectedVersion: stored.version },
    ]);
    writer.sendUpdate(change(writer.ydoc, rename("Ayşe Kaya")));
    await bench.tenant.idle();
    const merged = await joinRoom(bench, contactDoc);
    merged.connection.receive(Uint8Array.of(0, 0, 1, 0));
    expect(merged.ydoc.getMap("contact").toJSON()).toMatchObject({
      self: { name: "Ayşe Kaya", phone: "0532 000 00 01" },
    });
    expect(writer.settled.at(-1)?.frames).toBe(3);
  });

  test("[SY7] refuses growth past the limit, of the one who grew it only", async () => {
    const bench = setupTenant({ limits: { ...startLimits, documentHardBytes: 600 } });
    const writer = await joinRoom(bench, contactDoc);
    const grower = await joinRoom(bench, contactDoc, { member: ben });
    writer.sendStep2();
    writer.sendUpdate(change(writer.ydoc, (ydoc) => putContact(ydoc, "Ayşe")));
    await bench.tenant.idle();
    const address = change(grower.ydoc, (ydoc) => {
      const self = ydoc.getMap("contact").get("self");
      if (self instanceof Y.Map) self.set("address", "x".repeat(900));
    });
    grower.sendUpdate(address);
    writer.sendUpdate(change(writer.ydoc, rename("Ayşe Kaya")));
    await bench.tenant.idle();
    expect(grower.closed).toMatchObject({ refusal: { reason: "limit" } });
    expect(writer.closed).toBeNull();
    expect(await storedName(bench.storage)).toBe("Ayşe Kaya");
  });

  test("[SY5][AK3] a gap before the first SyncStep2 waits, later ones are asked for and refused the second time", async () => {
    const bench = setupTenant();
    const device = await joinRoom(bench, contactDoc);
    const base = change(device.ydoc, (ydoc) => putContact(ydoc, "Ayşe"));
    const live = change(device.ydoc, rename("Ayşe Kaya"));
    device.sendUpdate(live);
    await bench.tenant.idle();
    expect(device.settled).toEqual([]);
    expect(base.length).toBeGreaterThan(0);
    device.sendStep2();
    await bench.tenant.idle();
    expect(device.settled.at(-1)).toEqual({ seq: 1, frames: 2 });
    change(device.ydoc, rename("skipped"));
    device.sendUpdate(change(device.ydoc, rename("gap")));
    await bench.tenant.idle();
    expect(device.closed).toBeNull();
    device.sendStep2();
    await bench.tenant.idle();
    expect(device.settled.at(-1)?.frames).toBe(4);
    change(device.ydoc, rename("skipped"));
    device.sendUpdate(change(device.ydoc, rename("gap 1")));
    device.sendUpdate(change(device.ydoc, rename("gap 2")));
    await bench.tenant.idle();
    expect(device.closed).toMatchObject({ refusal: { reason: "gap" } });
    expect(await storedName(bench.storage)).toBe("gap");
  });

  test("[SO1] closes on text that is no frame", async () => {
    const bench = setupTenant();
    for (const bytes of [[], [9], [0, 2], [0, 0, 1, 0, 0], [0, 2, 3, 1, 2, 3], [0, 7, 1, 0]]) {
      const device = await joinRoom(bench, contactDoc);
      device.connection.receive(Uint8Array.from(bytes));
      await bench.tenant.idle();
      expect(device.closed, bytes.join(",")).toMatchObject({ refusal: { reason: "malformed" } });
    }
    expect(bench.failures).toEqual([]);
  });

  test("[SO4] drops a reader's update and tells it, and is silent about deletions alone", async () => {
    const bench = setupTenant();
    const writer = await joinRoom(bench, contactDoc);
    writer.sendStep2();
    writer.sendUpdate(change(writer.ydoc, (ydoc) => putContact(ydoc, "Ayşe")));
    await bench.tenant.idle();
    const reader = await joinRoom(bench, contactDoc, { member: ben, right: "read" });
    reader.connection.receive(Uint8Array.of(0, 0, 1, 0));
    reader.sendStep2();
    reader.sendUpdate(change(reader.ydoc, (ydoc) => ydoc.getMap("contact").delete("self")));
    await bench.tenant.idle();
    expect(reader.refusals).toEqual([]);
    reader.sendUpdate(change(reader.ydoc, (ydoc) => putContact(ydoc, "Mallory", ben)));
    await bench.tenant.idle();
    expect(reader.refusals).toMatchObject([{ reason: "read_only", frame: 3 }]);
    expect(reader.closed).toBeNull();
    expect(await storedName(bench.storage)).toBe("Ayşe");
  });

  test("[SO5] tells where and why, never what", async () => {
    const bench = setupTenant();
    const device = await joinRoom(bench, contactDoc);
    device.sendUpdate(change(device.ydoc, (ydoc) => putContact(ydoc, "x".repeat(300))));
    await bench.tenant.idle();
    expect(device.refusals).toEqual([
      { type: "refused", reason: "schema", collection: "contact", record: "self", path: "name", frame: 1 },
    ]);
  });

  test("[SY2] an author cannot write in another's name", async () => {
    const bench = setupTenant();
    const device = await joinRoom(bench, contactDoc, { member: ben });
    device.sendUpdate(change(device.ydoc, (ydoc) => putContact(ydoc, "Ayşe", ada)));
    await bench.tenant.idle();
    expect(device.closed).toMatchObject({ refusal: { reason: "author", path: "createdBy" } });
  });
});
