// Owns what an implementation gives to the storage's acceptance suite, and a fresh storage for each of its tests.
// Never looks behind the interface, except through what a setup offers: reopening, losing a key, the alarms raised.
import { afterEach, beforeEach } from "vitest";
import type { CommitResult, DocumentStorage, StorageAlarm } from "./storage.ts";
import type { DocId } from "../shared/document.ts";

/** One storage under test, fresh and empty. */
export type StorageUnderTest = {
  readonly storage: DocumentStorage;
  /** Closes the storage and opens it again as a restart does. */
  readonly reopen: () => Promise<DocumentStorage>;
  /** Takes the key of a document away behind the storage's back and forgets what is in memory. */
  readonly loseKey: (doc: DocId) => Promise<DocumentStorage>;
  /** What the storage reported so far. */
  readonly alarms: readonly StorageAlarm[];
  readonly dispose: () => Promise<void>;
};

/** Makes a fresh storage for one test. */
export type StorageSetup = () => Promise<StorageUnderTest>;

/** The number of an accepted change. Throws: when it was not accepted. */
export function seqOf(result: CommitResult | undefined): number {
  if (result?.kind !== "committed") throw new Error(`expected a commit, got ${result?.kind}`);
  return result.seq;
}

/** Opens a storage for each test of a group and disposes of it afterwards. */
export function useStorage(setup: StorageSetup): { readonly current: () => StorageUnderTest } {
  let under: StorageUnderTest | undefined;
  beforeEach(async () => {
    under = await setup();
  });
  afterEach(async () => under?.dispose());
  return {
    current: () => {
      if (under === undefined) throw new Error("no storage outside a test");
      return under;
    },
  };
}
