// What a server does after a restore from a backup, and with confirmations of erasure, over its real doors.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { docId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { writeUpdates } from "../../shared/protocol.ts";
import type { DocumentStorage } from "../storage.ts";
import { startTestServer } from "../testing.ts";
import type { Member, TestServer } from "../testing.ts";
import { emptyDocument } from "./apply.ts";
import { change, putContact } from "./testing.ts";

const DAY = 24 * 60 * 60 * 1000;

let server: TestServer;
let owner: Member;
let ben: Member;
let former: Member;
let now = Date.parse("2026-03-01T09:00:00.000Z");

beforeAll(async () => {
  server = await startTestServer({ clock: () => now, env: { LIMITS: '{"nudgeAliveMs":30}' } });
  owner = await server.owner("ada@example.com");
  ben = await server.invite(owner, "ben@example.com", "assistant");
  former = await server.invite(owner, "eda@example.com", "assistant");
  await former.fetch(`/api/orgs/${owner.orgId}/members/${former.userId}`, { method: "DELETE" });
});
afterAll(() => server.close());

const storage = async (): Promise<DocumentStorage> => {
  const opened = await server.running.organisations.open(owner.orgId);
  if (opened === null) throw new Error("no studio");
  return opened;
};
const renew = async (): Promise<string> => (await storage()).renewHistory(new Date(now).toISOString());

const newContact = (): DocId => docId("contact", crypto.randomUUID());

/** A document that somebody made, as a device has it. */
function contactBy(by: string): { doc: DocId; ydoc: Y.Doc; update: Uint8Array } {
  const doc = newContact();
  const ydoc = emptyDocument(doc);
  change(ydoc, () => putContact(ydoc, "Ayşe", by));
  return { doc, ydoc, update: Y.encodeStateAsUpdateV2(ydoc) };
}

/** Sends updates over HTTP, marked as brought back or not; answers with a reason or a number for each. */
async function bring(member: Member, updates: readonly { doc: DocId; update: Uint8Array }[], mark = "?restoring=1") {
  const body = Buffer.from(writeUpdates(updates));
  const response = await member.fetch(`/api/orgs/${member.orgId}/updates${mark}`, { method: "POST", body });
  // Hint: the answer's form is pinned by the protocol's own tests.
  const { results } = (await response.json()) as {
    results: { seq?: number; error?: { refusal: { reason: string } } }[];
  };
  return results.map(({ seq, error }) => error?.refusal.reason ?? typeof seq);
}

describe("after a restore", () => {
  test("[UP6] a device brings back what members wrote, former ones too, and nothing by a stranger", async () => {
    const before = contactBy(ben.userId);
    expect(await bring(owner, [before])).toEqual(["author"]);
    await renew();
    const updates = [ben, former, owner].map(({ userId }) => contactBy(userId));
    expect(await bring(owner, updates, "")).toEqual(["author", "author", "number"]);
    const stranger = await server.owner(`s${crypto.randomUUID()}@example.com`);
    const answers = await bring(owner, [...updates, before, contactBy(stranger.userId), contactBy("nobody")]);
    expect(answers).toEqual(["number", "number", "number", "number", "author", "author"]);
  });

  test("[UP6] for thirty days", async () => {
    await renew();
    now += 20 * DAY;
    // Hint: renews the session, which lasts as long.
    expect(await bring(owner, [])).toEqual([]);
    now += 10 * DAY - 1;
    expect(await bring(owner, [contactBy(ben.userId)])).toEqual(["number"]);
    now += 1;
    expect(await bring(owner, [contactBy(ben.userId)])).toEqual(["author"]);
  });

  test("[UP6] what may be brought back is all else that any change may do: nothing is removed by it", async () => {
    await renew();
    const { doc, ydoc, update } = contactBy(ben.userId);
    expect(await bring(owner, [{ doc, update }])).toEqual(["number"]);
    const removal = change(ydoc, () => ydoc.getMap("contact").delete("self"));
    expect(await bring(owner, [{ doc, update: Y.convertUpdateFormatV1ToV2(removal) }])).toEqual(["destructive"]);
  });

  test("[SY12] a room takes it in a SyncStep2, and not in a live update", async () => {
    await renew();
    const base = `${server.url.replace("http", "ws")}/sync/${owner.orgId}`;
    const join = (doc: DocId, ydoc: Y.Doc): WebsocketProvider =>
      new WebsocketProvider(base, doc, ydoc, { WebSocketPolyfill: owner.WebSocket as never, disableBc: true });
    const { doc, ydoc } = contactBy(ben.userId);
    const room = join(doc, ydoc);
    await expect
      .poll(async () => (await owner.changes(`doc=${doc}`)).entries.length, { timeout: 10_000, interval: 20 })
      .toBe(1);
    room.destroy();

    const other = newContact();
    const live = emptyDocument(other);
    const second = join(other, live);
    await new Promise<void>((resolve) => second.once("sync", () => resolve()));
    const closed = new Promise<number>((resolve) => second.once("closed", ({ code }) => resolve(code)));
    change(live, () => putContact(live, "Bora", ben.userId));
    expect(await closed).toBe(4422);
    second.destroy();
  });
});

