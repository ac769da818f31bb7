// Owns a document storage without files, for tests of other parts: the same rules as on disk, held by the same suite.
// Never seals, and keeps nothing longer than its MemoryDisk lives.
import { randomText } from "./clock.ts";
import type { RandomBytes } from "./clock.ts";
import { boundsOf, cutPage, rowsFor } from "./storage.page.ts";
import type { FeedRow, States } from "./storage.page.ts";
import { storageError } from "./storage.ts";
import type {
  Change,
  CommitResult,
  DocumentStorage,
  ErasureConfirmation,
  FeedRange,
  Mended,
  Page,
  PageQuery,
  StorageAlarm,
  StoredDocument,
  StorageRecords,
  Writers,
} from "./storage.ts";
import { classOf, isSubjectClass, subjectOf } from "../shared/document.ts";
import type { DocId } from "../shared/document.ts";

type Row = { readonly state: Uint8Array; readonly version: number; readonly seq: number };
type Tombstone = { readonly seq: number; readonly rule: string; readonly at: string };

/** What outlives a storage in memory: hand it to the next one to reopen. `keys` names the documents that have theirs. */
export type MemoryDisk = {
  history: string;
  restoredAt: string | null;
  seq: number;
  readonly rows: Map<DocId, Row>;
  readonly writers: Map<DocId, Writers>;
  readonly keys: Set<DocId>;
  readonly tombstones: Map<DocId, Tombstone>;
  readonly subjects: Map<string, Tombstone>;
  readonly commands: Map<string, string>;
  readonly preferences: Map<string, Map<string, string>>;
  readonly confirmations: ErasureConfirmation[];
};

/** What a storage in memory is made of; without a `disk` it gets a new one. */
export type MemoryStorageOptions = {
  readonly random: RandomBytes;
  readonly disk?: MemoryDisk;
  readonly org?: string;
  readonly alarm?: (alarm: StorageAlarm) => void;
};

/** Makes an empty disk in memory. */
export const createMemoryDisk = (random: RandomBytes): MemoryDisk => ({
  history: randomText(random, 16),
  restoredAt: null,
  seq: 0,
  rows: new Map(),
  writers: new Map(),
  keys: new Set(),
  tombstones: new Map(),
  subjects: new Map(),
  commands: new Map(),
  preferences: new Map(),
  confirmations: [],
});

type Memory = { readonly disk: MemoryDisk; readonly org: string; readonly alarm: (alarm: StorageAlarm) => void };

/** Opens a storage in memory. */
export function createMemoryStorage({ random, disk, org, alarm }: MemoryStorageOptions): DocumentStorage {
  const memory: Memory = {
    disk: disk ?? createMemoryDisk(random),
    org: org ?? "organisation",
    alarm: alarm ?? (() => undefined),
  };
  let open = true;
  const live = (): Memory => {
    if (!open) throw storageError("closed", memory.org);
    return memory;
  };
  const close = async (): Promise<void> => {
    open = false;
  };
  return {
    get history() {
      return memory.disk.history;
    },
    get restoredAt() {
      return memory.disk.restoredAt;
    },
    renewHistory: async (at) => {
      Object.assign(live().disk, { history: randomText(random, 16), restoredAt: at });
      return memory.disk.history;
    },
    ...documentsOf(live),
    ...recordsOf(live),
    close,
  };
}

type Documents = Pick<
  DocumentStorage,
  "read" | "writersOf" | "commit" | "mend" | "page" | "remaining" | "count" | "head" | "erase" | "eraseSubject"
>;

const documentsOf = (live: () => Memory): Documents => ({
  read: async (doc) => read(doc, live()),
  writersOf: async (doc) => live().disk.writers.get(doc) ?? new Map(),
  commit: async (changes) => commit(changes, live()),
  mend: async (doc) => mended(doc, live().disk),
  page: async (query) => page(query, live()),
  remaining: async (range) => rowsOf(range, live().disk).length,
  count: async (classes) => rowsOf({ classes }, live().disk).filter(({ erased }) => !erased).length,
  head: async () => live().disk.seq,
  erase: async (docs, rule, at) => docs.map((doc) => bury(doc, { rule, at }, live().disk)),
  eraseSubject: async (subject, rule, at) => burySubject(subject, { rule, at }, live().disk),
});

/** Memory loses keys only when a test takes them. Rule: ST46. */
function mended(doc: DocId, disk: MemoryDisk): Mended {
  if (barredAt(doc, disk) !== null) return "erased";
  if (!disk.rows.has(doc)) return "absent";
  if (disk.keys.has(doc)) return "readable";
  disk.keys.add(doc);
  return "key";
}

