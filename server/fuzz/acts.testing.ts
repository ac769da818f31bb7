// Owns hostile work that is well-formed: somebody who holds a copy of a document and does with it what Yjs allows and no action does.
// The same dice do the same. Never knows what is refused.
import * as Y from "yjs";
import type { Dice } from "../demo/random.ts";
import { seededDoc } from "./corpus.testing.ts";

const names = [
  "name",
  "body",
  "createdBy",
  "createdAt",
  "status",
  "statusId",
  "rank",
  "self",
  "__proto__",
  "",
  "x".repeat(300),
];
const roots = ["contact", "person", "notes", "profile", "customFields", "personStatuses", "statusMoves", "elsewhere"];

/** A value of any kind that a document can hold. */
function anything(dice: Dice): unknown {
  const map = (): Y.Map<unknown> => new Y.Map([[dice.pick(names.slice(0, 7)), "değer"]]);
  const text = (): Y.XmlText => new Y.XmlText("<b>metin</b>");
  const fragment = (): Y.XmlFragment => {
    const made = new Y.XmlFragment();
    const element = new Y.XmlElement(dice.pick(["paragraph", "script", "img"]));
    element.setAttribute("onerror", "alert(1)");
    element.insert(0, [text()]);
    made.insert(0, [element]);
    return made;
  };
  const kinds: readonly (() => unknown)[] = [
    () => dice.pick(["", "metin", "a".repeat(5000), "2026-03-01T09:00:00.000Z", dice.uuid()]),
    () => dice.pick([0, -1, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, 1.5]),
    () => dice.pick([null, true, false]),
    () => ({ a: { b: [1, 2, { c: "d" }] } }),
    () => Uint8Array.of(1, 2, 3),
    () => new Y.Doc(),
    () => Y.Array.from([1, "iki", null]),
    map,
    text,
    fragment,
  ];
  return dice.pick(kinds)();
}

/** Does one to three things with a copy of a document. Answers with the update, in V1. */
export function actWildly(state: Y.Doc, dice: Dice): Uint8Array {
  const ydoc = seededDoc(dice);
  Y.applyUpdate(ydoc, Y.encodeStateAsUpdate(state));
  const before = Y.encodeStateVector(ydoc);
  for (let turn = 0; turn <= dice.below(3); turn += 1) ydoc.transact(() => actOnce(ydoc, dice));
  return Y.encodeStateAsUpdate(ydoc, before);
}

function actOnce(ydoc: Y.Doc, dice: Dice): void {
  const root = ydoc.getMap<unknown>(dice.pick(roots));
  const records = [...root.keys()];
  const id = records.length > 0 && dice.below(4) > 0 ? dice.pick(records) : dice.pick([dice.uuid(), "self", ...names]);
  const record = root.get(id);
  const acts: readonly (() => void)[] = [
    () => root.set(id, anything(dice)),
    () => root.delete(id),
    () => record instanceof Y.Map && record.set(dice.pick([...record.keys(), ...names]), anything(dice)),
    () => record instanceof Y.Map && record.delete(dice.pick([...record.keys(), "name"])),
    () => record instanceof Y.Map && intoText(record.get("body"), dice),
  ];
  dice.pick(acts)();
}

function intoText(body: unknown, dice: Dice): void {
  if (!(body instanceof Y.XmlFragment)) return;
  const [first] = body.createTreeWalker((node) => node instanceof Y.XmlText);
  const acts: readonly (() => void)[] = [
    () => body.insert(0, [new Y.XmlElement(dice.pick(["paragraph", "heading", "script"]))]),
    () => body.delete(0, body.length),
    () => first instanceof Y.XmlText && first.insert(0, "yeni ", { [dice.pick(["bold", "link", "onclick"])]: {} }),
    () => first instanceof Y.XmlText && first.delete(0, Math.min(first.length, 3)),
  ];
  dice.pick(acts)();
}
