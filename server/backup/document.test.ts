// One document brought from a backup into a running studio, through the door that its server keeps for the command line.
import { statSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { subjectOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { organisationFiles } from "../organisations.files.ts";
import { member } from "../testing.ts";
import type { Member, TestServer } from "../testing.ts";
import { restoreDocument } from "./document.ts";
import { operatorSocket, askServer } from "./operator.ts";
import { readFile } from "./source.ts";
import { makeStage, nameOn, putPeople, signInAgain } from "./testing.ts";
import type { Stage } from "./testing.ts";

let stage: Stage;
let server: TestServer;
let owner: Member;
let lost: DocId;
let gone: DocId;
let kept: DocId;

// The server stands on an older backup than the newest: what came between is only in that one.
beforeAll(async () => {
  stage = makeStage();
  server = await stage.start();
  owner = await server.owner("ada@example.com");
  [kept = ("" as DocId)] = await putPeople(owner, ["Kalan"]);
  const older = await stage.backUp();
  [lost = ("" as DocId), gone = ("" as DocId)] = await putPeople(owner, ["Kayıp", "Silinen"]);
  const newer = await stage.backUp();
  if (!older.ok || !newer.ok) throw new Error("no backup");
  await server.close();
  const restored = await stage.restore({ set: older.value.set, replace: true });
  if (!restored.ok) throw new Error(restored.error.type);
  server = await stage.start();
  owner = await signInAgain(server, owner);
});
afterAll(async () => {
  await server.close();
  stage.dispose();
});

const bring = (doc: string, org = owner.orgId): ReturnType<typeof restoreDocument> =>
  restoreDocument({ ...stage.settings(), folder: stage.folder, name: `${org}/${doc}` });

test("[BK13] brings back what the studio has lost, once, and tells who watches", async () => {
  const nudges: string[] = [];
  const socket = new owner.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}`);
  socket.on("message", (data: Buffer) => nudges.push(data.toString()));
  await new Promise((resolve) => socket.once("open", resolve));
  expect(await nameOn(owner, lost)).toBeNull();
  expect(await bring(lost)).toEqual({ ok: true, value: "brought" });
  expect(await nameOn(owner, lost)).toBe("Kayıp");
  await expect.poll(() => nudges.some((text) => text.includes("changed")), { timeout: 10_000 }).toBe(true);
  socket.close();
  expect(await bring(lost)).toEqual({ ok: true, value: "unchanged" });
});

test("[BK13] [ST46] mends a document whose key is lost, and one that is damaged", async () => {
  const { keys, data } = organisationFiles(stage.settings().folders, owner.orgId);
  const restart = async (harm: () => void): Promise<void> => {
    await server.close();
    harm();
    server = await stage.start();
  };
  const withServer = (): Promise<string | null> => nameOn({ ...owner, ...member(server.url, owner) }, kept);
  await restart(() => readFile(keys, (db) => db.prepare("DELETE FROM keys WHERE doc = ?").run(kept)));
  await expect(withServer()).rejects.toThrow("changes: 503");
  expect(await bring(kept)).toEqual({ ok: true, value: "mended" });
  expect(await withServer()).toBe("Kalan");
  await restart(() =>
    readFile(data, (db) => db.prepare("UPDATE documents SET state = zeroblob(99) WHERE doc = ?").run(kept)),
  );
  await expect(withServer()).rejects.toThrow("changes: 5");
  expect(await bring(kept)).toEqual({ ok: true, value: "mended" });
  expect(await withServer()).toBe("Kalan");
  owner = { ...owner, ...member(server.url, owner) };
});

test("[BK13] a tombstone wins", async () => {
  const storage = await server.running.organisations.open(owner.orgId);
  await storage?.eraseSubject(subjectOf(gone) ?? "", "cus.lead", "2026-03-01T09:00:00.000Z");
  expect(await bring(gone)).toMatchObject({ ok: false, error: { type: "erased" } });
  expect(await nameOn(owner, gone)).toBe("erased");
});

test("[BK13] says what it cannot bring", async () => {
  const never = `contact/${crypto.randomUUID()}`;
  expect(await bring(never)).toMatchObject({ error: { type: "not_in_backup" } });
  expect(await bring("nonsense")).toMatchObject({ error: { type: "not_in_backup" } });
  expect(await bring(lost, "org-of-nobody")).toMatchObject({ error: { type: "not_in_backup" } });
});

test("[BK14] the door is the owner's alone, takes nothing else, and goes with the server", async () => {
  const { dataDir } = stage.settings().folders;
  expect(statSync(operatorSocket(dataDir)).mode & 0o777).toBe(0o600);
  for (const question of [
    null,
    { command: "eraseAll" },
    { command: "bringDocument", org: owner.orgId, doc: lost, state: "" },
  ]) {
    const answer = await askServer(dataDir, question);
    expect([answer.ok, JSON.stringify(answer)]).not.toContain("brought");
  }
  await server.close();
  expect(await bring(lost)).toMatchObject({ error: { type: "server_not_running" } });
  server = await stage.start();
});
