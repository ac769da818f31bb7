// The page's side of an update, at a double of the browser's container; the real thing is in e2e/update.spec.ts.
import { createRoot } from "solid-js";
import { describe, expect, it } from "vitest";
import { makeHolds } from "./holds.ts";
import type { Hold } from "./holds.ts";
import { createUpdate } from "./pwa.ts";
import type { Update } from "./pwa.ts";

/** A browser with a registration whose worker can be replaced, and a page whose time is in our hands. */
function openPage({ isControlled = true }: { isControlled?: boolean } = {}) {
  const told: unknown[] = [];
  const worker = Object.assign(new EventTarget(), { postMessage: (message: unknown) => void told.push(message) });
  const registration = Object.assign(new EventTarget(), {
    waiting: null as typeof worker | null,
    installing: null as typeof worker | null,
    checks: 0,
    update: async () => void (registration.checks += 1),
  });
  const container = Object.assign(new EventTarget(), {
    controller: isControlled ? worker : null,
    register: async () => registration,
  });
  const timers: { run: () => void; ms: number }[] = [];
  const shown: ((isShown: boolean) => void)[] = [];
  const now = { hold: null as Hold | null, reloads: 0, left: 0 };
  // Hint: the parts of the browser's container that the code touches.
  const update: Update = createRoot(() =>
    createUpdate(container as unknown as ServiceWorkerContainer, {
      reload: () => void (now.reloads += 1),
      hold: () => now.hold,
      leaveField: () => void (now.left += 1),
      later: (run, ms) => void timers.push({ run, ms }),
      onShown: (hear) => void shown.push(hear),
    }),
  );
  return {
    update,
    now,
    told,
    registration,
    change: () => container.dispatchEvent(new Event("controllerchange")),
    find: () => {
      registration.installing = worker;
      registration.dispatchEvent(new Event("updatefound"));
      registration.waiting = worker;
      worker.dispatchEvent(new Event("statechange"));
    },
    /** Lets so many of its short timers run. */
    pass: (times = 6) => {
      for (let time = 0; time < times; time += 1)
        timers.splice(0).forEach((timer) => (timer.ms < 1000 ? timer.run() : timers.push(timer)));
    },
    /** Lets all of its timers run. */
    hour: () => timers.splice(0).forEach(({ run }) => run()),
    show: (isShown: boolean) => shown.forEach((hear) => hear(isShown)),
  };
}

const ready = async (page: ReturnType<typeof openPage>): Promise<void> => {
  await Promise.resolve();
  await Promise.resolve();
  page.find();
};

describe("update", () => {
  it("[PW2] looks for a new version when the page is shown again and every hour, and not when it is put aside", async () => {
    const page = openPage();
    await ready(page);
    page.show(false);
    expect(page.registration.checks).toBe(0);
    page.show(true);
    page.hour();
    page.hour();
    expect(page.registration.checks).toBe(3);
  });

  it("[PW3] waits until it is taken, then tells the worker, and reloads once the worker has changed", async () => {
    const page = openPage();
    await ready(page);
    page.pass();
    expect([page.update.ready(), page.told, page.now.reloads]).toEqual([true, [], 0]);
    page.update.apply();
    page.pass();
    expect([page.told, page.now.reloads]).toEqual([[{ type: "SKIP_WAITING" }], 0]);
    page.change();
    page.pass();
    expect([page.now.reloads, page.now.left]).toEqual([1, 1]);
  });

  it("[PW3] a worker that does not change over is helped by a reload, once, and not under somebody's hands", async () => {
    const page = openPage();
    await ready(page);
    page.update.apply();
    page.pass();
    expect([page.update.isComing(), page.told.length, page.now.reloads]).toEqual([true, 1, 0]);
    page.now.hold = "form";
    page.hour();
    page.pass();
    expect([page.update.waitsFor(), page.now.reloads]).toEqual(["form", 0]);
    page.now.hold = null;
    page.pass();
    page.change();
    page.pass();
    expect([page.told.length, page.now.reloads]).toEqual([1, 1]);
  });

  it.each(["form", "note", "disk", "task"] as const)(
    "[PW3] waits for %s, says so, and goes on by itself",
    async (hold) => {
      const page = openPage();
      await ready(page);
      page.now.hold = hold;
      page.update.apply();
      page.pass();
      expect([page.update.waitsFor(), page.told]).toEqual([hold, []]);
      page.now.hold = null;
      page.pass();
      page.now.hold = hold;
      page.change();
      page.pass();
      expect([page.told.length, page.now.reloads, page.update.waitsFor()]).toEqual([1, 0, hold]);
      page.now.hold = null;
      page.pass();
      expect([page.now.reloads, page.update.waitsFor()]).toEqual([1, null]);
    },
  );

  it("[PW3] in another tab reloads at once, or under somebody's hands only when taken or put aside", async () => {
    const free = openPage();
    free.change();
    free.pass();
    expect(free.now.reloads).toBe(1);
    const writing = openPage();
    writing.now.hold = "disk";
    writing.change();
    writing.pass();
    expect(writing.now.reloads).toBe(0);
    writing.now.hold = null;
    writing.pass();
    expect(writing.now.reloads).toBe(1);
    const typed = openPage();
    typed.now.hold = "form";
    typed.change();
    typed.pass();
    expect([typed.now.reloads, typed.update.ready()]).toEqual([0, true]);
    typed.show(false);
    typed.pass();
    expect(typed.now.reloads).toBe(0);
    typed.now.hold = null;
    typed.pass();
    expect(typed.now.reloads).toBe(0);
    typed.show(false);
    typed.pass();
    expect(typed.now.reloads).toBe(1);
  });

  it("[PW3] the first worker ever reloads nothing", () => {
    const page = openPage({ isControlled: false });
    page.change();
    page.pass();
    expect([page.now.reloads, page.update.ready()]).toEqual([0, false]);
  });

  it("[PW6] a version that is too old looks for a newer one when told to, and takes it when it comes", async () => {
    const page = openPage();
    await Promise.resolve();
    page.update.apply();
    await Promise.resolve();
    await Promise.resolve();
    expect([page.registration.checks, page.update.isComing()]).toEqual([1, true]);
    await ready(page);
    page.pass();
    expect([page.told.length, page.update.isComing()]).toEqual([1, true]);
    page.change();
    expect(page.update.isComing()).toBe(false);
  });
});

it("[PW3] the first reason to hold a page counts, as long as whoever gave it is there", () => {
  const holds = makeHolds();
  const leave = holds.add(() => "disk");
  holds.add(() => null);
  expect(holds.now()).toBe("disk");
  leave();
  expect(holds.now()).toBeNull();
});
