// The doors of sync through real sockets and HTTP, with the unmodified y-websocket provider.
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { feedHeaders } from "../../shared/messages.ts";
import { startTestServer } from "../testing.ts";
import type { Member, TestServer } from "../testing.ts";
import { emptyDocument } from "./apply.ts";
import { change, putContact } from "./testing.ts";

let server: TestServer;
let owner: Member;
const providers: WebsocketProvider[] = [];

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("ada@example.com");
});

afterAll(async () => {
  for (const provider of providers) provider.destroy();
  await server.close();
});

const base = (member: Member): string => `${server.url.replace("http", "ws")}/sync/${member.orgId}`;

/** The unmodified provider; only the cookie comes in, as a browser would send it. */
function stock(member: Member, doc: DocId, ydoc = emptyDocument(doc)): { ydoc: Y.Doc; provider: WebsocketProvider } {
  const options = { WebSocketPolyfill: member.WebSocket as never, disableBc: true };
  const provider = new WebsocketProvider(base(member), doc, ydoc, options);
  providers.push(provider);
  return { ydoc, provider };
}

const synced = (provider: WebsocketProvider): Promise<void> =>
  new Promise((resolve) => (provider.synced ? resolve() : provider.once("sync", () => resolve())));

const until = (ydoc: Y.Doc, done: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!done()) return;
      ydoc.off("update", look);
      resolve();
    };
    ydoc.on("update", look);
    look();
  });

const nameIn = (ydoc: Y.Doc): unknown =>
  (ydoc.getMap("contact").get("self") as Y.Map<unknown> | undefined)?.get("name");
const newContact = (): DocId => docId("contact", crypto.randomUUID());

async function closeOf(member: Member, path: string): Promise<{ code: number; reason: string }> {
  const socket = new member.WebSocket(`${base(member)}${path}`);
  const [code, reason] = (await once(socket, "close")) as [number, Buffer];
  return { code, reason: reason.toString() };
}

