// Owns the part of the storage's acceptance suite about erasing (ST9–ST13).
// Never run alone: storage.contract.ts calls it.
import { expect, it } from "vitest";
import { creation, person, stateOf, subject } from "./storage.contract.documents.ts";
import { useStorage } from "./storage.contract.setup.ts";
import type { StorageSetup } from "./storage.contract.setup.ts";
import { docId } from "../shared/document.ts";

const AT = "2026-01-15T09:00:00.000Z";
const LATER = "2026-02-15T09:00:00.000Z";

/** Runs the rules of erasing. */
export function runErasureContract(setup: StorageSetup): void {
  const test = useStorage(setup);

  it("[ST9] bars an erased document from every later change", async () => {
    const { storage } = test.current();
    await storage.commit([creation(person(1)), creation(person(2))]);
    expect(await storage.erase([person(1)], "R1", AT)).toEqual([{ seq: 3 }]);
    expect(await storage.read(person(1))).toEqual({ kind: "erased", seq: 3 });
    for (const expectedVersion of [0, 1, 2]) {
      const results = await storage.commit([{ doc: person(1), state: stateOf("back"), expectedVersion }]);
      expect(results).toEqual([{ kind: "erased" }]);
    }
    expect(await storage.read(person(2))).toMatchObject({ kind: "state" });
    expect(await storage.head()).toBe(3);
  });

  it("[ST10] keeps the first number when erasing again", async () => {
    const { storage, reopen } = test.current();
    await storage.commit([creation(person(1)), creation(person(2))]);
    await storage.erase([person(1)], "R1", AT);
    expect(await storage.erase([person(1), person(2), person(2)], "R2", LATER)).toEqual([
      { seq: 3 },
      { seq: 4 },
      { seq: 4 },
    ]);
    const again = await reopen();
    expect(await again.erase([person(1)], "R3", LATER)).toEqual([{ seq: 3 }]);
    expect(await again.head()).toBe(4);
  });

  it("[ST11] erases what never existed", async () => {
    const { storage } = test.current();
    expect(await storage.erase([person(1)], "R1", AT)).toEqual([{ seq: 1 }]);
    expect(await storage.commit([creation(person(1))])).toEqual([{ kind: "erased" }]);
    expect(await storage.read(person(1))).toEqual({ kind: "erased", seq: 1 });
  });

  it("[ST12] erases a person with every document, those of the future included", async () => {
    const { storage, reopen } = test.current();
    await storage.commit([creation(person(1)), creation(person(1, "client")), creation(person(2))]);
    await storage.eraseSubject(subject(1), "R1", AT);
    const storages = [storage, await reopen()];
    for (const open of storages.slice(1)) {
      for (const docClass of ["contact", "client", "sessions", "payments", "children"] as const) {
        expect(await open.read(person(1, docClass))).toMatchObject({ kind: "erased" });
        expect(await open.commit([creation(person(1, docClass))])).toEqual([{ kind: "erased" }]);
      }
      expect(await open.read(person(2))).toMatchObject({ kind: "state" });
    }
  });

  it("[ST12] leaves documents alone that only look like the person's", async () => {
    const { storage } = test.current();
    const calendar = docId("calendar", "2026");
    const availability = docId("availability", subject(1));
    await storage.commit([creation(calendar), creation(availability), creation(docId("studio"))]);
    await storage.eraseSubject("2026", "R1", AT);
    await storage.eraseSubject(subject(1), "R1", AT);
    for (const doc of [calendar, availability, docId("studio")]) {
      expect(await storage.read(doc)).toMatchObject({ kind: "state" });
      expect((await storage.commit([{ doc, state: stateOf("on"), expectedVersion: 1 }]))[0]?.kind).toBe("committed");
    }
  });

  it("[ST10] [ST12] erases a person twice without a new number", async () => {
    const { storage } = test.current();
    await storage.commit([creation(person(1))]);
    await storage.eraseSubject(subject(1), "R1", AT);
    const head = await storage.head();
    await storage.eraseSubject(subject(1), "R2", LATER);
    expect(await storage.head()).toBe(head);
  });

  it("[ST9] erases a document whose key is missing", async () => {
    const { storage, loseKey } = test.current();
    await storage.commit([creation(person(1))]);
    const after = await loseKey(person(1));
    await after.erase([person(1)], "R1", AT);
    expect(await after.read(person(1))).toEqual({ kind: "erased", seq: 2 });
  });

  it("[ST13] lets an erasure and commits that run together end erased", async () => {
    const { storage } = test.current();
    await storage.commit([creation(person(1))]);
    const update = { doc: person(1), state: stateOf("again"), expectedVersion: 1 };
    await Promise.all([storage.commit([update]), storage.erase([person(1)], "R1", AT), storage.commit([update])]);
    expect(await storage.read(person(1))).toMatchObject({ kind: "erased" });
  });
}
