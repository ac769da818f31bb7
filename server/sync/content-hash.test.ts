import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as decoding from "lib0/decoding";
import * as Y from "yjs";
import { describe, expect, test, vi } from "vitest";
import { collectionsOf } from "../../policy/inventory.ts";
import { canonicalContent } from "../../shared/canonical.ts";
import { messageKinds, readContentHash } from "../../shared/protocol.ts";
import { CONTENT_HASH_MS, createContentHashes } from "./content-hash.ts";
import type { Room } from "./room.ts";
import { change, contactDoc, joinRoom, putContact, setupTenant } from "./testing.ts";

describe("content hash", () => {
  test("[SO12] is told a minute after the last commit and equals what a device computes", async () => {
    const bench = setupTenant();
    const device = await joinRoom(bench, contactDoc);
    device.sendStep2();
    device.sendUpdate(change(device.ydoc, (ydoc) => putContact(ydoc, "Ayşe")));
    await bench.tenant.idle();
    const timers: { run: () => void; ms: number; live: boolean }[] = [];
    const schedule = createContentHashes((run, ms) => {
      const timer = { run, ms, live: true };
      timers.push(timer);
      return { cancel: () => (timer.live = false) };
    });
    const room = await bench.tenant.room(contactDoc);
    if (!room.ok) throw new Error(room.error.type);
    schedule(room.value);
    schedule(room.value);
    expect(timers.map(({ ms, live }) => [ms, live])).toEqual([
      [CONTENT_HASH_MS, false],
      [CONTENT_HASH_MS, true],
    ]);
    timers[1]?.run();
    const decoder = decoding.createDecoder(device.frames.at(-1) ?? new Uint8Array());
    expect(decoding.readVarUint(decoder)).toBe(messageKinds.contentHash);
    const content = canonicalContent(device.ydoc, collectionsOf("contact"));
    const hash = createHash("sha256").update(content).digest();
    expect(Buffer.from(readContentHash(decoder).hash)).toEqual(hash);
  });

  test("[SO12] keeps nothing in memory that nobody has open any more", async () => {
    const bench = setupTenant();
    const kept: (() => void)[] = [];
    const schedule = createContentHashes((run) => {
      kept.push(run);
      return { cancel: () => undefined };
    });
    const open = async (): Promise<WeakRef<Room>> => {
      const room = await bench.tenant.room(contactDoc);
      if (!room.ok) throw new Error(room.error.type);
      schedule(room.value);
      return new WeakRef(room.value);
    };
    const room = await open();
    bench.tenant.drop(contactDoc, { type: "later" });
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("gc");
    await vi.waitFor(() => {
      if (typeof collect === "function") collect();
      expect(room.deref() === undefined).toBe(true);
    });
    for (const run of kept) run();
  });

  test("[M10] does not depend on the order of writing, and tells deletions apart", () => {
    const make = (names: readonly string[]): Y.Doc => {
      const ydoc = new Y.Doc();
      for (const name of names) ydoc.getMap("contact").set(name, new Y.Map([["name", name]]));
      return ydoc;
    };
    const collections = collectionsOf("contact");
    const [left, right] = [make(["a", "b"]), make(["b", "a"])];
    expect(canonicalContent(left, collections)).toBe(canonicalContent(right, collections));
    right.getMap("contact").delete("b");
    expect(canonicalContent(left, collections)).not.toBe(canonicalContent(right, collections));
  });
});
