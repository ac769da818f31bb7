// Owns how changes reach the data file: what can be refused early is, then keys, then one transaction for all states.
// Never merges and never waits: a conflict is its caller's to solve.
import { seal } from "./seal.ts";
import type { DataKey } from "./storage.keys.ts";
import { barredAt, columnsOf, headOf } from "./storage.sqlite.parts.ts";
import type { StorageParts } from "./storage.sqlite.parts.ts";
import type { Change, CommitResult, Writers } from "./storage.ts";
import type { DocumentsTable } from "./storage.tables.ts";
import type { DocId } from "../shared/document.ts";

type Refused = Exclude<CommitResult, { kind: "committed" }>;
type Verdict = Refused | { readonly kind: "create" } | { readonly kind: "update"; readonly key: DataKey };
type Sealed = { readonly kind: "sealed"; readonly row: Omit<DocumentsTable, "seq">; readonly writers: Writers };

const NOBODY: Writers = new Map();

/**
 * Commits changes together. Rule: ST1–ST6, ST13, K3.
 * Throws: when a document is named twice; what SQLite throws when it cannot write.
 */
export function commitChanges(changes: readonly Change[], parts: StorageParts): CommitResult[] {
  if (new Set(changes.map(({ doc }) => doc)).size < changes.length) throw new Error("a document twice in one commit");
  const judged = changes.map((change) => ({ change, verdict: judge(change, parts) }));
  const created = judged.filter(({ verdict }) => verdict.kind === "create").map(({ change }) => change.doc);
  const newKeys = makeKeys(created, parts);
  const prepared = judged.map(({ change, verdict }) => prepare(change, { verdict, newKeys, parts }));
  const results = parts.data.transaction(() => storeAll(prepared, parts)).immediate();
  parts.step("committed");
  return results;
}

/** Refuses what is plainly in vain. The write statement decides again: here nothing is locked. */
function judge({ doc, expectedVersion }: Change, parts: StorageParts): Verdict {
  const row = parts.statements.headOf.get(doc);
  // Hint: an erasure takes the row away in the transaction that bars the document, so only who has none may be barred.
  if (row === undefined && barredAt(columnsOf(doc), parts) !== null) return { kind: "erased" };
  if (row === undefined) return { kind: expectedVersion === 0 ? "create" : "conflict" };
  if (row.version !== expectedVersion) return { kind: "conflict" };
  const key = parts.keys.find(doc, row.key_id);
  if (key.ok) return { kind: "update", key: key.value };
  parts.alarm({ type: key.error, org: parts.org, doc });
  // A key that is there but cannot be unwrapped is as good as gone: nothing may be sealed under another.
  return { kind: "key_missing" };
}

function makeKeys(docs: readonly DocId[], { keys, step }: StorageParts): ReadonlyMap<DocId, DataKey> {
  if (docs.length === 0) return new Map();
  const made = keys.make(docs);
  step("keys_written");
  return made;
}

type Preparation = {
  readonly verdict: Verdict;
  readonly newKeys: ReadonlyMap<DocId, DataKey>;
  readonly parts: StorageParts;
};

function prepare(change: Change, { verdict, newKeys, parts }: Preparation): Sealed | Refused {
  if (verdict.kind !== "create" && verdict.kind !== "update") return verdict;
  const key = verdict.kind === "update" ? verdict.key : newKeys.get(change.doc);
  if (key === undefined) throw new Error("no key was made for a new document");
  const state = seal(change.state, key.box, parts.random);
  return {
    kind: "sealed",
    row: { ...columnsOf(change.doc), version: change.expectedVersion + 1, key_id: key.id, state },
    writers: change.writers ?? NOBODY,
  };
}

function storeAll(prepared: readonly (Sealed | Refused)[], parts: StorageParts): CommitResult[] {
  const before = headOf(parts);
  const { bindWriter } = parts.statements;
  let seq = before;
  const results = prepared.map((change): CommitResult => {
    const result = change.kind === "sealed" ? store({ ...change.row, seq: seq + 1 }, parts) : change;
    if (result.kind !== "committed" || change.kind !== "sealed") return result;
    seq = result.seq;
    for (const [client, member] of change.writers) bindWriter.run({ doc: change.row.doc, client, member });
    return result;
  });
  if (seq > before) parts.statements.setSeq.run(seq);
  parts.step("states_written");
  return results;
}

function store(row: DocumentsTable, parts: StorageParts): CommitResult {
  const { insert, update } = parts.statements;
  const { changes } = row.version === 1 ? insert.run(row) : update.run(row);
  if (changes > 0) return { kind: "committed", seq: row.seq, version: row.version };
  // Hint: inside the transaction, so the reason cannot have changed since the statement.
  return { kind: barredAt(row, parts) === null ? "conflict" : "erased" };
}
