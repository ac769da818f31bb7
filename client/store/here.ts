// Owns the difference between a device that was never filled and one whose browser took its storage away: evicted is not empty.
// A mark stands in the studio's database and beside it in the browser's own; the cookie `lumiso_here` outlives both.
// Never tells anybody (client/shell/StorageNotice.tsx does) and never fills anything. Source: sync.md §8.
import type { DeviceDb, StudioDb } from "./db.ts";

const HERE = "here";

/** The row of the browser's database that says that a studio's database was here. */
const keyOf = (name: string): string => `${HERE}:${name}`;

/** What a studio's database is: as it was left, new on this device, or cleared by the browser. */
export type Found = "here" | "new" | "cleared";

/** What is known beside the databases: whether the browser's own was found empty although a session was there. */
export type Finding = { readonly wasCleared: boolean; readonly now: number };

/** Finds out what a studio's database is, and marks it. Call it once when a studio is opened. Rule: S68. */
export async function findStudio(device: DeviceDb, studio: StudioDb, { wasCleared, now }: Finding): Promise<Found> {
  const key = keyOf(studio.name);
  const [inside, outside] = [await studio.meta.get(HERE), await device.meta.get(key)];
  if (outside === undefined) await device.meta.put({ key, value: now });
  if (inside !== undefined) return "here";
  await studio.meta.put({ key: HERE, value: now });
  return outside !== undefined || wasCleared ? "cleared" : "new";
}

/** Forgets that databases were here whose names are or begin like this, because they were taken off this device on purpose. */
export const forgetStudio = (device: DeviceDb, name: string): Promise<void> =>
  device.meta
    .where("key")
    .startsWith(keyOf(name))
    .delete()
    .then(() => undefined);
