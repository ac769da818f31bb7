// R18: what people type is pushed through every door, in right forms and wrong ones, and then searched in everything that the
// server says of it: log lines, the console, the figures, error answers, close reasons, addresses it makes.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { docId } from "../shared/document.ts";
import type { DocId } from "../shared/document.ts";
import { writeSync, writeUpdates } from "../shared/protocol.ts";
import { startServerProcess } from "./durability/process.testing.ts";
import { openPeer } from "./hostile.testing.ts";
import { startTestServer } from "./testing.ts";
import type { Member, TestServer } from "./testing.ts";

const canary = {
  name: "Kanarya Ötleğen",
  phone: "+905321230987",
  email: "kanarya.otlegen@example.com",
  note: "kanaryanın ilacı",
  password: "kanarya parolası 42",
  street: "Kanarya Sokağı 17",
  token: "KANARYAkanaryaKANARYAkanaryaKANARYAkanarya1",
  address: "203.0.113.77",
};
const texts = Object.values(canary);

/** How any of them would look in a line, whatever wrote it there. */
const traces = /kanarya|ötleğen|%c3%b6tle|5321230987|203\.0\.113\.77/i;

let server: TestServer;
let owner: Member;
const heard: string[] = [];

beforeAll(async () => {
  for (const level of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, level).mockImplementation((...words) => void heard.push(words.map(String).join(" ")));
  server = await startTestServer({
    env: { LOG_LEVEL: "trace", TRUSTED_PROXIES: "127.0.0.1" },
    logTo: { write: (line) => void heard.push(line) },
  });
  owner = await server.owner("ada@example.com");
});

afterAll(async () => {
  await server.close();
  vi.restoreAllMocks();
});

/** Asks, and keeps what an error answer says and where any answer sends to. */
async function ask(path: string, init: RequestInit = {}, who: Member | null = owner): Promise<number> {
  const headers = new Headers({
    "x-forwarded-for": canary.address,
    "user-agent": canary.name.replaceAll(/[^ -~]/g, "o"),
  });
  for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
  if (who !== null) headers.set("cookie", who.cookie);
  const answer = await fetch(server.url + path, { ...init, headers, redirect: "manual" });
  if (answer.status >= 300) heard.push([...answer.headers].flat().join(" "), await answer.text());
  else await answer.arrayBuffer();
  return answer.status;
}

const post = (path: string, body: unknown, who: Member | null = owner): Promise<number> =>
  ask(path, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) }, who);

/** Everything the server has said, the figures included, holds none of them. */
async function expectSilence(): Promise<void> {
  heard.push(await (await fetch(`${server.url}/metrics`)).text());
  expect(heard.filter((line) => traces.test(line))).toEqual([]);
}

