// Owns taking a member's data off this device: marked first, emptied, deleted, and finished at the next start if the page was killed.
// Never decides when (session.ts and the screens do), never asks the server, and never touches what is another member's.
import { Dexie } from "dexie";
import * as v from "valibot";
import { browserEngine, dbOptions, studioDbName } from "./db.ts";
import type { DeviceDb, Engine } from "./db.ts";
import { forgetStudio } from "./here.ts";

const targetSchema = v.object({ user: v.string(), org: v.nullable(v.string()) });

/** What is taken off this device: one studio of a member, or with `org: null` everything of theirs. */
export type Target = v.InferOutput<typeof targetSchema>;

/** The row of the device database that holds what is still to be taken off. */
const KEY = "wiping";

/** So long a deletion is waited for when another tab does not let go; what it held is empty by then. Units: ms. */
const PATIENCE_MS = 3000;

/** Tells what was begun to be wiped and is not finished. */
export async function readWipes(device: DeviceDb): Promise<readonly Target[]> {
  const parsed = v.safeParse(v.array(targetSchema), (await device.meta.get(KEY))?.value);
  return parsed.success ? parsed.output : [];
}

/** Marks what is to be wiped, inside the transaction of the caller if there is one. Rule: ME2. */
export async function markWipe(device: DeviceDb, target: Target): Promise<void> {
  await device.transaction("rw", device.meta, async () => {
    const others = (await readWipes(device)).filter((each) => !isSame(each, target));
    await device.meta.put({ key: KEY, value: [...others, target] });
  });
}

/** Wipes all that is marked, and then takes the marks away. Rule: ME2. */
export async function finishWipes(device: DeviceDb, engine: Engine = browserEngine()): Promise<void> {
  for (const target of await readWipes(device)) {
    for (const name of await namesOf(target, engine)) await eraseDatabase(name, engine);
    await device.transaction("rw", device.meta, async () => {
      await forgetStudio(device, studioDbName(target.user, target.org ?? ""));
      const left = (await readWipes(device)).filter((each) => !isSame(each, target));
      if (left.length === 0) await device.meta.delete(KEY);
      else await device.meta.put({ key: KEY, value: left });
    });
  }
}

/** Takes one studio of a member, or everything of theirs, off this device: unsent changes included. Rules: ME2, S56. */
export async function wipe(device: DeviceDb, target: Target, engine: Engine = browserEngine()): Promise<void> {
  await markWipe(device, target);
  await finishWipes(device, engine);
}

/** The studios of a member that have a database on this device. */
export async function studiosOf(user: string, engine: Engine = browserEngine()): Promise<string[]> {
  const start = studioDbName(user);
  return (await namesOf({ user, org: null }, engine)).map((name) => name.slice(start.length));
}

const isSame = (one: Target, other: Target): boolean => one.user === other.user && one.org === other.org;

async function namesOf({ user, org }: Target, engine: Engine): Promise<string[]> {
  const start = studioDbName(user);
  const names = (await engine.indexedDB.databases()).map(({ name }) => name ?? "");
  return names.filter((name) => (org === null ? name.startsWith(start) : name === studioDbName(user, org)));
}

/** Empties a database before deleting it: a tab that does not let go can put off the deletion, but not the emptying. */
async function eraseDatabase(name: string, engine: Engine): Promise<void> {
  const db = new Dexie(name, dbOptions(engine));
  try {
    await db.open();
    if (db.tables.length > 0)
      await db.transaction("rw", db.tables, () => Promise.all(db.tables.map((table) => table.clear())));
  } catch (error) {
    // Hint: one without tables, or one that was deleted meanwhile, has nothing to empty; anything else is a fault of the disk.
    if (!(error instanceof Error && goneErrors.has(error.name))) throw error;
  }
  db.close();
  await Promise.race([new Dexie(name, dbOptions(engine)).delete(), patience()]);
}

const goneErrors: ReadonlySet<string> = new Set(["NoSuchDatabaseError", "InvalidTableError", "NotFoundError"]);

const patience = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, PATIENCE_MS));
