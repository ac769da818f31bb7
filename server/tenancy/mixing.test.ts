// Two studios, everybody of one calling everything with ids of the other: nothing is heard, nothing changes.
// The long form: `npm run tenancy -- --calls 20000`.
import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { mixTenants } from "./mixing.testing.ts";

const CALLS = 300;

test(
  "[TN5][TN6] random calls with another studio's ids hear nothing of it and change nothing of it",
  { timeout: 120_000 },
  async () => {
    const seed = Number(process.env["SEED"] ?? randomInt(2 ** 31));
    const { leaks, faults, changed, statuses, ...tried } = await mixTenants({ seed, calls: CALLS });
    expect({ seed, leaks, faults, changed }).toEqual({ seed, leaks: [], faults: [], changed: [] });
    // Hint: what nobody could hear would prove nothing.
    expect(tried.heardOverHttp, `seed ${seed}`).toBeGreaterThan(10);
    expect(tried.heardOnSockets, `seed ${seed}`).toBeGreaterThan(0);
    expect(tried.heardByOthers, `seed ${seed}`).toBeGreaterThan(10);
    expect(Object.keys(statuses), `seed ${seed}`).toEqual(expect.arrayContaining(["200", "401", "403", "404", "4403"]));
  },
);
