// What the page learns of its storage, at doubles of the browsers.
import { createEffect, createRoot } from "solid-js";
import { expect, it } from "vitest";
import { createPersistence } from "./persistence.ts";

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

it.each([
  [true, "kept"],
  [false, "evictable"],
] as const)("[PW10] the browser's answer %s is told as %s", async (granted, kept) => {
  const persistence = createPersistence({ persisted: async () => false, persist: async () => granted });
  expect(persistence.kept()).toBe("unknown");
  persistence.ask();
  await settled();
  expect(persistence.kept()).toBe(kept);
});

it("[PW10] a browser that has said yes is not asked again", async () => {
  let asked = 0;
  const persist = async (): Promise<boolean> => (asked += 1) > 0;
  const persistence = createPersistence({ persisted: async () => true, persist });
  persistence.ask();
  await settled();
  expect([persistence.kept(), asked]).toEqual(["kept", 0]);
});

it("[PW10] while the member is asked, nothing waits, and the question is not put twice", async () => {
  let asked = 0;
  const persist = (): Promise<boolean> => {
    asked += 1;
    return new Promise(() => undefined);
  };
  const persistence = createPersistence({ persisted: async () => false, persist });
  persistence.ask();
  await settled();
  persistence.ask();
  await settled();
  expect([persistence.kept(), asked]).toEqual(["asking", 1]);
});

it("[PW10] an effect that asks does not ask again for the answer it got", async () => {
  let asked = 0;
  // Hint: a turn of the loop, or asking without end would hold up the test instead of failing it.
  const persist = async (): Promise<boolean> => {
    asked += 1;
    await settled();
    return false;
  };
  const persistence = createPersistence({ persisted: async () => false, persist });
  const dispose = createRoot((end) => {
    createEffect(() => persistence.ask());
    return end;
  });
  for (let round = 0; round < 5; round += 1) await settled();
  dispose();
  expect([persistence.kept(), asked]).toEqual(["evictable", 1]);
});

it("[PW10] a browser that cannot say is said to be so, and one that fails too", async () => {
  const without = createPersistence(undefined);
  const failing = createPersistence({ persist: () => Promise.reject(new Error("no")) });
  for (const persistence of [without, failing]) {
    persistence.ask();
    persistence.measure();
  }
  await settled();
  expect([without.kept(), failing.kept(), without.space()]).toEqual(["unknown", "unknown", null]);
});

it("[PW10] tells the space that is used", async () => {
  const persistence = createPersistence({ estimate: async () => ({ usage: 12_000_000, quota: 4_000_000_000 }) });
  persistence.measure();
  await settled();
  expect(persistence.space()).toEqual({ used: 12_000_000, quota: 4_000_000_000 });
});
