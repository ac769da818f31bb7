// Property test of the judgement: whatever a random hostile update gets past it leaves a document in which nothing is hidden.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { fieldSchema, isRecordId, readRecords, rootOf } from "./collection.ts";
import { ayse, clientCollections, clientDocument, copyOf, judge, updateOf } from "./testing.ts";
import { isLawfulText } from "./text.ts";

type Planned = { parent: number; left: number; right: number; key: string | null; content: number; isDead: boolean };

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
  left: fc.nat(40),
  right: fc.nat(40),
  key: fc.option(fc.constantFrom(...keys)),
  content: fc.nat(contents.length - 1),
  isDead: fc.boolean(),
});

const itemsOf = (doc: Y.Doc): Y.Item[] =>
  [...doc.store.clients.values()].flat().filter((struct) => struct instanceof Y.Item);

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
  const key = beside === null ? plan.key : beside.parentSub;
  const id = Y.createID(doc.clientID, Y.getState(doc.store, doc.clientID));
  const content = (contents[plan.content] ?? contents[0])?.() ?? new Y.ContentAny(["x"]);
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

test("[C9] what a hostile update gets past the check leaves nothing hidden", () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(planned, { minLength: 1, maxLength: 4 }), (plans) => {
      const device = copyOf(clientDocument(), clientCollections, 2);
      const update = updateOf(device, (transaction) => {
        for (const plan of plans) scatter(transaction, plan);
      });
      const doc = copyOf(clientDocument(), clientCollections, 3);
      const kept = JSON.stringify([doc.getMap("statusMoves").toJSON(), doc.getMap("person").get("createdBy")]);
      if (judge(doc, update, { collections: clientCollections, author: ayse }) !== null) return;
      accepted += 1;
      expectNothingHidden(doc);
      expect(JSON.stringify([doc.getMap("statusMoves").toJSON(), doc.getMap("person").get("createdBy")])).toBe(kept);
    }),
    { numRuns: 400 },
  );
  expect(accepted).toBeGreaterThan(10);
});
