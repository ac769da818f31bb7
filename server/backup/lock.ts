// Owns who may have a data folder: servers and backups share it, a restore has it alone.
// Never outlives its process: the lock is SQLite's, which the system takes away from a killed one.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

/** A held lock. */
export type Lock = { readonly release: () => void };

const isBusy = (error: unknown): boolean =>
  error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");

/** Takes the lock of a folder at once, or answers null. Rule: BK12. */
export function lockFolder(dataDir: string, how: "shared" | "alone", name = "in-use"): Lock | null {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = new Database(join(dataDir, `${name}.lock`), { timeout: 0 });
  try {
    file.exec(how === "alone" ? "BEGIN EXCLUSIVE" : "BEGIN");
    // Hint: a transaction locks nothing before it reads.
    file.prepare("SELECT count(*) FROM sqlite_schema").get();
    return { release: () => void file.close() };
  } catch (error) {
    file.close();
    if (isBusy(error)) return null;
    throw error;
  }
}
