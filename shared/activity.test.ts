// Tests of the readable history: one entry per editing spell, names of fields only.
import { describe, expect, test } from "vitest";
import type * as Y from "yjs";
import { personActivity, SPELL_MINUTES } from "./activity.ts";
import { readRecords } from "./collection.ts";
import {
  ayse,
  bora,
  clientCollections,
  contentOf,
  copyOf,
  idOf,
  instantAt,
  judge,
  newDocument,
  runCall,
  updateOf,
} from "./testing.ts";

const edit = { verb: "person.edit", entity: "person", fields: ["source"] };

type Act = { at: string; by?: string; args?: Record<string, unknown> };

function note(doc: Y.Doc, n: number, { at, by = ayse.member, args = {} }: Act): void {
  const call = { action: "activity.record", version: 1, args: { ...edit, ...args } };
  expect(runCall(doc, call, { id: idOf(n), at, by })).toEqual({ ok: true, value: null });
}

/** The entries of a document, the oldest first, each with the names of its fields. */
const entriesOf = (doc: Y.Doc) =>
  readRecords(doc, personActivity)
    .records.map(({ record, flat }) => ({ ...record, fields: Object.keys(flat).toSorted() }))
    .toSorted((left, right) => (left.at < right.at ? -1 : 1));

describe("editing spells", () => {
  test("[A5] acts within ten minutes of each other are one entry with all their fields", () => {
    const doc = newDocument(clientCollections);
    note(doc, 1, { at: instantAt(0) });
    note(doc, 2, { at: instantAt(SPELL_MINUTES), args: { fields: ["source", `custom:${idOf(4)}`] } });
    note(doc, 3, { at: instantAt(2 * SPELL_MINUTES), args: { fields: [] } });
    expect(entriesOf(doc)).toEqual([
      {
        at: instantAt(0),
        endedAt: instantAt(2 * SPELL_MINUTES),
        by: ayse.member,
        verb: "person.edit",
        entity: "person",
        fields: [`field:${idOf(4)}`, "field:source"],
      },
    ]);
  });

  test.each<[string, Act]>([
    ["after more than ten minutes", { at: instantAt(SPELL_MINUTES + 1) }],
    ["by somebody else", { at: instantAt(1), by: bora.member }],
    ["of another kind", { at: instantAt(1), args: { verb: "contact.edit" } }],
    ["at another record", { at: instantAt(1), args: { record: idOf(9) } }],
    ["on another day", { at: "2026-05-05T00:00:00.000Z" }],
    ["before the spell, by a clock set back", { at: "2026-05-03T23:59:00.000Z" }],
  ])("[A5] an act %s is an entry of its own", (_name, act) => {
    const doc = newDocument(clientCollections);
    note(doc, 1, { at: instantAt(0) });
    note(doc, 2, act);
    expect(entriesOf(doc)).toHaveLength(2);
  });

  test("[A5] fields that two devices note in one spell are all kept", () => {
    const base = newDocument(clientCollections);
    note(base, 1, { at: instantAt(0) });
    const [first, second] = [copyOf(base, clientCollections, 21), copyOf(base, clientCollections, 22)];
    const updates = [
      updateOf(first, () => note(first, 2, { at: instantAt(3), args: { fields: ["name"] } })),
      updateOf(second, () => note(second, 3, { at: instantAt(4), args: { fields: ["phone"] } })),
    ];
    for (const update of updates)
      expect(judge(base, update, { collections: clientCollections, author: ayse })).toBeNull();
    expect(entriesOf(base).map(({ fields }) => fields)).toEqual([["field:name", "field:phone", "field:source"]]);
  });

  test("[A5] an entry that is there already is not made again by a replay", () => {
    const doc = newDocument(clientCollections);
    note(doc, 1, { at: instantAt(0) });
    note(doc, 1, { at: instantAt(60) });
    expect(entriesOf(doc)).toHaveLength(1);
  });

  test.each([
    ["a value as a field", { fields: ["Ayşe Yılmaz"] }],
    ["a field with two colons", { fields: ["custom:a:b"] }],
    ["a name that every object has", { fields: ["constructor"] }],
    ["a field that is too long", { fields: ["x".repeat(65)] }],
    ["too many fields", { fields: Array.from({ length: 51 }, (_each, n) => `f${n}`) }],
    ["a sentence as a verb", { verb: "changed the name to Ayşe" }],
    ["an unknown entity", { entity: "payment" }],
  ])("[A5] refuses %s", (_name, args) => {
    const doc = newDocument(clientCollections);
    const call = { action: "activity.record", version: 1, args: { ...edit, ...args } };
    const result = runCall(doc, call, { id: idOf(1), at: instantAt(0), by: ayse.member });
    expect(result).toMatchObject({ ok: false, error: { type: "invalid" } });
    expect(contentOf(doc)["activity"]).toEqual({});
  });
});
