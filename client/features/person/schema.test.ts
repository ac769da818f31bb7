import { expect, test } from "vitest";
import { prosemirrorJSONToYXmlFragment } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import { isLawfulText, plainToText, textMarks, textNodes, textToPlain } from "../../../shared/text.ts";
import { editorSchema, isBindable } from "./bindable.ts";
import { recordLimits } from "../../../shared/limits.ts";
import { isLawfulNode, whatIsFull } from "./schema.ts";

const schema = editorSchema();
const attributesOf = (attrs: Readonly<Record<string, unknown>> | null | undefined): string[] =>
  Object.keys(attrs ?? {}).toSorted();

test("[NO3] the editor has exactly the nodes of long text, with exactly their attributes", () => {
  const own = Object.fromEntries(
    Object.entries(schema.nodes)
      .filter(([name]) => name !== "doc" && name !== "text")
      .map(([name, type]) => [name, attributesOf(type.spec.attrs)]),
  );
  const fixed = Object.fromEntries(Object.entries(textNodes).map(([name, attrs]) => [name, attributesOf(attrs)]));
  expect(own).toEqual(fixed);
});

test("[NO3] the editor has exactly the marks of long text, with exactly their attributes", () => {
  const own = Object.fromEntries(
    Object.entries(schema.marks).map(([name, type]) => [name, attributesOf(type.spec.attrs)]),
  );
  const fixed = Object.fromEntries(Object.entries(textMarks).map(([name, attrs]) => [name, attributesOf(attrs)]));
  expect(own).toEqual(fixed);
});

test("[NO3] no mark overlaps itself, which would be stored under another name", () => {
  for (const type of Object.values(schema.marks)) expect(type.excludes(type), type.name).toBe(true);
});

test("[NO3] what the editor puts into a node by itself is lawful", () => {
  // Hint: a mention is made with its member only, so its missing id is no default.
  const unlawful = Object.entries(textNodes)
    .filter(([name]) => name !== "mention")
    .flatMap(([name, checks]) => {
      const made = schema.nodes[name]?.create()?.attrs ?? {};
      return Object.entries(made).flatMap(([key, value]) => (checks[key]?.(value) ? [] : `${name}.${key}`));
    });
  expect(unlawful).toEqual([]);
});

const storedIn = (doc: Y.Doc, fragment: Y.XmlFragment): Y.XmlFragment => {
  doc.getMap("notes").set("body", fragment);
  return fragment;
};

const element = (name: string, ...children: (Y.XmlElement | Y.XmlText)[]): Y.XmlElement => {
  const made = new Y.XmlElement(name);
  made.insert(0, children);
  return made;
};

const fragmentOf = (...children: Y.XmlElement[]): Y.XmlFragment => {
  const fragment = new Y.XmlFragment();
  fragment.insert(0, children);
  return fragment;
};

test("[NO4] a plain note may be bound, and asking changes nothing", () => {
  const doc = new Y.Doc();
  const body = storedIn(doc, plainToText("bir\n\niki"));
  const before = Y.encodeStateAsUpdate(doc);
  expect(isBindable(body)).toBe(true);
  expect(Y.encodeStateAsUpdate(doc)).toEqual(before);
});

test("[NO4] a note with a node nobody knows is not bound", () => {
  const body = storedIn(new Y.Doc(), fragmentOf(element("video"), element("paragraph", new Y.XmlText("kalsın"))));
  expect(isLawfulText(body)).toBe(false);
  expect(isBindable(body)).toBe(false);
  expect(textToPlain(body)).toBe("kalsın");
});

test("[NO4] a note whose known nodes stand where the editor would drop them is not bound", () => {
  const body = storedIn(new Y.Doc(), fragmentOf(element("bulletList", element("paragraph", new Y.XmlText("kalsın")))));
  expect(isLawfulText(body)).toBe(true);
  expect(isBindable(body)).toBe(false);
  expect(textToPlain(body)).toBe("kalsın");
});

test("[NO4] what the editor itself wrote may be bound again before it was ever sent", () => {
  const link = { type: "link", attrs: { href: "https://ornek.com" } };
  const text = (...marks: unknown[]): unknown => ({ type: "paragraph", content: [{ type: "text", text: "a", marks }] });
  const item = (checked: boolean): unknown => ({ type: "taskItem", attrs: { checked }, content: [text()] });
  const body = storedIn(new Y.Doc(), new Y.XmlFragment());
  const content = [
    { type: "heading", attrs: { level: 2 }, content: [{ type: "text", text: "b" }] },
    text(link, { type: "bold" }),
    { type: "taskList", content: [item(true), item(false)] },
    { type: "orderedList", attrs: { start: 3, type: null }, content: [{ type: "listItem", content: [text()] }] },
  ];
  prosemirrorJSONToYXmlFragment(schema, { type: "doc", content }, body);
  expect(isLawfulText(body)).toBe(true);
  expect(isBindable(body)).toBe(true);
});

test("[NO4] an empty list that a merge left behind holds no text and does not keep a note shut", () => {
  const body = storedIn(new Y.Doc(), fragmentOf(element("bulletList"), element("paragraph", new Y.XmlText("açık"))));
  expect(isBindable(body)).toBe(true);
});

test("[NO6] nesting beyond what the server takes and unlawful attributes are seen", () => {
  const nested = (levels: number): Record<string, unknown> => ({
    type: "bulletList",
    content: [
      {
        type: "listItem",
        content: [
          { type: "paragraph", content: [{ type: "text", text: "x" }] },
          ...(levels > 1 ? [nested(levels - 1)] : []),
        ],
      },
    ],
  });
  const doc = (...content: unknown[]): ReturnType<typeof schema.nodeFromJSON> =>
    schema.nodeFromJSON({ type: "doc", content });
  expect(isLawfulNode(doc(nested(7)))).toBe(true);
  expect(isLawfulNode(doc(nested(8)))).toBe(false);
  expect(isLawfulNode(doc({ type: "orderedList", attrs: { start: -1, type: null } }))).toBe(false);
  const link = { type: "link", attrs: { href: "javascript:alert(1)" } };
  expect(isLawfulNode(doc({ type: "paragraph", content: [{ type: "text", text: "x", marks: [link] }] }))).toBe(false);
  const mention = { type: "mention", attrs: { id: null } };
  expect(isLawfulNode(doc({ type: "paragraph", content: [mention] }))).toBe(false);
});

test("[LI6] a note takes so many letters and lines, and nothing while its record is full; shorter is always taken", () => {
  const noteOf = (lines: readonly string[]) =>
    schema.node(
      "doc",
      null,
      lines.map((line) => schema.node("paragraph", null, line === "" ? [] : [schema.text(line)])),
    );
  const short = noteOf(["a"]);
  const [room, none] = [() => true, () => false];
  expect(whatIsFull(short, noteOf(["ab"]), room)).toBeNull();
  expect(whatIsFull(short, noteOf(["ab"]), none)).toBe("record");
  expect(whatIsFull(short, noteOf(["a".repeat(20_001)]), room)).toBe("note");
  const many = noteOf(Array.from({ length: recordLimits.linesPerNote + 1 }, () => ""));
  expect(whatIsFull(short, many, room)).toBe("note");
  expect(whatIsFull(many, short, none)).toBeNull();
});
