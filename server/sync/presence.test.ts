import * as encoding from "lib0/encoding";
import * as decoding from "lib0/decoding";
import { describe, expect, test } from "vitest";
import { startLimits } from "../limits.ts";
import { createPresence } from "./presence.ts";
import type { Presence } from "./presence.ts";
import type { Watcher } from "./room.ts";

type Heard = { client: number; clock: number; state: unknown };

function socket(member: string): Watcher & { heard: Heard[] } {
  const heard: Heard[] = [];
  return {
    member,
    heard,
    flush: () => undefined,
    tell: () => undefined,
    close: () => undefined,
    deliver: () => undefined,
    show: (frame) => {
      const decoder = decoding.createDecoder(frame);
      decoding.readVarUint(decoder);
      const body = decoding.createDecoder(decoding.readVarUint8Array(decoder));
      const count = decoding.readVarUint(body);
      for (let index = 0; index < count; index += 1) {
        const client = decoding.readVarUint(body);
        heard.push({ client, clock: decoding.readVarUint(body), state: JSON.parse(decoding.readVarString(body)) });
      }
    },
  };
}

function states(...entries: [client: number, clock: number, state: unknown][]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, entries.length);
  for (const [client, clock, state] of entries) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, JSON.stringify(state));
  }
  return encoding.toUint8Array(encoder);
}

function setup(): {
  presence: Presence;
  a: ReturnType<typeof socket>;
  b: ReturnType<typeof socket>;
  tick: (ms: number) => void;
} {
  const [a, b] = [socket("ada"), socket("ben")];
  let now = 0;
  let waiting: { run: () => void; at: number }[] = [];
  const presence = createPresence({
    watchers: () => [a, b],
    ownerOf: (client) => (client === 77 ? "ben" : null),
    limits: startLimits,
    clock: () => now,
    later: (run, ms) => void waiting.push({ run, at: now + ms }),
  });
  const tick = (ms: number): void => {
    now += ms;
    const due = waiting.filter(({ at }) => at <= now);
    waiting = waiting.filter(({ at }) => at > now);
    for (const { run } of due) run();
  };
  return { presence, a, b, tick };
}

const faceA = { id: "ada", color: "#111111" };
const faceB = { id: "ben", color: "#222222" };

describe("presence", () => {
  test("[PR2] the server writes who it is", () => {
    const { presence, a, b } = setup();
    presence.announce(a, faceA, states([1, 1, { user: { id: "ben", name: "Ben" }, place: { field: "name" } }]));
    expect(b.heard).toEqual([{ client: 1, clock: 1, state: { user: faceA, place: { field: "name" } } }]);
    expect(a.heard).toEqual([]);
  });

  test("[PR1] nobody forges or removes another's presence; a newer socket of the member takes it over", () => {
    const { presence, a, b, tick } = setup();
    presence.announce(a, faceA, states([1, 1, {}]));
    tick(1000);
    presence.announce(b, faceB, states([1, 9, null], [1, 10, { forged: true }]));
    expect(a.heard).toEqual([]);
    const again = socket("ada");
    presence.announce(again, faceA, states([1, 2, { place: 1 }]));
    expect(b.heard.at(-1)).toEqual({ client: 1, clock: 2, state: { place: 1, user: faceA } });
    presence.leave(a);
    expect(b.heard.at(-1)?.state).not.toBeNull();
  });

  test("[PR1] nobody shows a client id under which another member wrote", () => {
    const { presence, a, b, tick } = setup();
    presence.announce(a, faceA, states([77, 1, {}]));
    expect(b.heard).toEqual([]);
    tick(1000);
    presence.announce(b, faceB, states([77, 1, {}]));
    expect(a.heard.map(({ client }) => client)).toEqual([77]);
    expect([presence.ownerOf(77), presence.ownerOf(1)]).toEqual(["ben", null]);
  });

  test("[PR2] drops states that are too large or no objects", () => {
    const { presence, a, b } = setup();
    for (const state of ["x".repeat(2000), 7, [1], "text"]) presence.announce(a, faceA, states([1, 1, state]));
    presence.announce(a, faceA, Uint8Array.of(200, 200, 1));
    expect(b.heard).toEqual([]);
  });

  test("[PR2] counts bytes, not characters, and drops numbers that would make a provider throw", () => {
    const { presence, a, b } = setup();
    presence.announce(a, faceA, states([1, 1, { place: "ş".repeat(600) }]));
    presence.announce(a, faceA, states([2 ** 33, 1, {}], [1, Number.MAX_SAFE_INTEGER, {}]));
    presence.leave(a);
    expect(b.heard).toEqual([]);
    presence.announce(a, faceA, states([1, 1, { place: "ş".repeat(400) }]));
    expect(b.heard).toHaveLength(1);
  });

  test("[PR1] an id that was taken away and comes again belongs to who announces it then, by a new claim", () => {
    const { presence, a, b, tick } = setup();
    presence.announce(a, faceA, states([1, 5, {}]));
    presence.announce(b, faceB, states([1, 6, null]));
    expect(presence.ownerOf(1)).toBe("ada");
    presence.leave(a);
    expect(presence.ownerOf(1)).toBeNull();
    tick(1000);
    presence.announce(b, faceB, states([1, 7, {}]));
    expect(a.heard.at(-1)).toMatchObject({ client: 1, state: { user: faceB } });
  });

  test("[PR3] above the rate the newest state waits for the next slot", () => {
    const { presence, a, b, tick } = setup();
    for (let clock = 1; clock <= 10; clock += 1) presence.announce(a, faceA, states([1, clock, { place: clock }]));
    expect(b.heard.map(({ clock }) => clock)).toEqual([1]);
    tick(600);
    expect(b.heard.map(({ clock }) => clock)).toEqual([1, 10]);
  });

  test("[PR4] one id per socket", () => {
    const { presence, a, b } = setup();
    presence.announce(a, faceA, states([1, 1, {}], [2, 1, {}], [3, 1, {}]));
    expect(b.heard.map(({ client }) => client)).toEqual([1]);
  });

  test("[PR5] a closed socket is taken away for everybody", () => {
    const { presence, a, b } = setup();
    presence.announce(a, faceA, states([1, 4, {}]));
    presence.leave(a);
    expect(b.heard.at(-1)).toEqual({ client: 1, clock: 5, state: null });
    expect(presence.everybody()).toBeNull();
  });
});
