// Tests of records: how they are put, read and changed.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { canonicalContent } from "./canonical.ts";
import {
  changeFields,
  fieldSchema,
  isRecordId,
  isRequired,
  isTextField,
  putRecord,
  readRecord,
  readRecords,
  recordMap,
  rootOf,
  setFields,
  setTrashed,
} from "./collection.ts";
import { notes } from "./notes.ts";
import { contacts, persons, statusMoves } from "./people.ts";
import { personStatuses } from "./studio.ts";
import {
  ayse,
  clientCollections,
  clientDocument,
  copyOf,
  idOf,
  instantAt,
  newDocument,
  there,
  updateOf,
} from "./testing.ts";

describe("names", () => {
  test("[M2] ids fit their collection", () => {
    expect([isRecordId(persons, "self", false), isRecordId(persons, idOf(1), false)]).toEqual([true, false]);
    expect([isRecordId(notes, "self", true), isRecordId(notes, idOf(1), false)]).toEqual([false, true]);
    expect([isRecordId(personStatuses, "new", false), isRecordId(personStatuses, "new", true)]).toEqual([false, true]);
    expect(isRecordId(personStatuses, "New status", true)).toBe(false);
    expect(isRecordId(notes, "new", true)).toBe(false);
  });

  test("[M3] fields are entries, or flat keys of a family", () => {
    expect(fieldSchema(persons, "source")).not.toBeNull();
    expect(fieldSchema(persons, `custom:${idOf(1)}`)).not.toBeNull();
    for (const wrong of ["salary", "custom", "custom:", "custom:a b", "custom:a:b", "source:", "toString"])
      expect(fieldSchema(persons, wrong)).toBeNull();
    for (const wrong of ["custom:__proto__", "custom:constructor", `custom:${"a".repeat(65)}`, "__proto__"])
      expect(fieldSchema(persons, wrong)).toBeNull();
  });

  test("[C4] what a record cannot be without is required; a flat key never is", () => {
    expect([isRequired(persons, "statusId"), isRequired(persons, "source")]).toEqual([true, false]);
    expect([isRequired(persons, "custom:a"), isRequired(persons, "salary")]).toEqual([false, false]);
    expect([isTextField(notes, "body"), isTextField(notes, "createdAt")]).toEqual([true, false]);
  });
});

describe("reading and putting", () => {
  test("[M13] reads a record with its flat keys and leaves out what is not registered", () => {
    const doc = clientDocument();
    setFields(there(doc, persons, "self"), { "custom:a": ["x"], "custom:b": { wrong: 1 }, salary: 5 });
    expect(readRecord(doc, persons, "self")).toEqual({
      id: "self",
      record: { statusId: "won", source: "web", createdAt: instantAt(0), createdBy: ayse.member },
      flat: { "custom:a": ["x"] },
    });
    expect(readRecord(doc, notes, idOf(99))).toBeNull();
  });

  test("[M13] counts what does not pass, shows the rest, and never throws", () => {
    const doc = clientDocument();
    rootOf(doc, notes).set("broken", { body: "x" });
    rootOf(doc, notes).set("hook", new Y.XmlHook("x"));
    rootOf(doc, notes).set("partial", new Y.Map([["createdAt", instantAt(1)]]));
    const { records, skipped } = readRecords(doc, notes);
    expect([records.map(({ id }) => id), skipped]).toEqual([[idOf(1)], 3]);
    expect(readRecord(doc, notes, "broken")).toBeNull();
  });

  test("[M14] putting over an existing record throws and writes nothing", () => {
    const doc = clientDocument();
    const before = canonicalContent(doc, clientCollections);
    expect(() => putRecord(doc, persons, { id: "self", values: { statusId: "lost" } })).toThrow("person");
    expect(canonicalContent(doc, clientCollections)).toBe(before);
  });

  test("[M4] a long text is exactly a fragment", () => {
    const doc = newDocument(clientCollections);
    for (const [n, body] of [new Y.XmlElement("paragraph"), new Y.Text("x"), new Y.Map(), "x"].entries())
      putRecord(doc, notes, { id: idOf(n), values: { body, createdAt: instantAt(0), createdBy: ayse.member } });
    expect(readRecords(doc, notes)).toEqual({ records: [], skipped: 4 });
    putRecord(doc, notes, { id: idOf(9), values: { body: new Y.XmlFragment() } });
    expect(recordMap(doc, notes, idOf(9))?.get("body")).toBeInstanceOf(Y.XmlFragment);
  });
});

