// Owns the register of disposals: what was erased for good, and who had which role, so that a restore brings neither back.
// Holds ids, rules, roles and dates; never a name nor a text. Kept off the machine, newer than every backup.
import { existsSync } from "node:fs";
import * as v from "valibot";
import { roles } from "../../policy/roles.ts";
import { isDocId } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import type { RandomBytes } from "../clock.ts";
import type { Keyring } from "../keyring.ts";
import { organisationFiles } from "../organisations.files.ts";
import type { Folders } from "../organisations.files.ts";
import type { Sqlite } from "../sqlite.ts";
import { stop } from "./errors.ts";
import { FORMAT, readOrNull } from "./manifest.ts";
import { openParcel, sealParcel } from "./parcel.ts";
import { writeWhole } from "./places.ts";
import { mainFile, readFile, studiosIn } from "./source.ts";

const docId = v.custom<DocId>((text) => typeof text === "string" && isDocId(text));

const registerSchema = v.strictObject({
  format: v.literal(FORMAT),
  documents: v.array(v.strictObject({ org: v.string(), doc: docId, rule: v.string(), at: v.string() })),
  subjects: v.array(v.strictObject({ org: v.string(), subject: v.string(), rule: v.string(), at: v.string() })),
  roles: v.array(
    v.strictObject({
      org: v.string(),
      user: v.string(),
      role: v.nullable(v.picklist(roles)),
      by: v.string(),
      at: v.string(),
    }),
  ),
});

/** Disposals and roles of all studios. Units: `at` is an instant; a null role ended the membership. */
export type Register = v.InferOutput<typeof registerSchema>;

/** A register that says nothing. */
export const emptyRegister: Register = { format: FORMAT, documents: [], subjects: [], roles: [] };

/** Reads what a server's files say now. Rule: BK8. Throws: what SQLite throws when a file cannot be read. */
export function registerOf(folders: Folders): Register {
  const studios = studiosIn(folders).map((org) => disposalsIn(organisationFiles(folders, org).data, org));
  const isThere = existsSync(mainFile(folders));
  return {
    format: FORMAT,
    documents: studios.flatMap(({ documents }) => documents),
    subjects: studios.flatMap(({ subjects }) => subjects),
    roles: isThere ? readFile(mainFile(folders), rolesOf) : [],
  };
}

type Disposals = Pick<Register, "documents" | "subjects">;

function disposalsIn(path: string, org: string): Disposals {
  try {
    return readFile(path, (db) => disposalsOf(db, org));
  } catch (error) {
    // Hint: a studio may come to its end while this runs; its files are all that was left of it.
    if (existsSync(path)) throw error;
    return emptyRegister;
  }
}

/** The disposals of one studio, by its data file. */
export function disposalsOf(db: Sqlite, org: string): Disposals {
  type Document = Omit<Register["documents"][number], "org">;
  type Subject = Omit<Register["subjects"][number], "org">;
  const documents = db.prepare<[], Document>("SELECT doc, rule, at FROM tombstones ORDER BY seq").all();
  const subjects = db.prepare<[], Subject>("SELECT subject, rule, at FROM subject_tombstones ORDER BY seq").all();
  return {
    documents: documents.map((row) => ({ org, ...row })),
    subjects: subjects.map((row) => ({ org, ...row })),
  };
}

// In the order they were given.
const rolesOf = (db: Sqlite): Register["roles"] =>
  db
    .prepare<[], Register["roles"][number]>(
      'SELECT org_id AS org, user_id AS "user", role, by_user_id AS "by", at FROM role_changes ORDER BY id',
    )
    .all();

/** Puts registers together; of two entries for the same, the first stays. Rule: BK8. */
export function joinRegisters(registers: readonly Register[]): Register {
  const all = <K extends "documents" | "subjects" | "roles">(field: K): Register[K][number][] =>
    registers.flatMap((register): Register[K][number][] => register[field]);
  return {
    format: FORMAT,
    documents: firsts(all("documents"), ({ org, doc }) => `${org}/${doc}`),
    subjects: firsts(all("subjects"), ({ org, subject }) => `${org}/${subject}`),
    roles: firsts(all("roles"), (change) => keyOfRole(change)).toSorted((a, b) => compare(a.at, b.at)),
  };
}

/** Tells one change of role from another. */
const keyOfRole = ({ org, user, role, by, at }: Register["roles"][number]): string =>
  [org, user, role ?? "", by, at].join("/");

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);

function firsts<T>(entries: readonly T[], keyOf: (entry: T) => string): T[] {
  const byKey = new Map<string, T>();
  for (const entry of entries) if (!byKey.has(keyOf(entry))) byKey.set(keyOf(entry), entry);
  return [...byKey.values()];
}

/** A register's file and the keys that seal it. */
export type RegisterFile = { readonly path: string; readonly keyring: Keyring };

const PLACE = "register";

/** Reads a register's file; null when there is none. Throws: a stop with `sealed_otherwise` or `too_new`. */
export function readRegister({ path, keyring }: RegisterFile): Register | null {
  const bytes = readOrNull(path);
  if (bytes === null) return null;
  const opened = openParcel(bytes, { keyring, place: PLACE });
  if (!opened.ok) return stop("sealed_otherwise", "register");
  const parsed = v.safeParse(registerSchema, JSON.parse(new TextDecoder().decode(opened.value)));
  return parsed.success ? parsed.output : stop("too_new", "register");
}

/** Adds to a register's file what it does not say yet, whole or not at all: a register never forgets. Rule: BK8. */
export function extendRegister(file: RegisterFile, addition: Register, random: RandomBytes): Register {
  const joined = joinRegisters([readRegister(file) ?? emptyRegister, addition]);
  const bytes = new TextEncoder().encode(JSON.stringify(joined));
  writeWhole(file.path, sealParcel(bytes, { keyring: file.keyring, place: PLACE }, random));
  return joined;
}
