// Real backups, restored while a server is down: a real device that signs in again brings back what it had done since, also offline, and
// what a colleague did who joined after the backup.
import { afterEach, expect, test } from "vitest";
import { call } from "../../shared/action.ts";
import { docId } from "../../shared/document.ts";
import { editContact } from "../../shared/people.ts";
import { makeStage, signInAgain } from "../../server/backup/testing.ts";
import type { Member, TestServer } from "../../server/testing.ts";
import { readCursor } from "./cursor.ts";
import { peopleRows } from "./people.ts";
import { closeTab, closeTabs, fast, makeDisk, newPerson, openTab, until } from "./testing.ts";
import type { Disk, Tab } from "./testing.ts";

afterEach(closeTabs);

const open = ({ url }: TestServer, member: Member, disk: Disk): Tab =>
  openTab({ url, member }, { disk, parts: fast(10) });

const isSaved = async ({ store, db }: Tab): Promise<boolean> =>
  store.status().kind === "saved" && (await db.updates.where("unsent").equals(1).count()) === 0;

test("[BK11] [UP6] [RE40] a device brings back what a restored server lost, a newcomer's work too", async () => {
  const stage = makeStage();
  let server = await stage.start();
  const owner = await server.owner("ada@example.com");
  const disk = makeDisk();
  let device = open(server, owner, disk);
  const [kept, late, newcomers] = [newPerson("Yedekteki"), newPerson("Sonra gelen"), newPerson("Yeni gelenin")];
  await device.store.act(kept.calls);
  await until(() => isSaved(device));
  expect((await stage.backUp()).ok).toBe(true);

  const joiner = await server.invite(owner, "cem@example.com", "manager");
  const other = open(server, joiner, makeDisk());
  await other.store.act(newcomers.calls);
  await until(() => isSaved(other));
  await device.store.act(late.calls);
  await device.store.act([
    { doc: docId("contact", kept.subject), call: call(editContact, { name: "Yedekteki Kaya" }) },
  ]);
  device.network.tell("online");
  await until(async () => (await device.db.people.count()) === 3 && (await isSaved(device)));
  for (const tab of [device, other]) await closeTab(tab);
  await server.close();

  expect((await stage.restore({ replace: true })).ok).toBe(true);
  server = await stage.start();
  const again = await signInAgain(server, owner);
  expect((await again.changes("after=0")).entries.filter(({ doc }) => doc.startsWith("contact/"))).toHaveLength(1);
  device = open(server, again, disk);
  await until(async () => (await readCursor(device.db))?.isRestoring === false && (await isSaved(device)), 30_000);

  const fresh = open(server, again, makeDisk());
  await until(async () => (await fresh.db.people.count()) === 3);
  const rows = await peopleRows(fresh.db, [kept.subject, late.subject, newcomers.subject]);
  expect(rows.map(({ name }) => name).toSorted()).toEqual(["Sonra gelen", "Yedekteki Kaya", "Yeni gelenin"]);
  expect(await device.db.refused.toArray()).toEqual([]);
  await closeTabs();
  await server.close();
  stage.dispose();
}, 120_000);
