// Owns this installation: its id, what it remembers from one start to the next of who is signed in, and how somebody leaves it.
// Never holds a secret nor anything of a studio's people.
import { createContext, useContext } from "solid-js";
import * as v from "valibot";
import { isHere, rememberedSchema } from "./session.ts";
import type { Leaving, Memory, Remembered } from "./session.ts";
import { dropShared } from "./shared-files.ts";
import { browserEngine, openDeviceDb } from "./store/db.ts";
import type { DeviceDb, Engine, StudioDb } from "./store/db.ts";
import { isFull } from "./store/failure.ts";
import { findStudio } from "./store/here.ts";
import type { Found } from "./store/here.ts";
import { dropHolder, dropStudio, keepHolder, readHolders, readStudios } from "./store/holders.ts";
import type { HeldStudio, Holder } from "./store/holders.ts";
import { loadDeviceId, makeCache } from "./store/session-cache.ts";
import { finishWipes, markWipe, readWipes, wipe } from "./store/wipe.ts";

/** This installation: `id` names it in every call, `memory` keeps the last word on who is signed in. */
export type Device = {
  readonly id: string;
  readonly memory: Memory<Remembered>;
  readonly leaving: Leaving;
  /** Who has data here. */
  readonly holders: () => Promise<readonly Holder[]>;
  /** The studios of a member that have data here, counted. */
  readonly studios: (user: string) => Promise<readonly HeldStudio[]>;
  /** Takes one studio of a member off this device, unsent changes included. */
  readonly wipe: (studio: { readonly user: string; readonly org: string }) => Promise<void>;
  /** Whether a studio's database is as it was left, new here, or cleared by the browser. Rule: S68. */
  readonly findStudio: (studio: StudioDb) => Promise<Found>;
  /** Tells whether the installation's own memory is still there; puts its id back where the browser took it. */
  readonly isIntact: Leaving["isIntact"];
};

const OWED = "owed";

/** Opens the installation; first it finishes what was begun to be wiped. Throws: when the browser gives no storage. Rule: ME2. */
export async function openDevice(onFailure: (error: unknown) => void, engine = browserEngine()): Promise<Device> {
  const db = openDeviceDb(engine);
  const isNew = (await db.meta.get("device")) === undefined;
  const id = await loadDeviceId(db, () => crypto.randomUUID());
  const wasCleared = isNew && hasSession();
  await finishLeaving(db, engine).catch(onFailure);
  const isIntact = async (): Promise<boolean> => {
    const isThere = (await db.meta.get("device")) !== undefined;
    await loadDeviceId(db, () => id);
    return isThere;
  };
  return {
    id,
    memory: makeMemory(db, engine),
    leaving: { ...makeLeaving(db, engine), isIntact },
    holders: () => readHolders(db),
    studios: (user) => readStudios(user, engine),
    wipe: async ({ user, org }) => {
      await wipe(db, { user, org }, engine);
      await dropStudio(db, user, org);
    },
    findStudio: (studio) => findStudio(db, studio, { wasCleared, now: Date.now() }),
    isIntact,
  };
}

/** Hint: read before anybody signs in on this page; outside a browser there is no cookie. */
const hasSession = (): boolean => "document" in globalThis && isHere(document.cookie);

function makeMemory(db: DeviceDb, engine: Engine): Memory<Remembered> {
  const cache = makeCache<Remembered>(db, "account", rememberedSchema);
  return {
    ...cache,
    save: async (value) => {
      const { user, orgs } = value;
      // Hint: who comes back before their wipe is finished must not have what they do from now on wiped.
      const isMarked = (await readWipes(db)).some((target) => target.user === user.id);
      if (isMarked) await finishWipes(db, engine);
      const studios = orgs.map((org) => ({ id: org.id, name: org.name }));
      const isKnown = value.ended === undefined;
      const before = await cache.load();
      // Hint: what was shared with the app waits for whoever was here, also where they did not sign out.
      if (before !== null && before.user.id !== user.id && "caches" in globalThis) await dropShared();
      const saving = db.transaction("rw", db.meta, async () => {
        await cache.save(value);
        if (isKnown) await keepHolder(db, { user: user.id, name: user.name, studios, contactAt: now() });
      });
      // Hint: on a full device the last word that was kept of the same member stands; the studio tells that it is full (S64).
      await saving.catch((error: unknown) => {
        if (before?.user.id !== user.id || !isFull(error)) throw error;
      });
    },
  };
}

function makeLeaving(db: DeviceDb, engine: Engine): Omit<Leaving, "isIntact"> {
  const owed = makeCache<string>(db, OWED, v.string());
  return {
    begin: async (user, { owes }) => {
      // Hint: one transaction, so that whenever the page is killed the member is either still here or on the way out.
      await db.transaction("rw", db.meta, async () => {
        await markWipe(db, { user, org: null });
        await dropHolder(db, user);
        await db.meta.delete("account");
        if (owes) await owed.save(user);
      });
    },
    finish: () => finishLeaving(db, engine),
    owed: owed.load,
    settled: owed.clear,
  };
}

/** Hint: files that were shared to the app belong to whoever was here; outside a browser there are none. */
async function finishLeaving(db: DeviceDb, engine: Engine): Promise<void> {
  if ((await readWipes(db)).some(({ org }) => org === null) && "caches" in globalThis) await dropShared();
  await finishWipes(db, engine);
}

const now = (): string => new Date().toISOString();

/** Carries the installation to all components below. */
export const DeviceContext = createContext<Device>();

/** The installation. Throws: outside its provider. */
export function useDevice(): Device {
  const device = useContext(DeviceContext);
  if (device === undefined) throw new Error("useDevice needs <DeviceContext.Provider> above it (client/main.tsx)");
  return device;
}
