// Owns every statement on an organisation's data file. Prepared statements instead of the query builder: they are the path of
// every edit, built once per open file, and the tombstone test must stand inside the write itself (ST13).
// Never decides what to do with an answer.
import type { Sqlite, Statement } from "./sqlite.ts";
import type { FeedRow } from "./storage.page.ts";
import type {
  CommandsTable,
  CountersTable,
  DocumentsTable,
  ErasureConfirmationsTable,
  PreferencesTable,
  SubjectTombstonesTable,
  TombstonesTable,
  WritersTable,
} from "./storage.tables.ts";
import type { DocId } from "../shared/document.ts";

/** A document by its id and the person it belongs to. */
export type Address = Pick<DocumentsTable, "doc" | "subject">;

/** A range of the feed. Units: `classes` is a JSON array. */
type Range = { readonly after: number; readonly before: number; readonly classes: string };
type Rows = Range & { readonly rows: number };
type RawFeedRow = Omit<FeedRow, "erased"> & { readonly erased: 0 | 1 };
type DocRow = { readonly doc: DocId };

/** A sealed state and the key it was sealed with. */
export type StoredState = DocRow & Pick<DocumentsTable, "key_id" | "state">;

/** The statements of one open data file: parameters and row of each. */
export type Statements = {
  readonly find: Statement<[string], DocumentsTable>;
  readonly headOf: Statement<[string], Pick<DocumentsTable, "version" | "key_id">>;
  readonly barred: Statement<[Address], { seq: number | null }>;
  readonly insert: Statement<[DocumentsTable]>;
  readonly update: Statement<[DocumentsTable]>;
  readonly mend: Statement<[DocumentsTable]>;
  readonly states: Statement<[Range], StoredState>;
  readonly upwards: Statement<[Rows], RawFeedRow>;
  readonly downwards: Statement<[Rows], RawFeedRow>;
  readonly count: Statement<[Range], { count: number }>;
  readonly living: Statement<[string], { count: number }>;
  readonly keyIds: Statement<[], Pick<DocumentsTable, "key_id">>;
  readonly counters: Statement<[], CountersTable>;
  readonly startCounters: Statement<[string]>;
  readonly setSeq: Statement<[number]>;
  readonly renewHistory: Statement<[Pick<CountersTable, "history" | "restored_at">]>;
  readonly confirm: Statement<[ErasureConfirmationsTable & Address]>;
  readonly confirmations: Statement<[string], ErasureConfirmationsTable>;
  readonly tombstone: Statement<[string], Pick<TombstonesTable, "seq">>;
  readonly remove: Statement<[string]>;
  readonly bury: Statement<[Omit<TombstonesTable, "status">]>;
  readonly pending: Statement<[], DocRow>;
  readonly finish: Statement<[string]>;
  readonly subjectTombstone: Statement<[string], SubjectTombstonesTable>;
  readonly burySubject: Statement<[SubjectTombstonesTable]>;
  readonly bindWriter: Statement<[WritersTable]>;
  readonly writers: Statement<[string], Omit<WritersTable, "doc">>;
  readonly removeWriters: Statement<[string]>;
  readonly ofSubject: Statement<[string], DocRow>;
  readonly command: Statement<[string], Pick<CommandsTable, "result">>;
  readonly remember: Statement<[CommandsTable]>;
  readonly preference: Statement<[string, string], Pick<PreferencesTable, "value">>;
  readonly preferences: Statement<[string], Pick<PreferencesTable, "key" | "value">>;
  readonly setPreference: Statement<[PreferencesTable]>;
};

const NOT_BARRED = `NOT EXISTS (SELECT 1 FROM tombstones WHERE doc = @doc)
  AND NOT EXISTS (SELECT 1 FROM subject_tombstones WHERE subject = @subject)`;

const IN_RANGE = "seq > @after AND seq < @before AND class IN (SELECT value FROM json_each(@classes))";

// Hint: each half walks its index on (seq, class) and the union merges the two, so a page costs what it shows.
const feed = (direction: "ASC" | "DESC"): string => `
  SELECT seq, doc, 0 AS erased, length(state) AS bytes FROM documents WHERE ${IN_RANGE}
  UNION ALL
  SELECT seq, doc, 1 AS erased, 0 AS bytes FROM tombstones WHERE ${IN_RANGE}
  ORDER BY seq ${direction} LIMIT @rows`;