describe("changing", () => {
  const value = fc.oneof(
    fc.constantFrom("a", "b"),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.constantFrom("x", "y")),
  );
  const fields = fc.dictionary(fc.constantFrom("source", "custom:a", "custom:b"), value);

  test("[M11] setting what is held already sends nothing", () => {
    fc.assert(
      fc.property(fields, (given) => {
        const doc = clientDocument();
        const map = there(doc, persons, "self");
        setFields(map, given);
        const update = updateOf(doc, () => setFields(map, given));
        expect(update.length).toBe(2);
        expect(changeFields(map, given)).toBeNull();
      }),
    );
  });

  test("[M11][A3] what a change gives back restores what was there", () => {
    fc.assert(
      fc.property(fields, fields, (first, second) => {
        const doc = clientDocument();
        const map = there(doc, persons, "self");
        setFields(map, first);
        const before = canonicalContent(doc, clientCollections);
        const held = changeFields(map, second);
        setFields(map, held ?? {});
        expect(canonicalContent(doc, clientCollections)).toBe(before);
      }),
    );
  });

  test("[M11] undefined leaves a field alone, null clears it", () => {
    const doc = clientDocument();
    const map = there(doc, persons, "self");
    setFields(map, { source: undefined, statusId: "lost" });
    expect([map.get("source"), map.get("statusId")]).toEqual(["web", "lost"]);
    setFields(map, { source: null });
    expect(map.has("source")).toBe(false);
  });

  test("[M12] trashing twice keeps the first instant", () => {
    const map = there(clientDocument(), persons, "self");
    expect([setTrashed(map, null), setTrashed(map, instantAt(1)), setTrashed(map, instantAt(2))]).toEqual([
      false,
      true,
      false,
    ]);
    expect(map.get("trashedAt")).toBe(instantAt(1));
    expect([setTrashed(map, null), map.has("trashedAt")]).toEqual([true, false]);
  });
});

describe("canonical content", () => {
  test("[M10] is equal for equal content, whatever stands behind it", () => {
    const doc = clientDocument();
    const copy = copyOf(doc, clientCollections, 77);
    setFields(there(copy, persons, "self"), { "custom:z": 1, "custom:a": 2 });
    setFields(there(copy, persons, "self"), { "custom:z": null, "custom:a": null });
    expect(canonicalContent(copy, clientCollections)).toBe(canonicalContent(doc, clientCollections));
  });

  test("[M10] differs with a field, a letter, a mark and a record", () => {
    const writes: ((doc: Y.Doc) => void)[] = [
      (doc) => setFields(there(doc, persons, "self"), { source: "fair" }),
      (doc) => textOf(doc).insert(0, "x"),
      (doc) => textOf(doc).format(0, 2, { bold: {} }),
      (doc) => putRecord(doc, statusMoves, { id: idOf(8), values: { to: "won" } }),
    ];
    const contents = writes.map((write) => {
      const doc = clientDocument();
      write(doc);
      return canonicalContent(doc, clientCollections);
    });
    expect(new Set([...contents, canonicalContent(clientDocument(), clientCollections)]).size).toBe(5);
  });

  test("[M10] a collection of another class has none of it", () => {
    expect(canonicalContent(clientDocument(), [contacts])).toBe(canonicalContent(new Y.Doc(), [contacts]));
  });
});

function textOf(doc: Y.Doc): Y.XmlText {
  const body = there(doc, notes, idOf(1)).get("body");
  const text =
    body instanceof Y.XmlFragment ? [...body.createTreeWalker((type) => type instanceof Y.XmlText)][0] : null;
  if (!(text instanceof Y.XmlText)) throw new Error("fixture without text");
  return text;
}
