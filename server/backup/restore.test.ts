// What a restore brings back and what it does not, what it refuses, and that a kill at any step changes nothing of its end.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { DocId } from "../../shared/document.ts";
import { subjectOf } from "../../shared/document.ts";
import { feedHeaders } from "../../shared/messages.ts";
import { systemRandom } from "../clock.ts";
import { parseKeyring } from "../keyring.ts";
import { organisationFiles } from "../organisations.files.ts";
import { testKeyring } from "../storage.sqlite.testing.ts";
import type { Member, TestServer } from "../testing.ts";
import { emptyRegister, extendRegister, registerOf } from "./register.ts";
import { keysName, readFile } from "./source.ts";
import type { RestoreOptions } from "./restore.ts";
import { stagedFolders, useData } from "./swap.ts";
import { filesBelow, makeStage, nameOn, newContact, putPeople, signInAgain } from "./testing.ts";
import type { Stage } from "./testing.ts";

const AT = "2026-03-01T09:00:00.000Z";

/** A stage whose server is stopped: a backup, and what happened after it. */
let after: Stage;
let owner: Member;
let manager: Member;
let leaver: Member;
let joiner: Member;
let kept: DocId;
let gone: DocId;
let late: DocId;
let history: string;

beforeAll(async () => {
  after = makeStage();
  const server = await after.start();
  owner = await server.owner("ada@example.com");
  manager = await server.invite(owner, "ben@example.com", "manager");
  leaver = await server.invite(owner, "eda@example.com", "assistant");
  [kept = ("" as DocId), gone = ("" as DocId)] = await putPeople(owner, ["Kalan", "Silinecek"]);
  const made = await after.backUp();
  if (!made.ok) throw new Error(made.error.type);

  [late = ("" as DocId)] = await putPeople(owner, ["Sonra gelen"]);
  joiner = await server.invite(owner, "cem@example.com", "assistant");
  const team = `/api/orgs/${owner.orgId}/members`;
  await owner.fetch(`${team}/${leaver.userId}`, { method: "DELETE" });
  const body = JSON.stringify({ role: "viewer" });
  const headers = { "content-type": "application/json" };
  await owner.fetch(`${team}/${manager.userId}`, { method: "PATCH", body, headers });
  const storage = await server.running.organisations.open(owner.orgId);
  await storage?.eraseSubject(subjectOf(gone) ?? "", "cus.lead", AT);
  history = storage?.history ?? "";
  await server.close();
});
afterAll(() => after.dispose());

const stages: Stage[] = [];
afterEach(() => {
  for (const stage of stages.splice(0)) stage.dispose();
});

/** A copy of what there is after the backup; `empty` leaves only the backup and the key. */
function stageOf({ empty = false } = {}): Stage {
  const stage = after.copy();
  stages.push(stage);
  if (empty) rmSync(stage.env["DATA_DIR"] ?? "", { recursive: true });
  return stage;
}

async function onServer(stage: Stage, run: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await stage.start();
  try {
    await run(server);
  } finally {
    await server.close();
  }
}

