// Owns the canonical JSON of a document's content, which two copies must agree on when nothing is on its way between them.
// Of the content, not of the encoded bytes: an undo manager keeps deleted text in its own client's encoding (sync.md §5).
import * as Y from "yjs";
import { rootOf } from "./collection.ts";
import type { AnyCollection } from "./collection.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The content of the registered collections as one text, with keys in order. Units: SHA-256 of its UTF-8 is message 102's hash. Rule: M10. */
export function canonicalContent(doc: Y.Doc, collections: readonly AnyCollection[]): string {
  const roots = collections.map((target): [string, Json] => [target.name, mapContent(rootOf(doc, target))]);
  return JSON.stringify(inOrder(roots));
}

const mapContent = (map: Y.Map<unknown>): Json =>
  inOrder([...map].map(([key, value]): [string, Json] => [key, valueContent(value)]));

// Hint: what is neither a map nor a text was checked to be JSON before it was accepted (C4, C8).
const valueContent = (value: unknown): Json =>
  value instanceof Y.Map ? mapContent(value) : value instanceof Y.XmlFragment ? textContent(value) : (value as Json);

/** Elements and runs of a long text in document order, without recursion: a text may be as deep as it likes before it is checked. */
function textContent(root: Y.XmlFragment): Json {
  const content: Json[] = [];
  const pending: { type: unknown; depth: number }[] = [{ type: root, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { type, depth } = next;
    if (type instanceof Y.XmlText) content.push([depth, runsContent(type)]);
    else if (type instanceof Y.XmlFragment) {
      if (type instanceof Y.XmlElement) content.push([depth, type.nodeName, attributesContent(type.getAttributes())]);
      for (const child of type.toArray().toReversed()) pending.push({ type: child, depth: depth + 1 });
    }
  }
  return content;
}

function runsContent(text: Y.XmlText): Json {
  // Hint: toDelta gives a list of runs, typed `any` by yjs.
  const runs = text.toDelta() as { insert: Json; attributes?: Record<string, Json> }[];
  return runs.map(({ insert, attributes = {} }) => [insert, attributesContent(attributes)]);
}

const attributesContent = (attributes: object): Json =>
  inOrder(
    Object.entries(attributes).map(([key, value]): [string, Json] => [
      key,
      isTable(value) ? attributesContent(value) : (value as Json),
    ]),
  );

const isTable = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object with its keys in one order everywhere; a list of pairs, so that no key can mean anything. */
const inOrder = (entries: readonly (readonly [string, Json])[]): Json =>
  entries.toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)).map(([key, value]) => [key, value]);
