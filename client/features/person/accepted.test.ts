// Property test that the server takes whatever the editor's binding writes, undo and redo included, in every order.
import { Node } from "@tiptap/pm/model";
import { updateYFragment } from "@tiptap/y-tiptap";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { notes } from "../../../shared/notes.ts";
import { ayse, clientCollections, clientDocument, copyOf, idOf, judge, there } from "../../../shared/testing.ts";
import { editorSchema } from "./bindable.ts";

const schema = editorSchema();
const kind = <T extends string>(type: T): fc.Arbitrary<T> => fc.constant(type);
const link = { href: "https://lumiso.example", target: "_blank", rel: "noopener", class: null, title: null };
const marks = fc.subarray([{ type: "bold" }, { type: "italic" }, { type: "link", attrs: link }]);
const words = fc.string({ minLength: 1, maxLength: 6 });
const mention = { type: "mention", attrs: { id: "member-bora", label: "Bora", mentionSuggestionChar: "@" } };
const inline = fc.oneof(
  fc.record({ type: kind("text"), text: words, marks }),
  fc.constant({ type: "hardBreak" }),
  fc.constant(mention),
);
const line = fc.array(inline, { maxLength: 4 });
const paragraph = fc.record({ type: kind("paragraph"), content: line });
const level = fc.constantFrom(1, 2, 3);
const heading = fc.record({ type: kind("heading"), attrs: fc.record({ level }), content: line });
const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { minLength: 1, maxLength: 3 });
const item = fc.record({ type: kind("listItem"), content: some(paragraph) });
const task = fc.record({
  type: kind("taskItem"),
  attrs: fc.record({ checked: fc.boolean() }),
  content: some(paragraph),
});
const block = fc.oneof(
  paragraph,
  heading,
  fc.record({ type: fc.constantFrom("bulletList", "orderedList"), content: some(item) }),
  fc.record({ type: kind("taskList"), content: some(task) }),
);
const page = fc.record({ type: kind("doc"), content: some(block) });
const step = fc.oneof({ weight: 3, arbitrary: page }, { weight: 2, arbitrary: fc.constantFrom("undo", "redo") });

type Step = "undo" | "redo" | { type: string };

/** What a device sends while its editor shows one page after the other. */
function updatesOf(clientId: number, steps: readonly Step[]): Uint8Array[] {
  const doc = copyOf(clientDocument(), clientCollections, clientId);
  const body = there(doc, notes, idOf(1)).get("body");
  if (!(body instanceof Y.XmlFragment)) throw new Error("fixture without a body");
  const undo = new Y.UndoManager(body, { trackedOrigins: new Set(["editor"]), captureTimeout: 0 });
  const sent: Uint8Array[] = [];
  doc.on("update", (update) => void sent.push(update));
  for (const each of steps) {
    if (typeof each === "string") undo[each]();
    else doc.transact(() => show(doc, body, each), "editor");
  }
  undo.destroy();
  return sent;
}

function show(doc: Y.Doc, body: Y.XmlFragment, shown: object): void {
  const node = Node.fromJSON(schema, shown);
  updateYFragment(doc, body, node, { mapping: new Map(), isOMark: new Map() });
}

test("[C8][C9] the server takes what two editors wrote, in every order", () => {
  let count = 0;
  const steps = fc.array(step, { maxLength: 6 });
  fc.assert(
    fc.property(steps, steps, (first, second) => {
      const [mine, theirs] = [updatesOf(21, first), updatesOf(22, second)];
      for (const sent of [
        [...mine, ...theirs],
        [...theirs, ...mine],
      ]) {
        const doc = copyOf(clientDocument(), clientCollections, 9);
        const context = { collections: clientCollections, author: ayse };
        const refusals = sent.map((update) => judge(doc, update, context));
        expect(refusals).toEqual(sent.map(() => null));
        count += sent.length;
      }
    }),
    { numRuns: 60 },
  );
  expect(count).toBeGreaterThan(100);
}, 30_000);
