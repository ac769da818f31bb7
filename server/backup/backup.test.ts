// What a backup holds, in which order it is made, what it refuses and what it leaves behind, over a real server's data.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { docId } from "../../shared/document.ts";
import { systemRandom } from "../clock.ts";
import { organisationFiles } from "../organisations.files.ts";
import type { Member, TestServer } from "../testing.ts";
import type { BackupStep } from "./backup.ts";
import { checkBackup } from "./check.ts";
import { lockFolder } from "./lock.ts";
import { setsOf } from "./places.ts";
import { emptyRegister, extendRegister, readRegister } from "./register.ts";
import { readFile } from "./source.ts";
import { filesBelow, filesHolding, makeStage, putPeople } from "./testing.ts";
import type { Stage } from "./testing.ts";

const DAY = 24 * 60 * 60 * 1000;

let stage: Stage;
let server: TestServer;
let owner: Member;
let other: Member;

beforeAll(async () => {
  stage = makeStage();
  server = await stage.start();
  owner = await server.owner("ada.yilmaz@example.com", "Gizli Stüdyo");
  other = await server.owner("eda@example.com");
  await putPeople(owner, ["Aysegul Ozturk", "Bora"]);
  await putPeople(other, ["Cem"]);
});
afterAll(async () => {
  await server.close();
  stage.dispose();
});

/** A fresh folder for the backups of one test. */
const place = (name: string): string => join(stage.root, name);

describe("a backup", () => {
  test("[BK1] [BK5] holds every studio while the server runs, and is valid", async () => {
    const folder = place("whole");
    const made = await stage.backUp({ folder });
    expect(made).toMatchObject({ ok: true, value: { studios: 2, documents: 5 } });
    const checked = await checkAt(folder);
    expect(checked).toMatchObject({ ok: true, value: { documents: 5, disposed: 0 } });
    expect(checked.ok && checked.value.studios.toSorted()).toEqual([owner.orgId, other.orgId].toSorted());
  });

  test("[BK2] copies data before keys, and the register after both: what ends in between is known to be erased", async () => {
    const folder = place("order");
    const [doc = ""] = await putPeople(owner, ["Silinecek"]);
    const { keys, data } = organisationFiles(stage.settings().folders, owner.orgId);
    const steps: BackupStep[] = [];
    const step = (at: BackupStep): void => {
      steps.push(at);
      if (at !== "data_copied") return;
      readFile(data, (db) => {
        db.prepare("DELETE FROM documents WHERE doc = ?").run(doc);
        const tombstone =
          "INSERT INTO tombstones SELECT ?, 'contact', max(seq) + 1, 'R1', '2026-01-01', 'pending' FROM documents";
        db.prepare(tombstone).run(doc);
        db.exec("UPDATE counters SET seq = seq + 1");
      });
      readFile(keys, (db) => db.prepare("DELETE FROM keys WHERE doc = ?").run(doc));
    };
    expect((await stage.backUp({ folder, step })).ok).toBe(true);
    expect(await checkAt(folder)).toMatchObject({ ok: true, value: { disposed: 1 } });
    expect(steps).toEqual([
      "data_copied",
      "keys_copied",
      "checked",
      "register_written",
      "slot_placed",
      "set_placed",
      "old_removed",
    ]);
  });

  test("[BK2] [BK7] keeps keys in two slots by turns, and sets for 35 days", async () => {
    const folder = place("slots");
    const start = Date.now();
    const slotOf = new Map<number, string>();
    for (const day of [0, 1, 2, 36]) {
      const before = slotTimes(folder);
      expect((await stage.backUp({ folder, clock: () => start + day * DAY })).ok).toBe(true);
      const after = slotTimes(folder);
      slotOf.set(day, ["a", "b"].filter((slot) => before[slot] !== after[slot]).join());
    }
    expect([...slotOf.values()]).toEqual(["a", "b", "a", "b"]);
    expect(readdirSync(folder).toSorted()).toEqual(["keys-a", "keys-b", "register.sealed", "sets"]);
    expect(setsOf(folder)).toHaveLength(3);
    expect((await stage.backUp({ folder, clock: () => start + 80 * DAY })).ok).toBe(true);
    expect(setsOf(folder)).toHaveLength(1);
    expect((await checkAt(folder)).ok).toBe(true);
  });

  test("[BK4] holds no name, no address and no key-encryption key in the clear, in bytes or in names", async () => {
    const folder = place("clear");
    expect((await stage.backUp({ folder })).ok).toBe(true);
    const kek = readFileSync(`${stage.env["DATA_DIR"]}.kek`, "utf8").split(":")[1]?.trim() ?? "";
    for (const needle of ["ada.yilmaz", "Gizli", "Aysegul", "$argon2", kek, Buffer.from(kek, "base64")]) {
      expect(filesHolding(folder, needle)).toEqual([]);
    }
    expect(filesBelow(folder).join("\n")).not.toMatch(/ada|Gizli|kek/);
  });

  test("[BK3] [BK6] leaves what was there when it fails, and nothing half", async () => {
    const folder = place("half");
    expect((await stage.backUp({ folder })).ok).toBe(true);
    const before = filesBelow(folder);
    for (const fatal of ["data_copied", "keys_copied", "checked"] as const) {
      const step = (at: BackupStep): void => {
        if (at === fatal) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      };
      expect(await stage.backUp({ folder, step })).toEqual({
        ok: false,
        error: { type: "disk_full", detail: "ENOSPC" },
      });
      expect(filesBelow(folder)).toEqual(before);
    }
    expect((await checkAt(folder)).ok).toBe(true);
  });

  test("[BK6] says why not: no data, a folder within the data, a key beside the backup, another one running", async () => {
    const { folders } = stage.settings();
    const empty = { ...folders, dataDir: place("nothing") };
    expect(await stage.backUp({ folders: empty })).toMatchObject({ error: { type: "no_data" } });
    const inside = join(folders.dataDir, "backup");
    expect(await stage.backUp({ folder: inside })).toMatchObject({ error: { type: "folder_inside_data" } });
    rmSync(inside, { recursive: true });
    expect(await stage.backUp({ folder: stage.root })).toMatchObject({ error: { type: "key_in_backup" } });
    const lock = lockFolder(folders.dataDir, "alone", "backup");
    expect(await stage.backUp()).toMatchObject({ error: { type: "backup_running" } });
    lock?.release();
    const elsewhere = makeStage(place("restoring"));
    cpSync(`${stage.env["DATA_DIR"]}.kek`, `${elsewhere.env["DATA_DIR"]}.kek`);
    mkdirSync(elsewhere.env["DATA_DIR"] ?? "", { recursive: true });
    writeFileSync(join(elsewhere.env["DATA_DIR"] ?? "", "main.db"), "");
    const alone = lockFolder(elsewhere.env["DATA_DIR"] ?? "", "alone");
    expect(await elsewhere.backUp()).toMatchObject({ error: { type: "restore_running" } });
    alone?.release();
    writeFileSync(place("a file"), "");
    await expect(stage.backUp({ folder: join(place("a file"), "below") })).resolves.toMatchObject({ ok: false });
  });

  test("[BK6] of a studio whose documents have lost their keys is not made, and says so", async () => {
    const copy = makeStage(place("keyless"));
    cpSync(stage.env["DATA_DIR"] ?? "", copy.env["DATA_DIR"] ?? "", {
      recursive: true,
      filter: (path) => !path.endsWith(".sock"),
    });
    copyFileSync(`${stage.env["DATA_DIR"]}.kek`, `${copy.env["DATA_DIR"]}.kek`);
    const { keys } = organisationFiles(copy.settings().folders, owner.orgId);
    readFile(keys, (db) => db.exec("DELETE FROM keys"));
    expect(await copy.backUp()).toMatchObject({ ok: false, error: { type: "key_missing" } });
    expect(setsOf(copy.folder)).toEqual([]);
  });
});

