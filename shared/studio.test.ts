// Tests of how a new studio is filled.
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { canonicalContent } from "./canonical.ts";
import { readRecord, readRecords } from "./collection.ts";
import { customFields, INITIAL_STATUS, personStatuses, seedStudio, studioProfile } from "./studio.ts";
import { ayse, instantAt, judge, newDocument, server, studioCollections, studioDocument, updateOf } from "./testing.ts";

const studio = { businessName: "Işık Stüdyo", locale: "tr", at: instantAt(0) } as const;

describe("seeding", () => {
  test("[M9] makes a profile, six statuses in order, the first one initial and required, and no custom fields", () => {
    const doc = newDocument(studioCollections);
    seedStudio(doc, studio);
    expect(readRecord(doc, studioProfile, "self")?.record).toEqual({
      businessName: "Işık Stüdyo",
      locale: "tr",
      timeZone: "Europe/Istanbul",
      createdAt: instantAt(0),
    });
    const { records, skipped } = readRecords(doc, personStatuses);
    const inOrder = records.toSorted((left, right) => (left.record.rank < right.record.rank ? -1 : 1));
    expect(inOrder.map(({ id }) => id)).toEqual(["new", "qualified", "proposal", "negotiation", "won", "lost"]);
    expect(inOrder.map(({ id, record }) => record.key === id)).toEqual(inOrder.map(() => true));
    expect(inOrder.filter(({ record }) => record.isInitial).map(({ id }) => id)).toEqual([INITIAL_STATUS]);
    expect(inOrder.filter(({ record }) => record.isRequired).map(({ id }) => id)).toEqual([INITIAL_STATUS]);
    expect([skipped, readRecords(doc, customFields).records]).toEqual([0, []]);
  });

  test("[M9] a second seeding throws and writes nothing", () => {
    const doc = studioDocument();
    const before = canonicalContent(doc, studioCollections);
    const update = updateOf(doc, () => {
      expect(() => seedStudio(doc, studio)).toThrow("seeded");
    });
    expect([update.length, canonicalContent(doc, studioCollections)]).toEqual([2, before]);
  });

  test("[M9] throws when only the statuses are there, before it writes the profile", () => {
    const doc = newDocument(studioCollections);
    doc.getMap("personStatuses").set("new", new Y.Map());
    expect(() => seedStudio(doc, studio)).toThrow("seeded");
    expect(doc.getMap("profile").size).toBe(0);
  });

  test("[M9] equal arguments give equal content, and the server may write it where a member may not", () => {
    const [first, second] = [newDocument(studioCollections, 1), newDocument(studioCollections, 2)];
    seedStudio(first, studio);
    seedStudio(second, studio);
    expect(canonicalContent(second, studioCollections)).toBe(canonicalContent(first, studioCollections));
    const seed = Y.encodeStateAsUpdate(first);
    const by = (author: typeof ayse) =>
      judge(newDocument(studioCollections, 3), seed, { collections: studioCollections, author });
    expect(by(server)).toBeNull();
    expect(by(ayse)).toEqual({ reason: "record_id", collection: "personStatuses" });
  });
});
