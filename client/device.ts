// Owns this installation: its id, and the places where it remembers from one start to the next who was signed in.
// Never holds a secret nor anything of a studio's people.
import { createContext, useContext } from "solid-js";
import { accountSchema } from "./session.ts";
import type { Account, Memory } from "./session.ts";
import { openDeviceDb } from "./store/db.ts";
import { loadDeviceId, makeCache } from "./store/session-cache.ts";

/** This installation: `id` names it in every call, `memory` keeps the last word on who is signed in. */
export type Device = { readonly id: string; readonly memory: Memory<Account> };

/** Opens the installation. Throws: when the browser gives no storage. */
export async function openDevice(): Promise<Device> {
  const db = openDeviceDb();
  const id = await loadDeviceId(db, () => crypto.randomUUID());
  return { id, memory: makeCache<Account>(db, "account", accountSchema) };
}

/** Carries the installation to all components below. */
export const DeviceContext = createContext<Device>();

/** The installation. Throws: outside its provider. */
export function useDevice(): Device {
  const device = useContext(DeviceContext);
  if (device === undefined) throw new Error("useDevice needs <DeviceContext.Provider> above it (client/main.tsx)");
  return device;
}
