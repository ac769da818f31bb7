// Owns what this browser remembers between starts: who was signed in, and its own id as an installation.
// Never holds a secret (the session is an HttpOnly cookie) and nothing of a studio's people.
import * as v from "valibot";
import type { DeviceDb } from "./db.ts";

/** A place on the device that remembers one value from one start to the next. */
export type Cache<T> = {
  readonly load: () => Promise<T | null>;
  readonly save: (value: T) => Promise<void>;
  readonly clear: () => Promise<void>;
};

/** Remembers one value in the database `lumiso`; what no longer fits its schema counts as not remembered. Rule: S41. */
export function makeCache<T>(db: DeviceDb, key: string, schema: v.GenericSchema<unknown, T>): Cache<T> {
  return {
    load: async () => {
      const row = await db.meta.get(key);
      const parsed = v.safeParse(schema, row?.value);
      return parsed.success ? parsed.output : null;
    },
    save: async (value) => void (await db.meta.put({ key, value })),
    clear: () => db.meta.delete(key),
  };
}

/** The id of this installation, made at its first use. Rule: S41. */
export async function loadDeviceId(db: DeviceDb, uuid: () => string): Promise<string> {
  return db.transaction("rw", db.meta, async () => {
    const known = (await db.meta.get("device"))?.value;
    if (typeof known === "string") return known;
    const value = uuid();
    await db.meta.put({ key: "device", value });
    return value;
  });
}
