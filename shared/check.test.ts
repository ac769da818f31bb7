// Tests of the judgement of a change: roots and records. Fields: check.fields.test.ts, texts: check.text.test.ts.
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { rootOf } from "./collection.ts";
import { notes } from "./notes.ts";
import { persons, statusMoves } from "./people.ts";
import { personStatuses } from "./studio.ts";
import {
  ayse,
  bora,
  clientCollections,
  clientDocument,
  copyOf,
  idOf,
  instantAt,
  judge,
  mapOf,
  noteBy,
  onClient,
  onStudio,
  plant,
  refusalOf,
  server,
  there,
  updateOf,
} from "./testing.ts";
import type { Write } from "./testing.ts";

const person = (doc: Y.Doc): Y.Map<unknown> => there(doc, persons, "self");

describe("[C1] roots", () => {
  test.each<[string, Write]>([
    ["a map under an unknown name", (doc) => doc.getMap("secret").set("a", 1)],
    ["a list under an unknown name", (doc) => doc.getArray("secret").push([1])],
    ["a text under an unknown name", (doc) => doc.getText("secret").insert(0, "x")],
    ["a root of another class of document", (doc) => doc.getMap("contact").set("self", new Y.Map())],
    ["a root with a name that every object has", (doc) => doc.getMap("__proto__").set("a", 1)],
    [
      "an unknown root whose only content is dead",
      (doc, at) => void plant(at, doc.getMap("secret"), { content: new Y.ContentAny([1]), key: "a", isDead: true }),
    ],
  ])("[C1] refuses %s", (_name, write) => {
    expect(onClient(write)).toEqual({ reason: "root" });
  });

  test.each([false, true])("[C1] refuses list content under a root map (dead: %s)", (isDead) => {
    const refusal = onClient((doc, at) => {
      plant(at, rootOf(doc, notes), { content: new Y.ContentAny(["x"]), isDead });
    });
    expect(refusal).toEqual({ reason: "root", collection: "notes" });
  });

  test("[C1] refuses another type for a known root", () => {
    const device = new Y.Doc();
    const update = updateOf(device, () => device.getArray("notes").push(["x"]));
    const context = { collections: clientCollections, author: ayse };
    expect(judge(clientDocument(), update, context)).toEqual({ reason: "root", collection: "notes" });
  });

  test("[C1] refuses everything while the roots are not defined", () => {
    const update = updateOf(clientDocument(), () => undefined);
    const state = Y.mergeUpdates([update, Y.encodeStateAsUpdate(clientDocument())]);
    expect(judge(new Y.Doc(), state, { collections: clientCollections, author: ayse })).toEqual({ reason: "root" });
  });

  test("[C1] refuses deletions in an unknown root", () => {
    const base = clientDocument();
    base.getMap("later").set("a", 1);
    const write: Write = (doc) => doc.getMap("later").delete("a");
    expect(refusalOf(base, clientCollections, { write })).toEqual({ reason: "root" });
  });
});

describe("[C2] record ids", () => {
  test.each([
    ["self", "self among random ids"],
    ["new", "a key where no key is seeded"],
    ["ayse@example.com", "personal data"],
    ["ABCDEF00-0000-4000-8000-000000000007", "a UUID in capitals"],
    ["00000000-0000-1000-8000-000000000007", "a UUID of another version"],
    ["__proto__", "a name that every object has"],
    ["", "nothing"],
    ["n".repeat(100_000), "a huge key"],
  ])("[C2] refuses a note under %.40s (%s) without repeating it", (id) => {
    const put: Write = (doc) => void rootOf(doc, notes).set(id, noteBy(ayse.member));
    expect(onClient(put)).toEqual({ reason: "record_id", collection: "notes" });
    expect(onClient(put, server)).toEqual({ reason: "record_id", collection: "notes" });
  });

  test("[C2] refuses a dead record under a wrong id, whose key would stay for ever", () => {
    const write: Write = (doc, at) => {
      plant(at, rootOf(doc, notes), { content: new Y.ContentAny([1]), key: "Ayşe Yılmaz", isDead: true });
    };
    expect(onClient(write)).toEqual({ reason: "record_id", collection: "notes" });
  });

  test("[C2] refuses to bring back a record that the server has removed", () => {
    const base = clientDocument();
    rootOf(base, notes).delete(idOf(1));
    const write: Write = (doc) => void rootOf(doc, notes).set(idOf(1), noteBy(ayse.member));
    expect(refusalOf(base, clientCollections, { write })).toEqual({ reason: "record_id", collection: "notes" });
    expect(refusalOf(base, clientCollections, { write, author: server })).toBeNull();
  });

  test("[C2] refuses a random id for the one record", () => {
    const put: Write = (doc) => void rootOf(doc, persons).set(idOf(8), mapOf({ statusId: "new" }));
    expect(onClient(put)).toEqual({ reason: "record_id", collection: "person" });
  });

  test("[C2] lets only the server use a seeded key", () => {
    const status = { color: "#112233", rank: "b0", lifecycle: "active", isInitial: false, isRequired: false };
    const put: Write = (doc) => void rootOf(doc, personStatuses).set("vip", mapOf(status));
    expect(onStudio(put)).toEqual({ reason: "record_id", collection: "personStatuses" });
    expect(onStudio(put, server)).toBeNull();
    expect(onStudio((doc) => void rootOf(doc, personStatuses).set(idOf(9), mapOf(status)))).toBeNull();
  });
});

