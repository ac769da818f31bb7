// Owns a disk that fails where a test says: between Dexie and the database in memory, so that the store's own code is what runs.
// Never changes what is written; what it lets through is written as it came.
import type { DBCore, DBCoreMutateRequest, DBCoreTable } from "dexie";
import type { StudioDb } from "./db.ts";

/** What happens to a writing transaction: it does not begin, a write in it fails or finds no space, or it never answers. */
export type Fault = "closed" | "failed" | "full" | "hangs";

/** Chooses what happens to the next writing transaction, by the tables it holds; null lets it through. */
export type Plan = (tables: readonly string[]) => Fault | null;

export type Faults = {
  plan: Plan;
  /** Writing transactions that were begun, and how many of them met a fault. */
  begun: number;
  met: number;
};

const errors: Record<Exclude<Fault, "hangs">, () => DOMException> = {
  closed: () => new DOMException("the connection was lost", "UnknownError"),
  failed: () => new DOMException("the disk failed", "UnknownError"),
  full: () => new DOMException("no space", "QuotaExceededError"),
};

/** Puts the faults under a database that has not been opened yet. */
export function addFaults(db: StudioDb): Faults {
  const faults: Faults = { plan: () => null, begun: 0, met: 0 };
  const running = new WeakMap<object, Fault>();
  const create = (core: DBCore): DBCore => ({
    ...core,
    transaction: (stores, mode, options) => {
      const fault = mode === "readwrite" ? faults.plan(stores) : null;
      if (mode === "readwrite") faults.begun += 1;
      if (fault !== null) faults.met += 1;
      if (fault === "closed") throw errors.closed();
      const trans = core.transaction(stores, mode, options);
      if (fault !== null) running.set(trans, fault);
      return trans;
    },
    table: (name) => withFaults(core.table(name), running),
  });
  db.use({ stack: "dbcore", name: "faults", level: 0, create });
  return faults;
}

function withFaults(table: DBCoreTable, running: WeakMap<object, Fault>): DBCoreTable {
  return {
    ...table,
    getMany: (request) => {
      // Hint: hung before anything is written, as a storage process that has died under the page.
      const hangs = running.get(request.trans) === "hangs";
      return hangs ? new Promise(() => undefined) : table.getMany(request);
    },
    mutate: (request: DBCoreMutateRequest) => {
      const fault = running.get(request.trans);
      if (fault === "failed" || fault === "full") return Promise.reject(errors[fault]());
      return table.mutate(request);
    },
  };
}