describe("[LO4][R18] nothing that people typed is repeated", () => {
  test("by sign-in and team, whatever form it had", async () => {
    const { email, password, name, token } = canary;
    const person = { email, password, name, studio: canary.street, locale: "tr" };
    expect(await post("/api/auth/sign-up", person, null)).toBe(201);
    const forms = ["sign-up", "sign-in", "verify", "resend-verification", "reset-request", "reset", "password"];
    for (const form of forms)
      for (const body of [
        person,
        { email: canary.note, password: canary.phone, token, name, currentPassword: password, newPassword: password },
        { email, password },
        { email },
        { token },
        { token, password },
        { currentPassword: password, newPassword: password },
        `{"email":"${email}"`,
        JSON.stringify(texts),
        canary.note.repeat(2000),
      ])
        await post(`/api/auth/${form}`, body, form === "password" ? owner : null);
    for (const body of [{ name, phone: canary.phone }, { phone: canary.note }, { locale: canary.note }])
      await ask("/api/auth/me", { method: "PATCH", body: JSON.stringify(body) });
    const org = `/api/orgs/${owner.orgId}`;
    for (const body of [
      { email, role: "viewer" },
      { email, role: canary.note },
      { email: canary.name, role: "owner" },
    ])
      await post(`${org}/invitations`, body);
    for (const [method, path] of [
      ["GET", `/api/invitations/${token}`],
      ["DELETE", `/api/auth/sessions/${token}`],
      ["DELETE", `${org}/invitations/${token}`],
      ["PATCH", `${org}/members/${token}`],
      ["DELETE", `${org}/members/${token}`],
    ] as const)
      await ask(path, { method, ...(method === "PATCH" ? { body: JSON.stringify({ role: canary.note }) } : {}) });
    await post(`/api/invitations/${token}/accept`, { name, password, locale: "tr" }, null);
    await server.running.mailer.idle();
    await expectSilence();
  });

  test("by addresses, queries and headers", async () => {
    const words = [...texts.map(encodeURIComponent), canary.token];
    for (const word of words) {
      for (const path of [
        `/${word}`,
        `/api/${word}`,
        `/assets/${word}.js`,
        `/sync/${word}`,
        `/sync/${word}/client/${word}`,
      ])
        await ask(path);
      for (const query of [`m=${word}`, `d=${word}&after=0`, `v=${word}&after=0`, `after=${word}`, `doc=${word}`])
        await ask(`/api/orgs/${owner.orgId}/changes?${query}`);
      await ask(`/api/orgs/${word}/members`);
      await post("/share", `title=${word}`);
    }
    for (const name of ["origin", "authorization", "if-none-match", "accept-encoding", "content-type", "x-anything"])
      await ask("/api/auth/me", { headers: { [name]: canary.token } });
    await ask("/api/auth/me", { headers: { cookie: `lumiso_session=${canary.token}; %=${canary.token}` } }, null);
    for (const text of [
      "GET kanarya HTTP/1.1\r\n\r\n",
      "KANARYA / HTTP/9\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: ka narya\r\n\r\n",
    ]) {
      const peer = await openPeer(server.running.port, text);
      await peer.hears("HTTP/1.1 400");
      heard.push(peer.heard());
      peer.socket.destroy();
    }
    await expectSilence();
  });

  test("by updates and commands, taken and refused", async () => {
    const contact = (values: Record<string, unknown>, id = "self", root = "contact"): Uint8Array => {
      const ydoc = new Y.Doc();
      const record = new Y.Map(Object.entries(values));
      ydoc.getMap(root).set(id, record);
      return Y.encodeStateAsUpdateV2(ydoc);
    };
    const { name, phone, email, street: address, note, token } = canary;
    const lawful = { name, phone, email, address, createdAt: "2026-03-01T09:00:00.000Z", createdBy: owner.userId };
    const updates = [
      contact(lawful),
      contact({ ...lawful, createdBy: note }),
      contact({ ...lawful, name: [name] }),
      contact({ ...lawful, [note]: note }),
      contact(lawful, note),
      contact(lawful, "self", note),
      contact({ ...lawful, email: note, phone: note }),
      new TextEncoder().encode(note),
    ];
    const batch = updates.map((update) => ({ doc: docId("contact", crypto.randomUUID()), update }));
    const answer = await owner.push(batch);
    expect(answer.map((each) => "seq" in each)).toEqual(batch.map((_, index) => index === 0));
    heard.push(JSON.stringify(answer));
    const org = `/api/orgs/${owner.orgId}`;
    // Hint: no document has such a name, which is what is tried.
    const misnamed = { doc: note as DocId, update: updates[0] ?? new Uint8Array() };
    await ask(`${org}/updates`, { method: "POST", body: Buffer.from(writeUpdates([misnamed])) });
    await ask(`${org}/updates`, { method: "POST", body: Buffer.from(writeUpdates(batch)).subarray(0, 300) });
    await post(`${org}/updates`, note);
    for (const body of [
      { commands: [{ id: crypto.randomUUID(), name: "preferences.set", args: { key: note, value: note }, at: note }] },
      { commands: [{ id: crypto.randomUUID(), name: note, args: texts, at: "2026-03-01T09:00:00.000Z" }] },
      { commands: [{ id: token, name: "confirmErasure", args: { docs: [1, note] }, at: note }] },
      { commands: note },
    ])
      await post(`${org}/commands`, body);
    await expectSilence();
  });

  test("by sockets, their closes included", async () => {
    const url = `${server.url.replace("http", "ws")}/sync/${owner.orgId}`;
    const awareness = encoding.createEncoder();
    encoding.writeVarUint(awareness, 1);
    encoding.writeVarString(awareness, canary.note);
    const frames: (string | Uint8Array)[] = [
      canary.note,
      new TextEncoder().encode(canary.note),
      writeSync("update", new TextEncoder().encode(canary.note)),
      encoding.toUint8Array(awareness),
      new Uint8Array(3_000_000).fill(107),
    ];
    for (const frame of frames) {
      const socket = new owner.WebSocket(`${url}/${docId("contact", crypto.randomUUID())}?ack=1`);
      socket.on("message", (data: Buffer) => void heard.push(data.toString()));
      const closed = once(socket, "close");
      await once(socket, "open");
      socket.send(frame as string);
      const timer = setTimeout(() => socket.close(4000, "kanarya"), 500);
      heard.push((await closed).map(String).join(" "));
      clearTimeout(timer);
    }
    // Hint: our own reason comes back to us; the server must not have kept it.
    heard.splice(0, heard.length, ...heard.filter((line) => line !== "4000 kanarya"));
    const nudges = new owner.WebSocket(url);
    await once(nudges, "open");
    nudges.send(canary.note);
    heard.push((await once(nudges, "close")).map(String).join(" "));
    await expectSilence();
  });

  test("by what breaks inside, and by mail that cannot go", async () => {
    const error = Object.assign(new Error(canary.note), { code: canary.note, name: canary.name });
    const end = server.running.auth.bus.subscribe(() => {
      throw error;
    });
    server.running.auth.bus.publish({ type: "signed_out", member: canary.name });
    end();
    server.running.log.failure("sync_failed", error);
    server.running.auth.background.run(async () => {
      throw error;
    });
    // Hint: a file where the folder of mails should be.
    const outbox = join(server.dataDir, "data", "outbox");
    rmSync(outbox, { recursive: true });
    writeFileSync(outbox, "");
    server.running.mailer.post({ to: canary.email, locale: "tr", letter: { kind: "verify", token: canary.token } });
    await server.running.auth.background.idle();
    await server.running.mailer.idle();
    expect(heard.filter((line) => line.includes("listener_failed"))).toHaveLength(1);
    expect(heard.filter((line) => line.includes("background_failed"))).toHaveLength(1);
    expect(heard.filter((line) => line.includes("mail_failed"))).toHaveLength(1);
    await expectSilence();
  });
});

test("[LO2][R18] what nobody caught ends the process, is logged by its name, and its message is printed nowhere", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lumiso-canary-"));
  const script = `process.on("SIGUSR2", () => { throw new TypeError("${canary.note}") })`;
  const nodeFlags = ["--import", `data:text/javascript,${encodeURIComponent(script)}`];
  const crashing = await startServerProcess({ dataDir: join(folder, "data"), nodeFlags });
  process.kill(crashing.pid, "SIGUSR2");
  expect(await crashing.ended).toBe(1);
  expect(crashing.problems.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { event: "crashed", error: "TypeError" },
  ]);
  expect(crashing.problems.join() + crashing.errors()).not.toMatch(traces);
  rmSync(folder, { recursive: true, force: true });
});
