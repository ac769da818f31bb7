import { expect, test, vi } from "vitest";
import { createBeats } from "./beats.ts";

test("[MM5] each is told once per interval, spread over it, until it is taken away; then there is no timer", () => {
  vi.useFakeTimers();
  try {
    const beats = createBeats(20_000);
    const heard = Array.from({ length: 100 }, () => 0);
    const members = heard.map((_, index) => () => {
      heard[index] = (heard[index] ?? 0) + 1;
    });
    for (const member of members) beats.add(member);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(5000);
    expect(heard.filter((times) => times === 1)).toHaveLength(25);
    vi.advanceTimersByTime(35_000);
    expect(new Set(heard)).toEqual(new Set([2]));

    for (const member of members) beats.remove(member);
    expect(vi.getTimerCount()).toBe(0);
    beats.remove(() => undefined);
    vi.advanceTimersByTime(40_000);
    expect(new Set(heard)).toEqual(new Set([2]));
  } finally {
    vi.useRealTimers();
  }
});