describe("the register", () => {
  test("[BK8] holds disposals and roles, and never forgets", async () => {
    const folder = place("register");
    await stage.backUp({ folder });
    const { keyring } = stage.settings();
    const register = readRegister({ path: join(folder, "register.sealed"), keyring });
    expect(register?.roles).toContainEqual(
      expect.objectContaining({ org: owner.orgId, user: owner.userId, role: "owner" }),
    );
    const file = { path: join(folder, "register.sealed"), keyring };
    const disposal = { org: "org-long-ago", doc: docId("studio"), rule: "R1", at: "2026-01-01T00:00:00.000Z" };
    extendRegister(file, { ...emptyRegister, documents: [disposal] }, systemRandom);
    await stage.backUp({ folder, clock: () => Date.now() + DAY });
    expect(readRegister(file)?.documents).toContainEqual(disposal);
    expect(readRegister(file)?.roles).toEqual(register?.roles);
  });
});

describe("killed", () => {
  // Hint: a few in CI, all of them with STEPS=all.
  const some: BackupStep[] = ["register_written", "slot_placed"];
  const all: BackupStep[] = [...some, "data_copied", "keys_copied", "checked", "set_placed"];
  const steps = process.env["STEPS"] === "all" ? all : some;
  test.each(steps)(
    "[BK3] at %s, what was there stays valid, and the next one is made",
    async (step) => {
      const folder = place(`killed ${step}`);
      expect((await stage.backUp({ folder })).ok).toBe(true);
      const script = join(import.meta.dirname, "backup.killed.testing.ts");
      const child = spawn(process.execPath, [script, stage.env["DATA_DIR"] ?? "", folder, step], { stdio: "inherit" });
      const [, signal] = await once(child, "close");
      expect(signal).toBe("SIGKILL");
      expect((await checkAt(folder)).ok).toBe(true);
      expect((await stage.backUp({ folder, clock: () => Date.now() + 2 * DAY })).ok).toBe(true);
      expect(filesBelow(folder).filter((name) => name.includes(".new"))).toEqual([]);
      expect((await checkAt(folder)).ok).toBe(true);
    },
    30_000,
  );
});

/** Checks a backup of the stage's data in another folder. */
const checkAt = (folder: string, set?: string): ReturnType<typeof checkBackup> =>
  checkBackup({ ...stage.settings(), folder }, set);

function slotTimes(folder: string): Record<string, string | undefined> {
  const read = (slot: string): string | undefined => {
    const path = join(folder, `keys-${slot}`, "manifest.sealed");
    return existsSync(path) ? readFileSync(path, "base64") : undefined;
  };
  return { a: read("a"), b: read("b") };
}
