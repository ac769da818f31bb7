// How a server goes, as a process of its own: with peers that answer, peers that do not, and requests under way.
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
import { member, signUpOwner } from "./testing.ts";
import type { Member } from "./testing.ts";

let folder: string;
const running: ServerProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lumiso-drain-"));
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function start(limits: Record<string, number> = {}): Promise<ServerProcess> {
  const env = { LIMITS: JSON.stringify({ drainRequestsMs: 5000, closeAnswerMs: 5000, ...limits }) };
  const server = await startServerProcess({ dataDir: join(folder, "data"), env });
  running.push(server);
  return server;
}

const portOf = ({ url }: ServerProcess): number => Number(new URL(url).port);
const terminate = ({ pid }: ServerProcess): boolean => process.kill(pid, "SIGTERM");
const contactBy = (by: Member, name = "Ayşe"): Uint8Array =>
  Y.convertUpdateFormatV1ToV2(change(new Y.Doc(), (ydoc) => putContact(ydoc, name, by.userId)));

/** Asks for health until it is the last word of this server. */
async function untilDraining(server: ServerProcess): Promise<void> {
  let answer = await fetch(`${server.url}/healthz`);
  while (answer.status !== 503) answer = await fetch(`${server.url}/healthz`);
  expect(await answer.json()).toEqual({ ok: false, reason: "draining" });
}

const openSocket = async (owner: Member, server: ServerProcess, doc: string) => {
  const socket = new owner.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}/${doc}`);
  const closed = once(socket, "close").then(([code]: unknown[]) => code);
  await once(socket, "message");
  return { closed };
};

/** A peer with an open socket that answers nothing any more. */
async function openDeafPeer(owner: Member, server: ServerProcess) {
  const peer = await openPeer(portOf(server), handshake(`/sync/${owner.orgId}/studio`, owner.cookie));
  await peer.hears("101 Switching");
  return peer;
}

/** A request whose body comes later; the server has begun with it. */
async function beginPost(owner: Member, server: ServerProcess, body: Uint8Array) {
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
    const server = await start({ closeAnswerMs: 1000 });
    const owner = await signUpOwner(server, { email: "ada@example.com" });
    const opened = await Promise.all(Array.from({ length: 30 }, () => openSocket(owner, server, "studio")));
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

  test("[DR3] answers a request under way, and what it answered is there after the start", async () => {
    const first = await start();
    const owner = await signUpOwner(first, { email: "ada@example.com" });
    const doc = docId("contact", crypto.randomUUID());
    const body = writeUpdates([{ doc, update: contactBy(owner) }]);
    const peer = await beginPost(owner, first, body);
    const deaf = await openDeafPeer(owner, first);
    terminate(first);
    await untilDraining(first);
    peer.socket.write(body);
    await peer.hears('"seq"');
    deaf.socket.destroy();
    expect(await first.ended).toBe(0);
    const second = await start();
    const { entries } = await member(second.url, owner).changes(`doc=${doc}`);
    expect(entries).toHaveLength(1);
  });

  test("[DR3][DR4] cuts a request whose body never comes", async () => {
    const server = await start({ drainRequestsMs: 500 });
    const owner = await signUpOwner(server, { email: "ada@example.com" });
    const peer = await beginPost(owner, server, new Uint8Array(100));
    const cut = once(peer.socket, "close");
    terminate(server);
    expect(await server.ended).toBe(0);
    await cut;
  });

  test("[DR3] in the middle of sign-ups leaves each whole or not at all", async () => {
    const first = await start();
    const form = { password: "uzun ve iyi bir parola", name: "Ada", studio: "Işık", locale: "tr" };
    const signUps = Array.from({ length: 12 }, async (_, index) => {
      const body = JSON.stringify({ ...form, email: `kişi${index}@example.com`.replace("ş", "s") });
      const answer = await fetch(`${first.url}/api/auth/sign-up`, { method: "POST", body }).catch(() => null);
      return answer?.status === 201 ? answer.headers.getSetCookie().join("; ") : null;
    });
    await Promise.race(signUps);
    terminate(first);
    const cookies = (await Promise.all(signUps)).flatMap((cookie) => cookie ?? []);
    expect(await first.ended).toBe(0);
    expect(cookies.length).toBeGreaterThan(0);
    const second = await start();
    for (const cookie of cookies) {
      const me = await fetch(`${second.url}/api/auth/me`, { headers: { cookie } });
      expect([me.status, (await me.text()).includes('"role":"owner"')]).toEqual([200, true]);
    }
    expect(second.problems).toEqual([]);
  });

  test("[DR3] in the middle of a large page of the feed still sends all of it", async () => {
    const server = await start();
    const owner = await signUpOwner(server, { email: "ada@example.com" });
    const docs = Array.from({ length: 200 }, () => docId("contact", crypto.randomUUID()));
    // Hint: random letters, which zip badly, so that the page does not fit into the buffers between the two.
    const name = (): string => crypto.randomUUID().repeat(2);
    await owner.push(docs.map((doc) => ({ doc, update: contactBy(owner, name()) })));
    const pages = Array.from({ length: 20 }, () => owner.fetch(`/api/orgs/${owner.orgId}/changes?after=0&limit=500`));
    await Promise.race(pages);
    terminate(server);
    const sizes = await Promise.all(pages.map(async (page) => (await (await page).arrayBuffer()).byteLength));
    expect(new Set(sizes).size).toBe(1);
    expect(sizes[0]).toBeGreaterThan(40_000);
    expect(await server.ended).toBe(0);
  });
});

test("[DR4] a second SIGTERM ends it at once, whoever is still there", async () => {
  const server = await start({ closeAnswerMs: 600_000 });
  const owner = await signUpOwner(server, { email: "ada@example.com" });
  const deaf = await openDeafPeer(owner, server);
  terminate(server);
  await untilDraining(server);
  terminate(server);
  expect(await server.ended).toBe(1);
  deaf.socket.destroy();
});
