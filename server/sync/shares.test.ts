import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { writeAwareness } from "../../shared/protocol.ts";
import { startLimits } from "../limits.ts";
import { createShares, createThrottle } from "./shares.ts";
import { ada, ben, change, contactDoc, joinRoom, putContact, setupTenant, submit } from "./testing.ts";

const limits = { ...startLimits, framesPerMemberPerSecond: 10, workMsPerMemberPerSecond: 100 };

describe("shares", () => {
  test("[SO11] a socket has its rate and saves up four seconds of it, not more", () => {
    let now = 0;
    const take = createThrottle({ ...startLimits, framesPerSecond: 2 }, () => now);
    now += 60_000;
    expect(Array.from({ length: 10 }, () => take(1)).filter(Boolean)).toHaveLength(8);
    now += 2000;
    expect([take(1), take(1), take(1)]).toEqual([true, true, false]);
  });

  test("[SO11] bytes count as well, and a clock that goes back gives nothing", () => {
    let now = 10_000;
    const take = createThrottle({ ...startLimits, frameBytesPerSecond: 100 }, () => now);
    expect([take(400), take(1)]).toEqual([true, false]);
    now = 0;
    expect(take(1)).toBe(false);
  });

  test("[SO16] a member's sockets share one allowance; a colleague has another", () => {
    const share = createShares(limits, () => 0);
    const frames = Array.from({ length: 60 }, () => share("ada").take(1));
    expect(frames.filter(Boolean)).toHaveLength(40);
    expect(share("ben").take(1)).toBe(true);
  });

  test("[SO16] time that the server works for a member is owed, and paid with time", () => {
    let now = 0;
    const share = createShares(limits, () => now);
    share("ada").worked(300);
    expect(share("ada").waitMs()).toBe(0);
    share("ada").worked(600);
    expect(share("ada").waitMs()).toBe(5000);
    expect(share("ada").waitInQueueMs()).toBe(5000);
    now += 2000;
    expect([share("ada").waitInQueueMs(), share("ada").waitMs() > 2900]).toEqual([0, true]);
    now += 2000;
    expect(share("ada").waitMs()).toBeGreaterThan(900);
    now += 1001;
    expect(share("ada").waitMs()).toBe(0);
  });

  test("[SO16] a long piece of work that holds up everybody counts more than the same time in small pieces", () => {
    const share = createShares(limits, () => 0);
    for (let piece = 0; piece < 100; piece += 1) share("ada").heldUp(1);
    share("ben").heldUp(100);
    expect(share("ada").used()).toBeCloseTo(102);
    expect(share("ben").used()).toBeCloseTo(300);
  });

  test("[SO16] bodies over HTTP count among a member's bytes, and are paid with time", () => {
    let now = 0;
    const share = createShares({ ...limits, frameBytesPerMemberPerSecond: 1000 }, () => now);
    share("ada").received(4000);
    expect(share("ada").waitMs()).toBe(0);
    share("ada").received(500);
    expect([share("ada").waitMs(), share("ada").waitInQueueMs(), share("ben").waitMs()]).toEqual([500, 0, 0]);
    now += 500;
    expect(share("ada").waitMs()).toBe(0);
  });

  test("[SO16] members who ask for nothing are forgotten; what one owes is not", () => {
    let now = 0;
    const share = createShares(limits, () => now);
    share("ada").worked(100_000);
    for (let turn = 0; turn < 5000; turn += 1) share(`m${turn}`).take(1);
    now += 1000;
    expect(share("ada").waitMs()).toBeGreaterThan(0);
  });

  test("[SO16] what an update costs is noted to who sent it, refused ones too", async () => {
    const bench = setupTenant();
    const work: number[] = [];
    const worked = (ms: number) => void work.push(ms);
    const share = { worked, heldUp: worked, used: () => 0, waitInQueueMs: () => 0 };
    const device = await joinRoom(bench, contactDoc, { share });
    device.sendUpdate(change(new Y.Doc(), (ydoc) => putContact(ydoc, "Ayşe")));
    device.sendUpdate(change(new Y.Doc(), (ydoc) => ydoc.getMap("elsewhere").set("a", 1)));
    await bench.tenant.idle();
    expect(work.length).toBeGreaterThanOrEqual(2);
    expect(work.every((ms) => ms > 0)).toBe(true);
  });
});

test("[SO16] what still waits of a member who has overdrawn is not taken; the others of the tick are", async () => {
  const bench = setupTenant();
  let owed = 0;
  const worked = () => void (owed = 5000);
  const share = { worked, heldUp: worked, used: () => 0, waitInQueueMs: () => owed };
  const ydoc = new Y.Doc();
  await submit(
    bench,
    change(ydoc, (each) => putContact(each, "Ayşe")),
  );
  const rename = (name: string): Uint8Array => {
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(ydoc));
    return change(copy, (each) => (each.getMap("contact").get("self") as Y.Map<unknown>).set("name", name));
  };
  const greedy = await joinRoom(bench, contactDoc, { share });
  const other = await joinRoom(bench, contactDoc, { member: ben });
  greedy.sendUpdate(rename("Bora"));
  greedy.sendUpdate(change(new Y.Doc(), (each) => each.getMap("elsewhere").set("a", 1)));
  other.sendUpdate(rename("Ceyda"));
  await bench.tenant.idle();
  expect(greedy.closed).toEqual({ type: "too_fast", retryAfterMs: 5000 });
  expect(other.settled.map(({ frames }) => frames)).toEqual([1]);
});

const state = (client: number, clock: number): Uint8Array =>
  writeAwareness(Uint8Array.of(1, client, clock, 2, 0x7b, 0x7d));

describe("slow readers", () => {
  test("[SO17] are spared presence, and get all of it once they read again; documents reach them throughout", async () => {
    const bench = setupTenant();
    let isSlow = false;
    const slow = await joinRoom(bench, contactDoc, { isSlow: () => isSlow });
    const writer = await joinRoom(bench, contactDoc, { member: ben });
    const other = await joinRoom(bench, contactDoc, { member: ada });
    isSlow = true;
    const before = slow.frames.length;
    writer.connection.receive(state(5, 1));
    other.connection.receive(state(6, 1));
    slow.connection.beat();
    expect(slow.frames.length).toBe(before);
    writer.sendUpdate(change(new Y.Doc(), (ydoc) => putContact(ydoc, "Ayşe", ben)));
    await bench.tenant.idle();
    expect(slow.updates).toHaveLength(1);
    isSlow = false;
    slow.connection.beat();
    const text = Buffer.from(slow.frames.at(-1) ?? []).toString("latin1");
    expect([...text.matchAll(/member0+(ada|ben)/g)].map(([, name]) => name)).toEqual(["ben", "ada"]);
    slow.connection.beat();
    expect(slow.frames.at(-1)?.length).toBe(3);
  });
});
