// Property test of the judgement: whatever a random hostile update gets past it leaves a document in which nothing is hidden.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import type { ActionCall } from "./action.ts";
import { clientCall, editText, textEdit } from "./calls.testing.ts";
import type { TextEdit } from "./calls.testing.ts";
import { fieldSchema, isRecordId, readRecords, rootOf } from "./collection.ts";
import { persons, statusMoves } from "./people.ts";
import {
  ayse,
  bora,
  clientCollections,
  clientDocument,
  contentOf,
  copyOf,
  idOf,
  instantAt,
  judge,
  onClient,
  runCall,
  there,
  updateOf,
} from "./testing.ts";
import { isLawfulText } from "./text.ts";

type Planned = {
  parent: number;
  left: number;
  right: number;
  key: string | null;
  /** Null: whatever belongs there, so that many plans are hostile in one respect only. */
  content: number | null;
  isDead: boolean;
};

const contents: readonly (() => Y.Item["content"])[] = [
  () => new Y.ContentAny(["web"]),
  () => new Y.ContentAny(["hidden", "web"]),
  () => new Y.ContentAny([1]),
  () => new Y.ContentString("a"),
  () => new Y.ContentFormat("bold", {}),
  () => new Y.ContentFormat("secret", { a: 1 }),
  () => new Y.ContentEmbed({ a: 1 }),
  () => new Y.ContentBinary(new Uint8Array(4)),
  () => new Y.ContentType(new Y.Map()),
  () => new Y.ContentType(new Y.XmlFragment()),
  () => new Y.ContentType(new Y.XmlElement("paragraph")),
  () => new Y.ContentType(new Y.XmlElement("script")),
  () => new Y.ContentType(new Y.XmlText()),
  () => new Y.ContentType(new Y.XmlHook("x")),
];

const keys = ["source", "statusId", "createdBy", "custom:a", "secret", "body", "self", "trashedAt", "__proto__"];
const planned: fc.Arbitrary<Planned> = fc.record({
  parent: fc.nat(40),
  left: fc.oneof(fc.constant(99), fc.constant(99), fc.nat(40)),
  right: fc.oneof(fc.constant(99), fc.constant(99), fc.nat(40)),
  key: fc.option(fc.constantFrom(...keys)),
  content: fc.option(fc.nat(contents.length - 1), { freq: 1 }),
  isDead: fc.boolean(),
});

const itemsOf = (doc: Y.Doc): Y.Item[] =>
  [...doc.store.clients.values()].flat().filter((struct) => struct instanceof Y.Item);

function fitting(parent: Y.Item["parent"]): Y.Item["content"] {
  if (parent instanceof Y.XmlText) return new Y.ContentString("a");
  return parent instanceof Y.XmlFragment ? new Y.ContentType(new Y.XmlElement("paragraph")) : new Y.ContentAny(["web"]);
}

const keyIn = (parent: Y.Item["parent"], plan: Planned): string | null =>
  plan.content === null && (parent instanceof Y.XmlText || parent instanceof Y.XmlFragment) ? null : plan.key;

/** Puts an item anywhere: beside any other item, under any type, with origins that may lie in different types. */
function scatter(transaction: Y.Transaction, plan: Planned): void {
  const { doc } = transaction;
  const items = itemsOf(doc);
  const roots = clientCollections.map((target) => rootOf(doc, target));
  const types = items.flatMap(({ content }) => (content instanceof Y.ContentType ? [content.type] : []));
  const pick = (index: number): Y.Item | null => items[index] ?? null;
  const [left, right] = [pick(plan.left), pick(plan.right)];
  const parents = [...roots, ...types];
  const beside = left ?? right;
  const parent = beside === null ? (parents[plan.parent % parents.length] ?? null) : beside.parent;
  const key = beside === null ? keyIn(parent, plan) : beside.parentSub;
  const id = Y.createID(doc.clientID, Y.getState(doc.store, doc.clientID));
  const content = contents[plan.content ?? -1]?.() ?? fitting(parent);
  const item = new Y.Item(id, left, left?.lastId ?? null, right, right?.id ?? null, parent, key, content);
  item.integrate(transaction, 0);
  if (plan.isDead) item.delete(transaction);
}

/** Everything alive can be read through a schema, and every key, dead or alive, is one that a collection knows. */
function expectNothingHidden(doc: Y.Doc): void {
  expect([...doc.share.keys()].toSorted()).toEqual(clientCollections.map(({ name }) => name).toSorted());
  for (const target of clientCollections) {
    const root = rootOf(doc, target);
    expect(root._start).toBeNull();
    expect(readRecords(doc, target).skipped).toBe(0);
    for (const [id, item] of root._map) {
      expect(isRecordId(target, id, false)).toBe(true);
      if (!item.deleted && item.content instanceof Y.ContentType) expectOpenRecord(item.content.type, target);
    }
  }
}

function expectOpenRecord(map: Y.AbstractType<unknown>, target: (typeof clientCollections)[number]): void {
  expect(map._start).toBeNull();
  for (const [field, item] of map._map) {
    expect(fieldSchema(target, field)).not.toBeNull();
    if (item.deleted) continue;
    if (item.content instanceof Y.ContentType) expect(isLawfulText(item.content.type)).toBe(true);
    else expect(item.length).toBe(1);
  }
}

const plans = fc.array(planned, { minLength: 1, maxLength: 3 });
const byAyse = { collections: clientCollections, author: ayse };