const statusOf = (url: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.once("unexpected-response", (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    socket.once("open", () => reject(new Error("opened")));
    socket.on("error", () => undefined);
  });

describe("rooms by the stock provider", () => {
  test("[SO6] two providers share a person, with presence named by the server", async () => {
    const doc = newContact();
    const colleague = await server.invite(owner, `b${crypto.randomUUID()}@example.com`, "assistant");
    const first = stock(owner, doc);
    const second = stock(colleague, doc);
    await Promise.all([synced(first.provider), synced(second.provider)]);
    first.ydoc.transact(() => putContact(first.ydoc, "Ayşe Kaya", owner.userId));
    await until(second.ydoc, () => nameIn(second.ydoc) === "Ayşe Kaya");
    const seen = new Promise<unknown>((resolve) => {
      second.provider.awareness.on("change", () => {
        const state = second.provider.awareness.getStates().get(first.ydoc.clientID);
        if (state?.["place"]) resolve(state);
      });
    });
    first.provider.awareness.setLocalState({ user: { id: "forged" }, place: { field: "name" } });
    expect(await seen).toMatchObject({ user: { id: owner.userId }, place: { field: "name" } });
  });

  test("[SO6] edits made while the socket was down arrive after it is up again", async () => {
    const doc = newContact();
    const first = stock(owner, doc);
    const second = stock(owner, doc);
    await Promise.all([synced(first.provider), synced(second.provider)]);
    first.provider.disconnect();
    first.ydoc.transact(() => putContact(first.ydoc, "Çevrimdışı", owner.userId));
    first.provider.connect();
    await until(second.ydoc, () => nameIn(second.ydoc) === "Çevrimdışı");
    expect(second.ydoc.getMap("contact").toJSON()).toEqual(first.ydoc.getMap("contact").toJSON());
  });

  test("[SO3] studio opens for everybody, with its seed, and cannot be made by a device", async () => {
    const { ydoc, provider } = stock(owner, docId("studio"));
    await synced(provider);
    expect(ydoc.getMap("profile").toJSON()).toMatchObject({ self: { businessName: "Işık Stüdyo" } });
    expect(ydoc.getMap("personStatuses").size).toBe(6);
  });
});

describe("who may not enter", () => {
  test("[SO2][WH1][WH2] wrong, missing and foreign names close with 4403 alike", async () => {
    const stranger = await server.owner(`s${crypto.randomUUID()}@example.com`, "Başka Stüdyo");
    const foreign = { ...stranger, orgId: owner.orgId };
    const unknown = { ...owner, orgId: "nothere00000000000000000" };
    for (const close of [
      await closeOf(owner, "/client/not-a-uuid"),
      await closeOf(owner, "/nothing"),
      await closeOf(owner, "/contact"),
      await closeOf(foreign, "/studio"),
      await closeOf(unknown, "/studio"),
      await closeOf(foreign, ""),
    ]) {
      expect(close).toEqual({ code: 4403, reason: "not_found" });
    }
  });

  test("[WH2] a role that may not read a class gets the same answer as for an absent document", async () => {
    const photographer = await server.invite(owner, `p${crypto.randomUUID()}@example.com`, "photographer");
    const viewer = await server.invite(owner, `v${crypto.randomUUID()}@example.com`, "viewer");
    const doc = newContact();
    expect(await closeOf(photographer, `/${doc}`)).toEqual({ code: 4403, reason: "not_found" });
    expect(await closeOf(viewer, `/${doc}`)).toEqual({ code: 4403, reason: "not_found" });
  });

  test("[WH1] without a session 4401, as another member 4401", async () => {
    const nobody = { ...owner, WebSocket: WebSocket };
    expect(await closeOf(nobody, "/studio")).toEqual({ code: 4401, reason: "signed_out" });
    expect(await closeOf(owner, "/studio?m=somebodyelse00000000")).toEqual({ code: 4401, reason: "other_member" });
  });

  test("[SO1] a foreign page and an unverified account are refused by status", async () => {
    const url = `${base(owner)}/studio`;
    expect(await statusOf(url, { cookie: owner.cookie, origin: "https://evil.example" })).toBe(403);
    const body = JSON.stringify({
      email: `u${crypto.randomUUID()}@example.com`,
      password: "uzun ve iyi bir parola",
      name: "Eda",
      studio: "S",
      locale: "tr",
    });
    const headers = { "content-type": "application/json" };
    const signedUp = await fetch(`${server.url}/api/auth/sign-up`, { method: "POST", headers, body });
    const cookie = signedUp.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const { orgId } = (await signedUp.json()) as { orgId: string };
    expect(await statusOf(`${server.url.replace("http", "ws")}/sync/${orgId}/studio`, { cookie })).toBe(403);
  });

  test("[SO1] text, unknown kinds and oversized frames end the socket, not the server", async () => {
    for (const frame of ["hello", Uint8Array.of(77), Uint8Array.of(0, 2, 9)]) {
      const socket = new owner.WebSocket(`${base(owner)}/${newContact()}`);
      await once(socket, "open");
      socket.send(frame);
      const [code] = (await once(socket, "close")) as [number];
      expect(code).toBe(4422);
    }
    const socket = new owner.WebSocket(`${base(owner)}/${newContact()}`);
    await once(socket, "open");
    socket.send(new Uint8Array(1_100_000));
    const [code] = (await once(socket, "close")) as [number];
    expect(code).toBe(1009);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test("[SO7][SO8] signing out, a changed role and a removal end open sockets", async () => {
    const colleague = await server.invite(owner, `c${crypto.randomUUID()}@example.com`, "assistant");
    const doc = newContact();
    const maker = stock(owner, doc);
    await synced(maker.provider);
    maker.ydoc.transact(() => putContact(maker.ydoc, "Ayşe", owner.userId));
    const room = new colleague.WebSocket(`${base(colleague)}/${doc}`);
    const nudge = new colleague.WebSocket(base(colleague));
    await Promise.all([once(room, "open"), once(nudge, "open")]);
    const told = once(nudge, "message");
    const closed = once(room, "close");
    const path = `/api/orgs/${owner.orgId}/members/${colleague.userId}`;
    await owner.fetch(path, {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ role: "viewer" }),
    });
    expect(JSON.parse(String((await told)[0]))).toEqual({ type: "access" });
    expect((await closed)[0]).toBe(4403);
    const ended = once(nudge, "close");
    await colleague.fetch("/api/auth/sign-out", { method: "POST" });
    expect((await ended)[0]).toBe(4401);
  });
});

describe("feed and updates over HTTP", () => {
  const update = (doc: DocId, run: (ydoc: Y.Doc) => void): Uint8Array => {
    const ydoc = emptyDocument(doc);
    change(ydoc, run);
    return Y.encodeStateAsUpdateV2(ydoc);
  };

  test("[UP1][UP2][FE1] takes a batch in order, refuses the bad one alone, and shows the rest in the feed", async () => {
    const [good, bad, last] = [newContact(), newContact(), newContact()];
    const { headers, next: before } = await owner.changes("after=0");
    expect(Number(headers.get(feedHeaders.remaining))).toBeGreaterThan(0);
    expect(headers.get(feedHeaders.people)).toMatch(/^\d+$/);
    expect(headers.get(feedHeaders.history)).toMatch(/\S{8,}/);
    const results = await owner.push([
      { doc: good, update: update(good, (ydoc) => putContact(ydoc, "Bir", owner.userId)) },
      { doc: bad, update: update(bad, (ydoc) => ydoc.getMap("elsewhere").set("a", 1)) },
      { doc: last, update: update(last, (ydoc) => putContact(ydoc, "Üç", owner.userId)) },
    ]);
    expect(results.map((result) => result.doc)).toEqual([good, bad, last]);
    expect(results[1]).toMatchObject({ error: { type: "refused", refusal: { reason: "root" } } });
    const { entries } = await owner.changes(`after=${before}`);
    expect(entries.map(({ doc }) => doc).toSorted()).toEqual([good, last].toSorted());
    const down = await owner.changes(`before=${before + 100}&limit=1`);
    expect(down.entries).toHaveLength(1);
    expect(down.entries[0]?.seq).toBe(down.next);
  });

  test("[UP4] a device over HTTP and one in a room see each other", async () => {
    const doc = newContact();
    const { ydoc, provider } = stock(owner, doc);
    await synced(provider);
    await owner.push([{ doc, update: update(doc, (fresh) => putContact(fresh, "Yoldan", owner.userId)) }]);
    await until(ydoc, () => nameIn(ydoc) === "Yoldan");
    expect(ydoc.getMap("contact").size).toBe(1);
  });

  test("[UP3] a reader is refused, a stranger finds nothing", async () => {
    const viewer = await server.invite(owner, `w${crypto.randomUUID()}@example.com`, "viewer");
    const accountant = await server.invite(owner, `x${crypto.randomUUID()}@example.com`, "accountant");
    const doc = newContact();
    const bytes = update(doc, (ydoc) => putContact(ydoc, "Ayşe", viewer.userId));
    expect(await viewer.push([{ doc, update: bytes }])).toMatchObject([
      { error: { type: "refused", refusal: { reason: "read_only" } } },
    ]);
    expect(await accountant.push([{ doc, update: bytes }])).toMatchObject([{ error: { type: "not_found" } }]);
  });

  test("[FE2][UP1] malformed queries and bodies are typed errors", async () => {
    const root = `/api/orgs/${owner.orgId}`;
    for (const query of ["", "after=x", "after=1&before=2", "before=-1", "limit=5", "after=1&limit=x"]) {
      expect((await owner.fetch(`${root}/changes?${query}`)).status, query).toBe(400);
    }
    expect((await owner.fetch(`${root}/changes?doc=nothing`)).status).toBe(404);
    for (const body of [Uint8Array.of(), Uint8Array.of(255, 255, 255), Uint8Array.of(1, 3, 65, 66, 67, 0)]) {
      expect((await owner.fetch(`${root}/updates`, { method: "POST", body })).status).toBe(400);
    }
    const large = new Uint8Array(4_300_000);
    expect((await owner.fetch(`${root}/updates`, { method: "POST", body: large })).status).toBe(413);
    expect((await owner.fetch(`/api/orgs/nothere00000000000000000/changes?after=0`)).status).toBe(404);
    expect((await fetch(`${server.url}${root}/changes?after=0`)).status).toBe(401);
  });

  test("[CO1] a command repeated under its id gets its first result", async () => {
    const path = `/api/orgs/${owner.orgId}/commands`;
    const id = crypto.randomUUID();
    const at = "2026-03-01T09:00:00.000Z";
    const give = async (args: object, name = "preferences.set"): Promise<unknown> => {
      const body = JSON.stringify({
        commands: [{ id: name === "preferences.set" ? id : crypto.randomUUID(), name, args, at }],
      });
      const headers = { "content-type": "application/json" };
      return (await owner.fetch(path, { method: "POST", headers, body })).json();
    };
    expect(await give({ key: "theme", value: "dark" })).toEqual({ results: [{ id, value: null }] });
    expect(await give({ key: "theme", value: "light" })).toEqual({ results: [{ id, value: null }] });
    const answer = await owner.fetch(`/api/orgs/${owner.orgId}/preferences`);
    expect(answer.headers.get(feedHeaders.history)).toMatch(/\S{8,}/);
    const preferences = await answer.json();
    expect(preferences).toEqual({ preferences: { theme: "dark" } });
    expect(await give({}, "nothing.like_it")).toMatchObject({ results: [{ error: { type: "not_found" } }] });
  });

  test("[NU1] the nudge socket tells that there is something to pull", async () => {
    const socket = new owner.WebSocket(base(owner));
    await once(socket, "open");
    const told = once(socket, "message");
    const doc = newContact();
    const [result] = await owner.push([{ doc, update: update(doc, (ydoc) => putContact(ydoc, "Ayşe", owner.userId)) }]);
    expect(JSON.parse(String((await told)[0]))).toEqual({
      type: "changed",
      seq: result && "seq" in result ? result.seq : -1,
    });
    socket.close();
  });
});
