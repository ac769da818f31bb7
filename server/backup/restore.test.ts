// What a restore brings back, and what it does not.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { DocId } from "../../shared/document.ts";
import { feedHeaders } from "../../shared/messages.ts";
import { writeUpdates } from "../../shared/protocol.ts";
import { systemRandom } from "../clock.ts";
import { parseKeyring } from "../keyring.ts";
import { organisationFiles } from "../organisations.files.ts";
import { testKeyring } from "../storage.sqlite.testing.ts";
import { emptyRegister, extendRegister, registerOf } from "./register.ts";
import { ERASED, makeAftermath, onServer } from "./restore.testing.ts";
import type { Aftermath } from "./restore.testing.ts";
import { keysName, mainFile, readFile } from "./source.ts";
import { filesBelow, nameOn, newContact, putPeople, signInAgain } from "./testing.ts";

/** What the tests of restores stand on. */
let after: Aftermath;

beforeAll(async () => {
  after = await makeAftermath();
});
afterEach(() => after.clear());
afterAll(() => after.stage.dispose());

describe("a restore", () => {
  test("[BK9] [BK11] into an empty folder brings everything, under a new after.history, to who signs in again", async () => {
    const stage = after.copy({ empty: true });
    expect(await stage.restore({ withoutRegister: true })).toMatchObject({
      ok: true,
      value: { studios: 1, documents: 3, erased: 0, ownerless: [] },
    });
    await onServer(stage, async (server) => {
      const storage = await server.running.organisations.open(after.owner.orgId);
      expect(storage?.restoredAt).not.toBeNull();
      expect((await fetch(`${server.url}/api/auth/me`, { headers: { cookie: after.owner.cookie } })).status).toBe(401);
      const again = await signInAgain(server, after.owner);
      expect(await nameOn(again, after.kept)).toBe("Kalan");
      const { headers } = await again.changes("after=0");
      expect(headers.get(feedHeaders.history)).not.toBe(after.history);
      // What came after the backup is after.gone; the device that has it brings it back.
      expect(await nameOn(again, after.late)).toBeNull();
      const [doc = ""] = await putPeople(again, ["Yeni"]);
      expect(await nameOn(again, doc as DocId)).toBe("Yeni");
    });
  });

  test("[BK10] over present data keeps erased what was erased since, and puts nothing of the old data by", async () => {
    const stage = after.copy();
    expect(await stage.restore({ replace: true })).toMatchObject({ ok: true, value: { erased: 1 } });
    const { folders } = stage.settings();
    const { keys, data } = organisationFiles(folders, after.owner.orgId);
    expect(readFile(keys, (db) => db.prepare("SELECT count(*) FROM keys WHERE doc = ?").pluck().get(after.gone))).toBe(
      0,
    );
    expect(readFile(data, (db) => db.prepare("SELECT rule, at, status FROM tombstones").all())).toEqual([
      { rule: "cus.lead", at: ERASED.at, status: "done" },
    ]);
    expect(filesBelow(folders.dataDir).filter((name) => name.includes(".re"))).toEqual([]);
    await onServer(stage, async (server) => {
      const again = await signInAgain(server, after.owner);
      expect(await nameOn(again, after.gone)).toBe("erased");
      expect(await again.push([{ doc: after.gone, update: newContact(after.owner.userId).update }])).toMatchObject([
        { error: { type: "erased" } },
      ]);
      expect(await nameOn(again, after.kept)).toBe("Kalan");
    });
  });

  test("[BK8] [BK10] takes a register after.kept elsewhere when the machine is lost", async () => {
    const path = join(after.stage.root, "register after.kept elsewhere");
    const { folders, keyring } = after.stage.settings();
    extendRegister({ path, keyring }, registerOf(folders), systemRandom);
    const stage = after.copy({ empty: true });
    expect(await stage.restore({ register: path })).toMatchObject({ ok: true, value: { erased: 1 } });
    await onServer(stage, async (server) =>
      expect(await nameOn(await signInAgain(server, after.owner), after.gone)).toBe("erased"),
    );
  });

  test("[BK11] [UP6] brings nobody back who has left, takes roles as they were last, and knows who joined since", async () => {
    const stage = after.copy();
    expect((await stage.restore({ replace: true })).ok).toBe(true);
    await onServer(stage, async (server) => {
      const again = await signInAgain(server, after.owner);
      const left = await signInAgain(server, after.leaver);
      expect((await left.fetch(`/api/orgs/${after.owner.orgId}/changes?after=0`)).status).toBe(404);
      // Hint: a after.manager may write a contact, a viewer may not.
      const lowered = await signInAgain(server, after.manager);
      expect(await lowered.push([newContact(after.manager.userId)])).toMatchObject([{ error: { type: "refused" } }]);
      await expect(signInAgain(server, after.joiner)).rejects.toThrow("401");
      const body = Buffer.from(writeUpdates([newContact(after.joiner.userId)]));
      const path = `/api/orgs/${after.owner.orgId}/updates?restoring=1`;
      const brought = await again.fetch(path, { method: "POST", body });
      expect(await brought.json()).toMatchObject({ results: [{ seq: expect.any(Number) }] });
    });
  });
});

