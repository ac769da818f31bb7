// Owns the list of who has data on this device, as its own database remembers it, for the page that shows it.
// Never opens a studio's data but to count it; of other members it tells a name and numbers, never an address.
import * as v from "valibot";
import { browserEngine, openStudioDb } from "./db.ts";
import type { DeviceDb, Engine, StudioDb } from "./db.ts";
import { countUnsent } from "./status.ts";
import { studiosOf } from "./wipe.ts";

const holderSchema = v.object({
  user: v.string(),
  name: v.string(),
  studios: v.array(v.object({ id: v.string(), name: v.string() })),
  contactAt: v.string(),
});

/** A member who was signed in here. Units: `contactAt` is the instant the server last knew them here, by this device's clock. */
export type Holder = v.InferOutput<typeof holderSchema>;

const KEY = "holders";

/** Everybody who was signed in here and has not signed out. */
export async function readHolders(device: DeviceDb): Promise<readonly Holder[]> {
  const parsed = v.safeParse(v.array(holderSchema), (await device.meta.get(KEY))?.value);
  return parsed.success ? parsed.output : [];
}

/** Remembers a member, in the place of what was known of them. A studio they left stays named while its data is here. */
export async function keepHolder(device: DeviceDb, holder: Holder): Promise<void> {
  await device.transaction("rw", device.meta, async () => {
    const all = await readHolders(device);
    const before = all.find(({ user }) => user === holder.user)?.studios ?? [];
    const left = before.filter(({ id }) => !holder.studios.some((studio) => studio.id === id));
    const others = all.filter(({ user }) => user !== holder.user);
    await device.meta.put({ key: KEY, value: [...others, { ...holder, studios: [...holder.studios, ...left] }] });
  });
}

/** Forgets the name of a studio that was taken off this device; a member who still belongs to it brings it back. */
export async function dropStudio(device: DeviceDb, user: string, org: string): Promise<void> {
  await device.transaction("rw", device.meta, async () => {
    const all = await readHolders(device);
    const value = all.map((holder) =>
      holder.user === user ? { ...holder, studios: holder.studios.filter(({ id }) => id !== org) } : holder,
    );
    await device.meta.put({ key: KEY, value });
  });
}

/** Forgets a member. */
export async function dropHolder(device: DeviceDb, user: string): Promise<void> {
  await device.transaction("rw", device.meta, async () => {
    const others = (await readHolders(device)).filter((holder) => holder.user !== user);
    await device.meta.put({ key: KEY, value: others });
  });
}

/** What of a member's studio waits on this device. Units: changes as a member counts them; commands, which are no edits; documents. */
export type Waiting = {
  readonly unsent: number;
  readonly commands: number;
  readonly refused: number;
  readonly documents: number;
};

/** Counts what waits in a studio's database. */
export async function countWaiting(db: StudioDb): Promise<Waiting> {
  const { rows, changes } = await countUnsent(db);
  return {
    // Hint: a row that nobody counted as a change still waits.
    unsent: Math.max(changes, rows > 0 ? 1 : 0),
    commands: await db.outbox.count(),
    refused: await db.quarantine.count(),
    documents: await db.docs.count(),
  };
}

/** One studio of one member on this device. */
export type HeldStudio = Waiting & { readonly user: string; readonly org: string };

/** All databases of a member on this device, counted. */
export async function readStudios(user: string, engine: Engine = browserEngine()): Promise<HeldStudio[]> {
  const held: HeldStudio[] = [];
  for (const org of await studiosOf(user, engine)) {
    const db = openStudioDb({ user, org }, engine);
    try {
      held.push({ user, org, ...(await countWaiting(db)) });
    } finally {
      db.close();
    }
  }
  return held;
}