type Answer = { id: string; value?: { results: unknown }; error?: { type: string } };

async function confirm(member: Member, docs: readonly unknown[], device = "laptop"): Promise<Answer | undefined> {
  const command = { id: crypto.randomUUID(), name: "confirmErasure", args: { docs }, at: "2026-03-01T09:00:00.000Z" };
  const path = `/api/orgs/${owner.orgId}/commands?d=${device}`;
  const response = await member.fetch(path, { method: "POST", body: JSON.stringify({ commands: [command] }) });
  // Hint: as above.
  return ((await response.json()) as { results: Answer[] }).results[0];
}

describe("the confirmation of an erasure", () => {
  test("[CO3] notes device and member once, whatever the role, and answers for each document", async () => {
    const [gone, alive] = [contactBy(owner.userId), contactBy(owner.userId)];
    await owner.push([gone, alive]);
    const at = new Date(now).toISOString();
    await (await storage()).erase([gone.doc], "cus.lead", at);
    const viewer = await server.invite(owner, `v${crypto.randomUUID()}@example.com`, "viewer");
    const answer = await confirm(viewer, [gone.doc, alive.doc, newContact(), "no id"], "tablet");
    const notFound = { type: "not_found", message: "not found" };
    const results = (answer?.value?.results ?? []) as { doc: string; error?: unknown }[];
    expect(results.map(({ error }) => error)).toEqual([undefined, notFound, notFound, notFound]);
    await confirm(viewer, [gone.doc], "tablet");
    await confirm(owner, [gone.doc]);
    expect(await (await storage()).erasureConfirmations(gone.doc)).toEqual([
      { doc: gone.doc, member: viewer.userId, device: "tablet", at },
      { doc: gone.doc, member: owner.userId, device: "laptop", at },
    ]);
    expect(await (await storage()).erasureConfirmations(alive.doc)).toEqual([]);
  });

  test("[CO3] with other arguments is invalid and notes nothing", async () => {
    expect((await confirm(owner, [1]))?.error?.type).toBe("invalid");
    const many = Array.from({ length: 501 }, () => newContact());
    expect((await confirm(owner, many))?.error?.type).toBe("invalid");
  });
});

test("[NU2] a nudge socket is told again and again that it lives", async () => {
  const socket = new owner.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}`);
  const heard: unknown[] = [];
  socket.on("message", (data: Buffer) => heard.push(JSON.parse(data.toString())));
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBeGreaterThan(2);
  expect(heard.slice(0, 2)).toEqual([{ type: "alive" }, { type: "alive" }]);
  socket.close();
});
