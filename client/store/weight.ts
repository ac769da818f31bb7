// Owns what documents in memory weigh, and whether a change still fits below what the server takes (shared/limits.ts).
// A light document is never encoded for it: a bound is kept from the updates it emits. Never writes and never refuses by itself.
import * as Y from "yjs";
import { classOf } from "../../shared/document.ts";
import type { DocId } from "../../shared/document.ts";
import { deviceShare, hardWeight } from "../../shared/limits.ts";
import type { LimitOf, Weight } from "../../shared/limits.ts";

/** How many structs a document holds: what loading it costs. */
const structsIn = (doc: Y.Doc): number => [...doc.store.clients.values()].reduce((sum, { length }) => sum + length, 0);

/** What a document weighs now. Hint: encodes it, so it costs what it weighs. */
const weigh = (doc: Y.Doc): Weight => ({
  bytes: Y.encodeStateAsUpdateV2(doc).length,
  structs: structsIn(doc),
});

/** The most each document can weigh in bytes: what it weighed once and every update since. */
const bounds = new WeakMap<Y.Doc, { bytes: number }>();

function boundOf(doc: Y.Doc): Weight {
  const known = bounds.get(doc) ?? { bytes: weigh(doc).bytes };
  if (!bounds.has(doc)) {
    bounds.set(doc, known);
    doc.on("update", (update: Uint8Array) => void (known.bytes += update.length));
  }
  return { bytes: known.bytes, structs: structsIn(doc) };
}

/** What a call can add at most, by its arguments: a letter takes three bytes at most, a line three structs. */
function mostOf(args: unknown): Weight {
  const letters = JSON.stringify(args ?? null).length;
  return { bytes: letters * 24 + 2000, structs: letters * 2 + 50 };
}

/** Below this share of the limit nothing is weighed. */
const LIGHT = 0.5;

/** Tells whether calls with these arguments could bring a document near its limit, so that they are tried out first. */
export function mayOutgrow(id: DocId, doc: Y.Doc, args: readonly unknown[]): boolean {
  const [hard, bound] = [hardWeight(classOf(id)), boundOf(doc)];
  const most = args.map(mostOf);
  const bytes = most.reduce((sum, each) => sum + each.bytes, bound.bytes);
  const structs = most.reduce((sum, each) => sum + each.structs, bound.structs);
  return bytes > hard.bytes * LIGHT || structs > hard.structs * LIGHT;
}

/** What is full when a document would become heavier than this device lets it; null while there is room. Rule: LI3. */
export function outgrows(id: DocId, { before, after }: Pair, share: number): LimitOf | null {
  const hard = hardWeight(classOf(id));
  const weight = weigh(after);
  if (weight.bytes <= hard.bytes * share && weight.structs <= hard.structs * share) return null;
  const old = weigh(before);
  // Hint: what makes a too heavy document lighter is always allowed.
  if (weight.bytes <= old.bytes && weight.structs <= old.structs) return null;
  return classOf(id) === "studio" ? "studio" : "person";
}

type Pair = { readonly before: Y.Doc; readonly after: Y.Doc };

/** Tells whether a document has no room for more text, for editors. */
export function isFull(id: DocId, doc: Y.Doc): boolean {
  if (!mayOutgrow(id, doc, [])) return false;
  const [hard, weight] = [hardWeight(classOf(id)), weigh(doc)];
  const { grow } = deviceShare;
  return weight.bytes > hard.bytes * grow || weight.structs > hard.structs * grow;
}