const recordsOf = (live: () => Memory): StorageRecords => ({
  confirmErasure: async (confirmation) => confirm(confirmation, live().disk),
  erasureConfirmations: async (doc) => live().disk.confirmations.filter((each) => each.doc === doc),
  command: async (id) => live().disk.commands.get(id) ?? null,
  rememberCommand: async ({ id, result }) => {
    const { commands } = live().disk;
    const first = commands.get(id) ?? result;
    commands.set(id, first);
    return first;
  },
  preference: async (member, key) => live().disk.preferences.get(member)?.get(key) ?? null,
  setPreference: async (member, key, value) => {
    const { preferences } = live().disk;
    preferences.set(member, new Map(preferences.get(member)).set(key, value));
  },
  preferences: async (member) => Object.fromEntries(live().disk.preferences.get(member) ?? []),
});

function confirm(confirmation: ErasureConfirmation, disk: MemoryDisk): boolean {
  const { doc, member, device } = confirmation;
  if (barredAt(doc, disk) === null) return false;
  const isKnown = disk.confirmations.some(
    (each) => each.doc === doc && each.member === member && each.device === device,
  );
  if (!isKnown) disk.confirmations.push(confirmation);
  return true;
}

function read(doc: DocId, { disk, org, alarm }: Memory): StoredDocument {
  const row = disk.rows.get(doc);
  if (row !== undefined && disk.keys.has(doc)) return { kind: "state", ...row, state: row.state.slice() };
  if (row !== undefined) {
    alarm({ type: "key_missing", org, doc });
    return { kind: "key_missing" };
  }
  const seq = barredAt(doc, disk);
  return seq === null ? { kind: "absent" } : { kind: "erased", seq };
}

const personOf = (doc: DocId): string | null => (isSubjectClass(classOf(doc)) ? subjectOf(doc) : null);

const barredAt = (doc: DocId, disk: MemoryDisk): number | null =>
  (disk.tombstones.get(doc) ?? disk.subjects.get(personOf(doc) ?? ""))?.seq ?? null;

function commit(changes: readonly Change[], memory: Memory): CommitResult[] {
  if (new Set(changes.map(({ doc }) => doc)).size < changes.length) throw new Error("a document twice in one commit");
  return changes.map((change) => store(change, memory));
}

function store(
  { doc, state, expectedVersion, writers = new Map() }: Change,
  { disk, org, alarm }: Memory,
): CommitResult {
  if (barredAt(doc, disk) !== null) return { kind: "erased" };
  const row = disk.rows.get(doc);
  if ((row?.version ?? 0) !== expectedVersion) return { kind: "conflict" };
  if (row !== undefined && !disk.keys.has(doc)) {
    alarm({ type: "key_missing", org, doc });
    return { kind: "key_missing" };
  }
  disk.keys.add(doc);
  const version = expectedVersion + 1;
  const seq = nextSeq(disk);
  disk.rows.set(doc, { state: state.slice(), version, seq });
  disk.writers.set(doc, new Map([...writers, ...(disk.writers.get(doc) ?? [])]));
  return { kind: "committed", seq, version };
}

function nextSeq(disk: MemoryDisk): number {
  disk.seq += 1;
  return disk.seq;
}

function bury(doc: DocId, reason: Omit<Tombstone, "seq">, disk: MemoryDisk): { seq: number } {
  const tombstone = disk.tombstones.get(doc) ?? { seq: nextSeq(disk), ...reason };
  disk.rows.delete(doc);
  disk.keys.delete(doc);
  disk.writers.delete(doc);
  disk.tombstones.set(doc, tombstone);
  return { seq: tombstone.seq };
}

function burySubject(subject: string, reason: Omit<Tombstone, "seq">, disk: MemoryDisk): void {
  if (!disk.subjects.has(subject)) disk.subjects.set(subject, { seq: nextSeq(disk), ...reason });
  for (const doc of disk.rows.keys()) if (personOf(doc) === subject) bury(doc, reason, disk);
}

function page(query: PageQuery, memory: Memory): Page {
  const stateOf = ({ doc }: FeedRow): [DocId, Uint8Array][] => {
    const stored = read(doc, memory);
    return stored.kind === "state" ? [[doc, stored.state]] : [];
  };
  const load = (rows: readonly FeedRow[]): States => new Map(rows.flatMap(stateOf));
  return cutPage(rowsOf(query, memory.disk).slice(0, rowsFor(query)), query, { load, head: memory.disk.seq });
}

function rowsOf(range: FeedRange, disk: MemoryDisk): FeedRow[] {
  const { after, before, downwards } = boundsOf(range);
  const states = [...disk.rows].map(([doc, { seq, state }]) => ({ seq, doc, erased: false, bytes: state.length }));
  const erased = [...disk.tombstones].map(([doc, { seq }]) => ({ seq, doc, erased: true, bytes: 0 }));
  return [...states, ...erased]
    .filter(({ seq, doc }) => seq > after && seq < before && range.classes.includes(classOf(doc)))
    .toSorted((one, other) => (downwards ? other.seq - one.seq : one.seq - other.seq));
}
