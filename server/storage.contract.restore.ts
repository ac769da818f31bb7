// Owns the part of the storage's acceptance suite about restores and about confirmations of erasure (ST43, ST44).
// Never run alone: storage.contract.ts calls it.
import { expect, it } from "vitest";
import { creation, person, subject } from "./storage.contract.documents.ts";
import { useStorage } from "./storage.contract.setup.ts";
import type { StorageSetup } from "./storage.contract.setup.ts";

const AT = "2026-01-15T09:00:00.000Z";
const LATER = "2026-02-15T09:00:00.000Z";

/** Runs the rules of restores and confirmations. */
export function runRestoreContract(setup: StorageSetup): void {
  const test = useStorage(setup);

  it("[ST43] gives another history for good, and says when", async () => {
    const { storage, reopen } = test.current();
    const { history } = storage;
    expect(storage.restoredAt).toBeNull();
    const renewed = await storage.renewHistory(AT);
    expect(renewed).not.toBe(history);
    expect([storage.history, storage.restoredAt]).toEqual([renewed, AT]);
    const again = await reopen();
    expect([again.history, again.restoredAt]).toEqual([renewed, AT]);
    expect(await again.renewHistory(LATER)).not.toBe(renewed);
    expect(again.restoredAt).toBe(LATER);
  });

  it("[ST43] leaves documents and numbers as they are", async () => {
    const { storage } = test.current();
    await storage.commit([creation(person(1))]);
    await storage.renewHistory(AT);
    expect(await storage.read(person(1))).toMatchObject({ kind: "state", seq: 1 });
    expect(await storage.head()).toBe(1);
  });

  it("[ST44] notes once which device has erased its copy, of erased documents only", async () => {
    const { storage, reopen } = test.current();
    await storage.commit([creation(person(1)), creation(person(2))]);
    const one = { doc: person(1), member: "ada", device: "laptop", at: AT };
    expect(await storage.confirmErasure(one)).toBe(false);
    await storage.erase([person(1)], "R1", AT);
    expect(await storage.confirmErasure(one)).toBe(true);
    expect(await storage.confirmErasure({ ...one, at: LATER })).toBe(true);
    expect(await storage.confirmErasure({ ...one, device: "tablet", at: LATER })).toBe(true);
    expect(await storage.confirmErasure({ ...one, doc: person(2) })).toBe(false);
    expect(await storage.confirmErasure({ ...one, doc: person(3) })).toBe(false);
    const again = await reopen();
    expect(await again.erasureConfirmations(person(1))).toEqual([one, { ...one, device: "tablet", at: LATER }]);
    expect(await again.erasureConfirmations(person(2))).toEqual([]);
  });

  it("[ST44] takes a document that its subject bars for an erased one", async () => {
    const { storage } = test.current();
    await storage.eraseSubject(subject(4), "R1", AT);
    const never = { doc: person(4, "client"), member: "ada", device: "laptop", at: AT };
    expect(await storage.confirmErasure(never)).toBe(true);
    expect(await storage.erasureConfirmations(person(4, "client"))).toEqual([never]);
  });
}
