// Tests that the judgement looks only at what a change makes worse, and that accepted changes are never refused together.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import type { ActionCall } from "./action.ts";
import { clientCall, contactCall, editText, studioCall, textEdit } from "./calls.testing.ts";
import type { TextEdit } from "./calls.testing.ts";
import type { Author } from "./check.ts";
import { rootOf } from "./collection.ts";
import type { AnyCollection } from "./collection.ts";
import type { Refusal } from "./errors.ts";
import { notes } from "./notes.ts";
import { persons } from "./people.ts";
import {
  ayse,
  bora,
  clientCollections,
  clientDocument,
  contactCollections,
  contactDocument,
  contentOf,
  copyOf,
  idOf,
  instantAt,
  judge,
  mapOf,
  newDocument,
  onClient,
  refusalOf,
  runCall,
  studioCollections,
  studioDocument,
  there,
  updateOf,
} from "./testing.ts";
import type { Write } from "./testing.ts";

type Step = { readonly call: ActionCall } | { readonly edit: TextEdit };
type Sent = { readonly update: Uint8Array; readonly author: Author };

/** Everything one device does offline, as the updates it will send. */
function workOffline(device: Y.Doc, steps: readonly Step[], author: Author): Sent[] {
  return steps.flatMap((step, index) => {
    const id = idOf(device.clientID * 1000 + index);
    const update = updateOf(device, () => {
      if ("edit" in step) editText(device, step.edit);
      else runCall(device, step.call, { id, at: instantAt(10 + index), by: author.member });
    });
    return update.length > 2 ? [{ update, author }] : [];
  });
}

/** The refusals of a server that receives all this in this order, and what it holds then. */
function receive(base: Y.Doc, collections: readonly AnyCollection[], sent: readonly Sent[]) {
  const doc = copyOf(base, collections, 9);
  const refusals: (Refusal | null)[] = sent.map(({ update, author }) => judge(doc, update, { collections, author }));
  return { refusals: refusals.filter((refusal) => refusal !== null), content: contentOf(doc) };
}

const steps = (call: fc.Arbitrary<ActionCall>): fc.Arbitrary<Step[]> =>
  fc.array(fc.oneof(fc.record({ call }), fc.record({ edit: textEdit })), { maxLength: 12 });

describe("[C9] merging", () => {
  test.each<[string, { base: () => Y.Doc; collections: readonly AnyCollection[]; call: fc.Arbitrary<ActionCall> }]>([
    ["contact", { base: contactDocument, collections: contactCollections, call: contactCall }],
    ["client", { base: clientDocument, collections: clientCollections, call: clientCall }],
    ["studio", { base: studioDocument, collections: studioCollections, call: studioCall }],
  ])(
    "[C9] accepts what two devices did offline to a %s document, in every order",
    (_name, kind) => {
      const { collections } = kind;
      fc.assert(
        fc.property(steps(kind.call), steps(kind.call), fc.array(fc.boolean()), (first, second, turns) => {
          const base = kind.base();
          const mine = workOffline(copyOf(base, collections, 21), first, ayse);
          const theirs = workOffline(copyOf(base, collections, 22), second, bora);
          const inOrder = receive(base, collections, [...mine, ...theirs]);
          expect(inOrder.refusals).toEqual([]);
          expect(receive(base, collections, [...theirs, ...mine])).toEqual(inOrder);
          expect(receive(base, collections, interleave(mine, theirs, turns))).toEqual(inOrder);
        }),
        { numRuns: 60 },
      );
    },
    30_000,
  );

  test("[C9] accepts everything one device did as one update", () => {
    fc.assert(
      fc.property(steps(clientCall), (work) => {
        const base = clientDocument();
        const sent = workOffline(copyOf(base, clientCollections, 21), work, ayse);
        const merged =
          sent.length === 0 ? [] : [{ update: Y.mergeUpdates(sent.map((each) => each.update)), author: ayse }];
        expect(receive(base, clientCollections, merged)).toEqual(receive(base, clientCollections, sent));
      }),
      { numRuns: 60 },
    );
  }, 30_000);
});

/** Both lists in their own orders, mixed by turns. */
function interleave(mine: readonly Sent[], theirs: readonly Sent[], turns: readonly boolean[]): Sent[] {
  const [left, right, mixed] = [[...mine], [...theirs], [] as Sent[]];
  for (const turn of turns) mixed.push(...(turn ? left : right).splice(0, 1));
  return [...mixed, ...left, ...right];
}

