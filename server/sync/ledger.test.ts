import { describe, expect, test } from "vitest";
import { createFrameLedger } from "./ledger.ts";

describe("frame ledger", () => {
  test("[AK1] counts settled frames from 1 without holes", () => {
    const ledger = createFrameLedger();
    const frames = [ledger.add(), ledger.add(), ledger.add()];
    expect(frames).toEqual([1, 2, 3]);
    ledger.settle(2, 7, false);
    expect(ledger.due()).toBeNull();
    ledger.settle(1, 8, false);
    expect(ledger.due()).toEqual({ seq: 8, frames: 2 });
    expect(ledger.due()).toBeNull();
    ledger.settle(3, 9, false);
    expect(ledger.due()).toEqual({ seq: 9, frames: 3 });
  });

  test("[AK2] a SyncStep2 on disk settles every earlier frame", () => {
    const ledger = createFrameLedger();
    ledger.add();
    ledger.gap(1);
    ledger.add();
    ledger.gap(2);
    const step2 = ledger.add();
    ledger.settle(step2, 4, true);
    expect(ledger.due()).toEqual({ seq: 4, frames: 3 });
  });

  test("[AK3] a gap holds the count until the next SyncStep2", () => {
    const ledger = createFrameLedger();
    ledger.settle(ledger.add(), 1, true);
    ledger.due();
    const gap = ledger.add();
    ledger.gap(gap);
    ledger.settle(ledger.add(), 2, false);
    expect(ledger.due()).toBeNull();
    ledger.settle(ledger.add(), 3, true);
    expect(ledger.due()).toEqual({ seq: 3, frames: 4 });
  });
});
