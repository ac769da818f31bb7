// What a restore refuses before it touches anything, and that a kill at any step changes nothing of its end.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { organisationFiles } from "../organisations.files.ts";
import type { Folders } from "../organisations.files.ts";
import { testKeyring } from "../storage.sqlite.testing.ts";
import { makeAftermath, onServer } from "./restore.testing.ts";
import type { Aftermath } from "./restore.testing.ts";
import type { RestoreOptions } from "./restore.ts";
import { keysName } from "./source.ts";
import { stagedFolders, useData } from "./swap.ts";
import { filesBelow, nameOn, signInAgain } from "./testing.ts";
import type { Stage } from "./testing.ts";

/** What the tests of restores stand on. */
let after: Aftermath;

beforeAll(async () => {
  after = await makeAftermath();
});
afterEach(() => after.clear());
afterAll(() => after.stage.dispose());

describe("nothing is touched", () => {
  type Refusal = { type: string; damage?: (stage: Stage) => void; options?: Partial<RestoreOptions> };
  const refusals: [string, Refusal][] = [
    ["data that is there", { type: "data_present", options: { replace: false } }],
    ["a cut studio", { type: "file_damaged", damage: (stage) => cut(setFile(stage, `${after.owner.orgId}.db`)) }],
    [
      "a lost key",
      { type: "file_missing", damage: ({ folder }) => rmSync(join(folder, "keys-a", keysName(after.owner.orgId))) },
    ],
    ["another key", { type: "sealed_otherwise", options: { keyring: testKeyring() } }],
    ["a set that is not there", { type: "no_backup", options: { set: "2020-01-01T00-00-00.000Z" } }],
    ["no register", { type: "file_missing", options: { register: "/nowhere/register" } }],
    ["a file for a folder", { type: "no_backup", options: { folder: "/dev/null" } }],
  ];
  test.each(refusals)("[BK9] by %s", async (_name, { type, damage, options }) => {
    const stage = after.copy();
    damage?.(stage);
    const before = printsOf(stage);
    expect(await stage.restore({ replace: true, ...options })).toMatchObject({ ok: false, error: { type } });
    expect(printsOf(stage)).toEqual(before);
  });

  test("[BK9] [BK12] while a server runs", async () => {
    const stage = after.copy();
    await onServer(stage, async () => {
      expect(await stage.restore({ replace: true })).toMatchObject({ error: { type: "server_running" } });
    });
  });

  test("[BK9] by a full disk", async () => {
    const stage = after.copy();
    const before = printsOf(stage);
    const step = (at: string): void => {
      if (at === "data_staged") throw Object.assign(new Error("full"), { code: "ENOSPC" });
    };
    expect(await stage.restore({ replace: true, step })).toMatchObject({ error: { type: "disk_full" } });
    expect(printsOf(stage)).toEqual(before);
  });

  test("[BK10] when the present data cannot say what was erased, unless a register is named", async () => {
    const stage = after.copy();
    const { data } = organisationFiles(stage.settings().folders, after.owner.orgId);
    writeFileSync(data, "no database");
    expect(await stage.restore({ replace: true })).toMatchObject({ error: { type: "register_unknown" } });
    const register = join(stage.folder, "register.sealed");
    expect((await stage.restore({ replace: true, register })).ok).toBe(true);
  });

  test("[BK15] on an empty machine without a register, unless it is said that there is none", async () => {
    const stage = after.copy({ empty: true });
    expect(await stage.restore()).toMatchObject({ error: { type: "register_needed" } });
    expect(filesBelow(stage.env["DATA_DIR"] ?? "").filter((name) => !name.endsWith(".lock"))).toEqual([]);
    const lines: string[] = [];
    const report = (line: string): void => void lines.push(line);
    expect(await stage.restore({ withoutRegister: true, report })).toMatchObject({ ok: true, value: { erased: 0 } });
    expect(lines.join()).toContain("comes back");
  });

  test("[BK15] what the present data know holds, also for who says that there is no register", async () => {
    const stage = after.copy();
    const options = { replace: true, withoutRegister: true };
    expect(await stage.restore(options)).toMatchObject({ ok: true, value: { erased: 1 } });
  });
});

describe("the notes of an interrupted restore", () => {
  const marksOf = ({ dataDir, keysDir }: Folders): string[] => [dataDir, keysDir].map((at) => join(at, "restore.json"));
  const MOVING = 8;

  test.each([
    ["in the data folder", [0]],
    ["in the folder of keys", [1]],
  ])("[BK16] damaged %s are read in the other one", async (_name, damaged) => {
    const stage = after.copy();
    expect(await runKilled(stage, MOVING)).toBe("SIGKILL");
    for (const index of damaged) writeFileSync(marksOf(stage.settings().folders)[index] ?? "", "{");
    expect(mayStart(stage)).toBe(false);
    expect(await stage.restore({ replace: true })).toMatchObject({ ok: true, value: { finished: expect.any(String) } });
    expect(marksOf(stage.settings().folders).map((path) => existsSync(path))).toEqual([false, false]);
    await onServer(stage, async (server) => {
      const again = await signInAgain(server, after.owner);
      expect([await nameOn(again, after.kept), await nameOn(again, after.gone)]).toEqual(["Kalan", "erased"]);
    });
  });

  test("[BK16] damaged in both stop everything before anything is touched", async () => {
    const stage = after.copy();
    expect(await runKilled(stage, MOVING)).toBe("SIGKILL");
    for (const path of marksOf(stage.settings().folders)) writeFileSync(path, '{"phase":"asi');
    const before = printsOf(stage);
    expect(await stage.restore({ replace: true })).toMatchObject({ ok: false, error: { type: "mark_damaged" } });
    expect(mayStart(stage)).toBe(false);
    expect(printsOf(stage)).toEqual(before);
  });
});

describe("killed", () => {
  test("[BK12] at any step and run again, comes to the same end", async () => {
    const total = Number(await runKilled(after.copy(), 10_000));
    expect(total).toBeGreaterThan(10);
    // Hint: a handful in CI, all of them with STEPS=all.
    const all = Array.from({ length: total }, (_none, index) => index + 1);
    const marked = 7;
    const some = process.env["STEPS"] === "all" ? all : [3, marked + 1, total - 2];
    for (const step of some) {
      const stage = after.copy();
      expect(await runKilled(stage, step)).toBe("SIGKILL");
      const { folders } = stage.settings();
      // Before the mark the old data are whole; from then on until the end nothing may be opened.
      expect([step, mayStart(stage)]).toEqual([step, step < marked]);
      expect(await stage.restore({ replace: true })).toMatchObject({ ok: true });
      expect(existsSync(stagedFolders(folders).dataDir)).toBe(false);
      await onServer(stage, async (server) => {
        const again = await signInAgain(server, after.owner);
        const names = await Promise.all([after.kept, after.gone, after.late].map((doc) => nameOn(again, doc)));
        expect([step, ...names]).toEqual([step, "Kalan", "erased", null]);
        const storage = await server.running.organisations.open(after.owner.orgId);
        expect([storage?.history === after.history, storage?.restoredAt === null]).toEqual([false, false]);
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
    .filter((name) => !/\.lock(?:-journal)?$|-shm$|-wal$/.test(name))
    .map((name) => [name, readFileSync(join(stage.env["DATA_DIR"] ?? "", name)).toString("base64")]);