describe("[C9] what was there before", () => {
  /** A client document in which a good deal is wrong already, as another model may have left it. */
  function wrongDocument(): Y.Doc {
    const doc = clientDocument();
    doc.getMap("later").set("a", 1);
    there(doc, persons, "self").set("salary", 5);
    there(doc, persons, "self").set("source", "friend");
    there(doc, persons, "self").set("trashedAt", "yesterday");
    rootOf(doc, notes).set("wrong", mapOf({ body: "x" }));
    const body = there(doc, notes, idOf(1)).get("body");
    if (body instanceof Y.XmlFragment) body.insert(0, [new Y.XmlElement("video")]);
    return doc;
  }

  test.each<[string, Write]>([
    ["an edit of another field", (doc) => void there(doc, persons, "self").set("statusId", "won")],
    ["clearing the wrong value", (doc) => there(doc, persons, "self").delete("source")],
    ["replacing the wrong value", (doc) => void there(doc, persons, "self").set("trashedAt", instantAt(60))],
    ["clearing the unregistered field", (doc) => there(doc, persons, "self").delete("salary")],
    ["trashing the record that lacks fields", (doc) => void there(doc, notes, "wrong").set("trashedAt", instantAt(60))],
    ["typing beside the wrong node", (doc) => editText(doc, { note: 0, run: 0, at: 0, kind: "type", text: "a" })],
    ["adding a paragraph beside it", (doc) => editText(doc, { note: 0, run: 0, at: 2, kind: "paragraph", text: "a" })],
    ["deleting the wrong node", (doc) => editText(doc, { note: 0, run: 0, at: 0, kind: "cut", text: "" })],
  ])("[C9] never blocks %s", (_name, write) => {
    expect(refusalOf(wrongDocument(), clientCollections, { write })).toBeNull();
  });

  test("[C9] accepts clearing optional fields, and what changes nothing", () => {
    expect(onClient((doc) => there(doc, persons, "self").delete("source"))).toBeNull();
    const base = clientDocument();
    there(base, persons, "self").set("custom:a", "x");
    const write: Write = (doc) => there(doc, persons, "self").delete("custom:a");
    expect(refusalOf(base, clientCollections, { write })).toBeNull();
    expect(onClient(() => undefined)).toBeNull();
    const state = Y.encodeStateAsUpdate(clientDocument());
    expect(judge(clientDocument(), state, { collections: clientCollections, author: bora })).toBeNull();
  });

  test("[C9] accepts typing into a paragraph that somebody else has deleted", () => {
    const base = clientDocument();
    const [first, second] = [copyOf(base, clientCollections, 21), copyOf(base, clientCollections, 22)];
    const cut = updateOf(first, () => editText(first, { note: 0, run: 0, at: 0, kind: "cut", text: "" }));
    const typed = updateOf(second, () => editText(second, { note: 0, run: 0, at: 1, kind: "type", text: "a" }));
    for (const update of [cut, typed])
      expect(judge(base, update, { collections: clientCollections, author: ayse })).toBeNull();
  });

  test("[C9] does not see what waits for a predecessor, and judges it when that has come", () => {
    const device = copyOf(clientDocument(), clientCollections, 21);
    const lawful = updateOf(device, () => void there(device, persons, "self").set("source", "fair"));
    const unlawful = updateOf(device, () => void there(device, persons, "self").set("source", "friend"));
    const doc = clientDocument();
    const context = { collections: clientCollections, author: ayse };
    expect(judge(doc, unlawful, context)).toBeNull();
    expect(doc.store.pendingStructs).not.toBeNull();
    expect(judge(doc, lawful, context)).toMatchObject({ reason: "schema", path: "source" });
  });

  test("[C9] accepts the losing side of one record made twice, which is gone then (S04)", () => {
    const [first, second] = [newDocument(contactCollections, 21), newDocument(contactCollections, 22)];
    const create = { action: "contact.create", version: 1, args: { name: "Ayşe" } };
    const made = [first, second].map((doc) =>
      updateOf(doc, () => runCall(doc, create, { id: idOf(1), at: instantAt(0), by: ayse.member })),
    );
    const [winner, loser] = [made[1] ?? new Uint8Array(), made[0] ?? new Uint8Array()];
    const doc = newDocument(contactCollections, 9);
    const context = { collections: contactCollections, author: ayse };
    expect(judge(doc, winner, context)).toBeNull();
    expect(judge(doc, loser, context)).toBeNull();
    const other = newDocument(contactCollections, 8);
    expect(judge(other, loser, context)).toBeNull();
    expect(judge(other, winner, context)).toMatchObject({ reason: "destructive" });
  });
});
