import { expect, test } from "vitest";
import { standForLeader } from "./leader.ts";
import type { LeaderParts } from "./leader.ts";
import type { PageEvent } from "./parts.ts";
import { freezing, makeChannels, makeFreezer, makeLocks } from "./tabs.testing.ts";
import type { Freezer } from "./tabs.testing.ts";

type Tab = {
  readonly freezer: Freezer;
  readonly isLeading: () => boolean;
  readonly show: (isVisible: boolean) => void;
  readonly close: () => Promise<void>;
};

type Browser = {
  readonly open: (options?: { isVisible?: boolean; ending?: Promise<void> }) => Tab;
  /** Lets this much time go by for all tabs; nothing else moves their clock. Units: ms. */
  readonly pass: (ms: number) => Promise<void>;
};

const STEP_MS = 10;

/** Whatever tabs say to each other comes in microtasks, so that one turn of the event loop is enough. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A clock that only a test moves. */
function makeTime() {
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  let now = 0;
  const later = (run: () => void, ms: number) => {
    const timer = { at: now + ms, run };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  const pass = async (ms: number): Promise<void> => {
    await turn();
    for (const end = now + ms; now < end; await turn()) {
      now += STEP_MS;
      for (const timer of [...timers]) if (timer.at <= now && timers.delete(timer)) timer.run();
    }
  };
  return { later, pass };
}

/** One browser; each tab in it leads, or not, and does nothing else. */
function makeBrowser(): Browser {
  const [locks, channels, { later, pass }] = [makeLocks(), makeChannels(), makeTime()];
  const open: Browser["open"] = ({ isVisible = true, ending = Promise.resolve() } = {}) => {
    const freezer = makeFreezer();
    const ears = new Set<(event: PageEvent) => void>();
    let [isLeading, inSight] = [false, isVisible];
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
  return { open, pass };
}

test("[RE28] one tab leads; when it closes, the next one does at once, in the order they came", async () => {
  const { open, pass } = makeBrowser();
  const tabs = [open(), open(), open()];
  await pass(0);
  expect(tabs.map((tab) => tab.isLeading())).toEqual([true, false, false]);
  await tabs[0]?.close();
  await pass(0);
  expect(tabs.map((tab) => tab.isLeading())).toEqual([false, true, false]);
  await Promise.all(tabs.map((tab) => tab.close()));
});

test("[RE29] a tab in sight takes the lead from one that is frozen within a second; that one stops when it wakes", async () => {
  const { open, pass } = makeBrowser();
  const [first, second] = [open(), open()];
  await pass(5000);
  expect([first.isLeading(), second.isLeading()]).toEqual([true, false]);
  first.freezer.freeze();
  await pass(1000);
  expect([first.isLeading(), second.isLeading()]).toEqual([true, true]);
  first.freezer.thaw();
  await pass(0);
  expect([first.isLeading(), second.isLeading()]).toEqual([false, true]);
  await Promise.all([first.close(), second.close()]);
});

test("[RE29] the lead follows the eye, and stays where it is between two tabs in sight", async () => {
  const { open, pass } = makeBrowser();
  const [first, second] = [open(), open()];
  await pass(60_000);
  expect([first.isLeading(), second.isLeading()]).toEqual([true, false]);
  first.show(false);
  await pass(1000);
  expect([first.isLeading(), second.isLeading()]).toEqual([false, true]);
  second.show(false);
  first.show(true);
  await pass(1000);
  expect([first.isLeading(), second.isLeading()]).toEqual([true, false]);
  await Promise.all([first.close(), second.close()]);
});

test("[RE29] the lead that was lost ends at once, also while an earlier one waits for a call without an answer", async () => {
  const { open, pass } = makeBrowser();
  const { promise: ending, resolve: answer } = Promise.withResolvers<void>();
  const [first, second] = [open({ ending }), open()];
  await pass(0);
  for (let round = 0; round < 2; round += 1) {
    first.show(false);
    await pass(1000);
    expect([first.isLeading(), second.isLeading()]).toEqual([false, true]);
    second.show(false);
    first.show(true);
    await pass(1000);
    expect([first.isLeading(), second.isLeading()]).toEqual([true, false]);
    second.show(true);
  }
  answer();
  await pass(1000);
  expect([first.isLeading(), second.isLeading()]).toEqual([true, false]);
  await Promise.all([first.close(), second.close()]);
});

test("[RE29] a tab out of sight asks for nothing, and leads when nobody else is left", async () => {
  const { open, pass } = makeBrowser();
  const first = open();
  await pass(0);
  const hidden = open({ isVisible: false });
  first.freezer.freeze();
  await pass(60_000);
  expect(hidden.isLeading()).toBe(false);
  first.freezer.thaw();
  await first.close();
  await pass(0);
  expect(hidden.isLeading()).toBe(true);
  await hidden.close();
});
