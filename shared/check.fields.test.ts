// Tests of the judgement of a change: values, immutable fields and append-only records, one refusal after the other.
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { personActivity } from "./activity.ts";
import { rootOf } from "./collection.ts";
import { notes } from "./notes.ts";
import { persons, statusMoves } from "./people.ts";
import { customFields } from "./studio.ts";
import {
  ayse,
  bora,
  clientCollections,
  clientDocument,
  idOf,
  instantAt,
  mapOf,
  newDocument,
  noteBy,
  onClient,
  plant,
  refusalOf,
  server,
  studioCollections,
  there,
} from "./testing.ts";
import type { Write } from "./testing.ts";
import { plainToText } from "./text.ts";

const person = (doc: Y.Doc): Y.Map<unknown> => there(doc, persons, "self");

describe("[C4] fields", () => {
  test.each(["salary", "__proto__", "constructor", "custom:", "custom:a:b", "custom:__proto__", "other:x", ""])(
    "[C4] refuses the unregistered field %s, dead or alive",
    (field) => {
      const wrong = { reason: "field", collection: "person", record: "self" };
      expect(onClient((doc) => void person(doc).set(field, "x"))).toEqual(wrong);
      const dead: Write = (doc, at) => {
        plant(at, person(doc), { content: new Y.ContentAny(["x"]), key: field, isDead: true });
      };
      expect(onClient(dead)).toEqual(wrong);
    },
  );

  test.each<[string, unknown]>([
    ["source", "friend"],
    ["source", 5],
    ["statusId", "İlk"],
    ["trashedAt", "yesterday"],
    ["mergedInto", "self"],
    ["custom:a", { deep: true }],
    ["custom:a", Number.NaN],
    ["custom:a", new Uint8Array(3)],
    ["custom:a", "x".repeat(1001)],
    ["custom:a", null],
    ["source", undefined],
  ])("[C4] refuses %s = %j", (path, value) => {
    const refusal = onClient((doc) => void person(doc).set(path, value));
    expect(refusal).toEqual({ reason: "schema", collection: "person", record: "self", path });
  });

  test.each<[string, () => Y.Item["content"]]>([
    ["several values, of which only the last can be seen", () => new Y.ContentAny(["hidden", "web"])],
    ["old JSON", () => new Y.ContentJSON(["web"])],
    ["characters", () => new Y.ContentString("web")],
    ["an embed", () => new Y.ContentEmbed("web")],
    ["a format, which cannot be seen at all", () => new Y.ContentFormat("hidden", "web")],
    ["bytes", () => new Y.ContentBinary(new Uint8Array(1000))],
    ["a document", () => new Y.ContentDoc(new Y.Doc())],
    ["a map", () => new Y.ContentType(new Y.Map())],
    ["a text type", () => new Y.ContentType(new Y.Text())],
    ["a long text", () => new Y.ContentType(new Y.XmlFragment())],
  ])("[C4] refuses %s in a field", (_name, content) => {
    const refusal = onClient((doc, at) => void plant(at, person(doc), { content: content(), key: "source" }));
    expect(refusal).toEqual({ reason: "schema", collection: "person", record: "self", path: "source" });
  });

  test("[C4] refuses a wrong value in a new record as in an old one", () => {
    const note = noteBy(ayse.member);
    note.set("trashedAt", 5);
    const refusal = onClient((doc) => void rootOf(doc, notes).set(idOf(9), note));
    expect(refusal).toEqual({ reason: "schema", collection: "notes", record: idOf(9), path: "trashedAt" });
  });

  test("[C4] refuses to clear a required field, by the server too", () => {
    const refusal = { reason: "schema", collection: "person", record: "self", path: "statusId" };
    expect(onClient((doc) => person(doc).delete("statusId"))).toEqual(refusal);
    expect(onClient((doc) => person(doc).delete("statusId"), server)).toEqual(refusal);
    const replacedByDead: Write = (doc, at) => {
      plant(at, person(doc), { content: new Y.ContentAny(["x"]), key: "statusId", isDead: true });
    };
    expect(onClient(replacedByDead)).toEqual(refusal);
  });

  test("[C4] judges the server's values too", () => {
    expect(onClient((doc) => void person(doc).set("source", 5), server)).toMatchObject({ reason: "schema" });
  });
});

