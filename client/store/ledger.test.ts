import { describe, expect, test } from "vitest";
import { createLedger } from "./ledger.ts";
import type { Item } from "./ledger.ts";

const item = (): Item => ({ row: null });

describe("frames and rows", () => {
  test("[S30] an update frame covers its own change, a SyncStep2 all that are in the document", () => {
    const ledger = createLedger();
    const [loaded, first, second] = [item(), item(), item()];
    ledger.hold([loaded]);
    ledger.opened();
    ledger.hold([first]);
    ledger.emitting([first]);
    ledger.sent("update");
    ledger.sent("step2");
    ledger.hold([second]);
    ledger.emitting([second]);
    ledger.sent("update");
    expect(ledger.settled(1)).toEqual([first]);
    expect(ledger.settled(2)).toEqual([loaded]);
    expect(ledger.settled(3)).toEqual([second]);
    expect(ledger.isQuiet()).toBe(true);
  });

  test("[S31] a change is answered for once, and never by a frame of an earlier connection", () => {
    const ledger = createLedger();
    const [first, second] = [item(), item()];
    ledger.opened();
    ledger.hold([first]);
    ledger.emitting([first]);
    ledger.sent("update");
    ledger.opened();
    ledger.hold([second]);
    ledger.emitting([second]);
    ledger.sent("update");
    expect(ledger.settled(1)).toEqual([second]);
    expect(ledger.settled(1)).toEqual([]);
    expect(ledger.isQuiet()).toBe(false);
    ledger.sent("step2");
    expect(ledger.settled(2)).toEqual([first]);
  });

  test("[S31] what a frame brought from outside is nobody's change", () => {
    const ledger = createLedger();
    const own = item();
    ledger.opened();
    ledger.hold([own]);
    ledger.emitting([own]);
    ledger.emitting([]);
    ledger.sent("update");
    expect(ledger.settled(1)).toEqual([]);
  });
});