describe("[C3] records", () => {
  const record = { reason: "schema", collection: "notes", record: idOf(9) };

  test.each<[string, () => unknown]>([
    ["a plain object", () => ({ createdAt: instantAt(1) })],
    ["a text", () => "not"],
    ["a list", () => Y.Array.from(["x"])],
    ["a hook, which is a kind of map", () => new Y.XmlHook("x")],
    ["an XML element", () => new Y.XmlElement("paragraph")],
    ["a text type", () => new Y.Text("x")],
    ["a document", () => new Y.Doc()],
  ])("[C3] refuses %s as a record", (_name, make) => {
    const refusal = onClient((doc) => void rootOf(doc, notes).set(idOf(9), make()));
    expect(refusal).toEqual(record);
  });

  test.each(["body", "createdAt", "createdBy"])("[C3] refuses a note without %s", (field) => {
    const refusal = onClient((doc) => {
      const note = noteBy(ayse.member);
      rootOf(doc, notes).set(idOf(9), note);
      note.delete(field);
    });
    expect(refusal).toEqual({ ...record, path: field });
  });

  test("[C3] refuses list content under a record, new or old", () => {
    const inNew = onClient((doc, at) => {
      const note = rootOf(doc, notes).set(idOf(9), noteBy(ayse.member));
      plant(at, note, { content: new Y.ContentAny(["hidden"]), isDead: true });
    });
    expect(inNew).toEqual(record);
    const inOld = onClient((doc, at) => void plant(at, person(doc), { content: new Y.ContentString("hidden") }));
    expect(inOld).toEqual({ reason: "schema", collection: "person", record: "self" });
  });

  test("[C3] refuses a new record under somebody else's name", () => {
    const put =
      (by: string): Write =>
      (doc) =>
        void rootOf(doc, notes).set(idOf(9), noteBy(by));
    const refusal = { reason: "author", collection: "notes", record: idOf(9), path: "createdBy" };
    expect(onClient(put(bora.member))).toEqual(refusal);
    expect(onClient(put(ayse.member), bora)).toEqual(refusal);
    expect(onClient(put(bora.member), bora)).toBeNull();
    expect(onClient(put(bora.member), server)).toBeNull();
  });
});

describe("[C7] removal", () => {
  const refusal = { reason: "destructive", collection: "statusMoves", record: idOf(2) };

  test("[C7] refuses to remove or replace a record, and lets the server remove it", () => {
    const remove: Write = (doc) => rootOf(doc, statusMoves).delete(idOf(2));
    expect(onClient(remove)).toEqual(refusal);
    expect(onClient(remove, server)).toBeNull();
    expect(
      onClient(
        (doc) => void rootOf(doc, statusMoves).set(idOf(2), mapOf({ to: "won", at: instantAt(9), by: ayse.member })),
      ),
    ).toEqual(refusal);
  });

  test("[C7] refuses to replace a record by a dead one", () => {
    const write: Write = (doc, at) => {
      plant(at, rootOf(doc, statusMoves), { content: new Y.ContentType(new Y.Map()), key: idOf(2), isDead: true });
    };
    expect(onClient(write)).toEqual(refusal);
  });

  test("[C7] refuses a removal that hides behind an edit of the same record", () => {
    const write: Write = (doc) => {
      person(doc).set("source", "web");
      rootOf(doc, persons).delete("self");
    };
    expect(onClient(write)).toEqual({ reason: "destructive", collection: "person", record: "self" });
  });

  test("[C7] refuses an update that holds deletions only", () => {
    const base = clientDocument();
    const device = copyOf(base, clientCollections, 2);
    rootOf(device, persons).delete("self");
    const context = { collections: clientCollections, author: ayse };
    const update = Y.encodeStateAsUpdate(device, Y.encodeStateVector(base));
    expect(judge(base, update, context)).toEqual({ reason: "destructive", collection: "person", record: "self" });
  });
});
