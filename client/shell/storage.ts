// Owns what a studio's screens make of this device's storage: found cleared, deleted under the page, full, or wanted by another tab.
// Never draws (StorageNotice.tsx) and never touches a table.
import { createEffect, createSignal, onCleanup, onMount } from "solid-js";
import type { Accessor } from "solid-js";
import { useDevice } from "../device.ts";
import { useSession } from "../session.ts";
import { openStudioDb } from "../store/db.ts";
import { keepReserve } from "../store/reserve.ts";
import { useStore } from "../store/use.tsx";

/** What is said of the storage; the worst first. */
export type StorageNews = "newer" | "blocked" | "lost" | "full" | "cleared" | "freed";

export type Storage = {
  readonly news: Accessor<StorageNews | null>;
  readonly freed: Accessor<number>;
  readonly rescued: number;
  /** Takes the news as read; it does not come again for what was read. */
  readonly close: () => void;
};

/** What a page carries over when the studio is opened anew on a new database. */
export type Carried = { readonly rescued: number };

/** The reserve is made when the first screen has been there for a while. Units: ms. */
const RESERVE_AFTER_MS = 10_000;

/** Follows the storage of the studio around; `renew` opens the studio anew. Rules: S61, S62, S64, S68. */
export function createStorage(carried: Carried, renew: (carried: Carried) => void): Storage {
  const store = useStore();
  const { disk } = store.db;
  const [isCleared, setCleared] = createSignal(false);
  const [seen, setSeen] = createSignal(0);
  useFound(() => setCleared(true));
  useDeleted(renew);
  onMount(() => {
    const timer = setTimeout(() => void keepReserve(), RESERVE_AFTER_MS);
    onCleanup(() => clearTimeout(timer));
  });
  const news = (): StorageNews | null => {
    const state = disk.state();
    if (state === "newer" || state === "blocked" || state === "lost") return state;
    if (disk.isFull()) return "full";
    if (isCleared()) return "cleared";
    return disk.freed() > seen() ? "freed" : null;
  };
  const close = (): void => {
    setCleared(false);
    setSeen(disk.freed());
  };
  return { news, freed: disk.freed, rescued: carried.rescued, close };
}

/** Asks once whether what is here is what was left here. */
function useFound(cleared: () => void): void {
  const [store, device] = [useStore(), useDevice()];
  onMount(() => {
    const find = async (): Promise<void> => {
      if ((await device.findStudio(store.db)) === "cleared") cleared();
    };
    find().catch(reportError);
  });
}

/** A database that was deleted under the page: unless the member has left, what only memory holds is kept and the studio filled again. */
function useDeleted(renew: (carried: Carried) => void): void {
  const [store, device, session] = [useStore(), useDevice(), useSession()];
  const recover = async (): Promise<void> => {
    // Hint: a sign-out leaves the device's own id; without it, the browser has cleared everything.
    if (await device.isIntact()) await session.look();
    else await session.refresh();
    if (session.me()?.id !== store.member || session.org(store.org) === undefined) return;
    const db = openStudioDb({ user: store.member, org: store.org });
    const rescued = await store.rescue(db);
    db.close();
    renew({ rescued });
  };
  createEffect(() => {
    if (store.db.disk.state() === "deleted") recover().catch(reportError);
  });
}