describe("a restore with other settings", () => {
  test("[BK9] [BK12] puts keys on a disk of their own, and opens them with a key-encryption key that was renewed", async () => {
    const stage = after.copy({ empty: true });
    const { keyring } = stage.settings();
    const first = readFileSync(`${stage.env["DATA_DIR"]}.kek`, "utf8").trim();
    const renewed = parseKeyring(`${first}\n2:${Buffer.alloc(32, 7).toString("base64")}`);
    if (!renewed.ok) throw new Error(renewed.error.type);
    const folders = { dataDir: join(stage.root, "data"), keysDir: join(stage.root, "other disk", "keys") };
    expect((await stage.restore({ folders, keyring: renewed.value, withoutRegister: true })).ok).toBe(true);
    expect(filesBelow(folders.keysDir)).toEqual([keysName(after.owner.orgId)]);
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

  test("[BK11] keeps in the history of roles that somebody joined since, and that the restore ended it", async () => {
    const stage = after.copy();
    expect((await stage.restore({ replace: true })).ok).toBe(true);
    const roles = readFile(mainFile(stage.settings().folders), (db) =>
      db
        .prepare("SELECT role, by_user_id AS who FROM role_changes WHERE user_id = ? ORDER BY id")
        .all(after.joiner.userId),
    );
    expect(roles).toEqual([
      { role: "assistant", who: after.owner.userId },
      { role: null, who: "restore" },
    ]);
  });

  test("[BK11] undoes no decision about roles that is newer than the register's", async () => {
    const stage = after.copy({ empty: true });
    const { keyring, folders } = stage.settings();
    const path = join(stage.root, "register");
    const older = {
      org: after.owner.orgId,
      user: after.manager.userId,
      by: after.owner.userId,
      role: "viewer" as const,
    };
    extendRegister(
      { path, keyring },
      { ...emptyRegister, roles: [{ ...older, at: "2020-01-01T00:00:00.000Z" }] },
      systemRandom,
    );
    expect((await stage.restore({ register: path })).ok).toBe(true);
    const role = readFile(mainFile(folders), (db) =>
      db.prepare("SELECT role FROM memberships WHERE user_id = ?").pluck().get(after.manager.userId),
    );
    expect(role).toBe("manager");
  });

  test("[BK11] names a studio whose after.owner joined after the backup", async () => {
    const stage = after.copy({ empty: true });
    const { keyring } = stage.settings();
    const path = join(stage.root, "register");
    const change = { org: after.owner.orgId, by: after.owner.userId };
    const roles = [
      { ...change, user: "joined-since", role: "owner" as const, at: "2099-01-01T00:00:00.000Z" },
      { ...change, user: after.owner.userId, role: null, at: "2099-01-02T00:00:00.000Z" },
    ];
    extendRegister({ path, keyring }, { ...emptyRegister, roles }, systemRandom);
    expect(await stage.restore({ register: path })).toMatchObject({
      ok: true,
      value: { ownerless: [after.owner.orgId] },
    });
  });
});