describe("[C5] immutable fields", () => {
  test.each<[string, Write]>([
    ["createdAt", (doc) => void person(doc).set("createdAt", instantAt(60))],
    ["createdBy", (doc) => void person(doc).set("createdBy", ayse.member)],
    ["createdAt", (doc) => person(doc).delete("createdAt")],
    ["importBatchId", (doc) => void person(doc).set("importBatchId", idOf(5))],
  ])("[C5] refuses to change %s", (path, write) => {
    expect(onClient(write)).toEqual({ reason: "immutable", collection: "person", record: "self", path });
  });

  test("[C5] refuses to replace, clear or add a long text, which would lose a side", () => {
    const wrong = { reason: "immutable", collection: "notes", record: idOf(1), path: "body" };
    const note = (doc: Y.Doc) => there(doc, notes, idOf(1));
    expect(onClient((doc) => void note(doc).set("body", plainToText("x")))).toEqual(wrong);
    expect(onClient((doc) => note(doc).delete("body"))).toEqual(wrong);
    const base = clientDocument();
    there(base, notes, idOf(1)).delete("body");
    const write: Write = (doc) => void note(doc).set("body", plainToText("x"));
    expect(refusalOf(base, clientCollections, { write })).toEqual(wrong);
  });

  test("[C5] refuses to change the type of a custom field", () => {
    const base = newDocument(studioCollections);
    const field = { label: "Etiket", type: "text", category: "notes", isRequired: false, rank: "a0" };
    rootOf(base, customFields).set(idOf(1), mapOf({ ...field, createdAt: instantAt(0), createdBy: ayse.member }));
    const write: Write = (doc) => void there(doc, customFields, idOf(1)).set("type", "number");
    expect(refusalOf(base, studioCollections, { write })).toMatchObject({ reason: "immutable", path: "type" });
  });
});

describe("[C6] append-only records", () => {
  test.each<[string, Write]>([
    ["to", (doc) => void there(doc, statusMoves, idOf(2)).set("to", "lost")],
    ["from", (doc) => there(doc, statusMoves, idOf(2)).delete("from")],
    ["by", (doc) => void there(doc, statusMoves, idOf(2)).set("by", ayse.member)],
  ])("[C6] refuses to change %s of a move, even by its author", (path, write) => {
    expect(onClient(write)).toEqual({ reason: "append_only", collection: "statusMoves", record: idOf(2), path });
  });

  test("[C6] lets the author alone lengthen a spell", () => {
    const lengthen: Write = (doc) => void there(doc, personActivity, idOf(3)).set("endedAt", instantAt(5));
    const flat: Write = (doc) => void there(doc, personActivity, idOf(3)).set("field:source", true);
    expect(onClient(lengthen)).toBeNull();
    expect(onClient(flat)).toBeNull();
    const refusal = { reason: "author", collection: "activity", record: idOf(3) };
    expect(onClient(lengthen, bora)).toEqual({ ...refusal, path: "endedAt" });
    expect(onClient(flat, bora)).toEqual({ ...refusal, path: "field:source" });
  });

  test("[C6] refuses to clear what may still be set", () => {
    const refusal = onClient((doc) => there(doc, personActivity, idOf(3)).delete("field:statusId"));
    expect(refusal).toMatchObject({ reason: "append_only", path: "field:statusId" });
  });

  test("[C6] refuses to take over an entry and change it in one step", () => {
    const write: Write = (doc) => {
      there(doc, personActivity, idOf(3)).set("endedAt", instantAt(5));
      there(doc, personActivity, idOf(3)).set("by", bora.member);
    };
    expect(onClient(write, bora)).not.toBeNull();
  });
});
