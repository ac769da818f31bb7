// Owns what happens while another program holds the lock of a file: what wants to write comes again in a moment, and everybody
// else goes on. SQLite itself would wait by stopping the whole process.
// Never waits longer than it was told to, and never hides what else went wrong.
import { setTimeout as wait } from "node:timers/promises";
import { SqliteDialect } from "kysely";
import type { DatabaseConnection, Dialect, Driver } from "kysely";
import { createDeadline, startTimer } from "./clock.ts";
import type { Sqlite } from "./sqlite.ts";

/** How often a locked file is tried again. Units: ms. */
const AGAIN_MS = 20;

/** A wait that people notice is told. Units: ms. */
const TELL_AFTER_MS = 1000;

/** How to wait for another program's lock. */
export type LockWait = {
  /** How long; then what SQLite threw is thrown. Units: ms. */
  readonly forMs: number;
  /** Hears that something has waited for long, and that it has come to its end. Rule: OB6. */
  readonly tell?: (isWorking: boolean) => void;
  /** Asked before each new try; throws while the file is still locked, so that no try is made in vain. */
  readonly probe?: () => void;
};

/** Runs something that needs a file's lock, and again while another program holds it. Rule: ST47. Throws: what it threw last. */
export async function whenFree<T>(run: () => T | Promise<T>, { forMs, tell, probe }: LockWait): Promise<T> {
  const isOver = createDeadline(forMs);
  const waited = startTimer();
  let isTold = false;
  for (let isFirst = true; ; isFirst = false) {
    try {
      if (!isFirst) probe?.();
      const done = await run();
      if (isTold) tell?.(true);
      return done;
    } catch (error) {
      if (!isLocked(error) || isOver()) throw error;
    }
    if (!isTold && waited() > TELL_AFTER_MS) {
      isTold = true;
      tell?.(false);
    }
    await wait(AGAIN_MS);
  }
}

/** Tells whether another program held the lock. Hint: a snapshot that is too old would stay so, however often it is tried. */
const isLocked = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  String(error.code).startsWith("SQLITE_BUSY") &&
  error.code !== "SQLITE_BUSY_SNAPSHOT";

/**
 * The query builder's dialect over an open file whose own busy timeout is 0. A transaction takes the lock when it begins, so that
 * only its beginning can wait; while it does, everybody else reads on. Rule: ST47.
 */
export function patientDialect(db: Sqlite, lock: LockWait): Dialect {
  const usual = new SqliteDialect({ database: db });
  return {
    createAdapter: () => usual.createAdapter(),
    createIntrospector: (kysely) => usual.createIntrospector(kysely),
    createQueryCompiler: () => usual.createQueryCompiler(),
    createDriver: () => patientDriver(usual.createDriver(), { db, lock }),
  };
}

/** Who has the open transaction, and who waits for its end: their statements must not become part of it. */
type Turn = { owner: DatabaseConnection | null; waiting: (() => void)[] };

type Patient = { readonly db: Sqlite; readonly lock: LockWait; readonly turn: Turn };

function patientDriver(driver: Driver, { db, lock }: Omit<Patient, "turn">): Driver {
  const patient: Patient = { db, lock, turn: { owner: null, waiting: [] } };
  const { turn } = patient;
  const begin = (connection: DatabaseConnection): void => {
    db.exec("BEGIN IMMEDIATE");
    turn.owner = connection;
  };
  let file: Promise<DatabaseConnection> | null = null;
  return {
    init: () => driver.init(),
    acquireConnection: async () => {
      // Hint: taken once and never given back, because the usual driver would let one statement in after the other.
      file ??= driver.acquireConnection();
      return patientConnection(await file, patient);
    },
    beginTransaction: (connection) => inTurn(connection, () => begin(connection), patient),
    commitTransaction: async () => {
      db.exec("COMMIT");
      passOn(turn);
    },
    rollbackTransaction: async () => {
      // Hint: a disk that is full has ended the transaction by itself.
      if (db.inTransaction) db.exec("ROLLBACK");
      passOn(turn);
    },
    releaseConnection: () => Promise.resolve(),
    destroy: () => driver.destroy(),
  };
}

/** Another object for each caller, so that the owner of a transaction can be told from others. */
function patientConnection(file: DatabaseConnection, patient: Patient): DatabaseConnection {
  const connection: DatabaseConnection = {
    executeQuery: (query) => inTurn(connection, () => file.executeQuery(query), patient),
    streamQuery: (query, chunkSize) => file.streamQuery(query, chunkSize),
  };
  return connection;
}

/** Runs now, after the transaction of somebody else, or when another program gives the lock back. */
const inTurn = <T>(connection: DatabaseConnection, run: () => T | Promise<T>, { turn, lock }: Patient): Promise<T> =>
  whenFree(async () => {
    while (turn.owner !== null && turn.owner !== connection)
      await new Promise<void>((resolve) => void turn.waiting.push(resolve));
    return run();
  }, lock);

function passOn(turn: Turn): void {
  turn.owner = null;
  for (const wake of turn.waiting.splice(0)) wake();
}
