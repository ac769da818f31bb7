// Owns the connection to a database: it notices that the browser or another tab closed it, opens it again, and says what became of it.
// Never reads or writes rows, and never decides what is told (client/shell/StorageNotice.tsx words it).
import type { Dexie } from "dexie";
import { createSignal } from "solid-js";
import type { Accessor } from "solid-js";
import { isConnectionLost } from "./failure.ts";
import type { Cancel, StoreParts } from "./parts.ts";

/**
 * What became of the database under this page. `lost`: closed, and it does not open again for now; `blocked`: another tab holds an older
 * one; `newer`: another tab brought a newer one; `deleted`: its content is gone, and it is never opened again from here.
 */
export type DiskState = "open" | "lost" | "blocked" | "newer" | "deleted";

export type Disk = {
  readonly state: Accessor<DiskState>;
  /** Documents let go for want of space since the page started. */
  readonly freed: Accessor<number>;
  /** True while something could not be written for want of space. */
  readonly isFull: Accessor<boolean>;
  readonly noteFreed: (documents: number) => void;
  readonly noteFull: (isFull: boolean) => void;
  /** True while letting documents go has not helped lately, so that a full device does not lose them for nothing. */
  readonly isHopeless: () => boolean;
  /** Hears that the database was opened again, so that questions are asked anew. */
  readonly onReopened: (hear: () => void) => Cancel;
  /** Closes the connection and opens another one; true when it answers. */
  readonly reopen: () => Promise<boolean>;
  /** Asks something small, and opens the database again when no answer comes. Source: sync.md §8. */
  readonly probe: () => Promise<boolean>;
  /** Asks a question once more where the connection was lost under it, as soon as it is back. Throws: what the question throws. */
  readonly asking: <T>(question: () => Promise<T>) => Promise<T>;
  /** Opens the database again whenever it was closed, until the answer is called. Rule: S60. */
  readonly keepOpen: (parts: Pick<StoreParts, "later">) => Cancel;
};

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Watches over the connection of a database. Rules: S60–S63. */
export function makeDisk(db: Dexie): Disk {
  const [state, setState] = createSignal<DiskState>("open");
  const [freed, setFreed] = createSignal(0);
  const fullness = makeFullness();
  const reopening = makeReopening(db, { state, setState });
  const ended = Promise.withResolvers<void>();
  db.on("versionchange", ({ newVersion }: IDBVersionChangeEvent) => {
    const next = onVersionChange(db, newVersion);
    setState(next);
    if (next === "deleted") ended.resolve();
    // Hint: Dexie's own answer would open a deleted database again.
    return false;
  });
  db.on("blocked", () => void setState("blocked"));
  return {
    state,
    freed,
    ...fullness,
    noteFreed: (documents) => void setFreed((before) => before + documents),
    onReopened: reopening.listen,
    reopen: reopening.open,
    probe: () => probe(db, state, reopening),
    asking: (question) => askAgain({ ...reopening, ended }, question),
    keepOpen: ({ later }) => {
      const stop = keepOpen(db, { later, state, open: reopening.ensure });
      return () => {
        stop();
        ended.resolve();
      };
    },
  };
}

async function probe(db: Dexie, state: Accessor<DiskState>, { open }: Reopening): Promise<boolean> {
  if (state() === "deleted") return false;
  try {
    await db.table("meta").get("probe");
    return true;
  } catch {
    // Hint: whatever it was, the connection is of no use; a new one says whether the disk is.
    return open();
  }
}

/** Hint: while the disk is lost the question waits for it, so that no screen is left without its answer when it is back. */
async function askAgain<T>({ open, listen, ended }: Reopening & Ending, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    const reopened = new Promise<void>((resolve) => void listen(resolve));
    if (!(await open())) await Promise.race([reopened, ended.promise]);
    return question();
  }
}

/** After so many failures it is tried again whether letting documents go helps. */
const TRY_AGAIN_AFTER = 15;

function makeFullness(): Pick<Disk, "isFull" | "noteFull" | "isHopeless"> {
  const [isFull, setFull] = createSignal(false);
  let failures = 0;
  return {
    isFull,
    noteFull: (now) => {
      failures = now ? failures + 1 : 0;
      setFull(now);
    },
    isHopeless: () => failures % TRY_AGAIN_AFTER !== 0,
  };
}

/** Lets the other tab go on at once. A deletion is never answered by making the database anew. Rules: S61, S62. */
function onVersionChange(db: Dexie, newVersion: number | null): "deleted" | "newer" {
  const isDeletion = newVersion === null || newVersion === 0;
  db.close({ disableAutoOpen: isDeletion });
  return isDeletion ? "deleted" : "newer";
}

/** Settled when nobody will open the database again: it was deleted, or its store was closed. */
type Ending = { readonly ended: PromiseWithResolvers<void> };

type Reopening = {
  readonly listen: Disk["onReopened"];
  /** Closes and opens. */
  readonly open: () => Promise<boolean>;
  /** Opens what is closed. */
  readonly ensure: () => Promise<boolean>;
};

type State = { readonly state: Accessor<DiskState>; readonly setState: (state: DiskState) => void };

function makeReopening(db: Dexie, { state, setState }: State): Reopening {
  const listen = onReopening(db, () => {
    if (state() === "lost" || state() === "blocked") setState("open");
  });
  let opening: Promise<boolean> | null = null;
  const attempt = async (): Promise<boolean> => {
    try {
      db.close({ disableAutoOpen: false });
      await db.open();
      return true;
    } catch {
      // Hint: said by the state, and tried again by whoever keeps the database open.
      if (state() !== "deleted") setState("lost");
      return false;
    } finally {
      opening = null;
    }
  };
  const open = async (): Promise<boolean> => {
    if (state() === "deleted") return false;
    opening ??= attempt();
    return opening;
  };
  return { listen, open, ensure: async () => opening ?? (db.isOpen() || open()) };
}

/** Hears each opening after a closing, whoever opened; `opened` hears the first one too. */
function onReopening(db: Dexie, opened: () => void): Reopening["listen"] {
  const hearers = new Set<() => void>();
  let wasClosed = false;
  const onReady = (): void => {
    opened();
    if (!wasClosed) return;
    wasClosed = false;
    // Hint: what is asked from here on waits until the opening is complete.
    for (const hear of hearers) hear();
  };
  db.on("close", () => {
    wasClosed = true;
  });
  db.on("ready", onReady, true);
  return (hear) => {
    hearers.add(hear);
    return () => hearers.delete(hear);
  };
}

type Keeping = Pick<StoreParts, "later"> & Pick<Disk, "state"> & Pick<Reopening, "open">;

function keepOpen(db: Dexie, { later, state, open }: Keeping): Cancel {
  let wait = FIRST_WAIT_MS;
  let cancel: Cancel | null = null;
  let isTrying = false;
  const attempt = async (): Promise<void> => {
    cancel = null;
    isTrying = true;
    const isOpen = await open();
    isTrying = false;
    wait = isOpen ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
    if (!isOpen && state() !== "deleted") plan(wait);
  };
  const plan = (ms: number): void => {
    cancel?.();
    cancel = later(() => void attempt(), ms);
  };
  // Hint: an opening that fails closes too.
  const onClose = (): void => {
    if (!isTrying) plan(0);
  };
  db.on("close", onClose);
  return () => {
    cancel?.();
    db.on("close").unsubscribe(onClose);
  };
}
