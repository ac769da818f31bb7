// What a device does where the network is worse than gone: no socket opens, a socket lies, a server refuses everything.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import * as Y from "yjs";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import { createNote, notes } from "../../shared/notes.ts";
import { textToPlain } from "../../shared/text.ts";
import { startTestServer } from "../../server/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { makeNetwork, NetSocket } from "./network.testing.ts";
import type { Network } from "./network.testing.ts";
import type { OpenDocument } from "./store.ts";
import { closeTabs, fast, newPerson, openTab, until } from "./testing.ts";
import type { Tab, TabOptions } from "./testing.ts";

let server: TestServer;
let owner: Member;
let colleague: Member;

beforeAll(async () => {
  server = await startTestServer({ env: { LIMITS: '{"nudgeAliveMs":100}' } });
  owner = await server.owner("ada@example.com");
  colleague = await server.invite(owner, "ben@example.com", "assistant");
});
afterEach(closeTabs);
afterAll(() => server.close());

/** How sockets behave now: `isOpen` lets them through, `isDeaf` lets nothing in without a word, `code` ends them once they are open. */
type Way = { isOpen: boolean; isDeaf: boolean; code: number | null; opened: number };

/** Sockets that a proxy refuses, or that break in another way, over a network that otherwise works. */
function sockets(member: Member, network: Network, way: Way): typeof WebSocket {
  const Socket = class extends NetSocket {
    constructor(address: string | URL) {
      super(address, { network, member });
      way.opened += 1;
      if (!way.isOpen) queueMicrotask(() => this.cut());
      const { code } = way;
      if (code !== null) this.addEventListener("open", () => this.fail(code));
    }

    override dispatchEvent(event: Event): boolean {
      return way.isDeaf && event.type === "message" ? true : super.dispatchEvent(event);
    }
  };
  // Hint: it has of a browser's WebSocket what y-websocket and the store use.
  return Socket as unknown as typeof WebSocket;
}

function tabOn(member: Member, way: Partial<Way>, options: TabOptions = {}): { tab: Tab; way: Way } {
  const network = options.network ?? makeNetwork();
  const full: Way = { isOpen: true, isDeaf: false, code: null, opened: 0, ...way };
  const parts = { ...options.parts, WebSocket: sockets(member, network, full) };
  return { tab: openTab({ url: server.url, member }, { ...options, network, parts }), way: full };
}

const textOf = (open: OpenDocument, noteId: string): Y.XmlText => {
  const paragraph = open.read(notes, noteId)?.record.body.get(0);
  const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null;
  if (!(text instanceof Y.XmlText)) throw new Error("no text");
  return text;
};

const isSaved = async ({ store, db }: Tab): Promise<boolean> =>
  store.status().kind === "saved" && (await db.updates.where("unsent").equals(1).count()) === 0;

const plainOn = async (noteId: string, client: ReturnType<typeof docId>): Promise<string> => {
  const [entry] = (await owner.changes(`doc=${client}`)).entries;
  const ydoc = new Y.Doc();
  if (entry?.kind === "state") Y.applyUpdateV2(ydoc, entry.state);
  const body = ydoc.getMap<Y.Map<Y.XmlFragment>>("notes").get(noteId)?.get("body");
  return body === undefined ? "" : textToPlain(body);
};

test("[RE34] where no socket opens a note is written together over HTTP, and goes back to its room by itself", async () => {
  const { tab: one, way } = tabOn(owner, { isOpen: false });
  const { tab: other } = tabOn(colleague, {}, { role: "assistant" });
  const { subject, calls } = newPerson("Ayşe");
  const client = docId("client", subject);
  const made = await one.store.act([...calls, { doc: client, call: call(createNote, { text: "." }) }]);
  const noteId = made.ok ? (made.value.ids[2] ?? "") : "";
  await until(() => isSaved(one));
  const [here, there] = [await one.store.open(client), await other.store.open(client)];
  await until(() => there.read(notes, noteId) !== null);

  const kinds = new Set<string>();
  const watch = setInterval(() => kinds.add(one.store.status().kind), 5);
  const sent = performance.now();
  textOf(here, noteId).insert(0, "ada ");
  await until(async () => (await plainOn(noteId, client)) === "ada .");
  expect(performance.now() - sent).toBeLessThan(1000);
  await until(() => textOf(there, noteId).toJSON() === "ada .");
  const answered = performance.now();
  textOf(there, noteId).insert(5, " ben");
  await until(() => textOf(here, noteId).toJSON() === "ada . ben");
  expect(performance.now() - answered).toBeLessThan(5000);
  await until(() => isSaved(one));
  clearInterval(watch);
  expect([...kinds].toSorted()).toEqual(["saved", "saving"]);

  way.isOpen = true;
  await until(() => [...one.network.sockets].filter(({ readyState }) => readyState === 1).length === 3, 30_000);
  const back = performance.now();
  textOf(there, noteId).insert(0, "! ");
  await until(() => textOf(here, noteId).toJSON() === "! ada . ben");
  expect(performance.now() - back).toBeLessThan(1000);
  here.release();
  there.release();
}, 60_000);

