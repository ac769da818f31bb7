// Owns an organisation's key file: one data key per document, wrapped by the key-encryption key, and the few kept unwrapped in memory.
// Never sees a document. Prepared statements instead of the query builder: every read and write of a document passes here.
import { randomText, toInstant } from "./clock.ts";
import type { Clock, RandomBytes } from "./clock.ts";
import { makeKey, unwrapKey, wrapKey } from "./keyring.ts";
import type { Keyring, WrappedKey } from "./keyring.ts";
import { KEY_BYTES, seal, unseal } from "./seal.ts";
import type { SealBox } from "./seal.ts";
import type { Sqlite } from "./sqlite.ts";
import { storageError } from "./storage.ts";
import type { KekChecksTable, KeysTable } from "./storage.tables.ts";
import type { DocId } from "../shared/document.ts";
import { err, ok } from "../shared/result.ts";
import type { Result } from "../shared/result.ts";

/** Why a document's state or key cannot be read. */
export type Unreadable = "key_missing" | "damaged";

/** A data key with the box that the states of its document are sealed in. */
export type DataKey = { readonly id: string; readonly box: SealBox };

/** A document and the id of its key. */
export type WantedKey = { readonly doc: DocId; readonly id: string };

/** The data keys of one organisation. */
export type DocumentKeys = {
  /** Makes a key for each document, in one transaction that is on disk when this returns. Rule: K3. */
  readonly make: (docs: readonly DocId[]) => Map<DocId, DataKey>;
  /** Finds a key. Fails: `key_missing` when it is gone, `damaged` when it cannot be unwrapped. Rule: K2, K5. */
  readonly find: (doc: DocId, id: string) => Result<DataKey, Unreadable>;
  /** Finds keys of a page in one question, by id; those of no open document are not kept, they would push out those in use. Rule: K10. */
  readonly findAll: (wanted: readonly WantedKey[]) => ReadonlyMap<string, Result<DataKey, Unreadable>>;
  /** Takes a wrapped key of a backup in place of a lost or damaged one; false when it cannot be unwrapped for this document. Rule: ST46. */
  readonly putBack: (doc: DocId, key: WrappedKey & { readonly id: string }) => boolean;
  /** Destroys every key of the documents, on disk and in memory. Rule: K10, ST14. */
  readonly destroy: (docs: readonly DocId[]) => void;
  /** Destroys keys made before an instant whose id no document uses. Rule: K4. */
  readonly sweep: (before: string, usedIds: () => readonly string[]) => void;
};

/** What the key file needs: the organisation it belongs to, and what comes from outside. */
export type KeyFileOptions = {
  readonly db: Sqlite;
  readonly org: string;
  readonly keyring: Keyring;
  readonly random: RandomBytes;
  readonly clock: Clock;
  /** How many unwrapped keys stay in memory. Rule: K10. */
  readonly keptKeys: number;
};

const KEY_ID_BYTES = 16;

/** Opens the keys of an organisation. Rule: K9. Throws: StorageError `wrong_key` or `key_version_missing`. */
export function createDocumentKeys(options: KeyFileOptions): DocumentKeys {
  checkKeyring(options);
  const statements = prepareStatements(options.db);
  const kept = createKept(options.keptKeys);
  return {
    make: (docs) => {
      const made = makeKeys(docs, options, statements);
      for (const key of made.values()) kept.keep(key);
      return made;
    },
    find: (doc, id) => {
      const key = kept.get(id);
      return key === null ? findKey({ doc, id }, options, { statements, kept }) : ok(key);
    },
    findAll: (wanted) => findKeys(wanted, options, { statements, kept }),
    putBack: (doc, key) => putBack({ doc, key }, options, statements),
    destroy: (docs) => {
      kept.drop(new Set(docs.flatMap((doc) => statements.idsOf.all(doc).map((row) => row.key_id))));
      options.db.transaction(() => docs.forEach((doc) => statements.deleteOf.run(doc))).immediate();
    },
    sweep: (before, usedIds) => {
      const old = statements.madeBefore.all(before);
      // Hint: one set costs a fifth of one question per key (80,000 keys: 0.1 s), and nothing while there are no old keys.
      const used = old.length === 0 ? new Set() : new Set(usedIds());
      const unused = old.filter((row) => !used.has(row.key_id));
      options.db.transaction(() => unused.forEach((row) => statements.deleteOne.run(row.key_id))).immediate();
    },
  };
}

