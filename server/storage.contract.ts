// Owns the acceptance suite of a document storage: every implementation runs it whole. Titles name the rules of SPEC.md.
// Never knows an implementation: a setup makes one fresh storage for each test.
import { describe } from "vitest";
import { runErasureContract } from "./storage.contract.erase.ts";
import { runRestoreContract } from "./storage.contract.restore.ts";
import { runFeedContract } from "./storage.contract.feed.ts";
import type { StorageSetup } from "./storage.contract.setup.ts";
import { runRecordsContract, runWritingContract } from "./storage.contract.write.ts";

/** Runs the acceptance suite against one implementation. */
export function runStorageContract(name: string, setup: StorageSetup): void {
  describe(`storage contract: ${name}`, () => {
    runWritingContract(setup);
    runErasureContract(setup);
    runFeedContract(setup);
    runRecordsContract(setup);
    runRestoreContract(setup);
  });
}
