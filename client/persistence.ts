// Owns the question whether the browser keeps what is on this device, and how much that is. Asks the browser, never decides.
// What happens when it did not keep it is the store's (evicted is not empty).
import { createContext, createSignal, untrack, useContext } from "solid-js";
import type { Accessor } from "solid-js";

/** `asking` while the member has the browser's question before them; `unknown` where a browser cannot say. */
export type Kept = "kept" | "evictable" | "asking" | "unknown";

/** Units: bytes, as the browser estimates them. */
export type Space = { readonly used: number; readonly quota: number };

export type Persistence = {
  readonly kept: Accessor<Kept>;
  readonly space: Accessor<Space | null>;
  /** Asks the browser to keep what is here. Some ask the member, so nothing ever waits for the answer. */
  readonly ask: () => void;
  /** Measures the space again. */
  readonly measure: () => void;
};

/** What a browser has of its storage; WebKitGTK has nothing. */
type Storage = Partial<Pick<StorageManager, "persist" | "persisted" | "estimate">>;

/** Creates the knowledge of this device's storage. Rule: PW10. */
export function createPersistence(storage: Storage = {}): Persistence {
  const [kept, setKept] = createSignal<Kept>("unknown");
  const [space, setSpace] = createSignal<Space | null>(null);
  const asking = async (): Promise<void> => {
    if (storage.persist === undefined || kept() === "asking") return;
    if ((await storage.persisted?.()) === true) return void setKept("kept");
    setKept("asking");
    setKept((await storage.persist()) ? "kept" : "evictable");
  };
  const measuring = async (): Promise<void> => {
    const { usage, quota } = (await storage.estimate?.()) ?? {};
    setSpace(usage === undefined || quota === undefined ? null : { used: usage, quota });
  };
  // Hint: a browser that refuses to answer keeps nothing for sure, and says no more than one that cannot.
  const quietly = (work: Promise<void>): void => void work.catch(() => setKept("unknown"));
  // Hint: untracked, or an effect that asks would follow the answer and ask again after each, without end.
  return { kept, space, ask: () => untrack(() => quietly(asking())), measure: () => quietly(measuring()) };
}

/** Carries the knowledge of the storage to all components below. */
export const PersistenceContext = createContext<Persistence>();

/** What is known of this device's storage. Throws: outside its provider. */
export function usePersistence(): Persistence {
  const persistence = useContext(PersistenceContext);
  if (persistence === undefined)
    throw new Error("usePersistence needs <PersistenceContext.Provider> above it (client/main.tsx)");
  return persistence;
}
