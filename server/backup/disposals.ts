// Owns how the register of disposals is applied to restored files, before anybody can open them.
// Never brings anything back: it erases, ends and lowers only what the register says, and renews each studio's history.
import { createOrganisations } from "../organisations.ts";
import type { OrganisationsOptions } from "../organisations.ts";
import { organisationFiles } from "../organisations.files.ts";
import { findMembership, recordRole } from "../auth/memberships.ts";
import type { Db } from "../auth/memberships.ts";
import { toInstant } from "../clock.ts";
import type { DocumentStorage } from "../storage.ts";
import { openMainDatabase } from "../tables.migrations.ts";
import { stop } from "./errors.ts";
import { disposalsOf } from "./register.ts";
import type { Register } from "./register.ts";
import { mainFile, readFile } from "./source.ts";

/** Restored studios that nobody has opened yet, and what is to be applied to them. */
export type Restored = OrganisationsOptions & { readonly studios: readonly string[]; readonly register: Register };

/** Erases again what was erased since the backup, and begins a new history. Rules: BK10, BK11. */
export async function disposeInStudios({ studios, register, ...options }: Restored): Promise<number> {
  const organisations = createOrganisations(options);
  const at = toInstant(options.clock());
  let erased = 0;
  try {
    for (const org of studios) {
      const known = readFile(organisationFiles(options, org).data, (db) => disposalsOf(db, org));
      const storage = (await organisations.open(org)) ?? stop("studio_without_files", org);
      erased += await dispose(storage, missingIn({ org, register, known }));
      await storage.renewHistory(at);
    }
  } finally {
    await organisations.close();
  }
  return erased;
}

type Disposals = Pick<Register, "documents" | "subjects">;
type Compared = { readonly org: string; readonly register: Register; readonly known: Disposals };

function missingIn({ org, register, known }: Compared): Disposals {
  const docs = new Set(known.documents.map(({ doc }) => doc));
  const subjects = new Set(known.subjects.map(({ subject }) => subject));
  return {
    documents: register.documents.filter((entry) => entry.org === org && !docs.has(entry.doc)),
    subjects: register.subjects.filter((entry) => entry.org === org && !subjects.has(entry.subject)),
  };
}

async function dispose(storage: DocumentStorage, { documents, subjects }: Disposals): Promise<number> {
  const before = await livingIn(storage, documents);
  // Hint: documents first, so that each keeps the rule and date of its own.
  for (const group of Map.groupBy(documents, ({ rule, at }) => `${rule} ${at}`).values()) {
    const [{ rule, at } = { rule: "", at: "" }] = group;
    await storage.erase(
      group.map(({ doc }) => doc),
      rule,
      at,
    );
  }
  for (const { subject, rule, at } of subjects) await storage.eraseSubject(subject, rule, at);
  return before;
}

async function livingIn(storage: DocumentStorage, documents: Disposals["documents"]): Promise<number> {
  let living = 0;
  for (const { doc } of documents) living += Number((await storage.read(doc)).kind === "state");
  return living;
}

/** Who ends a membership that the restored accounts do not know: the restore. */
const BY_RESTORE = "restore";

/**
 * Brings restored accounts up to what the register knows: roles and ends of membership. Sessions, links and invitations end, because
 * some of them ended since. Whoever joined since has no account any more and stays known as a former member, so that what they wrote
 * may be brought back. Answers with the studios that are left without an owner. Rule: BK11.
 */
export async function updateAccounts(
  { dataDir }: { readonly dataDir: string },
  register: Register,
  at: string,
): Promise<string[]> {
  const main = await openMainDatabase(mainFile({ dataDir }));
  try {
    return await main.db.transaction().execute(async (db) => {
      for (const table of ["sessions", "account_tokens", "invitations"] as const) await db.deleteFrom(table).execute();
      await applyRoles(db, register, at);
      return studiosWithoutOwner(db);
    });
  } finally {
    await main.close();
  }
}

async function applyRoles(db: Db, { roles }: Register, now: string): Promise<void> {
  const rows = await db.selectFrom("role_changes").select(["org_id", "user_id", "at"]).orderBy("at").execute();
  const newest = new Map(rows.map((row) => [`${row.org_id}/${row.user_id}`, row.at]));
  const orgs = new Set((await db.selectFrom("organisations").select("id").execute()).map(({ id }) => id));
  const users = new Set((await db.selectFrom("users").select("id").execute()).map(({ id }) => id));
  // Hint: a register never forgets, so it may hold what an earlier restore has undone and somebody has decided anew since.
  const missing = roles.filter(({ org, user, at }) => orgs.has(org) && at > (newest.get(`${org}/${user}`) ?? ""));
  const strangers = new Map<string, Register["roles"][number]>();
  for (const change of missing) {
    if (users.has(change.user)) await applyRole(db, change);
    else {
      await noteRole(db, change);
      strangers.set(`${change.org}/${change.user}`, change);
    }
  }
  for (const change of strangers.values()) {
    if (change.role !== null) await noteRole(db, { ...change, role: null, by: BY_RESTORE, at: now });
  }
}

async function applyRole(db: Db, change: Register["roles"][number]): Promise<void> {
  const { org: orgId, user: userId, role, by, at } = change;
  const isEndOfNothing = role === null && (await findMembership(db, orgId, userId)) === undefined;
  if (isEndOfNothing) await noteRole(db, change);
  else await recordRole(db, { orgId, userId, role, by, at });
}

const noteRole = async (db: Db, { org, user, role, by, at }: Register["roles"][number]): Promise<void> =>
  void (await db.insertInto("role_changes").values({ org_id: org, user_id: user, role, by_user_id: by, at }).execute());

async function studiosWithoutOwner(db: Db): Promise<string[]> {
  const owned = await db
    .selectFrom("memberships")
    .select("org_id")
    .where("role", "=", "owner")
    .where("ended_at", "is", null)
    .execute();
  const withOwner = new Set(owned.map(({ org_id }) => org_id));
  const all = await db.selectFrom("organisations").select("id").execute();
  return all.map(({ id }) => id).filter((id) => !withOwner.has(id));
}