test("[RE34] the feed is asked often while a document is on screen, less often when nothing happens, seldom out of sight", async () => {
  let isVisible = true;
  const network = makeNetwork();
  const page = { isOnline: network.isOnline, listen: network.listen, isVisible: () => isVisible };
  const { tab } = tabOn(owner, { isOpen: false }, { network, parts: { ...fast(50), page } });
  const { subject, calls } = newPerson("Ayşe");
  await tab.store.act(calls);
  await until(() => isSaved(tab));
  const polls = (): number => network.calls.filter((line) => line.includes("/changes?after=")).length;
  /** How often the feed is asked in two minutes of the device's time. */
  const inTwoMinutes = async (): Promise<number> => {
    const [before, end] = [polls(), tab.parts.steady() + 120_000];
    await until(() => tab.parts.steady() > end);
    return polls() - before;
  };
  const open = await tab.store.open(docId("contact", subject));
  const busy = await inTwoMinutes();
  open.release();
  const still = tab.parts.steady() + 70_000;
  await until(() => tab.parts.steady() > still);
  const idle = await inTwoMinutes();
  isVisible = false;
  const hidden = await inTwoMinutes();
  // Hint: at fifty times the speed a call takes a second or two of the device.
  expect(busy).toBeGreaterThan(idle);
  expect(busy).toBeGreaterThan(8);
  expect(busy).toBeLessThan(45);
  expect(idle).toBeGreaterThan(4);
  expect(idle).toBeLessThan(12);
  expect(hidden).toBeLessThan(5);
}, 60_000);

test("[RE35] offline is said only when HTTP does not reach the server either", async () => {
  const network = makeNetwork();
  const { tab } = tabOn(owner, { isOpen: false }, { network, parts: fast(10) });
  await until(() => network.calls.some((line) => line.includes("/healthz")));
  await until(() => tab.store.status().kind === "saved");
  network.intercept = () => Promise.reject(new TypeError("gone"));
  await until(() => tab.store.status().kind === "offline");
  network.intercept = async () => new Response("<h1>Sign in to the hotel</h1>", { status: 502 });
  const probes = network.calls.length;
  await until(() => network.calls.slice(probes).some((line) => line.includes("/healthz")));
  network.intercept = null;
  await until(() => tab.store.status().kind === "saved");
  expect(tab.failures).toEqual([]);
});

test("[RE33] a nudge socket that only looks open is noticed and opened anew", async () => {
  const { tab, way } = tabOn(owner, {}, { parts: fast(40) });
  const nudges = () => [...tab.network.sockets].filter(({ address }) => /\/sync\/[^/]+\?/.test(address));
  await until(() => nudges().some(({ readyState }) => readyState === 1));
  const [first] = nudges();
  way.isDeaf = true;
  const deafAt = tab.parts.steady();
  await until(() => nudges().some((socket) => socket !== first));
  expect(tab.parts.steady() - deafAt).toBeLessThan(60_000);
  way.isDeaf = false;
  await until(() => nudges().some((socket) => socket !== first && socket.readyState === 1));
});

test("[RE33] while a room only looks open, what is typed goes over HTTP", async () => {
  const { tab } = tabOn(owner, {}, {});
  const { subject, calls } = newPerson("Ayşe");
  const contact = docId("contact", subject);
  await tab.store.act(calls);
  await until(() => isSaved(tab));
  const open = await tab.store.open(contact);
  const inRoom = () => [...tab.network.sockets].find(({ address }) => address.includes("/contact/"));
  await until(() => inRoom()?.readyState === 1);
  const room = inRoom();
  if (room) room.isMute = true;
  await until(async () => (await isSaved(tab)) && inRoom() === room);
  open.doc.transact(() => open.doc.getMap<Y.Map<unknown>>("contact").get("self")?.set("name", "Ayşe Kaya"), {
    key: "editor",
  });
  const from = performance.now();
  await until(() => isSaved(tab));
  expect(performance.now() - from).toBeLessThan(5000);
  const [entry] = (await owner.changes(`doc=${contact}`)).entries;
  const stored = new Y.Doc();
  if (entry?.kind === "state") Y.applyUpdateV2(stored, entry.state);
  expect(stored.getMap("contact").toJSON()).toMatchObject({ self: { name: "Ayşe Kaya" } });
  open.release();
});

test.each([4503, 1006, 1012, 4429, 4403])(
  "[RE30] nothing is tried in a hot loop while every socket ends with %i and every call fails",
  async (code) => {
    const network = makeNetwork();
    network.intercept = async () => new Response("{}", { status: 503 });
    const { tab, way } = tabOn(owner, { code }, { network, parts: fast(50) });
    const { subject, calls } = newPerson("Ayşe");
    await tab.store.act(calls);
    const open = await tab.store.open(docId("contact", subject));
    const end = tab.parts.steady() + 120_000;
    await until(() => tab.parts.steady() > end);
    // Hint: two rooms, the nudges, and four kinds of calls; each doubles its waits up to half a minute.
    expect(way.opened).toBeLessThan(45);
    expect(network.calls.length).toBeLessThan(90);
    open.release();
  },
  30_000,
);

test("[RE31] a proxy that says how long to wait is obeyed, and coming back to the page ends the wait", async () => {
  const network = makeNetwork();
  network.intercept = async () => new Response("busy", { status: 503, headers: { "retry-after": "3600" } });
  const { tab } = tabOn(owner, { isOpen: false }, { network, parts: fast(20) });
  await tab.store.act(newPerson("Ayşe").calls);
  const updates = (): number => network.calls.filter((line) => line.includes("/updates")).length;
  await until(() => updates() === 1);
  const end = tab.parts.steady() + 100_000;
  await until(() => tab.parts.steady() > end);
  expect(updates()).toBe(1);
  network.intercept = null;
  network.tell("online");
  await until(() => isSaved(tab));
});
