// Owns how a value lies inside an item of a Yjs document, which the reading side of Yjs hides: it shows one value and keeps all.
// Never judges a value (check.ts, text.ts).
import * as Y from "yjs";

/** The one plain value of an item; undefined when it holds none, several, or another kind of content. Rule: C4. */
export function singleValue(item: Y.Item): unknown {
  const { content } = item;
  return content instanceof Y.ContentAny && content.arr.length === 1 ? content.arr[0] : undefined;
}

/** The shared type that an item holds, or null. */
export const typeIn = (item: Y.Item): SharedType | null =>
  item.content instanceof Y.ContentType ? item.content.type : null;

/** Any shared type, as Yjs itself names them in its transactions. */
export type SharedType = Y.Transaction["changed"] extends Map<infer T, unknown> ? T : never;

/** A class of shared types. */
type Kind = abstract new (...args: never[]) => unknown;

/** Tells whether something is exactly of one kind: a `Y.XmlHook` is no map here, and a `Y.XmlElement` no fragment. Rule: C3. */
export const isExactly = (type: unknown, kind: Kind): boolean =>
  typeof type === "object" && type !== null && type.constructor === kind;

/** The items that a transaction added, dead or alive, in the order of the store. */
export function* addedItems(transaction: Y.Transaction): Iterable<Y.Item> {
  for (const [client, clock] of transaction.afterState) {
    const before = transaction.beforeState.get(client) ?? 0;
    const structs = clock === before ? [] : (transaction.doc.store.clients.get(client) ?? []);
    const from = structs.length === 0 ? 0 : Y.findIndexSS(structs, before);
    for (const struct of structs.slice(from)) if (struct instanceof Y.Item) yield struct;
  }
}

/** Whatever holds items: a list of them, and the newest of each key. */
export type Holder = Pick<SharedType, "_start" | "_map">;

/** All items directly in a type. */
export function* itemsIn(type: Holder): Iterable<Y.Item> {
  for (let item = type._start; item !== null; item = item.right) yield item;
  yield* type._map.values();
}
