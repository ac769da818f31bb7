// How a server goes: with peers that answer, peers that do not, and requests under way; signals in a process of its own.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { docId } from "../shared/document.ts";
import { writeUpdates } from "../shared/protocol.ts";
import { startServerProcess } from "./durability/process.testing.ts";
import type { ServerProcess } from "./durability/process.testing.ts";
import { handshake, openPeer } from "./hostile.testing.ts";
import { change, putContact } from "./sync/testing.ts";
import { member, signUpOwner, startTestServer } from "./testing.ts";
import type { Member, TestServer } from "./testing.ts";

let folder: string;
const running: ServerProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lumiso-drain-"));
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const settings = (limits: Record<string, number>): Record<string, string> => ({ LIMITS: JSON.stringify(limits) });

/** In this process: its end is `stop`, which signals call. */
const start = (limits: Record<string, number> = {}): Promise<TestServer> =>
  startTestServer({ dataDir: folder, env: settings(limits) });

async function startProcess(limits: Record<string, number>): Promise<ServerProcess> {
  const server = await startServerProcess({ dataDir: join(folder, "data"), env: settings(limits) });
  running.push(server);
  return server;
}

type Address = { readonly url: string };

const portOf = ({ url }: Address): number => Number(new URL(url).port);
const terminate = ({ pid }: ServerProcess): boolean => process.kill(pid, "SIGTERM");
const contactBy = (by: Member, name = "Ayşe"): Uint8Array =>
  Y.convertUpdateFormatV1ToV2(change(new Y.Doc(), (ydoc) => putContact(ydoc, name, by.userId)));

/** Asks for health until it is the last word of this server. */
async function untilDraining(server: Address): Promise<void> {
  let answer = await fetch(`${server.url}/healthz`);
  while (answer.status !== 503) answer = await fetch(`${server.url}/healthz`);
  expect(await answer.json()).toEqual({ ok: false, reason: "draining" });
  expect(answer.headers.get("connection")).toBe("close");
}

async function openSocket(owner: Member, server: Address) {
  const socket = new owner.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}/studio`);
  const closed = once(socket, "close").then(([code]: unknown[]) => code);
  await once(socket, "message");
  return { closed };
}

/** A peer with an open socket that answers nothing any more. */
async function openDeafPeer(owner: Member, server: Address) {
  const peer = await openPeer(portOf(server), handshake(`/sync/${owner.orgId}/studio`, owner.cookie));
  await peer.hears("101 Switching");
  return peer;
}

/** A request whose body comes later; the server has begun with it. */
async function beginPost(owner: Member, server: Address, body: Uint8Array) {
  const path = `/api/orgs/${owner.orgId}/updates`;
  const head = [
    `POST ${path} HTTP/1.1`,
    "Host: localhost",
    `Cookie: ${owner.cookie}`,
    `Content-Length: ${body.length}`,
  ];
  const peer = await openPeer(portOf(server), [...head, "\r\n"].join("\r\n"));
  for (let turn = 0; turn < 3; turn += 1) await fetch(`${server.url}/healthz`);
  return peer;
}

describe("the first SIGTERM", () => {
  test("[DR1][DR2][DR4] tells sockets 1012, cuts the deaf, opens no new one, and ends with 0", async () => {
    const server = await startProcess({ closeAnswerMs: 500 });
    const owner = await signUpOwner(server, { email: "ada@example.com" });
    const opened = await Promise.all(Array.from({ length: 10 }, () => openSocket(owner, server)));
    const deaf = await openDeafPeer(owner, server);
    terminate(server);
    await untilDraining(server);
    const late = await openPeer(portOf(server), handshake(`/sync/${owner.orgId}/studio`, owner.cookie));
    await late.hears("HTTP/1.1 503");
    expect(new Set(await Promise.all(opened.map(({ closed }) => closed)))).toEqual(new Set([1012]));
    expect(await server.ended).toBe(0);
    expect(deaf.heard()).toContain("restart");
    expect(server.problems).toEqual([]);
    deaf.socket.destroy();
    late.socket.destroy();
  });

  test("[DR4] is followed by a second one: it ends at once, whoever is still there", async () => {
    const server = await startProcess({ closeAnswerMs: 600_000 });
    const owner = await signUpOwner(server, { email: "ada@example.com" });
    const deaf = await openDeafPeer(owner, server);
    terminate(server);
    await untilDraining(server);
    terminate(server);
    expect(await server.ended).toBe(1);
    deaf.socket.destroy();
  });
});

describe("[DR3] a server that goes", () => {
  test("answers a request under way, and what it answered is there after the start", async () => {
    const first = await start();
    const owner = await first.owner("ada@example.com");
    const doc = docId("contact", crypto.randomUUID());
    const body = writeUpdates([{ doc, update: contactBy(owner) }]);
    const peer = await beginPost(owner, first, body);
    const stopped = first.running.stop();
    await untilDraining(first);
    peer.socket.write(body);
    await peer.hears('"seq"');
    await stopped;
    const second = await start();
    expect((await member(second.url, owner).changes(`doc=${doc}`)).entries).toHaveLength(1);
    await second.close();
  });

  test("cuts a request whose body never comes, and a connection that only stands there", async () => {
    const server = await start({ drainRequestsMs: 300 });
    const owner = await server.owner("ada@example.com");
    const peer = await beginPost(owner, server, new Uint8Array(100));
    const silent = await openPeer(server.running.port, "GET / HTTP/1.1\r\n");
    const cut = [peer, silent].map(({ socket }) => new Promise<void>((resolve) => void socket.once("close", resolve)));
    await server.running.stop();
    await Promise.all(cut);
    expect(peer.heard()).toBe("");
  });

  test("leaves each sign-up in the middle of which it is whole or not at all", async () => {
    const first = await start();
    const form = { password: "uzun ve iyi bir parola", name: "Ada", studio: "Işık", locale: "tr" };
    const signUps = Array.from({ length: 12 }, async (_, index) => {
      const body = JSON.stringify({ ...form, email: `kisi${index}@example.com` });
      const answer = await fetch(`${first.url}/api/auth/sign-up`, { method: "POST", body }).catch(() => null);
      return answer?.status === 201 ? answer.headers.getSetCookie().join("; ") : null;
    });
    await Promise.race(signUps);
    await first.running.stop();
    const cookies = (await Promise.all(signUps)).flatMap((cookie) => cookie ?? []);
    expect(cookies.length).toBeGreaterThan(0);
    const second = await start();
    for (const cookie of cookies) {
      const me = await fetch(`${second.url}/api/auth/me`, { headers: { cookie } });
      expect([me.status, (await me.text()).includes('"role":"owner"')]).toEqual([200, true]);
    }
    await second.close();
  });

  test("sends all of a page of the feed that it has begun", async () => {
    const server = await start();
    const owner = await server.owner("ada@example.com");
    const docs = Array.from({ length: 200 }, () => docId("contact", crypto.randomUUID()));
    // Hint: random letters, which zip badly, so that the page does not fit into the buffers between the two.
    const name = (): string => crypto.randomUUID().repeat(2);
    await owner.push(docs.map((doc) => ({ doc, update: contactBy(owner, name()) })));
    const pages = Array.from({ length: 20 }, () => owner.fetch(`/api/orgs/${owner.orgId}/changes?after=0&limit=500`));
    await Promise.race(pages);
    const stopped = server.running.stop();
    const sizes = await Promise.all(pages.map(async (page) => (await (await page).arrayBuffer()).byteLength));
    expect(new Set(sizes).size).toBe(1);
    expect(sizes[0]).toBeGreaterThan(40_000);
    await stopped;
  });
});
