// Hostile requests and sockets against a whole server, byte by byte where no client library would do it.
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { docId } from "../shared/document.ts";
import type { DocId } from "../shared/document.ts";
import { writeSync, writeUpdates } from "../shared/protocol.ts";
import { handshake, openPeer } from "./hostile.testing.ts";
import { change, putContact } from "./sync/testing.ts";
import { startTestServer } from "./testing.ts";
import type { Member, TestServer } from "./testing.ts";

let server: TestServer;
let owner: Member;

beforeAll(async () => {
  server = await startTestServer();
  owner = await server.owner("ada@example.com");
});

afterAll(() => server.close());

const address = (): string => `h${crypto.randomUUID()}@example.com`;
const newContact = (): DocId => docId("contact", crypto.randomUUID());
const contactOf = (member: Member, name = "Ayşe"): Uint8Array =>
  change(new Y.Doc(), (ydoc) => putContact(ydoc, name, member.userId));
const isStored = async (doc: DocId): Promise<boolean> => (await owner.changes(`doc=${doc}`)).entries.length > 0;
const remove = (member: Member): Promise<Response> =>
  owner.fetch(`/api/orgs/${owner.orgId}/members/${member.userId}`, { method: "DELETE" });

const textOf = ([data]: unknown[]): string => (data instanceof Buffer ? data.toString() : "");

/** Some turns of the server, so that what was sent before has come. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await fetch(`${server.url}/healthz`);
}

/** Begins a request whose body comes later; answers with how to send the rest. */
async function beginPost(member: Member, path: string, body: Uint8Array) {
  const head = [`POST ${path} HTTP/1.1`, "Host: localhost", `Cookie: ${member.cookie}`];
  const rest = ["Connection: close", `Content-Length: ${body.length}`, "\r\n"];
  const peer = await openPeer(server.running.port, [...head, ...rest].join("\r\n"));
  await turns();
  return { peer, finish: () => void peer.socket.write(body) };
}

test.each(["h2c", "websocket, h2c", "anything"])("[SO13] an upgrade to %s is an ordinary request", async (to) => {
  const request = `GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: ${to}\r\n\r\n`;
  const peer = await openPeer(server.running.port, request);
  await peer.hears('{"ok":true}');
  peer.socket.resetAndDestroy();
  await once(peer.socket, "close");
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

test("[SO14] who goes on sending after the close is cut, without a wait for the answer", async () => {
  const strict = await startTestServer({
    env: { LIMITS: JSON.stringify({ framesPerSecond: 1, closeAnswerMs: 600_000 }) },
  });
  const member = await strict.owner("ada@example.com");
  const path = `/sync/${member.orgId}/${newContact()}`;
  const peer = await openPeer(strict.running.port, handshake(path, member.cookie));
  await peer.hears("101 Switching");
  const isCut = once(peer.socket, "close");
  for (let count = 0; count < 200; count += 1) peer.frame(Uint8Array.of(3));
  await peer.hears("too_fast");
  await isCut;
  expect((await fetch(`${strict.url}/healthz`)).status).toBe(200);
  await strict.close();
});

describe("rights that end while somebody is at it", () => {
  test("[SO14] a removed member who ignores the close writes nothing more", async () => {
    const member = await server.invite(owner, address(), "assistant");
    const doc = newContact();
    const peer = await openPeer(server.running.port, handshake(`/sync/${owner.orgId}/${doc}`, member.cookie));
    await peer.hears("101 Switching");
    peer.frame(writeSync("step1", Uint8Array.of(0)));
    await turns();
    await remove(member);
    await peer.hears("not_found");
    peer.frame(writeSync("update", contactOf(member)));
    await turns();
    expect(await isStored(doc)).toBe(false);
    expect(server.running.hub.sockets.countOf(member.userId)).toBe(0);
    peer.socket.destroy();
  });

  test("[UP5] a body that was begun before the removal and ends after it is refused", async () => {
    const member = await server.invite(owner, address(), "assistant");
    const doc = newContact();
    const update = Y.convertUpdateFormatV1ToV2(contactOf(member));
    const body = writeUpdates([{ doc, update }]);
    const { peer, finish } = await beginPost(member, `/api/orgs/${owner.orgId}/updates`, body);
    await remove(member);
    finish();
    await peer.hears("not_found");
    expect(await isStored(doc)).toBe(false);
  });

  test("[TE1] an owner who is removed while the body comes invites nobody", async () => {
    const second = await server.invite(owner, address(), "owner");
    const body = new TextEncoder().encode(JSON.stringify({ email: address(), role: "owner" }));
    const { peer, finish } = await beginPost(second, `/api/orgs/${owner.orgId}/invitations`, body);
    await remove(second);
    finish();
    await peer.hears("forbidden");
    const listed: unknown = await (await owner.fetch(`/api/orgs/${owner.orgId}/invitations`)).json();
    expect(listed).toEqual({ invitations: [] });
  });

  test("[NU1] a nudge socket tells by the role of now", async () => {
    const member = await server.invite(owner, address(), "accountant");
    const nudges = new member.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}`);
    await once(nudges, "open");
    await turns();
    const path = `/api/orgs/${owner.orgId}/members/${member.userId}`;
    const access = once(nudges, "message");
    await owner.fetch(path, { method: "PATCH", body: JSON.stringify({ role: "viewer" }) });
    expect(textOf(await access)).toContain("access");
    await turns();
    const changed = once(nudges, "message");
    await owner.push([{ doc: newContact(), update: Y.convertUpdateFormatV1ToV2(contactOf(owner)) }]);
    expect(textOf(await changed)).toContain("changed");
    nudges.close();
  });
});

describe("before anything is allocated", () => {
  test("[WH2] rooms that a stranger asks for by the hundred are none", async () => {
    const stranger = await server.owner(address(), "Başka Stüdyo");
    const before = (await server.running.hub.counts()).rooms;
    const codes = Array.from({ length: 60 }, async () => {
      const socket = new stranger.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}/${newContact()}`);
      const [code]: unknown[] = await once(socket, "close");
      return code;
    });
    expect(new Set(await Promise.all(codes))).toEqual(new Set([4403]));
    expect((await server.running.hub.counts()).rooms).toBe(before);
  });

  test("[SO1] a frame in countless tiny pieces ends its socket, not the server", async () => {
    const peer = await openPeer(server.running.port, handshake(`/sync/${owner.orgId}/studio`, owner.cookie));
    await peer.hears("101 Switching");
    const ended = once(peer.socket, "close");
    peer.socket.write(Buffer.of(0x02, 0x80, 0, 0, 0, 0));
    const pieces = Buffer.concat(Array.from({ length: 50_000 }, () => Buffer.of(0x00, 0x81, 0, 0, 0, 0, 1)));
    peer.socket.write(pieces);
    await ended;
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});

