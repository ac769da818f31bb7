// Owns the rules of y-websocket's protocol that can be seen from outside, each as one try against a server. A rule that may be kept
// in more than one way answers with how it was. The words stand in ../server/SPEC.md (CF). Never knows which server it is.
import { hostileRules } from "./rules.hostile.ts";
import { presenceRules } from "./rules.presence.ts";
import type { Client } from "./client.ts";
import { joinSynced } from "./client.ts";
import { must, openPair, write } from "./rule.ts";
import type { Rule } from "./rule.ts";
import * as Y from "yjs";
import { syncFrame } from "./wire.ts";

const closeAll = async (...clients: readonly Client[]): Promise<void> =>
  void (await Promise.all(clients.map((client) => client.close())));

const sameState = (first: Y.Doc, second: Y.Doc): boolean =>
  Y.equalSnapshots(Y.snapshot(first), Y.snapshot(second)) && second.store.pendingStructs === null;

const greeting: Rule = {
  id: "CF1",
  title: "a server greets with SyncStep1 and answers SyncStep1 with SyncStep2",
  run: async (target) => {
    const client = await joinSynced(target, target.content.room());
    await client.until("the server's SyncStep1", () => client.frames.some(({ kind }) => kind === "step1"));
    await client.close();
  },
};

const missingOnly: Rule = {
  id: "CF2",
  title: "a SyncStep2 holds what the state vector lacks, and nothing that it has",
  run: async (target) => {
    const { room, first, second } = await openPair(target);
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(second.ydoc));
    const again = await joinSynced(target, room, copy);
    const answer = again.frames.find(({ kind }) => kind === "step2");
    must(answer?.kind === "step2" && Y.decodeUpdate(answer.body).structs.length === 0, "it sent again what was there");
    const fresh = await joinSynced(target, room);
    must(sameState(first.ydoc, fresh.ydoc), "a newcomer's document differs");
    await closeAll(first, second, again, fresh);
  },
};

const relay: Rule = {
  id: "CF3",
  title: "an update reaches the others in the room, a deletion too",
  run: async (target) => {
    const { first, second } = await openPair(target);
    await write(target, [first, second], "bir");
    await write(target, [second, first], "iki");
    target.content.remove(first.ydoc, "iki");
    await second.until("the deletion", () => !target.content.entries(second.ydoc).includes("iki"));
    must(sameState(first.ydoc, second.ydoc), "the documents differ");
    await closeAll(first, second);
  },
};

const atOnce: Rule = {
  id: "CF4",
  title: "what two write at once is the same for both afterwards",
  run: async (target) => {
    const { first, second } = await openPair(target);
    for (let turn = 0; turn < 15; turn += 1) {
      target.content.add(first.ydoc, `a${turn}`);
      target.content.add(second.ydoc, `b${turn}`);
    }
    for (const client of [first, second]) {
      await client.until("all texts", () => target.content.entries(client.ydoc).length === 31);
    }
    must(sameState(first.ydoc, second.ydoc), "the documents differ");
    await closeAll(first, second);
  },
};

const offline: Rule = {
  id: "CF5",
  title: "after a reconnect both sides have what the other wrote meanwhile",
  run: async (target) => {
    const { room, first, second } = await openPair(target);
    await second.close();
    const away = second.ydoc;
    target.content.add(away, "çevrimdışı");
    target.content.add(first.ydoc, "bu arada");
    const back = await joinSynced(target, room, away);
    await first.until("what was written offline", () => target.content.entries(first.ydoc).includes("çevrimdışı"));
    await back.until("what was written meanwhile", () => target.content.entries(away).includes("bu arada"));
    must(sameState(first.ydoc, away), "the documents differ");
    await closeAll(first, back);
  },
};

const kept: Rule = {
  id: "CF6",
  title: "who comes while somebody is there gets the document",
  run: async (target) => {
    const { room, first, second } = await openPair(target);
    await closeAll(second);
    const third = await joinSynced(target, room);
    await third.until("the document", () => target.content.entries(third.ydoc).includes("ilk"));
    await closeAll(first, third);
  },
};

const isolated: Rule = {
  id: "CF7",
  title: "rooms hear nothing of each other",
  run: async (target) => {
    const one = await openPair(target);
    const other = await openPair(target);
    const heard = other.second.frames.length;
    await write(target, [one.first, one.second], "yalnız burada");
    one.first.awareness.setLocalStateField("conformance", "yalnız burada");
    // Hint: a turn of its own room behind it, so that what was on its way would have come.
    await write(target, [other.first, other.second], "başka oda");
    must(!target.content.entries(other.second.ydoc).includes("yalnız burada"), "a text came from another room");
    const foreign = other.second.frames.slice(heard).filter(({ kind }) => kind === "awareness").length;
    must(foreign === 0 || other.second.awareness.getStates().size <= 2, "presence came from another room");
    await closeAll(one.first, one.second, other.first, other.second);
  },
};

const large: Rule = {
  id: "CF8",
  title: "an update of 200 kB arrives whole",
  run: async (target) => {
    const { first, second } = await openPair(target);
    first.ydoc.transact(() => {
      for (let part = 0; part < 100; part += 1) target.content.add(first.ydoc, `${part} ${"büyük ".repeat(290)}`);
    });
    await second.until("all of it", () => target.content.entries(second.ydoc).length === 101);
    must(sameState(first.ydoc, second.ydoc), "the documents differ");
    await closeAll(first, second);
  },
};

const collected: Rule = {
  id: "CF9",
  title: "a newcomer gets nothing of a text that was deleted",
  run: async (target) => {
    const { room, first, second } = await openPair(target);
    const secret = "silinecek-metin-0123456789";
    await write(target, [first, second], secret);
    target.content.remove(first.ydoc, secret);
    await second.until("the deletion", () => !target.content.entries(second.ydoc).includes(secret));
    const third = await joinSynced(target, room);
    const bytes = third.frames.flatMap((frame) => (frame.kind === "step2" ? [Buffer.from(frame.body)] : []));
    must(!Buffer.concat(bytes).includes(secret), "the deleted text is in the SyncStep2");
    await closeAll(first, second, third);
  },
};

const twice: Rule = {
  id: "CF10",
  title: "an update that comes twice changes nothing",
  run: async (target) => {
    const { first, second } = await openPair(target);
    const all = Y.encodeStateAsUpdate(first.ydoc);
    for (let turn = 0; turn < 3; turn += 1) first.send(syncFrame("update", all));
    await write(target, [first, second], "sonra");
    must(sameState(first.ydoc, second.ydoc), "the documents differ");
    await closeAll(first, second);
  },
};

/** Every rule in the order of its number. */
export const rules: readonly Rule[] = [
  greeting,
  missingOnly,
  relay,
  atOnce,
  offline,
  kept,
  isolated,
  large,
  collected,
  twice,
  ...presenceRules,
  ...hostileRules,
];