const sqlByName: Readonly<Record<keyof Statements, string>> = {
  find: "SELECT * FROM documents WHERE doc = ?",
  headOf: "SELECT version, key_id FROM documents WHERE doc = ?",
  barred: `SELECT coalesce((SELECT seq FROM tombstones WHERE doc = @doc),
    (SELECT seq FROM subject_tombstones WHERE subject = @subject)) AS seq`,
  insert: `INSERT INTO documents (doc, class, subject, version, seq, key_id, state)
    SELECT @doc, @class, @subject, @version, @seq, @key_id, @state WHERE ${NOT_BARRED}
    ON CONFLICT (doc) DO NOTHING`,
  update: `UPDATE documents SET version = @version, seq = @seq, state = @state
    WHERE doc = @doc AND version = @version - 1 AND key_id = @key_id AND ${NOT_BARRED}`,
  mend: `UPDATE documents SET version = @version, seq = @seq, key_id = @key_id, state = @state
    WHERE doc = @doc AND version = @version - 1 AND ${NOT_BARRED}`,
  // Hint: rows lie in the file as they were written, so a range of numbers is read in half the time of as many documents by name.
  states: `SELECT doc, key_id, state FROM documents WHERE ${IN_RANGE}`,
  upwards: feed("ASC"),
  downwards: feed("DESC"),
  count: `SELECT (SELECT count(*) FROM documents WHERE ${IN_RANGE})
    + (SELECT count(*) FROM tombstones WHERE ${IN_RANGE}) AS count`,
  living: "SELECT count(*) AS count FROM documents WHERE class IN (SELECT value FROM json_each(?))",
  keyIds: "SELECT key_id FROM documents",
  counters: "SELECT id, seq, history, restored_at FROM counters",
  startCounters: "INSERT INTO counters (id, seq, history) VALUES (1, 0, ?)",
  setSeq: "UPDATE counters SET seq = ?",
  renewHistory: "UPDATE counters SET history = @history, restored_at = @restored_at",
  confirm: `INSERT INTO erasure_confirmations (doc, member, device, at)
    SELECT @doc, @member, @device, @at WHERE NOT (${NOT_BARRED})
    ON CONFLICT (doc, member, device) DO NOTHING`,
  confirmations: "SELECT doc, member, device, at FROM erasure_confirmations WHERE doc = ? ORDER BY at, rowid",
  tombstone: "SELECT seq FROM tombstones WHERE doc = ?",
  remove: "DELETE FROM documents WHERE doc = ?",
  bury: `INSERT INTO tombstones (doc, class, seq, rule, at, status) VALUES (@doc, @class, @seq, @rule, @at, 'pending')`,
  pending: "SELECT doc FROM tombstones WHERE status = 'pending'",
  finish: "UPDATE tombstones SET status = 'done' WHERE doc = ?",
  subjectTombstone: "SELECT * FROM subject_tombstones WHERE subject = ?",
  burySubject: "INSERT INTO subject_tombstones (subject, rule, at, seq) VALUES (@subject, @rule, @at, @seq)",
  bindWriter: "INSERT INTO writers (doc, client, member) VALUES (@doc, @client, @member) ON CONFLICT DO NOTHING",
  writers: "SELECT client, member FROM writers WHERE doc = ?",
  removeWriters: "DELETE FROM writers WHERE doc = ?",
  ofSubject: "SELECT doc FROM documents WHERE subject = ?",
  command: "SELECT result FROM commands WHERE id = ?",
  remember: `INSERT INTO commands (id, member, name, result, at) VALUES (@id, @member, @name, @result, @at)
    ON CONFLICT (id) DO NOTHING`,
  preference: "SELECT value FROM preferences WHERE member = ? AND key = ?",
  preferences: "SELECT key, value FROM preferences WHERE member = ? ORDER BY key",
  setPreference: `INSERT INTO preferences (member, key, value) VALUES (@member, @key, @value)
    ON CONFLICT (member, key) DO UPDATE SET value = excluded.value`,
};

/** Prepares every statement on an open data file. Throws: when a table is missing. */
export function prepareStatements(db: Sqlite): Statements {
  const prepared = Object.entries(sqlByName).map(([name, text]) => [name, db.prepare(text)]);
  // Hint: SQLite cannot tell types; the two lists above stand side by side and the contract suite runs every statement.
  return Object.fromEntries(prepared) as Statements;
}
