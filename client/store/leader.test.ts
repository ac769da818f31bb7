import { expect, test } from "vitest";
import { standForLeader } from "./leader.ts";
import type { LeaderParts } from "./leader.ts";
import type { PageEvent } from "./parts.ts";
import { freezing, makeChannels, makeFreezer, makeLocks } from "./tabs.testing.ts";
import type { Freezer } from "./tabs.testing.ts";
import { until } from "./testing.ts";

type Tab = {
  readonly freezer: Freezer;
  readonly isLeading: () => boolean;
  readonly show: (isVisible: boolean) => void;
  readonly close: () => Promise<void>;
};

/** One browser; each tab in it leads, or not, and does nothing else. */
function makeBrowser(): (options?: { isVisible?: boolean; ending?: Promise<void> }) => Tab {
  const [locks, channels] = [makeLocks(), makeChannels()];
  return ({ isVisible = true, ending = Promise.resolve() } = {}) => {
    const freezer = makeFreezer();
    const ears = new Set<(event: PageEvent) => void>();
    let [isLeading, inSight] = [false, isVisible];
    const later = (run: () => void, ms: number) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    };
    const parts: LeaderParts = {
      locks,
      ...freezing(freezer, { channel: channels(), later }),
      page: {
        isOnline: () => true,
        isVisible: () => inSight,
        listen: (hear) => {
          ears.add(hear);
          return () => ears.delete(hear);
        },
      },
      onFailure: (error) => {
        throw error;
      },
    };
    const standing = standForLeader(parts, "replicate", {
      begin: () => void (isLeading = true),
      // Hint: a frozen tab learns of its loss only when it is thawed.
      end: () => {
        freezer.gate(() => void (isLeading = false));
        return ending;
      },
    });
    return {
      freezer,
      isLeading: () => isLeading,
      show: (now) => {
        inSight = now;
        for (const hear of ears) hear(now ? "visible" : "hidden");
      },
      close: standing.stop,
    };
  };
}

const since = (start: number): number => performance.now() - start;

test("[RE28] one tab leads; when it closes, the next one does at once, in the order they came", async () => {
  const open = makeBrowser();
  const tabs = [open(), open(), open()];
  await until(() => tabs[0]?.isLeading() === true);
  expect(tabs.map((tab) => tab.isLeading())).toEqual([true, false, false]);
  const start = performance.now();
  await tabs[0]?.close();
  await until(() => tabs[1]?.isLeading() === true);
  expect(since(start)).toBeLessThan(200);
  expect(tabs.map((tab) => tab.isLeading())).toEqual([false, true, false]);
  await Promise.all(tabs.map((tab) => tab.close()));
});

test("[RE29] a tab in sight takes the lead from one that is frozen within a second; that one stops when it wakes", async () => {
  const open = makeBrowser();
  const [first, second] = [open(), open()];
  await until(first.isLeading);
  const start = performance.now();
  first.freezer.freeze();
  await until(second.isLeading);
  expect(since(start)).toBeLessThan(1000);
  expect(first.isLeading()).toBe(true);
  first.freezer.thaw();
  await until(() => !first.isLeading());
  expect(second.isLeading()).toBe(true);
  await Promise.all([first.close(), second.close()]);
});

test("[RE29] the lead follows the eye, and stays where it is between two tabs in sight", async () => {
  const open = makeBrowser();
  const first = open();
  await until(first.isLeading);
  const second = open();
  await new Promise((resolve) => void setTimeout(resolve, 1200));
  expect([first.isLeading(), second.isLeading()]).toEqual([true, false]);
  first.show(false);
  const start = performance.now();
  await until(second.isLeading);
  expect(since(start)).toBeLessThan(1000);
  await until(() => !first.isLeading());
  second.show(false);
  first.show(true);
  await until(() => first.isLeading() && !second.isLeading());
  await Promise.all([first.close(), second.close()]);
});

test("[RE29] the lead that was lost ends at once, also while an earlier one waits for a call without an answer", async () => {
  const open = makeBrowser();
  const { promise: ending, resolve: answer } = Promise.withResolvers<void>();
  const [first, second] = [open({ ending }), open()];
  await until(first.isLeading);
  for (let round = 0; round < 2; round += 1) {
    first.show(false);
    await until(() => second.isLeading() && !first.isLeading());
    second.show(false);
    first.show(true);
    await until(() => first.isLeading() && !second.isLeading());
    second.show(true);
  }
  answer();
  await new Promise((resolve) => void setTimeout(resolve, 50));
  expect([first.isLeading(), second.isLeading()]).toEqual([true, false]);
  await Promise.all([first.close(), second.close()]);
});

test("[RE29] a tab out of sight asks for nothing, and leads when nobody else is left", async () => {
  const open = makeBrowser();
  const first = open();
  await until(first.isLeading);
  const hidden = open({ isVisible: false });
  first.freezer.freeze();
  await new Promise((resolve) => void setTimeout(resolve, 1200));
  expect(hidden.isLeading()).toBe(false);
  first.freezer.thaw();
  await first.close();
  await until(hidden.isLeading);
  await hidden.close();
});
