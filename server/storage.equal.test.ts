// Shows that the storage in memory and the one on SQLite answer alike to any sequence of calls.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "./clock.testing.ts";
import { person, stateOf, subject } from "./storage.contract.documents.ts";
import { createMemoryStorage } from "./storage.memory.ts";
import { createWorkshop } from "./storage.sqlite.testing.ts";
import type { DocumentStorage } from "./storage.ts";
import type { DocClass } from "../shared/document.ts";

type Call = (storage: DocumentStorage) => Promise<unknown>;

const doc = fc.tuple(fc.nat(4), fc.constantFrom("contact" as const, "client" as const)).map(([n, c]) => person(n, c));
const change = fc.record({ doc, state: fc.string({ maxLength: 40 }).map(stateOf), expectedVersion: fc.nat(3) });
const number = fc.option(fc.nat(40), { nil: undefined });
const range = fc.record({
  after: number,
  before: number,
  classes: fc.subarray(["contact", "client", "studio"] as const),
});
const asRange = ({
  after,
  before,
  classes,
}: {
  after: number | undefined;
  before: number | undefined;
  classes: DocClass[];
}) => ({
  classes,
  ...(after === undefined ? {} : { after }),
  ...(before === undefined ? {} : { before }),
});

const call: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.uniqueArray(change, { selector: (each) => each.doc, maxLength: 5 }).map(
      (changes): Call =>
        (storage) =>
          storage.commit(changes),
    ),
  },
  {
    weight: 2,
    arbitrary: doc.map(
      (each): Call =>
        (storage) =>
          storage.read(each),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(range, fc.nat(6), fc.nat(120)).map(
      ([each, limit, maxBytes]): Call =>
        (storage) =>
          storage.page({ ...asRange(each), limit, maxBytes }),
    ),
  },
  {
    weight: 1,
    arbitrary: range.map(
      (each): Call =>
        (storage) =>
          storage.remaining(asRange(each)),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Call>((storage) => storage.head()) },
  {
    weight: 1,
    arbitrary: fc.array(doc, { maxLength: 2 }).map(
      (docs): Call =>
        (storage) =>
          storage.erase(docs, "R1", "2026-01-15T09:00:00.000Z"),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat(4).map(
      (n): Call =>
        (storage) =>
          storage.eraseSubject(subject(n), "R1", "2026-01-15T09:00:00.000Z"),
    ),
  },
);

describe("storages", () => {
  it("[ST1] [ST2] [ST3] [ST9] [ST12] [ST17] [ST18] [ST23] answer alike in memory and on SQLite", async () => {
    const alike = fc.asyncProperty(fc.array(call, { minLength: 10, maxLength: 60 }), async (calls) => {
      const workshop = createWorkshop("alike");
      try {
        const storage = await workshop.create();
        const memory = createMemoryStorage({ random: seededRandom("alike") });
        for (const each of calls) expect(await each(storage)).toEqual(await each(memory));
      } finally {
        workshop.dispose();
      }
    });
    await fc.assert(alike, { numRuns: 25 });
  }, 60_000);
});
