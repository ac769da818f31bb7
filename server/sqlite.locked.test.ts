// A server whose files another program has locked: what waits, what goes on, and what people and operators see of it.
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { docId } from "../shared/document.ts";
import { openSqlite } from "./sqlite.ts";
import type { Sqlite } from "./sqlite.ts";
import { creation, person } from "./storage.contract.documents.ts";
import { createWorkshop } from "./storage.sqlite.testing.ts";
import { change, putContact } from "./sync/testing.ts";
import { startTestServer } from "./testing.ts";
import type { Member, TestServer } from "./testing.ts";

const limits = { lockWaitMs: 30_000, healthMs: 1, nudgeAliveMs: 50 };
const locks: Sqlite[] = [];
let server: TestServer;
let ada: Member;
let ben: Member;

beforeEach(async () => {
  server = await startTestServer({ env: { LIMITS: JSON.stringify(limits) } });
  [ada, ben] = [await server.owner("ada@example.com"), await server.owner("ben@example.com")];
});

afterEach(async () => {
  for (const lock of locks.splice(0)) lock.close();
  await server.close();
});

/** Holds the write lock of a file until it is closed. */
function lockFile(path: string): Sqlite {
  const lock = openSqlite(path, { create: false });
  lock.exec("BEGIN IMMEDIATE");
  locks.push(lock);
  return lock;
}

const studioFile = ({ orgId }: Member): string => join(server.dataDir, "data", "orgs", `${orgId}.db`);

function newContact(member: Member): { doc: ReturnType<typeof docId>; update: Uint8Array } {
  const update = change(new Y.Doc(), (ydoc) => putContact(ydoc, "Ayşe", member.userId));
  return { doc: docId("contact", crypto.randomUUID()), update: Y.convertUpdateFormatV1ToV2(update) };
}

/** Tells whether something has come to its end. */
function watch(running: Promise<unknown>): () => boolean {
  let isOver = false;
  const end = (): void => void (isOver = true);
  running.then(end, end);
  return () => isOver;
}

const healthOf = async (): Promise<string> => (await fetch(`${server.url}/healthz`)).text();

async function figure(name: string): Promise<number> {
  const lines = (await (await fetch(`${server.url}/metrics`)).text()).split("\n");
  return Number(lines.find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
}

/** Waits until so many signs of life came, which only a process that runs can send. */
async function hearsAlive(member: Member, times: number): Promise<void> {
  const socket = new member.WebSocket(`${server.url.replace("http", "ws")}/sync/${member.orgId}`);
  await new Promise<void>((resolve) => {
    let heard = 0;
    socket.on("message", () => {
      heard += 1;
      if (heard === times) resolve();
    });
  });
  socket.terminate();
}

describe("a studio's file", () => {
  test("[ST47][OB6] keeps its own writers waiting and nobody else; health and figures tell, and nothing has to be sent again", async () => {
    const lock = lockFile(studioFile(ada));
    const contact = newContact(ada);
    const waiting = ada.push([contact]);
    const isOver = watch(waiting);
    for (let time = 0; time < 5; time += 1)
      expect(await ben.push([newContact(ben)])).toMatchObject([{ seq: time + 2 }]);
    await hearsAlive(ada, 5);
    expect((await ada.changes("after=0")).entries.map(({ doc }) => doc)).not.toContain(contact.doc);
    while ((await healthOf()) !== '{"ok":false,"reason":"storage"}') expect(isOver()).toBe(false);
    expect(isOver()).toBe(false);
    lock.exec("ROLLBACK");
    expect(await waiting).toMatchObject([{ doc: contact.doc, seq: 2 }]);
    expect(await healthOf()).toBe('{"ok":true}');
    const quick = await figure('lumiso_commit_seconds_bucket{le="1"}');
    expect((await figure("lumiso_commit_seconds_count")) - quick).toBe(1);
  });

  test("[ST47] that is locked while it is opened is opened afterwards", async () => {
    await (await server.running.organisations.open(ada.orgId))?.close();
    const lock = lockFile(studioFile(ada));
    const reading = ada.changes("after=0");
    const isOver = watch(reading);
    expect(await ben.push([newContact(ben)])).toMatchObject([{ seq: 2 }]);
    expect(isOver()).toBe(false);
    lock.exec("ROLLBACK");
    expect((await reading).entries).toHaveLength(1);
  });
});

describe("the file of accounts", () => {
  test("[ST47] keeps those waiting who write into it; sessions are read and studios go on", async () => {
    const lock = lockFile(join(server.dataDir, "data", "main.db"));
    const body = JSON.stringify({ name: "Ada Lovelace" });
    const headers = { "content-type": "application/json" };
    const renaming = ada.fetch("/api/auth/me", { method: "PATCH", body, headers });
    const isOver = watch(renaming);
    expect((await ben.fetch("/api/auth/me")).status).toBe(200);
    expect(await ada.push([newContact(ada)])).toMatchObject([{ seq: 2 }]);
    expect(await healthOf()).toBe('{"ok":false,"reason":"database"}');
    expect(isOver()).toBe(false);
    lock.exec("ROLLBACK");
    expect((await renaming).status).toBe(200);
    expect(await (await ada.fetch("/api/auth/me")).text()).toContain("Ada Lovelace");
  });
});

describe("a storage", () => {
  test("[ST47][ST6] gives up after its time, and makes no keys in vain", async () => {
    const workshop = createWorkshop("locked");
    const storage = await workshop.create({ lockWaitMs: 300 });
    const lock = lockFile(workshop.files.data);
    await expect(storage.commit([creation(person(1))])).rejects.toThrow("locked");
    const erasing = storage.erase([person(2)], "R1", "2026-01-01T00:00:00.000Z");
    await expect(erasing).rejects.toThrow("locked");
    lock.exec("ROLLBACK");
    expect(await storage.commit([creation(person(1))])).toMatchObject([{ kind: "committed", seq: 1 }]);
    const keys = workshop.inFile(workshop.files.keys, (db) => db.prepare("SELECT count(*) FROM keys").pluck().get());
    expect(keys).toBe(2);
    workshop.dispose();
  });

  test("[ST47][ST26] that is closed while something waits for a lock says so", async () => {
    const workshop = createWorkshop("closed");
    const storage = await workshop.create();
    lockFile(workshop.files.data);
    const committing = storage.commit([creation(person(1))]);
    await storage.close();
    await expect(committing).rejects.toMatchObject({ type: "closed" });
    workshop.dispose();
  });
});
