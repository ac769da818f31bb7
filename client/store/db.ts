// Owns the two Dexie databases: their names, tables and rows. Lists read them directly, so this file never imports yjs.
// Never decides what is written; what belongs together is written in one transaction by write.ts, page.ts and refusal.ts.
import { Dexie } from "dexie";
import type { DexieOptions, Table } from "dexie";
import type { RecordedCall } from "../../shared/action.ts";
import type { DocId } from "../../shared/document.ts";
import type { PersonRow } from "../../shared/projection.ts";
import { makeDisk } from "./disk.ts";
import type { Disk } from "./disk.ts";

/** Why a document is no longer on this device. */
export type Gone = "erased" | "revoked";

/**
 * A document on this device. `state` holds what the server has (Yjs V2), without what is unsent; absent until there is any.
 * `rev` counts rewrites of the state, `epoch` how often it was replaced after a refusal; `fill` names the filling that brought it.
 * `evicted`: its content was let go for want of space (space.ts); its rows of people stay, and its number says what they came from.
 */
export type DocRow = {
  readonly doc: DocId;
  /** The newest number of the feed that is merged into the state; 0 while there is none. */
  readonly seq: number;
  readonly rev: number;
  readonly epoch: number;
  readonly state?: Uint8Array;
  readonly fill?: string;
  readonly gone?: Gone;
  readonly evicted?: 1;
};

/** When a document was last opened on a screen. Units: ms since 1970, by this device's clock. */
export type OpenedRow = { readonly doc: DocId; readonly at: number };

/** The long text an editor typed into. */
export type TextPlace = { readonly collection: string; readonly record: string; readonly field: string };

/** What made an update here: a call, an editor, or `rest`: what a restored server lacks. */
export type Made = { readonly call: RecordedCall } | { readonly text: TextPlace } | { readonly rest: true };

/** One update of a document (Yjs V1). What stands below `unsent` is there only while it is. */
export type UpdateRow = {
  readonly id: number;
  readonly doc: DocId;
  readonly update: Uint8Array;
  /** Units: ms since 1970, by this device's clock. */
  readonly at: number;
  /** Absent rather than false: booleans cannot be indexed. */
  readonly unsent?: 1;
  readonly made?: Made;
  /** What a member would call one change: one act, or one text typed into. */
  readonly change?: string;
  /** 1 when a connected room sent it too, so that there is no hurry to push it. */
  readonly inRoom?: 1;
};

/** A member of the studio as the server lists them; former ones stay, for their names. */
export type MemberRow = {
  readonly userId: string;
  readonly name: string;
  readonly colour: string;
  readonly role: string;
  readonly active: boolean;
};

/** A document whose update the server refused, until refusal.ts has settled it. */
export type RefusedRow = { readonly doc: DocId; readonly reason: string; readonly at: number };

/** A change the server did not take, kept until it is given up, its document goes, or 30 days have passed. */
export type QuarantineRow = {
  readonly id: number;
  readonly doc: DocId;
  /** Instant of the change, by this device's clock. */
  readonly at: string;
  /** Instant of the refusal by the server's clock; null when it was not told. Units: ms since 1970. */
  readonly refusedAt: number | null;
  readonly reason: string;
  readonly collection?: string;
  readonly record?: string;
  readonly path?: string;
  /** Kept so that the change can be read and copied out; absent when its content may not be kept. */
  readonly call?: RecordedCall;
  readonly text?: string;
  readonly update?: Uint8Array;
  /** The unsent row this is a copy of, while its document cannot be read. Rule: S72. */
  readonly row?: number;
};

/** A command that waits for the network; `n` is its place in the queue. */
export type OutboxRow = {
  readonly id: string;
  readonly n: number;
  readonly name: string;
  readonly args: unknown;
  readonly at: string;
};

/** One remembered value. */
export type MetaRow = { readonly key: string; readonly value: unknown };

/** The database of one member in one studio. Shape: design §6. */
export type StudioDb = Dexie & {
  /** The connection. */
  disk: Disk;
  opened: Table<OpenedRow, DocId>;
  docs: Table<DocRow, DocId>;
  updates: Table<UpdateRow, number, Omit<UpdateRow, "id">>;
  people: Table<PersonRow, string>;
  members: Table<MemberRow, string>;
  meta: Table<MetaRow, string>;
  outbox: Table<OutboxRow, string>;
  refused: Table<RefusedRow, DocId>;
  quarantine: Table<QuarantineRow, number, Omit<QuarantineRow, "id">>;
};

/** The database of this browser: who is signed in offline, which studios. */
export type DeviceDb = Dexie & { meta: Table<MetaRow, string> };

/** The engine below; tests bring one in memory. */
export type Engine = { readonly indexedDB: IDBFactory; readonly IDBKeyRange: typeof globalThis.IDBKeyRange };

/** The engine of the browser. */
export const browserEngine = (): Engine => ({ indexedDB: globalThis.indexedDB, IDBKeyRange: globalThis.IDBKeyRange });

/**
 * What every database of this browser is opened with.
 * Hint: `cache` would share query results between databases of equal name, and must never show what is not on disk.
 */
export const dbOptions = (engine: Engine): DexieOptions => ({
  ...engine,
  chromeTransactionDurability: "strict",
  cache: "disabled",
});

/** The name of a member's database of one studio; without a studio, how the names of all of theirs begin. */
export const studioDbName = (user: string, org = ""): string => `lumiso.${user}.${org}`;

/** Opens the database of a member's studio at its first use. Rule: S20. */
export function openStudioDb(who: { user: string; org: string }, engine: Engine = browserEngine()): StudioDb {
  // Hint: Dexie adds the tables declared below as properties; the connection is added here.
  const db = new Dexie(studioDbName(who.user, who.org), dbOptions(engine)) as StudioDb;
  db.version(1).stores({
    docs: "&doc, seq",
    updates: "++id, doc, unsent, [doc+unsent], [unsent+change]",
    people: "&id, [listed+nameKey], [listed+statusId+nameKey], *tokens, phoneKey, email",
    members: "&userId",
    meta: "&key",
    outbox: "&id",
    refused: "&doc",
    quarantine: "++id, doc",
  });
  db.version(2).stores({ docs: "&doc, seq, evicted", opened: "&doc, at" });
  db.disk = makeDisk(db);
  return db;
}

/** Opens the database of this browser at its first use. */
export function openDeviceDb(engine: Engine = browserEngine()): DeviceDb {
  // Hint: see openStudioDb.
  const db = new Dexie("lumiso", dbOptions(engine)) as DeviceDb;
  db.version(1).stores({ meta: "&key" });
  return db;
}
