// Owns whether an item that was added stands where it says: among its own, and between the neighbours it names. Every editor's do.
// Yjs takes others too, and then copies differ for ever: what it makes of them depends on what has come before and how it is stored.
// Never judges what an item holds (check.ts).
import * as Y from "yjs";

/** The items of one list or one key, by their place in it. */
type Places = ReadonlyMap<unknown, number>;

/** So many neighbours are looked at before all are counted: what somebody typed is where they typed it. */
const NEAR = 64;

/** Makes the judge of the items that one transaction added, for the event in which all of them have come. Rule: C10. */
export function createNeighbours({ doc }: Y.Transaction): (item: Y.Item) => boolean {
  const known = new Map<Y.Item["parent"], Places>();
  const placesOf = (item: Y.Item): Places => {
    const places = known.get(item.parent) ?? countPlaces(item);
    known.set(item.parent, places);
    return places;
  };
  return (item) => {
    const { origin, rightOrigin } = item;
    if (rightOrigin === null) return true;
    if (!isAmongItsOwn(item, rightOrigin, doc)) return false;
    const isBefore = origin === null || isNear(item, origin, "left");
    if (isBefore && isNear(item, rightOrigin, "right")) return true;
    const places = placesOf(item);
    const placeOf = (id: Y.ID): number => places.get(Y.getItem(doc.store, id)) ?? Number.NaN;
    const place = places.get(item) ?? Number.NaN;
    return (origin === null || placeOf(origin) < place) && place < placeOf(rightOrigin);
  };
}

/** An item whose neighbour was collected is dropped with it, so only those of another type or key are left to be found. */
function isAmongItsOwn(item: Y.Item, rightOrigin: Y.ID, doc: Y.Doc): boolean {
  const right: unknown = Y.getItem(doc.store, rightOrigin);
  return item.parentSub === null && right instanceof Y.Item && right.parent === item.parent && right.parentSub === null;
}

function isNear(item: Y.Item, id: Y.ID, side: "left" | "right"): boolean {
  let near = item[side];
  for (let steps = 0; near !== null && steps < NEAR; steps += 1) {
    const from = id.clock - near.id.clock;
    if (near.id.client === id.client && from >= 0 && from < near.length) return true;
    near = near[side];
  }
  return false;
}

function countPlaces(item: Y.Item): Places {
  let first = item;
  while (first.left !== null) first = first.left;
  const places = new Map<unknown, number>();
  for (let each: Y.Item | null = first; each !== null; each = each.right) places.set(each, places.size);
  return places;
}
