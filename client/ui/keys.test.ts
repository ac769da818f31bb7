import { describe, expect, it } from "vitest";
import { nextIndex } from "./keys.ts";

describe("keys", () => {
  it("[UI10] j, k and the arrows move along a list and stop at its ends", () => {
    const from = (at: number, key: string): number | null => nextIndex(key, { at, count: 3, along: "column" });
    expect([from(0, "j"), from(0, "ArrowDown"), from(2, "j")]).toEqual([1, 1, 2]);
    expect([from(2, "k"), from(2, "ArrowUp"), from(0, "k")]).toEqual([1, 1, 0]);
    expect([from(1, "Home"), from(1, "End")]).toEqual([0, 2]);
  });

  it("[UI10] the arrows go round in a row of tabs", () => {
    const from = (at: number, key: string): number | null => nextIndex(key, { at, count: 3, along: "row" });
    expect([from(2, "ArrowRight"), from(0, "ArrowLeft"), from(0, "j")]).toEqual([0, 2, null]);
  });

  it("[UI10] other keys and empty lists mean nothing", () => {
    expect(nextIndex("x", { at: 0, count: 3, along: "column" })).toBeNull();
    expect(nextIndex("j", { at: 0, count: 0, along: "column" })).toBeNull();
  });
});
