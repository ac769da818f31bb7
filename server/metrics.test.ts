// The figures of a whole server: who may read them, what they count, and that nobody can put words into them.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { docId } from "../shared/document.ts";
import { writeSync } from "../shared/protocol.ts";
import { illnesses } from "./health.ts";
import { logEvents } from "./log.ts";
import { openPeer } from "./hostile.testing.ts";
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

/** The figures by name and labels. */
async function figures(): Promise<Map<string, number>> {
  const answer = await fetch(`${server.url}/metrics`);
  expect(answer.status).toBe(200);
  const lines = (await answer.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

const contactBy = (member: Member): Uint8Array =>
  Y.convertUpdateFormatV1ToV2(change(new Y.Doc(), (ydoc) => putContact(ydoc, "Ayşe", member.userId)));

describe("who may look", () => {
  const statusOf = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(url, { headers })).status;

  test("[OB1] this machine, past no proxy and by no foreign page", async () => {
    const url = `${server.url}/metrics`;
    expect(await statusOf(url)).toBe(200);
    for (const name of ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"])
      expect([name, await statusOf(url, { [name]: "127.0.0.1" })]).toEqual([name, 404]);
    expect(await statusOf(url, { origin: "https://evil.example" })).toBe(404);
    expect(await statusOf(url, { "sec-fetch-site": "cross-site" })).toBe(404);
  });

  test.each(["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.168.1.5:3000"])(
    "[OB1] a name that somebody points here, %s, is no name of this machine",
    async (host) => {
      const peer = await openPeer(server.running.port, `GET /metrics HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      await peer.hears("not_found");
      expect(peer.heard()).toMatch(/^HTTP\/1.1 404 /);
      peer.socket.destroy();
    },
  );

  test("[OB1] with a public address nobody without a token, and with one whoever shows it", async () => {
    const METRICS_TOKEN = "a-long-enough-token";
    const atHome = await startTestServer({ env: { PUBLIC_URL: "https://lumiso.example" } });
    expect(await statusOf(`${atHome.url}/metrics`)).toBe(404);
    await atHome.close();
    const other = await startTestServer({ env: { PUBLIC_URL: "https://lumiso.example", METRICS_TOKEN } });
    const url = `${other.url}/metrics`;
    expect(await statusOf(url)).toBe(404);
    for (const shown of [
      "",
      "Bearer",
      "Bearer a-long-enough-toke",
      `Basic ${METRICS_TOKEN}`,
      `Bearer ${METRICS_TOKEN}x`,
    ])
      expect([shown, await statusOf(url, { authorization: shown })]).toEqual([shown, 404]);
    expect(await statusOf(url, { authorization: `Bearer ${METRICS_TOKEN}` })).toBe(200);
    expect(await statusOf(url, { authorization: `bearer ${METRICS_TOKEN}`, "x-forwarded-for": "192.0.2.1" })).toBe(200);
    await other.close();
  });
});

describe("what is counted", () => {
  test("[OB2] commits, ticks, refusals, rooms, sockets and their ends", async () => {
    const before = await figures();
    const doc = docId("contact", crypto.randomUUID());
    await owner.push([{ doc, update: contactBy(owner) }]);
    await owner.push([
      { doc: docId("contact", crypto.randomUUID()), update: contactBy({ ...owner, userId: "nobody" }) },
    ]);
    const socket = new owner.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}/${doc}`);
    await once(socket, "message");
    const during = await figures();
    const grown = (name: string): number => (during.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(grown("lumiso_committed_documents_total")).toBe(1);
    expect(grown("lumiso_settled_updates_total")).toBe(1);
    expect(grown("lumiso_tick_seconds_count")).toBeGreaterThanOrEqual(1);
    expect(grown("lumiso_commit_seconds_count")).toBe(1);
    expect(grown('lumiso_refusals_total{reason="author"}')).toBe(1);
    expect(during.get("lumiso_rooms_open")).toBeGreaterThanOrEqual(1);
    expect(during.get("lumiso_sockets_open")).toBe(1);
    expect(during.get("lumiso_queue_updates")).toBe(0);
    expect(during.get('lumiso_event_loop_delay_seconds{quantile="1"}')).toBeGreaterThanOrEqual(0);
    expect(during.get("process_resident_memory_bytes")).toBeGreaterThan(1e6);
    expect(during.get('lumiso_mails_total{outcome="sent"}')).toBe(1);
    socket.send(writeSync("update", Uint8Array.of(1, 2, 3)) as Uint8Array<ArrayBuffer>);
    await once(socket, "close");
    const after = await figures();
    expect(after.get('lumiso_socket_closes_total{code="4422"}')).toBe(1);
    expect(after.get("lumiso_sockets_open")).toBe(0);
  });

  test("[OB2] answers by pattern and class; what clients choose is no label", async () => {
    const secret = `kanarya${crypto.randomUUID()}`;
    await owner.fetch(`/api/orgs/${owner.orgId}/members`);
    await owner.fetch(`/api/orgs/${secret}/members`);
    for (const path of [
      `/api/${secret}`,
      `/${secret}`,
      `/o/${secret}/people`,
      `/sync/${secret}`,
      `/assets/${secret}.js`,
    ])
      await owner.fetch(path);
    await owner.fetch(`/api/invitations/${secret}`);
    await owner.fetch(`/${secret}`, { method: "DELETE" });
    const peer = await openPeer(server.running.port, `PROPFIND /${secret} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await peer.hears("HTTP/1.1 ");
    peer.socket.destroy();
    const socket = new owner.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}/studio`);
    await once(socket, "open");
    socket.close(4999, secret);
    await once(socket, "close");
    const found = await figures();
    const names = [...found.keys()];
    expect(found.get('lumiso_http_answers_total{method="GET",route="/api/orgs/:org/members",status="2xx"}')).toBe(1);
    expect(found.get('lumiso_http_errors_total{type="not_found"}')).toBeGreaterThanOrEqual(3);
    expect(names.some((name) => name.includes('method="other"'))).toBe(true);
    expect(found.get('lumiso_socket_closes_total{code="other"}')).toBe(1);
    expect(names.join("\n")).not.toContain("kanarya");
    expect(names.join("\n")).not.toContain(owner.orgId);
    expect(names.join("\n")).not.toContain(owner.userId);
    expect(names.join("\n")).not.toContain("127.0.0.1");
  });
});

test("[LO3][OB2][OB3] the operator's page names every figure, every event of the log and every word of health", async () => {
  const page = readFileSync(join(import.meta.dirname, "../docs/operations.md"), "utf8");
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? "");
  expect(names.length).toBeGreaterThan(20);
  const words = [...names, ...logEvents, ...illnesses];
  expect(words.filter((word) => !new RegExp(`\`${word}[\`{]`).test(page))).toEqual([]);
  const named = [...page.matchAll(/\blumiso_[a-z_]+/g)].map(([name]) => name.replace(/_(?:bucket|sum|count)$/, ""));
  expect(named.filter((name) => !names.includes(name))).toEqual([]);
});
