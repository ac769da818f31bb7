// Owns what the rounds of the durability suite add up: what was sent, what was acknowledged, what is lost, and when it was killed.
// The oracle is `Y.snapshotContainsUpdate`, deletions included. Never starts or stops anything.
import { join } from "node:path";
import * as Y from "yjs";
import type { DocId } from "../../shared/document.ts";
import { organisationFiles } from "../organisations.files.ts";
import { openSqlite } from "../sqlite.ts";
import type { Sent } from "./device.testing.ts";

/** What the rounds showed. All but `lost`, `refused`, `problems` and `invented` say how much was tried. */
export type DurabilityReport = {
  readonly rounds: number;
  readonly documents: number;
  readonly sent: number;
  readonly acknowledged: number;
  /** Acknowledged updates that only delete. */
  readonly acknowledgedDeletions: number;
  /** Acknowledged updates that are not in the server's state: must be 0. */
  readonly lost: number;
  /** Servers that were killed while they started. */
  readonly killedStarts: number;
  /** How long devices wrote before each kill: the shortest, the middle and the longest round. Units: ms. */
  readonly killedAfterMs: readonly [number, number, number];
  /** Updates that were made and never sent, and how many of them the oracle finds: must be 0, or it is blind. */
  readonly unsent: number;
  readonly invented: number;
  /** Refusals and lines of the log at warning or above: must be empty. */
  readonly refused: readonly string[];
  readonly problems: readonly string[];
  /** What SQLite says of the organisation's files at the end: must be "ok". */
  readonly integrity: readonly string[];
};

export type States = ReadonlyMap<DocId, Y.Doc>;

/** Sums over all rounds so far. */
export type Tally = {
  readonly all: Sent[];
  readonly refused: string[];
  readonly problems: string[];
  /** Takes what was sent in a round that has ended. */
  readonly add: (sent: readonly Sent[], wroteMs: number) => void;
  readonly startKilled: () => void;
  /** Notes what is acknowledged and not in these states. */
  readonly judge: (states: States, sent: readonly Sent[]) => void;
  /** Notes which of the updates that nobody sent are in these states all the same. */
  readonly judgeUnsent: (states: States, unsent: readonly Sent[]) => void;
  readonly report: (rounds: number) => DurabilityReport;
};

/** Makes an empty tally. */
export function createTally(): Tally {
  const all: Sent[] = [];
  const refused: string[] = [];
  const problems: string[] = [];
  const documents = new Set<DocId>();
  // Hint: a set, because a device may send again later what was lost once.
  const lost = new Set<Sent>();
  const wrote: number[] = [];
  const sums = { acknowledged: 0, acknowledgedDeletions: 0, killedStarts: 0, unsent: 0, invented: 0 };
  return {
    all,
    refused,
    problems,
    add: (sent, wroteMs) => {
      const acknowledged = sent.filter(({ isAcknowledged }) => isAcknowledged);
      for (const each of sent) all.push(each);
      for (const { doc } of sent) documents.add(doc);
      sums.acknowledged += acknowledged.length;
      sums.acknowledgedDeletions += acknowledged.filter(({ update }) => onlyDeletes(update)).length;
      wrote.push(wroteMs);
    },
    startKilled: () => void (sums.killedStarts += 1),
    judge: (states, sent) => {
      for (const each of sent) if (each.isAcknowledged && !holds(states.get(each.doc), each.update)) lost.add(each);
    },
    judgeUnsent: (states, unsent) => {
      sums.unsent += unsent.length;
      sums.invented += unsent.filter(({ doc, update }) => holds(states.get(doc), update)).length;
    },
    report: (rounds) => ({
      rounds,
      documents: documents.size,
      sent: all.length,
      lost: lost.size,
      ...sums,
      killedAfterMs: spanOf(wrote),
      refused: [...refused],
      problems: [...problems],
      integrity: [],
    }),
  };
}

function spanOf(numbers: readonly number[]): readonly [number, number, number] {
  const sorted = numbers.map((each) => Math.round(each)).toSorted((a, b) => a - b);
  return [sorted[0] ?? 0, sorted[Math.floor(sorted.length / 2)] ?? 0, sorted.at(-1) ?? 0];
}

const snapshots = new WeakMap<Y.Doc, Y.Snapshot>();

const nothing = new Y.Doc();

function holds(state: Y.Doc = nothing, update: Uint8Array): boolean {
  const snapshot = snapshots.get(state) ?? Y.snapshot(state);
  snapshots.set(state, snapshot);
  return Y.snapshotContainsUpdate(snapshot, update);
}

function onlyDeletes(update: Uint8Array): boolean {
  const { structs, ds } = Y.decodeUpdate(update);
  return structs.length === 0 && ds.clients.size > 0;
}

/** What SQLite says of the files of an organisation and of main.db; the server must not be running. */
export function integrityOf(dataDir: string, org: string): string[] {
  const files = organisationFiles({ dataDir, keysDir: join(dataDir, "keys") }, org);
  return [files.data, files.keys, join(dataDir, "main.db")].map((path) => {
    const db = openSqlite(path, { create: false });
    const answer = String(db.pragma("integrity_check", { simple: true }));
    db.close();
    return answer;
  });
}
