// Health of a whole server, in the words it has for strangers.
import { mkdtempSync, rmSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { createSecretKey, randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { docId } from "../shared/document.ts";
import { writeSync } from "../shared/protocol.ts";
import { briefly } from "./briefly.ts";
import { startTimer, systemRandom } from "./clock.ts";
import { startServerProcess } from "./durability/process.testing.ts";
import type { ServerProcess } from "./durability/process.testing.ts";
import { createHealth } from "./health.ts";
import { createProbes } from "./health.probes.ts";
import { startLimits } from "./limits.ts";
import { openSqlite } from "./sqlite.ts";
import { change, putContact } from "./sync/testing.ts";
import { signUpOwner, startTestServer } from "./testing.ts";
import type { Member, TestServer } from "./testing.ts";

type Health = { readonly status: number; readonly text: string };

async function healthOf({ url }: Pick<TestServer, "url">): Promise<Health> {
  const answer = await fetch(`${url}/healthz`);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  return { status: answer.status, text: await answer.text() };
}

const ill = (reason: string): Health => ({ status: 503, text: JSON.stringify({ ok: false, reason }) });
const well: Health = { status: 200, text: '{"ok":true}' };

/** Asks until health is this. */
async function untilHealth(server: Pick<TestServer, "url">, wanted: Health): Promise<void> {
  while ((await healthOf(server)).text !== wanted.text);
}

describe("in words", () => {
  test("[OB3][OB4] a disk that is nearly full", async () => {
    const server = await startTestServer({
      env: { LIMITS: JSON.stringify({ diskFreeBytes: Number.MAX_SAFE_INTEGER }) },
    });
    expect(await healthOf(server)).toEqual(ill("disk"));
    await server.close();
  });

  test("[OB3][OB4] an event loop that stood still, for the moments after", async () => {
    const logged: string[] = [];
    const server = await startTestServer({
      env: { LIMITS: JSON.stringify({ loopDelayMs: 400 }), LOG_LEVEL: "info" },
      logTo: { write: (line) => void logged.push(line) },
    });
    const end = performance.now() + 1000;
    while (performance.now() < end);
    expect(await healthOf(server)).toEqual(ill("loop"));
    await healthOf(server);
    const told = logged.filter((line) => line.includes("degraded"));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('"kind":"loop"');
    await server.close();
  });

  test("[OB3][OB4] a database that another program has locked, without a stop of the server", async () => {
    const server = await startTestServer({ env: { LIMITS: JSON.stringify({ healthMs: 1 }) } });
    const other = openSqlite(join(server.dataDir, "data", "main.db"), { create: false });
    other.exec("BEGIN IMMEDIATE");
    const elapsed = startTimer();
    for (let time = 0; time < 20; time += 1) expect(await healthOf(server)).toEqual(ill("database"));
    // Hint: SQLite by itself would wait two seconds each time, and the process with it.
    expect(elapsed()).toBeLessThan(10_000);
    other.exec("ROLLBACK");
    other.close();
    await untilHealth(server, well);
    expect(await healthOf(server)).toEqual(well);
    await server.close();
  });

  test("[OB3][OB4] a key that does not open what it has sealed", async () => {
    const told: (string | null)[] = [];
    const fresh = (): KeyObject => createSecretKey(randomBytes(32));
    const [good, limits] = [fresh(), { ...startLimits, healthMs: 1, diskFreeBytes: 1 }];
    let keyOf = (): KeyObject => good;
    const keyring = { current: 1, keyOf: () => keyOf() };
    const parts = { folders: [tmpdir()], limits, random: systemRandom, loop: () => ({ p50: 0, p99: 0, max: 0 }) };
    const probes = createProbes({ ...parts, keyring, canWrite: () => true });
    const health = createHealth({ probes, onChange: (illness) => told.push(illness) });
    expect(await health.check()).toBe(null);
    // Hint: another key at each use, as from a memory that is broken.
    keyOf = fresh;
    while ((await health.check()) !== "keys");
    keyOf = () => good;
    while ((await health.check()) !== null);
    expect(told).toEqual(["keys", null]);
  });

  test("[OB4] what takes long is looked up seldom", async () => {
    let asked = 0;
    const ask = briefly(1, async () => {
      asked += 1;
      await new Promise((resolve) => void setTimeout(resolve, 50));
    });
    for (const elapsed = startTimer(); elapsed() < 1000;) await ask();
    expect(asked).toBe(1);
  });

  test("[OB4] what many ask for is looked up once in a moment, and a failure is not kept", async () => {
    let asked = 0;
    const ask = briefly(60_000, async () => {
      asked += 1;
      if (asked === 1) throw new Error("disk");
      return asked;
    });
    await expect(ask()).rejects.toThrow("disk");
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([2, 2, 2]);
    expect(await ask()).toBe(2);
  });
});

/** Of util-linux. */
const PRLIMIT = "prlimit";

/** Lets no file of a process grow or change, like a disk that is full; undefined lets it again. Source: prlimit(1). */
const limitFiles = ({ pid }: ServerProcess, bytes: number | undefined): Buffer =>
  execFileSync(PRLIMIT, ["--pid", String(pid), `--fsize=${bytes ?? "unlimited"}:`]);

describe.runIf(process.platform === "linux")("a disk that takes nothing more", () => {
  let folder: string;
  let server: ServerProcess;
  let owner: Member;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "lumiso-full-"));
    const LIMITS = JSON.stringify({ healthMs: 50 });
    server = await startServerProcess({ dataDir: join(folder, "data"), env: { LIMITS } });
    owner = await signUpOwner(server, { email: "ada@example.com" });
  });

  afterEach(async () => {
    await server.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  test("[OB5][S01] acknowledges nothing, asks again with 4503, and works by itself when there is space", async () => {
    const [doc, other] = [docId("contact", crypto.randomUUID()), docId("contact", crypto.randomUUID())];
    const update = change(new Y.Doc(), (ydoc) => putContact(ydoc, "Ayşe", owner.userId));
    const pushed = { doc: other, update: Y.convertUpdateFormatV1ToV2(update) };
    const socket = new owner.WebSocket(`${server.url.replace("http", "ws")}/sync/${owner.orgId}/${doc}?ack=1`);
    const heard: number[] = [];
    socket.on("message", (data: Buffer) => heard.push(data[0] ?? -1));
    const closed = once(socket, "close");
    await once(socket, "message");

    limitFiles(server, 0);
    socket.send(writeSync("update", update) as Uint8Array<ArrayBuffer>);
    expect((await closed)[0]).toBe(4503);
    expect(heard).not.toContain(100);
    expect(await owner.push([pushed])).toMatchObject([{ error: { type: "later" } }]);
    await untilHealth(server, ill("database"));
    const signIn = {
      method: "POST",
      body: JSON.stringify({ email: "yeni@example.com", password: "uzun ve iyi parola" }),
    };
    expect((await fetch(`${server.url}/api/auth/sign-in`, signIn)).status).toBe(500);

    limitFiles(server, undefined);
    await untilHealth(server, ill("storage"));
    expect(await owner.push([pushed])).toMatchObject([{ doc: other }]);
    expect(await healthOf(server)).toEqual(well);
    const { entries } = await owner.changes("after=0");
    expect(entries.map((entry) => entry.doc)).toContain(other);
    expect(entries.map((entry) => entry.doc)).not.toContain(doc);
    const events = server.problems.map((line) => (JSON.parse(line) as { event: string }).event);
    expect(new Set(events)).toEqual(new Set(["sync_failed", "degraded", "request_failed", "answer_failed"]));
    expect(server.problems.join("\n")).not.toMatch(/Ayşe|example\.com/);
  });
});
