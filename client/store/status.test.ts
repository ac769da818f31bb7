import { afterEach, describe, expect, test } from "vitest";
import { BREAK_MS, judge, RED_AFTER_MS } from "./judge.ts";
import type { Facts } from "./judge.ts";
import type { NotSavedReason } from "../saving.ts";
import { syncWords } from "../ui/syncText.ts";
import { allActions } from "../../shared/actions.ts";
import { recordPersonActivity, recordStudioActivity } from "../../shared/activity.ts";
import { historyActions } from "./status.ts";
import { makeNetwork } from "./network.testing.ts";
import { closeTabs, fast, makeLoner, newPerson, noNetwork, openTab, until } from "./testing.ts";

afterEach(closeTabs);

const calm: Facts = {
  toWall: 0,
  isCounted: true,
  startedAt: 0,
  changes: 0,
  stored: 0,
  oldest: null,
  quarantined: 0,
  diskSince: null,
  diskFailure: null,
  isOnline: true,
  linkSince: 0,
  onlineSince: 0,
  lastContact: 500,
  blocked: null,
  standing: "current",
  isStopped: false,
};
const waiting: Facts = { ...calm, changes: 3, stored: 3, oldest: { id: 7, since: 1000 } };
const kindAt = (facts: Facts, now: number): string => judge(facts, now).status.kind;

describe("the state of saving", () => {
  test("[CH2] offline says to be on the device what the disk has, and counts the rest as waiting", () => {
    const away = { ...calm, isOnline: false, lastContact: null, changes: 3, stored: 2, diskSince: 900 };
    expect(judge(away, 1000).status).toMatchObject({ kind: "offline", count: 2, waiting: 3 });
  });

  test("[S51] is saved when everything is acknowledged, and saving while something is on its way", () => {
    expect(judge(calm, 1000)).toEqual({
      status: {
        kind: "saved",
        count: 0,
        waiting: 0,
        refused: 0,
        isOffline: false,
        since: null,
        lastContact: "1970-01-01T00:00:00.500Z",
      },
      againAt: null,
    });
    expect(judge(waiting, 2000).status).toMatchObject({ kind: "saving", count: 3 });
    expect(kindAt({ ...calm, diskSince: 900 }, 1000)).toBe("saving");
  });

  test("[CH3] says that it opens, and neither saved nor saving, until the disk has answered; red after 8 s", () => {
    const opening = { ...calm, isCounted: false, startedAt: 1000 };
    expect(judge(opening, 2000)).toMatchObject({ status: { kind: "opening" }, againAt: 1000 + RED_AFTER_MS });
    expect(kindAt({ ...opening, diskSince: 1500 }, 2000)).toBe("saving");
    expect(judge(opening, 1000 + RED_AFTER_MS).status).toMatchObject({ kind: "not_saved", reason: "device" });
    expect(judge({ ...calm, isStopped: true }, 2000).status).toMatchObject({ kind: "not_saved", reason: "stopped" });
  });

  test("[CH4] is red for one reason of a list, and each has a sentence of its own that says what to do", () => {
    const late = 1000 + RED_AFTER_MS;
    const red: Record<NotSavedReason, Facts> = {
      stopped: { ...calm, isStopped: true },
      device: { ...calm, diskFailure: "device", diskSince: 900 },
      full: { ...calm, diskFailure: "full", diskSince: 900 },
      signed_out: { ...waiting, blocked: "signed_out" },
      other_member: { ...waiting, blocked: "other_member" },
      unverified: { ...waiting, blocked: "email_unverified" },
      outdated: { ...waiting, standing: "outdated" },
      unacknowledged: waiting,
    };
    for (const [reason, facts] of Object.entries(red))
      expect(judge(facts, late).status).toMatchObject({ kind: "not_saved", reason });
    for (const words of [syncWords.tr.reason, syncWords.en.reason]) {
      const sentences: readonly string[] = Object.keys(red).map((reason) => Reflect.get(words, reason));
      expect(sentences.every((sentence) => /\S.*\.$/.test(sentence))).toBe(true);
      expect(new Set(sentences).size).toBe(sentences.length);
    }
    expect(judge({ ...red.full, blocked: "signed_out", standing: "outdated" }, late).status.reason).toBe("full");
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
    const back = { ...waiting, linkSince: 60_000, onlineSince: 60_000 };
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

  test("[CH5] a break that ends within 2 s is not told, and nothing turns red in it", () => {
    const cut = { ...calm, isOnline: false, linkSince: 5000 };
    expect(judge(cut, 5000 + BREAK_MS - 1)).toMatchObject({ status: { kind: "saved" }, againAt: 5000 + BREAK_MS });
    expect(kindAt(cut, 5000 + BREAK_MS)).toBe("offline");
    const due = { ...waiting, isOnline: false, linkSince: 1000 + RED_AFTER_MS - 1 };
    expect(kindAt(due, 1000 + RED_AFTER_MS)).toBe("saving");
    const red = { ...waiting, isOnline: false, linkSince: 1000 + RED_AFTER_MS };
    expect(kindAt(red, 1000 + RED_AFTER_MS + 1)).toBe("not_saved");
    expect(kindAt(red, 1000 + RED_AFTER_MS + BREAK_MS)).toBe("offline");
  });

  test("[CH5] a start without a network is told at once", () => {
    expect(kindAt({ ...calm, isOnline: false, linkSince: 1000, lastContact: null }, 1000)).toBe("offline");
  });

  test("[S54] asks for what it waits for: a sign-in, a confirmed address, a newer version", () => {
    const reasonOf = (facts: Partial<Facts>) => judge({ ...waiting, ...facts }, 2000).status.reason;
    expect(reasonOf({ blocked: "signed_out" })).toBe("signed_out");
    expect(reasonOf({ blocked: "other_member" })).toBe("other_member");
    expect(reasonOf({ blocked: "email_unverified" })).toBe("unverified");
    expect(reasonOf({ standing: "outdated" })).toBe("outdated");
    expect(kindAt({ ...calm, blocked: "signed_out" }, 2000)).toBe("saved");
    expect(kindAt({ ...calm, standing: "outdated" }, 2000)).toBe("saved");
  });

  test("[CH6] waits without red for a server that is older than the app", () => {
    expect(kindAt({ ...waiting, standing: "ahead" }, 999_999)).toBe("held");
    expect(kindAt({ ...calm, standing: "ahead" }, 999_999)).toBe("saved");
  });

  test("[CH2] is refused while something is put aside, offline too, and says both with how many", () => {
    expect(judge({ ...waiting, quarantined: 2 }, 2000).status).toMatchObject({ kind: "refused", count: 2, waiting: 3 });
    const offline = { ...waiting, quarantined: 1, isOnline: false, linkSince: 100 };
    expect(judge(offline, 50_000).status).toMatchObject({ kind: "refused", count: 1, waiting: 3, isOffline: true });
    const full: Facts = { ...offline, diskFailure: "full" };
    expect(judge(full, 50_000).status).toMatchObject({ kind: "not_saved", refused: 1, isOffline: true });
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

  test("[S53] counts no entry of the history, which it knows by name", () => {
    const names = allActions.filter((action) => action.activity({ action: "", version: 1, args: {} }, "") === null);
    const histories = [recordPersonActivity.name, recordStudioActivity.name];
    expect([...historyActions].toSorted()).toEqual(histories.toSorted());
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(histories));
  });

  test("[S52] turns red by itself when an online server does not answer", async () => {
    const network = makeNetwork();
    network.latency = () => Number.POSITIVE_INFINITY;
    const tab = openTab(makeLoner(), { network, parts: fast(8) });
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
