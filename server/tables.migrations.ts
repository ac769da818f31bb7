// Owns how main.db comes to have its tables, step by step; a step that was released is never edited.
// Never fills them. Neighbour: tables.ts says what each column means.
import { Kysely, sql } from "kysely";
import type { Migration } from "kysely";
import { startLimits } from "./limits.ts";
import { migrate, openSqlite } from "./sqlite.ts";
import { patientDialect } from "./sqlite.locked.ts";
import type { MainTables } from "./tables.ts";

type Schema = Kysely<unknown>["schema"];

/** The steps of main.db, in order. */
const mainMigrations: Record<string, Migration> = {
  "001_accounts": { up: accounts },
  "002_ended_sessions": { up: endedSessions },
};

// Hint: Kysely hands migrations an untyped database, since tables change from step to step.
async function accounts(db: Kysely<unknown>): Promise<void> {
  await makeAccounts(db.schema);
  await makeTeams(db.schema);
  await makeDoors(db.schema);
  await db.schema.createIndex("users_email").on("users").column("email").execute();
  await sql`CREATE UNIQUE INDEX users_verified_email ON users (email) WHERE verified_at IS NOT NULL`.execute(db);
  await sql`CREATE TRIGGER role_changes_no_update BEFORE UPDATE ON role_changes
    BEGIN SELECT RAISE(ABORT, 'role_changes is append-only'); END`.execute(db);
  // A studio that ends takes its history with it; nothing else may.
  await sql`CREATE TRIGGER role_changes_no_delete BEFORE DELETE ON role_changes
    WHEN EXISTS (SELECT 1 FROM organisations WHERE id = OLD.org_id)
    BEGIN SELECT RAISE(ABORT, 'role_changes is append-only'); END`.execute(db);
}

async function makeAccounts(schema: Schema): Promise<void> {
  await schema
    .createTable("users")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("email", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("phone", "text")
    .addColumn("locale", "text", (column) => column.notNull())
    .addColumn("password_hash", "text", (column) => column.notNull())
    .addColumn("verified_at", "text")
    .addColumn("created_at", "text", (column) => column.notNull())
    .execute();
  await schema
    .createTable("organisations")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("created_at", "text", (column) => column.notNull())
    .execute();
}

async function makeTeams(schema: Schema): Promise<void> {
  await schema
    .createTable("memberships")
    .addColumn("org_id", "text", (column) => column.notNull().references("organisations.id").onDelete("cascade"))
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id").onDelete("cascade"))
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("colour", "text", (column) => column.notNull())
    .addColumn("access", "integer", (column) => column.notNull())
    .addColumn("joined_at", "text", (column) => column.notNull())
    .addColumn("ended_at", "text")
    .addPrimaryKeyConstraint("memberships_key", ["org_id", "user_id"])
    .execute();
  await schema.createIndex("memberships_user").on("memberships").column("user_id").execute();
  await schema
    .createTable("role_changes")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("org_id", "text", (column) => column.notNull().references("organisations.id").onDelete("cascade"))
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("role", "text")
    .addColumn("by_user_id", "text", (column) => column.notNull())
    .addColumn("at", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("role_changes_member").on("role_changes").columns(["org_id", "user_id", "id"]).execute();
  await schema
    .createTable("invitations")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("token_hash", "text", (column) => column.notNull().unique())
    .addColumn("org_id", "text", (column) => column.notNull().references("organisations.id").onDelete("cascade"))
    .addColumn("email", "text", (column) => column.notNull())
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("invited_by", "text", (column) => column.notNull().references("users.id").onDelete("cascade"))
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("expires_at", "text", (column) => column.notNull())
    .addUniqueConstraint("invitations_one_each", ["org_id", "email"])
    .execute();
}

async function makeDoors(schema: Schema): Promise<void> {
  await schema
    .createTable("sessions")
    .addColumn("token_hash", "text", (column) => column.primaryKey())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id").onDelete("cascade"))
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("expires_at", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("sessions_user").on("sessions").column("user_id").execute();
  await schema
    .createTable("account_tokens")
    .addColumn("token_hash", "text", (column) => column.primaryKey())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id").onDelete("cascade"))
    .addColumn("created_at", "text", (column) => column.notNull())
    .addColumn("expires_at", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("account_tokens_user").on("account_tokens").column("user_id").execute();
  await schema
    .createTable("sign_ins")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("user_id", "text", (column) => column.references("users.id").onDelete("set null"))
    .addColumn("session_id", "text")
    .addColumn("at", "text", (column) => column.notNull())
    .addColumn("event", "text", (column) => column.notNull())
    .addColumn("ip", "text")
    .addColumn("agent", "text")
    .execute();
  await schema.createIndex("sign_ins_user").on("sign_ins").columns(["user_id", "id"]).execute();
  await schema.createIndex("sign_ins_at").on("sign_ins").column("at").execute();
}

async function endedSessions({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("ended_sessions")
    .addColumn("token_hash", "text", (column) => column.primaryKey())
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id").onDelete("cascade"))
    .addColumn("why", "text", (column) => column.notNull())
    .addColumn("expires_at", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("ended_sessions_user").on("ended_sessions").column("user_id").execute();
}

/** The open main.db. `canWrite` writes at once and waits for nobody; it throws when the disk or a lock refuses. */
export type MainDatabase = {
  readonly db: Kysely<MainTables>;
  readonly canWrite: () => boolean;
  readonly close: () => Promise<void>;
};

/** Opens main.db, making and upgrading it as needed; `lockWaitMs` is how long a write waits for another program. Throws: when it was made by a newer server. Rules: AU1, ST47. */
export async function openMainDatabase(
  path: string,
  lockWaitMs: number = startLimits.lockWaitMs,
): Promise<MainDatabase> {
  const file = openSqlite(path, { create: true });
  await migrate(file, mainMigrations);
  // Hint: only while starting may SQLite wait by stopping the process.
  file.pragma("busy_timeout = 0");
  const db = new Kysely<MainTables>({ dialect: patientDialect(file, { forMs: lockWaitMs }) });
  return {
    db,
    canWrite: () => {
      // Hint: a write of the file's first page, flushed like any other; the number means nothing.
      file.pragma("user_version = 1");
      return true;
    },
    // Hint: the dialect closes the file with the query builder.
    close: () => db.destroy(),
  };
}