type KeyStatements = ReturnType<typeof prepareStatements>;

// Hint: the statements name the columns of the types given here; the contract suite runs every one of them.
const prepareStatements = (db: Sqlite) => ({
  insert: db.prepare<[KeysTable]>(
    "INSERT INTO keys (key_id, doc, kek_version, created_at, wrapped) VALUES (@key_id, @doc, @kek_version, @created_at, @wrapped)",
  ),
  find: db.prepare<[string, string], Pick<KeysTable, "kek_version" | "wrapped">>(
    "SELECT kek_version, wrapped FROM keys WHERE key_id = ? AND doc = ?",
  ),
  findAll: db.prepare<[string], Omit<KeysTable, "created_at">>(
    "SELECT key_id, doc, kek_version, wrapped FROM json_each(?) CROSS JOIN keys ON key_id = value",
  ),
  idsOf: db.prepare<[string], Pick<KeysTable, "key_id">>("SELECT key_id FROM keys WHERE doc = ?"),
  deleteOf: db.prepare<[string]>("DELETE FROM keys WHERE doc = ?"),
  madeBefore: db.prepare<[string], Pick<KeysTable, "key_id">>("SELECT key_id FROM keys WHERE created_at < ?"),
  deleteOne: db.prepare<[string]>("DELETE FROM keys WHERE key_id = ?"),
});

function makeKeys(docs: readonly DocId[], options: KeyFileOptions, statements: KeyStatements): Map<DocId, DataKey> {
  const made = new Map(docs.map((doc) => [doc, newKey(doc, options)]));
  const createdAt = toInstant(options.clock());
  const insertAll = options.db.transaction(() => {
    for (const [doc, { id, box }] of made) {
      const { kekVersion, wrapped } = wrapKey(options.keyring, box, options.random);
      statements.insert.run({ key_id: id, doc, kek_version: kekVersion, created_at: createdAt, wrapped });
    }
  });
  insertAll.immediate();
  return made;
}

function newKey(doc: DocId, { org, random }: KeyFileOptions): DataKey {
  const id = randomText(random, KEY_ID_BYTES);
  return { id, box: { key: makeKey(random), address: addressOf(org, doc, id) } };
}

/** What a document's states and its wrapped key are bound to; no id in it holds a slash, so no two are equal. Rule: K2. */
export const addressOf = (org: string, doc: DocId, id: string): string => `${org}/${doc}/${id}`;

type Found = { readonly statements: KeyStatements; readonly kept: KeptKeys };

function findKey(wanted: WantedKey, options: KeyFileOptions, { statements, kept }: Found): Result<DataKey, Unreadable> {
  const row = statements.find.get(wanted.id, wanted.doc);
  if (row === undefined) return err("key_missing");
  const key = openKey(wanted, row, options);
  return key.ok ? ok(kept.keep(key.value)) : key;
}

function findKeys(
  wanted: readonly WantedKey[],
  options: KeyFileOptions,
  { statements, kept }: Found,
): Map<string, Result<DataKey, Unreadable>> {
  const found = new Map<string, Result<DataKey, Unreadable>>();
  const docsById = new Map<string, DocId>();
  for (const { doc, id } of wanted) {
    const key = kept.peek(id);
    if (key === null) docsById.set(id, doc);
    else found.set(id, ok(key));
  }
  for (const row of statements.findAll.all(JSON.stringify([...docsById.keys()]))) {
    const doc = docsById.get(row.key_id);
    if (doc === row.doc) found.set(row.key_id, openKey({ doc, id: row.key_id }, row, options));
  }
  return found;
}