test("[SO9] every socket is asked for its rights again; what cannot be read is no right", async () => {
  const member = await server.invite(owner, address(), "assistant");
  const socket = new member.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}/${newContact()}`);
  const closed = once(socket, "close");
  await once(socket, "message");
  const { sockets } = server.running.hub;
  await sockets.recheckAll();
  expect(sockets.countOf(member.userId)).toBe(1);
  const unreadable = {
    org: owner.orgId,
    member: "nobody",
    session: "s",
    recheck: () => Promise.reject(new Error("disk")),
  };
  const ended: unknown[] = [];
  sockets.add({ ...unreadable, close: (error) => ended.push(error) });
  // Hint: ended where no event tells of it, as by another server.
  const db = server.running.auth.db;
  await db.deleteFrom("sessions").where("user_id", "=", member.userId).execute();
  await sockets.recheckAll();
  expect((await closed)[0]).toBe(4401);
  expect(ended).toEqual([{ type: "later" }]);
});

describe("shares", () => {
  test("[SO11] sockets that open all at once are counted one by one", async () => {
    const small = await startTestServer({ env: { LIMITS: JSON.stringify({ socketsPerMember: 3 }) } });
    const member = await small.owner(address());
    const opened = Array.from({ length: 8 }, async () => {
      const socket = new member.WebSocket(`${small.url.replace("http", "ws")}/sync/${member.orgId}/${newContact()}`);
      const closed = once(socket, "close").then(([code]: unknown[]) => code);
      const heard = once(socket, "message").then(() => "open");
      return Promise.race([closed, heard]);
    });
    const results = await Promise.all(opened);
    expect(results.filter((each) => each === 4429)).toHaveLength(5);
    await small.close();
  });

  test("[UP7][SO16] a request that costs more than a member's share is cut short, each update in its place", async () => {
    const small = await startTestServer({ env: { LIMITS: JSON.stringify({ workMsPerMemberPerSecond: 5 }) } });
    const member = await small.owner(address());
    const update = Y.convertUpdateFormatV1ToV2(contactOf(member));
    const updates = Array.from({ length: 300 }, () => ({ doc: newContact(), update }));
    const results = await member.push(updates);
    expect(results.map(({ doc }) => doc)).toEqual(updates.map(({ doc }) => doc));
    const types = results.map((result) => ("error" in result ? result.error.type : "stored"));
    expect(new Set(types).size).toBeLessThanOrEqual(2);
    expect(types.at(-1)).toBe("too_fast");
    const again = await member.fetch(`/api/orgs/${member.orgId}/updates`, { method: "POST", body: Buffer.of(0) });
    expect(again.status).toBe(429);
    await small.close();
  });

  test("[SO10] a reader that takes nothing is cut, and is in nobody's way from then on", async () => {
    const limits = { frameBytesPerSecond: 1e9, frameBytesPerMemberPerSecond: 1e9, bufferedHardBytes: 100_000 };
    const small = await startTestServer({ env: { LIMITS: JSON.stringify(limits) } });
    const member = await small.owner(address());
    const peer = await openPeer(small.running.port, handshake(`/sync/${member.orgId}/studio`, member.cookie));
    await peer.hears("101 Switching");
    peer.socket.pause();
    const isOpen = (): boolean => small.running.hub.sockets.countOf(member.userId) > 0;
    expect(isOpen()).toBe(true);
    while (isOpen()) {
      for (let turn = 0; turn < 10; turn += 1) peer.frame(writeSync("step1", Uint8Array.of(0)));
      await fetch(`${small.url}/healthz`);
    }
    peer.socket.destroy();
    await small.close();
  });

  test("[SO15] whole documents that are asked for again and again end the socket", async () => {
    const small = await startTestServer({ env: { LIMITS: JSON.stringify({ frameBytesPerSecond: 300 }) } });
    const member = await small.owner(address());
    const socket = new member.WebSocket(`${small.url.replace("http", "ws")}/sync/${member.orgId}/studio`);
    const closed = once(socket, "close");
    await once(socket, "open");
    for (let turn = 0; turn < 20; turn += 1)
      socket.send(writeSync("step1", Uint8Array.of(0)) as Uint8Array<ArrayBuffer>);
    expect((await closed)[0]).toBe(4429);
    await small.close();
  });
});
