// Owns the rules of presence (y-protocols/awareness): who is seen, by whom, and until when.
import { WebSocket } from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { join, joinSynced } from "./client.ts";
import type { Client, Target } from "./client.ts";
import { must, openPair, write } from "./rule.ts";
import type { Rule } from "./rule.ts";
import { queryAwarenessFrame } from "./wire.ts";

/** What one client knows of another's presence; the rest of a state may be the server's. */
const seenBy = (client: Client, of: Client): unknown =>
  client.awareness.getStates().get(of.ydoc.clientID)?.["conformance"] ?? null;

async function show(from: Client, to: Client, value: unknown): Promise<void> {
  from.awareness.setLocalState({ conformance: value });
  await to.until(`presence ${String(value)}`, () => seenBy(to, from) === value);
}

const set: Rule = {
  id: "CF11",
  title: "a presence reaches the others, and so does its change",
  run: async (target) => {
    const { first, second } = await openPair(target);
    await show(first, second, "bir");
    await show(second, first, "iki");
    await show(first, second, "üç");
    await Promise.all([first.close(), second.close()]);
  },
};

const newcomers: Rule = {
  id: "CF12",
  title: "a newcomer is told who is there",
  run: async (target) => {
    const { room, first, second } = await openPair(target);
    await show(first, second, "burada");
    const third = await joinSynced(target, room);
    await third.until("the presence of who was there", () => seenBy(third, first) === "burada");
    await Promise.all([first.close(), second.close(), third.close()]);
  },
};

const asked: Rule = {
  id: "CF27",
  title: "who asks (message 3) is told who is there",
  run: async (target) => {
    const { first, second } = await openPair(target);
    await show(first, second, "burada");
    const count = (): number => second.frames.filter(({ kind }) => kind === "awareness").length;
    const before = count();
    second.send(queryAwarenessFrame());
    await second.until("an answer to message 3", () => count() > before);
    await Promise.all([first.close(), second.close()]);
  },
};

const removed: Rule = {
  id: "CF13",
  title: "who takes a presence away, or leaves, or breaks off, is seen no more",
  run: async (target) => {
    const { room, first, second } = await openPair(target);
    await show(first, second, "burada");
    first.awareness.setLocalState(null);
    await second.until("the end of a presence", () => !second.awareness.getStates().has(first.ydoc.clientID));
    for (const leave of [(client: Client) => void client.close(), (client: Client) => client.socket.terminate()]) {
      const third = await joinSynced(target, room);
      await show(third, second, "kısa");
      leave(third);
      await second.until("the end of who left", () => !second.awareness.getStates().has(third.ydoc.clientID));
    }
    await Promise.all([first.close(), second.close()]);
  },
};

const timeout: Rule = {
  id: "CF14",
  title: "a presence that nobody renews for 30 s is seen no more",
  isSlow: true,
  run: async (target) => {
    const { room, first, second } = await openPair(target);
    await show(first, second, "uyuyor");
    // Hint: y-protocols renews a state by itself after 15 s; a sleeping tab does not.
    clearInterval(first.awareness._checkInterval);
    const patient = { ...target, patienceMs: 45_000 };
    const third = await joinSynced(patient, room);
    await third.until("the presence", () => seenBy(third, first) === "uyuyor");
    const busy = setInterval(() => third.send(queryAwarenessFrame()), 2000);
    await third.until("the end of a presence", () => !third.awareness.getStates().has(first.ydoc.clientID));
    clearInterval(busy);
    await Promise.all([first, second, third].map((client) => client.close()));
  },
};

const provider: Rule = {
  id: "CF15",
  title: "the unmodified provider of y-websocket 3 syncs, writes and shows presence",
  run: async (target) => {
    const { room, first, second } = await openPair(target);
    const stock = openProvider(target, room);
    await first.until("the provider's text", () => target.content.entries(first.ydoc).includes("sağlayıcı"));
    await first.until("the provider's presence", () => first.awareness.getStates().has(stock.doc.clientID));
    await write(target, [second, first], "karşılık");
    must(stock.synced, "the provider does not say that it has synced");
    stock.destroy();
    await Promise.all([first.close(), second.close()]);
  },
};

/** A provider that adds a text once it has synced. */
function openProvider(target: Target, room: string): WebsocketProvider {
  const { headers, content, url } = target;
  const WithHeaders = class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers });
    }
  };
  const stock = new WebsocketProvider(url.replace(/\/$/, ""), room, new Y.Doc(), {
    // Hint: the socket of ws has all that the provider uses of a browser's.
    WebSocketPolyfill: WithHeaders as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  });
  stock.once("sync", () => content.add(stock.doc, "sağlayıcı"));
  // Hint: the state a provider begins with has the clock that others take for "nothing yet"; it is seen from its first change.
  stock.awareness.setLocalState({ conformance: "sağlayıcı" });
  return stock;
}

const quiet: Rule = {
  id: "CF16",
  title: "the unmodified provider stays connected in a quiet room for 45 s",
  isSlow: true,
  run: async (target) => {
    const room = target.content.room();
    const stock = openProvider(target, room);
    let closes = 0;
    stock.on("connection-close", () => void (closes += 1));
    const witness = await join({ ...target, patienceMs: 46_000 }, target.content.room(), { isSilent: true });
    await witness.until("nothing", () => false).catch(() => undefined);
    must(closes === 0, `it was closed ${closes} times`);
    stock.destroy();
    await witness.close();
  },
};

/** The rules of presence and of the stock provider. */
export const presenceRules: readonly Rule[] = [set, newcomers, removed, timeout, provider, quiet, asked];