describe("a restore", () => {
  test("[BK9] [BK11] into an empty folder brings everything, under a new history, to who signs in again", async () => {
    const stage = stageOf({ empty: true });
    expect(await stage.restore()).toMatchObject({
      ok: true,
      value: { studios: 1, documents: 3, erased: 0, ownerless: [] },
    });
    await onServer(stage, async (server) => {
      const storage = await server.running.organisations.open(owner.orgId);
      expect(storage?.restoredAt).not.toBeNull();
      expect((await fetch(`${server.url}/api/auth/me`, { headers: { cookie: owner.cookie } })).status).toBe(401);
      const again = await signInAgain(server, owner);
      expect(await nameOn(again, kept)).toBe("Kalan");
      const { headers } = await again.changes("after=0");
      expect(headers.get(feedHeaders.history)).not.toBe(history);
      // What came after the backup is gone; the device that has it brings it back.
      expect(await nameOn(again, late)).toBeNull();
      const [doc = ""] = await putPeople(again, ["Yeni"]);
      expect(await nameOn(again, doc as DocId)).toBe("Yeni");
    });
  });

  test("[BK10] over present data keeps erased what was erased since, and puts nothing of the old data by", async () => {
    const stage = stageOf();
    expect(await stage.restore({ replace: true })).toMatchObject({ ok: true, value: { erased: 1 } });
    const { folders } = stage.settings();
    const { keys, data } = organisationFiles(folders, owner.orgId);
    expect(readFile(keys, (db) => db.prepare("SELECT count(*) FROM keys WHERE doc = ?").pluck().get(gone))).toBe(0);
    expect(readFile(data, (db) => db.prepare("SELECT rule, at, status FROM tombstones").all())).toEqual([
      { rule: "cus.lead", at: AT, status: "done" },
    ]);
    expect(filesBelow(folders.dataDir).filter((name) => name.includes(".re"))).toEqual([]);
    await onServer(stage, async (server) => {
      const again = await signInAgain(server, owner);
      expect(await nameOn(again, gone)).toBe("erased");
      expect(await again.push([{ doc: gone, update: newContact(owner.userId).update }])).toMatchObject([
        { error: { type: "erased" } },
      ]);
      expect(await nameOn(again, kept)).toBe("Kalan");
    });
  });

  test("[BK8] [BK10] takes a register kept elsewhere when the machine is lost", async () => {
    const path = join(after.root, "register kept elsewhere");
    const { folders, keyring } = after.settings();
    extendRegister({ path, keyring }, registerOf(folders), systemRandom);
    const stage = stageOf({ empty: true });
    expect(await stage.restore({ register: path })).toMatchObject({ ok: true, value: { erased: 1 } });
    await onServer(stage, async (server) =>
      expect(await nameOn(await signInAgain(server, owner), gone)).toBe("erased"),
    );
  });

  test("[BK11] [UP6] brings nobody back who has left, takes roles as they were last, and knows who joined since", async () => {
    const stage = stageOf();
    expect((await stage.restore({ replace: true })).ok).toBe(true);
    await onServer(stage, async (server) => {
      const again = await signInAgain(server, owner);
      const left = await signInAgain(server, leaver);
      expect((await left.fetch(`/api/orgs/${owner.orgId}/changes?after=0`)).status).toBe(404);
      // Hint: a manager may write a contact, a viewer may not.
      const lowered = await signInAgain(server, manager);
      expect(await lowered.push([newContact(manager.userId)])).toMatchObject([{ error: { type: "refused" } }]);
      await expect(signInAgain(server, joiner)).rejects.toThrow("401");
      const body = Buffer.from((await import("../../shared/protocol.ts")).writeUpdates([newContact(joiner.userId)]));
      const path = `/api/orgs/${owner.orgId}/updates?restoring=1`;
      const brought = await again.fetch(path, { method: "POST", body });
      expect(await brought.json()).toMatchObject({ results: [{ seq: expect.any(Number) }] });
    });
  });
});

describe("a restore with other settings", () => {
  test("[BK9] [BK12] puts keys on a disk of their own, and opens them with a key-encryption key that was renewed", async () => {
    const stage = stageOf({ empty: true });
    const { keyring } = stage.settings();
    const first = readFileSync(`${stage.env["DATA_DIR"]}.kek`, "utf8").trim();
    const renewed = parseKeyring(`${first}\n2:${Buffer.alloc(32, 7).toString("base64")}`);
    if (!renewed.ok) throw new Error(renewed.error.type);
    const folders = { dataDir: join(stage.root, "data"), keysDir: join(stage.root, "other disk", "keys") };
    expect((await stage.restore({ folders, keyring: renewed.value })).ok).toBe(true);
    expect(filesBelow(folders.keysDir)).toEqual([keysName(owner.orgId)]);
    // Hint: again over itself, with every kill point in between left out.
    expect((await stage.restore({ folders, keyring: renewed.value, replace: true })).ok).toBe(true);
    expect(await stage.restore({ folders, keyring: testKeyring({ 2: 7 }), replace: true })).toMatchObject({
      error: { type: "sealed_otherwise" },
    });
    expect((await stage.backUp({ folders, keyring: renewed.value })).ok).toBe(true);
    expect(await stage.restore({ folders, keyring, replace: true })).toMatchObject({
      error: { type: "sealed_otherwise" },
    });
  });

  test("[BK11] names a studio whose owner joined after the backup", async () => {
    const stage = stageOf({ empty: true });
    const { keyring } = stage.settings();
    const path = join(stage.root, "register");
    const change = { org: owner.orgId, by: owner.userId };
    const roles = [
      { ...change, user: "joined-since", role: "owner" as const, at: "2099-01-01T00:00:00.000Z" },
      { ...change, user: owner.userId, role: null, at: "2099-01-02T00:00:00.000Z" },
    ];
    extendRegister({ path, keyring }, { ...emptyRegister, roles }, systemRandom);
    expect(await stage.restore({ register: path })).toMatchObject({ ok: true, value: { ownerless: [owner.orgId] } });
  });
});

