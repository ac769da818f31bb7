// Owns the disk of a device in a simulation: an IndexedDB in memory that outlives its tabs, and the locks of the browser.
// A tab can die at any transaction, which is then wholly there or not at all; a disk can be full; a browser can close it.
import { Dexie } from "dexie";
import { IDBFactory, IDBKeyRange, forceCloseDatabase } from "fake-indexeddb";
import { quickenClones } from "../store/clone.testing.ts";
import type { Engine } from "../store/db.ts";
import type { Channel, Locks } from "../store/parts.ts";
import { makeChannels } from "../store/tabs.testing.ts";
import type { World } from "./time.testing.ts";

/** What the disk says to what is left of a dead tab. */
const GONE = "the tab is gone";

const namesOfDisk =
  /AbortError|QuotaExceeded|InvalidState|DatabaseClosed|TransactionInactive|OpenFailed|PrematureCommit/;

/** Tells whether an error is one of the disk, such as the faults of a simulation bring about. */
export function isOfDisk(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return namesOfDisk.test(error.name) || namesOfDisk.test(error.message) || error.message.includes(GONE);
}

/** What happens at the next writing transaction of a tab. */
export type WriteFault = "die_before" | "die_after" | "full" | "close";

export type SimDisk = {
  readonly factory: IDBFactory;
  readonly locks: LockTable;
  /** The channels between the tabs of the browser. */
  readonly channel: () => Channel;
  /** Every writing transaction fails while this holds. */
  isFull: boolean;
};

/** What a tab stands on. */
export type Footing = {
  readonly engine: Engine;
  readonly locks: Locks;
  readonly faults: WriteFault[];
  /** Ends all that a tab has under way, as the end of its process does; nothing of it reaches the disk any more. */
  readonly abandon: () => void;
};

/** Makes an empty disk. */
export function makeSimDisk(): SimDisk {
  quickenClones();
  const factory = new IDBFactory();
  // Hint: Dexie's liveQuery looks for an engine of the page, which Node does not have.
  Dexie.dependencies.indexedDB = factory;
  Dexie.dependencies.IDBKeyRange = IDBKeyRange;
  return { factory, locks: makeLockTable(), channel: makeChannels(), isFull: false };
}

/** Gives a tab its footing; `die` is called where a fault kills it. */
export function standOn(world: World, disk: SimDisk, die: () => void): Footing {
  const open = new Set<IDBDatabase>();
  const running = new Set<IDBTransaction>();
  const faults: WriteFault[] = [];
  let isGone = false;

  const watch = (db: IDBDatabase): void => {
    open.add(db);
    const begin = db.transaction.bind(db);
    db.transaction = (...args: Parameters<typeof begin>) => {
      if (isGone) throw new DOMException(GONE, "InvalidStateError");
      const transaction = begin(...args);
      running.add(transaction);
      const end = (): void => void running.delete(transaction);
      transaction.addEventListener("abort", end);
      transaction.addEventListener("complete", end);
      if (transaction.mode === "readwrite") strike(transaction, db);
      return transaction;
    };
  };
  const strike = (transaction: IDBTransaction, db: IDBDatabase): void => {
    const fault = disk.isFull ? "full" : faults.shift();
    if (fault === "die_after") transaction.addEventListener("complete", die);
    else if (fault !== undefined) afterSomeSteps(Math.floor(world.random() * 8), () => run(fault, transaction, db));
  };
  const run = (fault: WriteFault, transaction: IDBTransaction, db: IDBDatabase): void => {
    if (!running.has(transaction)) return;
    if (fault === "die_before") die();
    else if (fault === "full") abort(transaction, "QuotaExceededError");
    else {
      open.delete(db);
      forceClose(db);
    }
  };
  const factory = {
    open: (...args: Parameters<IDBFactory["open"]>): IDBOpenDBRequest => {
      if (isGone) throw new DOMException(GONE, "InvalidStateError");
      const request = disk.factory.open(...args);
      request.addEventListener("success", () => watch(request.result));
      return request;
    },
    deleteDatabase: (name: string) => disk.factory.deleteDatabase(name),
    databases: () => disk.factory.databases(),
    cmp: (left: unknown, right: unknown) => disk.factory.cmp(left, right),
  };
  return {
    engine: { indexedDB: factory, IDBKeyRange },
    locks: disk.locks.forTab(() => isGone),
    faults,
    abandon: () => {
      isGone = true;
      for (const transaction of running) abort(transaction, "AbortError");
      for (const db of open) db.close();
      disk.locks.release();
    },
  };
}

function afterSomeSteps(steps: number, run: () => void): void {
  if (steps <= 0) run();
  else setImmediate(() => afterSomeSteps(steps - 1, run));
}

function abort(transaction: IDBTransaction, name: string): void {
  // Hint: only inside can a transaction of the disk in memory be ended with a given error, as a full disk does.
  const inside = transaction as unknown as { _state: string; _abort: (name: string) => void };
  if (inside._state !== "committing" && inside._state !== "finished") inside._abort(name);
}

// Hint: its own types name the class where they mean one database.
const forceClose = forceCloseDatabase as unknown as (db: IDBDatabase) => void;

type LockTable = {
  /** The locks as a tab finds them. */
  readonly forTab: (isGone: () => boolean) => Locks;
  /** Lets go what dead tabs held. */
  readonly release: () => void;
};

type Claim = {
  readonly isGone: () => boolean;
  readonly grant: () => void;
  readonly lose: (error: Error) => void;
  isHolding: boolean;
};

/** Web Locks of one browser: first come, first served, `steal` before all; what a dead tab held or waited for is free. */
function makeLockTable(): LockTable {
  const queues = new Map<string, Claim[]>();
  const next = (name: string): void => {
    const queue = (queues.get(name) ?? []).filter((claim) => !claim.isGone());
    queues.set(name, queue);
    const [first] = queue;
    if (first === undefined || first.isHolding) return;
    first.isHolding = true;
    first.grant();
  };
  const leave = (name: string, claim: Claim): void => {
    const left = (queues.get(name) ?? []).filter((each) => each !== claim);
    queues.set(name, left);
    next(name);
  };
  const steal = (name: string, claim: Claim): void => {
    const [holder, ...waiting] = queues.get(name) ?? [];
    queues.set(name, [claim, ...(holder?.isHolding ? waiting : [holder, ...waiting].flatMap((each) => each ?? []))]);
    if (holder?.isHolding) holder.lose(new DOMException("stolen", "AbortError"));
    next(name);
  };
  const forTab =
    (isGone: () => boolean): Locks =>
    (name, options, run) => {
      next(name);
      if (options.ifFree && (queues.get(name) ?? []).length > 0) return Promise.resolve(undefined as never);
      return new Promise((resolve, reject) => {
        const grant = (): void =>
          void run()
            .then(resolve, reject)
            .finally(() => leave(name, claim));
        const claim: Claim = { isGone, grant, lose: reject, isHolding: false };
        options.signal?.addEventListener("abort", () => {
          if (claim.isHolding) return;
          leave(name, claim);
          reject(new DOMException("given up", "AbortError"));
        });
        if (options.steal) return steal(name, claim);
        queues.set(name, [...(queues.get(name) ?? []), claim]);
        next(name);
      });
    };
  return {
    forTab,
    release: () => {
      for (const name of [...queues.keys()]) next(name);
    },
  };
}
