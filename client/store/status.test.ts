import { afterEach, describe, expect, test } from "vitest";
import { judge, RED_AFTER_MS } from "./status.ts";
import type { Facts } from "./status.ts";
import { makeNetwork } from "./network.testing.ts";
import { closeTabs, fast, makeLoner, newPerson, noNetwork, openTab, until } from "./testing.ts";

afterEach(closeTabs);

const calm: Facts = {
  changes: 0,
  oldest: null,
  quarantined: 0,
  isBehind: false,
  diskSince: null,
  diskFailure: null,
  isOnline: true,
  linkSince: 0,
  lastContact: 500,
  isSignedOut: false,
};
const waiting: Facts = { ...calm, changes: 3, oldest: { id: 7, since: 1000 } };
const kindAt = (facts: Facts, now: number): string => judge(facts, now).status.kind;

describe("the state of saving", () => {
  test("[S51] is saved when everything is acknowledged, and saving while something is on its way", () => {
    expect(judge(calm, 1000)).toEqual({
      status: { kind: "saved", count: 0, since: null, lastContact: "1970-01-01T00:00:00.500Z" },
      againAt: null,
    });
    expect(judge(waiting, 2000).status).toMatchObject({ kind: "saving", count: 3 });
    expect(kindAt({ ...calm, diskSince: 900 }, 1000)).toBe("saving");
    expect(kindAt({ ...calm, isBehind: true }, 1000)).toBe("saving");
  });

  test("[S52] turns red 8 s after a change has gone unanswered online, and says when to look again", () => {
    expect(judge(waiting, 1000 + RED_AFTER_MS - 1)).toMatchObject({
      status: { kind: "saving" },
      againAt: 1000 + RED_AFTER_MS,
    });
    expect(judge(waiting, 1000 + RED_AFTER_MS).status).toMatchObject({
      kind: "not_saved",
      reason: "unacknowledged",
      count: 3,
    });
  });

  test("[S52] counts from when the network came back, and anew while answers come in", () => {
    const back = { ...waiting, linkSince: 60_000 };
    expect(kindAt(back, 60_000 + RED_AFTER_MS - 1)).toBe("saving");
    expect(kindAt(back, 60_000 + RED_AFTER_MS)).toBe("not_saved");
    const next = { ...waiting, oldest: { id: 8, since: 70_000 } };
    expect(kindAt(next, 70_000 + RED_AFTER_MS - 1)).toBe("saving");
  });

  test("[S53] is offline without a link, with the number of changes on the device, and never red for it", () => {
    const offline = { ...waiting, isOnline: false, linkSince: 5000 };
    expect(judge(offline, 999_999_999).status).toMatchObject({
      kind: "offline",
      count: 3,
      since: "1970-01-01T00:00:05.000Z",
    });
  });

  test("[S54] is red whatever else holds when the disk fails, or does not answer for 8 s", () => {
    const full: Facts = { ...waiting, diskFailure: "full", isOnline: false, quarantined: 2 };
    expect(judge(full, 2000).status).toMatchObject({ kind: "not_saved", reason: "full" });
    const stuck: Facts = { ...calm, diskSince: 1000, isOnline: false };
    expect(judge(stuck, 1000 + RED_AFTER_MS).status).toMatchObject({ kind: "not_saved", reason: "device" });
  });

  test("[S54] asks for a sign-in when something waits for it", () => {
    const out = { ...waiting, isSignedOut: true };
    expect(judge(out, 2000).status).toMatchObject({ kind: "not_saved", reason: "signed_out" });
    expect(kindAt({ ...calm, isSignedOut: true }, 2000)).toBe("saved");
  });

  test("[S55] is refused while something is put aside, with how many", () => {
    expect(judge({ ...waiting, quarantined: 2 }, 2000).status).toMatchObject({ kind: "refused", count: 2 });
    expect(kindAt({ ...calm, quarantined: 1, isOnline: false }, 2000)).toBe("offline");
  });

  test("[S53] counts an act as one change, however many documents it writes", async () => {
    const tab = openTab(makeLoner(), { network: noNetwork() });
    await until(() => tab.store.status().kind === "offline");
    await tab.store.act(newPerson("Ayşe").calls);
    await until(() => tab.store.status().count === 1);
    await tab.store.act(newPerson("Bora").calls);
    await until(() => tab.store.status().count === 2);
    expect(tab.store.status().kind).toBe("offline");
  });

  test("[S52] turns red by itself when an online server does not answer", async () => {
    const network = makeNetwork();
    network.latency = () => Number.POSITIVE_INFINITY;
    const tab = openTab(makeLoner(), { network, parts: fast(40) });
    await tab.store.act(newPerson("Ayşe").calls);
    const kinds = new Set<string>();
    await until(() => {
      kinds.add(tab.store.status().kind);
      return tab.store.status().kind === "not_saved";
    });
    expect([...kinds]).toEqual(["saving", "not_saved"]);
    expect(tab.store.status().reason).toBe("unacknowledged");
  });
});
