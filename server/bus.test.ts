// Shows order, isolation and removal of the listeners of a bus.
import { describe, expect, it } from "vitest";
import { createBus } from "./bus.ts";
import type { BusEvent } from "./bus.ts";

const event: BusEvent = { type: "access", org: "org-one-1", member: "member-1" };

describe("bus", () => {
  it("[ST30] calls every listener in order before publishing returns", () => {
    const heard: string[] = [];
    const bus = createBus();
    bus.subscribe(({ type }) => heard.push(`first ${type}`));
    bus.subscribe(({ type }) => heard.push(`second ${type}`));
    bus.publish(event);
    expect(heard).toEqual(["first access", "second access"]);
  });

  it("[ST30] goes on after a listener that throws, and the publisher never hears of it", () => {
    const errors: unknown[] = [];
    const heard: BusEvent[] = [];
    const bus = createBus((error) => errors.push(error));
    bus.subscribe(() => {
      throw new Error("broken listener");
    });
    bus.subscribe((each) => heard.push(each));
    bus.publish(event);
    expect(heard).toEqual([event]);
    expect(errors).toEqual([new Error("broken listener")]);
  });

  it("[ST30] stops calling a listener that was removed, also during an event, and counts one added twice as two", () => {
    const bus = createBus();
    let calls = 0;
    const listener = (): void => {
      calls += 1;
    };
    const removeFirst = bus.subscribe(listener);
    bus.subscribe(listener);
    removeFirst();
    removeFirst();
    bus.publish(event);
    expect(calls).toBe(1);
    const stop = { last: (): void => undefined };
    bus.subscribe(() => stop.last());
    stop.last = bus.subscribe(listener);
    bus.publish(event);
    expect(calls).toBe(2);
  });
});
