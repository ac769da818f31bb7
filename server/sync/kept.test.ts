import { afterEach, expect, test, vi } from "vitest";
import { writeSync } from "../../shared/protocol.ts";
import { change, contactDoc, joinRoom, putContact, setupTenant } from "./testing.ts";

afterEach(() => void vi.useRealTimers());

test("[MM6] the frame for joiners is kept for ten seconds, and the next joiner gets the same", async () => {
  const bench = setupTenant();
  const first = await joinRoom(bench, contactDoc);
  first.sendUpdate(change(first.ydoc, (ydoc) => putContact(ydoc, "Ada")));
  await bench.tenant.idle();
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  const opened = await bench.tenant.room(contactDoc);
  if (!opened.ok) throw new Error(opened.error.type);
  const join = async (): Promise<Uint8Array | undefined> => {
    const device = await joinRoom(bench, contactDoc);
    device.connection.receive(writeSync("step1", Uint8Array.of(0)));
    return device.updates.at(-1);
  };
  const before = await join();
  expect(before?.length).toBeGreaterThan(20);
  expect(opened.value.joinFrame).not.toBeNull();
  vi.advanceTimersByTime(10_000);
  expect(opened.value.joinFrame).toBeNull();
  expect(await join()).toEqual(before);
});
