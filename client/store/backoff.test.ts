import { expect, test } from "vitest";
import { makeBackoff, makeSocketBackoff } from "./backoff.ts";
import { makeRandom } from "./testing.ts";

const waits = { firstMs: 1000, longestMs: 30_000 };

test("[RE30] waits double up to the cap, are spread by chance, and begin anew", () => {
  const random = makeRandom(11);
  const backoff = makeBackoff({ random, steady: () => 0 }, waits);
  for (let failures = 0; failures < 40; failures += 1) {
    const whole = Math.min(1000 * 2 ** failures, 30_000);
    const wait = backoff.next();
    expect(wait).toBeGreaterThanOrEqual(whole / 2);
    expect(wait).toBeLessThanOrEqual(whole);
  }
  const many = Array.from({ length: 50 }, () => backoff.next());
  expect(Math.max(...many) - Math.min(...many)).toBeGreaterThan(10_000);
  backoff.reset();
  expect(backoff.left()).toBe(0);
  expect(backoff.next()).toBeLessThanOrEqual(1000);
});

test("[RE31] who is told how long waits at least that long, and not all equally", () => {
  const random = makeRandom(12);
  const waited = Array.from({ length: 50 }, () => makeBackoff({ random, steady: () => 0 }, waits).next(60_000));
  expect(Math.min(...waited)).toBeGreaterThanOrEqual(60_000);
  expect(new Set(waited).size).toBe(50);
});

test("[RE32] the sockets of a server that restarts come back over some seconds", () => {
  const random = makeRandom(13);
  for (const code of [1001, 1012, 4503]) {
    const back = Array.from({ length: 300 }, () =>
      makeSocketBackoff({ random, steady: () => 0 }, { firstMs: 400, longestMs: 30_000 }).closed(code),
    );
    const inSecond = (from: number): number => back.filter((wait) => wait >= from && wait < from + 1000).length;
    expect(Math.min(...back)).toBeGreaterThanOrEqual(1000);
    expect(Math.max(...back)).toBeLessThanOrEqual(4000);
    for (const second of [1000, 2000, 3000]) expect(inSecond(second)).toBeLessThan(150);
  }
});

test("[RE30] a socket that opens and breaks at once waits longer each time, one that stood begins anew", () => {
  let now = 0;
  const backoff = makeSocketBackoff({ random: () => 1, steady: () => now }, { firstMs: 400, longestMs: 30_000 });
  const afterOpenFor = (ms: number): number => {
    backoff.opened();
    now += ms;
    return backoff.closed(1006);
  };
  expect([100, 100, 100, 100].map(afterOpenFor)).toEqual([400, 800, 1600, 3200]);
  expect(afterOpenFor(60_000)).toBe(400);
});
