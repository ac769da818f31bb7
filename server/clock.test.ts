// Holds what the machine's random source must keep to, drawn ahead as it is.
import { describe, expect, it } from "vitest";
import { systemRandom } from "./clock.ts";

describe("the random source", () => {
  it("[K1] gives the asked length, and never the same nonce twice, over many draws", () => {
    const nonces = Array.from({ length: 5000 }, () => systemRandom(12));
    expect(nonces.every(({ length }) => length === 12)).toBe(true);
    expect(new Set(nonces.map((nonce) => Buffer.from(nonce).toString("hex"))).size).toBe(nonces.length);
  });

  it("[K1] gives bytes that nobody else holds, of any length", () => {
    const lengths = [0, 1, 32, 4095, 4096, 4097, 10_000];
    const given = lengths.map((length) => systemRandom(length));
    expect(given.map(({ length }) => length)).toEqual(lengths);
    expect(new Set(given.map(({ buffer }) => buffer)).size).toBe(given.length);
    expect(given.every((bytes) => bytes.length < 32 || new Set(bytes).size > 16)).toBe(true);
  });
});