type WrappedRow = Pick<KeysTable, "kek_version" | "wrapped">;

function openKey(
  { doc, id }: WantedKey,
  { kek_version: kekVersion, wrapped }: WrappedRow,
  { org, keyring }: KeyFileOptions,
): Result<DataKey, Unreadable> {
  const address = addressOf(org, doc, id);
  const key = unwrapKey(keyring, { kekVersion, wrapped }, address);
  return key.ok ? ok({ id, box: { key: key.value, address } }) : key;
}

type PutBack = { readonly doc: DocId; readonly key: WrappedKey & { readonly id: string } };

function putBack({ doc, key }: PutBack, options: KeyFileOptions, statements: KeyStatements): boolean {
  const { org, keyring, db, clock } = options;
  const { id, kekVersion, wrapped } = key;
  if (keyring.keyOf(kekVersion) === undefined) return false;
  if (!unwrapKey(keyring, { kekVersion, wrapped }, addressOf(org, doc, id)).ok) return false;
  const row = { key_id: id, doc, kek_version: kekVersion, created_at: toInstant(clock()), wrapped };
  const replace = db.transaction(() => {
    statements.deleteOne.run(id);
    statements.insert.run(row);
  });
  replace.immediate();
  return true;
}

type KeptKeys = ReturnType<typeof createKept>;

/** Keys in memory; the one that was not used for longest makes room. Rule: K10. */
function createKept(max: number) {
  const keysById = new Map<string, DataKey>();
  const drop = (ids: ReadonlySet<string>): void => {
    for (const id of ids) keysById.delete(id);
  };
  const keep = (key: DataKey): DataKey => {
    keysById.delete(key.id);
    keysById.set(key.id, key);
    const [oldest] = keysById.keys();
    if (keysById.size > max && oldest !== undefined) keysById.delete(oldest);
    return key;
  };
  const get = (id: string): DataKey | null => {
    const key = keysById.get(id);
    return key === undefined ? null : keep(key);
  };
  const peek = (id: string): DataKey | null => keysById.get(id) ?? null;
  return { get, peek, keep, drop };
}

const CHECK_TEXT = new Uint8Array(KEY_BYTES);

/** Tells a wrong key-encryption key before it is used, and leaves a check for the next opening. */
function checkKeyring({ db, org, keyring, random }: KeyFileOptions): void {
  const checks = db.prepare<[], KekChecksTable>("SELECT kek_version, sealed FROM kek_checks").all();
  for (const check of checks) checkVersion(check, { db, org, keyring });
  if (checks.some((check) => check.kek_version === keyring.current)) return;
  const sealed = seal(CHECK_TEXT, checkBox(keyring, { org, version: keyring.current }), random);
  db.prepare<[KekChecksTable]>("INSERT INTO kek_checks (kek_version, sealed) VALUES (@kek_version, @sealed)").run({
    kek_version: keyring.current,
    sealed,
  });
}

type CheckScope = { readonly db: Sqlite; readonly org: string; readonly keyring: Keyring };

function checkVersion({ kek_version: version, sealed }: KekChecksTable, { db, org, keyring }: CheckScope): void {
  if (keyring.keyOf(version) === undefined) {
    const used = db.prepare<[number]>("SELECT 1 FROM keys WHERE kek_version = ? LIMIT 1").get(version);
    if (used !== undefined) throw storageError("key_version_missing", `version ${version}`);
    return;
  }
  if (!unseal(sealed, checkBox(keyring, { org, version })).ok) throw storageError("wrong_key", `version ${version}`);
}

function checkBox(keyring: Keyring, { org, version }: { org: string; version: number }): SealBox {
  const key = keyring.keyOf(version);
  if (key === undefined) throw new Error(`no key-encryption key of version ${version}`);
  return { key, address: `kek-check/${org}/${version}` };
}
