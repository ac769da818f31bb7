// Who gets a turn when many want what holds up the whole process.
import { expect, test } from "vitest";
import { startLimits } from "../limits.ts";
import { noteOf } from "./heavy.testing.ts";
import type { Room } from "./room.ts";
import { chooseRooms } from "./order.ts";
import { ada, ben, setupTenant, submit } from "./testing.ts";
import { createTurns } from "./turns.ts";

const later = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test("[SY18] members take turns, however much one of them asks for, and everybody else is heard in between", async () => {
  let now = 0;
  const turns = createTurns(() => {
    const start = now;
    return () => now - start;
  });
  const order: string[] = [];
  const heavy = (name: string) => async () => {
    now += 10;
    order.push(name);
  };
  const asked = [1, 2, 3, 4].map((number) => turns(ada, heavy(`ada ${number}`)));
  asked.push(turns(ben, heavy("ben")));
  setImmediate(() => order.push("somebody else"));
  await Promise.all(asked);
  expect(order.indexOf("ben")).toBeLessThan(order.indexOf("ada 3"));
  expect(order.indexOf("somebody else")).toBeLessThan(order.indexOf("ada 3"));
});

test("[SY18] work that fails tells who asked for it, and the next one has its turn", async () => {
  const turns = createTurns(() => () => 0);
  const failing = turns(ada, () => Promise.reject(new Error("no")));
  const next = turns(ada, () => 7);
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe(7);
});

/** As much of a room as its place in a tick depends on. */
const room = (doc: string, stateBytes: number, used: number): Room =>
  // Hint: nothing else of a room is looked at.
  ({ doc, stateBytes, queue: [{ share: { used: () => used } }] }) as unknown as Room;

test("[SY19] small documents and large ones have ticks of their own, in turn; who has used least comes first", () => {
  const waiting = [room("large 1", 1e6, 900), room("busy", 100, 900), room("large 2", 1e6, 0), room("quiet", 100, 0)];
  const names = (rooms: readonly Room[]): string[] => rooms.map(({ doc }) => doc);
  const first = chooseRooms(waiting, false);
  expect(names(first.now)).toEqual(["large 2"]);
  const second = chooseRooms(first.later, true);
  expect(names(second.now)).toEqual(["quiet", "busy"]);
  expect(names(second.later)).toEqual(["large 1"]);
  expect(names(chooseRooms(second.later, true).now)).toEqual(["large 1"]);
});

test("[SY20] large documents that nobody watches are given up beyond what they may weigh, small ones stay", async () => {
  const bench = setupTenant({ limits: { ...startLimits, keptLargeBytes: 400_000 } });
  const small = noteOf(10);
  await submit(bench, small.update, small);
  const large = [1, 2, 3, 4, 5, 6].map(() => noteOf(150_000));
  for (const each of large) expect((await submit(bench, each.update, each)).kind).toBe("settled");
  await bench.tenant.idle();
  await later();
  const open = [...bench.tenant.rooms()];
  expect(open.filter(({ stateBytes }) => stateBytes > 100_000).length).toBeLessThanOrEqual(3);
  expect(open.map(({ doc }) => doc)).toContain(small.doc);
});