describe("nothing is touched", () => {
  type Refusal = { type: string; damage?: (stage: Stage) => void; options?: Partial<RestoreOptions> };
  const refusals: [string, Refusal][] = [
    ["data that is there", { type: "data_present", options: { replace: false } }],
    ["a cut studio", { type: "file_damaged", damage: (stage) => cut(setFile(stage, `${owner.orgId}.db`)) }],
    [
      "a lost key",
      { type: "file_missing", damage: ({ folder }) => rmSync(join(folder, "keys-a", keysName(owner.orgId))) },
    ],
    ["another key", { type: "sealed_otherwise", options: { keyring: testKeyring() } }],
    ["a set that is not there", { type: "no_backup", options: { set: "2020-01-01T00-00-00.000Z" } }],
    ["no register", { type: "file_missing", options: { register: "/nowhere/register" } }],
    ["a file for a folder", { type: "no_backup", options: { folder: "/dev/null" } }],
  ];
  test.each(refusals)("[BK9] by %s", async (_name, { type, damage, options }) => {
    const stage = stageOf();
    damage?.(stage);
    const before = printsOf(stage);
    expect(await stage.restore({ replace: true, ...options })).toMatchObject({ ok: false, error: { type } });
    expect(printsOf(stage)).toEqual(before);
  });

  test("[BK9] [BK12] while a server runs", async () => {
    const stage = stageOf();
    await onServer(stage, async () => {
      expect(await stage.restore({ replace: true })).toMatchObject({ error: { type: "server_running" } });
    });
  });

  test("[BK9] by a full disk", async () => {
    const stage = stageOf();
    const before = printsOf(stage);
    const step = (at: string): void => {
      if (at === "data_staged") throw Object.assign(new Error("full"), { code: "ENOSPC" });
    };
    expect(await stage.restore({ replace: true, step })).toMatchObject({ error: { type: "disk_full" } });
    expect(printsOf(stage)).toEqual(before);
  });

  test("[BK10] when the present data cannot say what was erased, unless a register is named", async () => {
    const stage = stageOf();
    const { data } = organisationFiles(stage.settings().folders, owner.orgId);
    writeFileSync(data, "no database");
    expect(await stage.restore({ replace: true })).toMatchObject({ error: { type: "register_unknown" } });
    const register = join(stage.folder, "register.sealed");
    expect((await stage.restore({ replace: true, register })).ok).toBe(true);
  });
});

describe("killed", () => {
  test("[BK12] at any step and run again, comes to the same end", async () => {
    const total = Number(await runKilled(stageOf(), 10_000));
    expect(total).toBeGreaterThan(10);
    // Hint: a handful in CI, all of them with STEPS=all.
    const all = Array.from({ length: total }, (_none, index) => index + 1);
    const marked = 7;
    const some = process.env["STEPS"] === "all" ? all : [3, marked + 1, total - 2];
    for (const step of some) {
      const stage = stageOf();
      expect(await runKilled(stage, step)).toBe("SIGKILL");
      const { folders } = stage.settings();
      // Before the mark the old data are whole; from then on until the end nothing may be opened.
      expect([step, mayStart(stage)]).toEqual([step, step < marked]);
      expect(await stage.restore({ replace: true })).toMatchObject({ ok: true });
      expect(existsSync(stagedFolders(folders).dataDir)).toBe(false);
      await onServer(stage, async (server) => {
        const again = await signInAgain(server, owner);
        const names = await Promise.all([kept, gone, late].map((doc) => nameOn(again, doc)));
        expect([step, ...names]).toEqual([step, "Kalan", "erased", null]);
        const storage = await server.running.organisations.open(owner.orgId);
        expect([storage?.history === history, storage?.restoredAt === null]).toEqual([false, false]);
      });
    }
  }, 300_000);
});

/** Runs a restore that kills itself; answers with the signal, or with how many steps there were. */
async function runKilled(stage: Stage, step: number): Promise<string> {
  const script = join(import.meta.dirname, "restore.killed.testing.ts");
  const args = [script, stage.env["DATA_DIR"] ?? "", stage.folder, String(step)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (bytes: Buffer) => (said += bytes.toString()));
  const [, signal] = await once(child, "close");
  return signal === null ? said.trim() : String(signal);
}

function mayStart(stage: Stage): boolean {
  try {
    useData(stage.settings().folders).release();
    return true;
  } catch (error) {
    // Hint: the message is what the operator reads.
    return !String(error).includes("lumiso restore");
  }
}

const setFile = (stage: Stage, name: string): string =>
  join(stage.folder, "sets", filesBelow(join(stage.folder, "sets"))[0]?.split("/")[0] ?? "", name);

const cut = (path: string): void => writeFileSync(path, readFileSync(path).subarray(0, -100));

/** The data as they lie on the disk; locks hold nothing. */
const printsOf = (stage: Stage): [string, string][] =>
  filesBelow(stage.env["DATA_DIR"] ?? "")
    .filter((name) => !/\.lock$|-shm$|-wal$/.test(name))
    .map((name) => [name, readFileSync(join(stage.env["DATA_DIR"] ?? "", name)).toString("base64")]);