function hostileUpdate(clientId: number, planning: readonly Planned[]): Uint8Array {
  const device = copyOf(clientDocument(), clientCollections, clientId);
  return updateOf(device, (transaction) => {
    for (const plan of planning) scatter(transaction, plan);
  });
}

test("[C9] what a hostile update gets past the check leaves nothing hidden", () => {
  let accepted = 0;
  fc.assert(
    fc.property(plans, (planning) => {
      const doc = copyOf(clientDocument(), clientCollections, 3);
      const closed = (): string => JSON.stringify(rootOf(doc, statusMoves));
      const before = closed();
      if (judge(doc, hostileUpdate(2, planning), byAyse) !== null) return;
      accepted += 1;
      expectNothingHidden(doc);
      expect(closed()).toBe(before);
    }),
    { numRuns: 400 },
  );
  expect(accepted).toBeGreaterThan(5);
}, 30_000);

test("[C10] an accepted hostile update makes no honest one refused, and every order gives equal copies", () => {
  const steps = fc.array(fc.oneof(clientCall, textEdit), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(plans, steps, fc.boolean(), (planning, work, isFirst) => {
      const hostile = hostileUpdate(isFirst ? 21 : 22, planning);
      const doc = copyOf(clientDocument(), clientCollections, 9);
      if (judge(doc, hostile, byAyse) !== null) return;
      const honest = honestUpdates(isFirst ? 22 : 21, work);
      const other = copyOf(clientDocument(), clientCollections, 9);
      const byBora = { collections: clientCollections, author: bora };
      expect(honest.map((update) => judge(doc, update, byBora))).toEqual(honest.map(() => null));
      expect(honest.map((update) => judge(other, update, byBora))).toEqual(honest.map(() => null));
      const isAccepted = judge(other, hostile, byAyse) === null;
      expect(isAccepted ? contentOf(other) : contentOf(doc)).toEqual(contentOf(doc));
    }),
    { numRuns: 300 },
  );
}, 30_000);

function honestUpdates(clientId: number, work: readonly (ActionCall | TextEdit)[]): Uint8Array[] {
  const device = copyOf(clientDocument(), clientCollections, clientId);
  return work.map((step, index) =>
    updateOf(device, () => {
      if ("note" in step) editText(device, step);
      else runCall(device, step, { id: idOf(5000 + index), at: instantAt(10 + index), by: bora.member });
    }),
  );
}

test("[C10] refuses neighbours of another type or key, after whose collection copies would differ", () => {
  const refusal = onClient((doc, at) => {
    const person = there(doc, persons, "self");
    const [left, right] = [person._map.get("source"), person._map.get("statusId")];
    const id = Y.createID(doc.clientID, Y.getState(doc.store, doc.clientID));
    const [origin, rightOrigin] = [left?.lastId ?? null, right?.id ?? null];
    const content = new Y.ContentAny(["fair"]);
    new Y.Item(id, left ?? null, origin, right ?? null, rightOrigin, person, "source", content).integrate(at, 0);
  });
  expect(refusal).toEqual({ reason: "malformed" });
});

type Letter = { readonly left: number | null; readonly right: number | null };

const letter: fc.Arbitrary<Letter> = fc.record({
  left: fc.option(fc.nat(5)),
  right: fc.option(fc.nat(5)),
});

/** A letter in the first text of a document that says to stand between any two of its letters. */
function placedBetween(clientId: number, { left, right }: Letter): Uint8Array {
  const device = copyOf(clientDocument(), clientCollections, clientId);
  const run = itemsOf(device).find(({ content }) => content instanceof Y.ContentString);
  if (run === undefined) throw new Error("no text");
  const idAt = (index: number | null): Y.ID | null =>
    index === null ? null : Y.createID(run.id.client, run.id.clock + index);
  return updateOf(device, (transaction) => {
    const id = Y.createID(clientId, 0);
    const content = new Y.ContentString("X");
    new Y.Item(id, null, idAt(left), null, idAt(right), run.parent, null, content).integrate(transaction, 0);
  });
}

test("[C10] refuses what says to stand right of one letter and left of an earlier one", () => {
  for (const [left, right] of [
    [4, 1],
    [2, 2],
  ] as const) {
    const doc = copyOf(clientDocument(), clientCollections, 3);
    expect(judge(doc, placedBetween(21, { left, right }), byAyse)).toEqual({ reason: "malformed" });
  }
  for (const [left, right] of [
    [1, 4],
    [null, 3],
    [3, null],
  ] as const) {
    const doc = copyOf(clientDocument(), clientCollections, 3);
    expect(judge(doc, placedBetween(21, { left, right }), byAyse)).toBeNull();
  }
});

test("[C10] a letter that was accepted stands in the same place in every copy, whenever it came and however it is stored", () => {
  const byBora = { collections: clientCollections, author: bora };
  fc.assert(
    fc.property(letter, fc.nat(4), (hostile, at) => {
      const [first, second] = [placedBetween(21, hostile), placedBetween(22, { left: at, right: at + 1 })];
      const [doc, turned] = [
        copyOf(clientDocument(), clientCollections, 3),
        copyOf(clientDocument(), clientCollections, 4),
      ];
      if (judge(doc, first, byAyse) !== null) return;
      expect([judge(doc, second, byBora), judge(turned, second, byBora), judge(turned, first, byAyse)]).toEqual([
        null,
        null,
        null,
      ]);
      expect(contentOf(turned)).toEqual(contentOf(doc));
      expect(contentOf(copyOf(doc, clientCollections, 5))).toEqual(contentOf(doc));
    }),
    { numRuns: 300 },
  );
});
