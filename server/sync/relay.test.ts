import * as Y from "yjs";
import { describe, expect, test } from "vitest";
import { startLimits } from "../limits.ts";
import type { Bench, Device } from "./testing.ts";
import { ben, change, contactDoc, joinRoom, putContact, setupTenant } from "./testing.ts";

const set = (field: string, value: string) => (ydoc: Y.Doc) => {
  const self = ydoc.getMap("contact").get("self");
  if (self instanceof Y.Map) self.set(field, value);
};

/** Three devices of a room that all have the contact, with nothing heard since. */
async function meet(bench: Bench): Promise<readonly [Device, Device, Device]> {
  const ada = await joinRoom(bench, contactDoc);
  const other = await joinRoom(bench, contactDoc, { member: ben });
  const watcher = await joinRoom(bench, contactDoc, { member: ben });
  ada.sendStep2();
  ada.sendUpdate(change(ada.ydoc, (ydoc) => putContact(ydoc, "Ayşe")));
  await bench.tenant.idle();
  for (const device of [ada, other, watcher]) device.updates.length = 0;
  return [ada, other, watcher];
}

const shown = ({ ydoc }: Device): unknown => ydoc.getMap("contact").toJSON()["self"];

describe("relay", () => {
  test("[SY3] a tick of two writers is one frame, and all have both", async () => {
    const bench = setupTenant();
    const devices = await meet(bench);
    const [ada, other, watcher] = devices;
    ada.sendUpdate(change(ada.ydoc, set("phone", "0555 000 0001")));
    other.sendUpdate(change(other.ydoc, set("address", "Çınar Sokak")));
    ada.sendUpdate(change(ada.ydoc, set("name", "Ayşe Kaya")));
    await bench.tenant.idle();
    expect(watcher.updates).toHaveLength(1);
    const expected = { name: "Ayşe Kaya", phone: "0555 000 0001", address: "Çınar Sokak" };
    for (const device of devices) expect(shown(device)).toMatchObject(expected);
    expect(ada.settled.at(-1)?.frames).toBe(4);
  });

  test("[SY3] who wrote all of a tick hears nothing of it", async () => {
    const bench = setupTenant();
    const [ada, other] = await meet(bench);
    ada.sendUpdate(change(ada.ydoc, set("phone", "0555 000 0001")));
    ada.sendUpdate(change(ada.ydoc, set("name", "Ayşe Kaya")));
    await bench.tenant.idle();
    expect(ada.updates).toHaveLength(0);
    expect(other.updates).toHaveLength(1);
  });

  test("[SY3] what would make a frame too large goes one by one", async () => {
    const bench = setupTenant({ limits: { ...startLimits, frameBytes: 300 } });
    const [ada, other, watcher] = await meet(bench);
    ada.sendUpdate(change(ada.ydoc, set("name", "a".repeat(200))));
    other.sendUpdate(change(other.ydoc, set("address", "b".repeat(200))));
    await bench.tenant.idle();
    expect(watcher.updates).toHaveLength(2);
    expect(shown(ada)).toEqual(shown(watcher));
    expect(shown(other)).toEqual(shown(watcher));
  });
});
