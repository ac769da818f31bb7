// What the check of a backup finds: whatever was done to its files, and what was erased after it.
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testKeyring } from "../storage.sqlite.testing.ts";
import type { Member, TestServer } from "../testing.ts";
import { checkBackup } from "./check.ts";
import { keysName, lookInto } from "./source.ts";
import { makeStage, putPeople } from "./testing.ts";
import type { Stage } from "./testing.ts";

const DAY = 24 * 60 * 60 * 1000;

let stage: Stage;
let server: TestServer;
let owner: Member;
let other: Member;

beforeAll(async () => {
  stage = makeStage();
  server = await stage.start();
  owner = await server.owner("ada@example.com");
  other = await server.owner("eda@example.com");
  await putPeople(owner, ["Bora"]);
});
afterAll(async () => {
  await server.close();
  stage.dispose();
});

/** A fresh folder for the backups of one test. */
const place = (name: string): string => join(stage.root, name);

/** Checks a backup of the stage's data in another folder. */
const checkAt = (folder: string, set?: string): ReturnType<typeof checkBackup> =>
  checkBackup({ ...stage.settings(), folder }, set);

describe("the check", () => {
  const damages: [string, (folder: string, set: string) => void, string][] = [
    ["a cut file", (_folder, set) => cut(join(set, `${owner.orgId}.db`)), "file_damaged"],
    ["one bit", (_folder, set) => flip(join(set, `${owner.orgId}.db`)), "file_damaged"],
    [
      "two studios swapped",
      (_folder, set) => swap(join(set, `${owner.orgId}.db`), join(set, `${other.orgId}.db`)),
      "file_damaged",
    ],
    ["a studio gone", (_folder, set) => rmSync(join(set, `${owner.orgId}.db`)), "file_missing"],
    ["accounts gone", (_folder, set) => rmSync(join(set, "main.sealed")), "file_missing"],
    ["a cut list", (_folder, set) => cut(join(set, "manifest.sealed")), "sealed_otherwise"],
    ["no list", (_folder, set) => rmSync(join(set, "manifest.sealed")), "file_missing"],
    [
      "keys swapped",
      (folder) => swap(join(folder, "keys-a", keysName(owner.orgId)), join(folder, "keys-a", keysName(other.orgId))),
      "file_damaged",
    ],
    ["keys gone", (folder) => rmSync(join(folder, "keys-a"), { recursive: true }), "file_missing"],
    ["the register gone", (folder) => rmSync(join(folder, "register.sealed")), "file_missing"],
    ["the register changed", (folder) => flip(join(folder, "register.sealed")), "sealed_otherwise"],
    ["no set", (_folder, set) => rmSync(set, { recursive: true }), "no_backup"],
  ];
  test.each(damages)("[BK5] finds %s", async (name, damage, type) => {
    const folder = place(`damaged ${name}`);
    const made = await stage.backUp({ folder });
    if (!made.ok) throw new Error(made.error.type);
    damage(folder, join(folder, "sets", made.value.set));
    expect(await checkAt(folder)).toMatchObject({ ok: false, error: { type } });
  });

  test("[BK5] finds another key-encryption key, and the list of another set", async () => {
    const folder = place("foreign");
    const made = [await stage.backUp({ folder }), await stage.backUp({ folder, clock: () => Date.now() + DAY })];
    const [first, second] = made.map((each) => (each.ok ? each.value.set : ""));
    expect(await checkBackup({ folder, keyring: testKeyring() })).toMatchObject({
      error: { type: "sealed_otherwise" },
    });
    copyFileSync(
      join(folder, "sets", first ?? "", "manifest.sealed"),
      join(folder, "sets", second ?? "", "manifest.sealed"),
    );
    expect(await checkAt(folder)).toMatchObject({ error: { type: "sealed_otherwise" } });
    expect((await checkAt(folder, first)).ok).toBe(true);
  });

  test("[BK5] takes the older slot when the newer one is damaged and its keys suffice", async () => {
    const folder = place("older slot");
    await stage.backUp({ folder });
    await stage.backUp({ folder, clock: () => Date.now() + DAY });
    flip(join(folder, "keys-b", keysName(owner.orgId)));
    const checked = await checkAt(folder);
    expect(checked).toMatchObject({ ok: true, value: { keys: join(folder, "keys-a") } });
  });

  test("[BK5] counts what was erased since as erased, and calls the backup valid", async () => {
    const folder = place("erased since");
    const [doc] = await putPeople(owner, ["Silinecek"]);
    const first = await stage.backUp({ folder });
    const storage = await server.running.organisations.open(owner.orgId);
    if (doc !== undefined) await storage?.erase([doc], "cus.lead", new Date().toISOString());
    await stage.backUp({ folder, clock: () => Date.now() + DAY });
    await stage.backUp({ folder, clock: () => Date.now() + 2 * DAY });
    const checked = await checkAt(folder, first.ok ? first.value.set : "");
    expect(checked).toMatchObject({ ok: true, value: { disposed: 1 } });
    expect((await checkAt(folder)).ok).toBe(true);
    for (const slot of ["keys-a", "keys-b"]) {
      const count = lookInto(join(folder, slot, keysName(owner.orgId)), (db) =>
        db.prepare("SELECT count(*) FROM keys WHERE doc = ?").pluck().get(doc),
      );
      expect(count).toBe(0);
    }
  });
});

const cut = (path: string): void => writeFileSync(path, readFileSync(path).subarray(0, -100));

function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 200] = (bytes[bytes.length - 200] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

function swap(one: string, two: string): void {
  const kept = readFileSync(one);
  copyFileSync(two, one);
  writeFileSync(two, kept);
}
