// Tests of the judgement of a change: long texts, their nodes, attributes and marks, and what could hide in them.
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { collection, rootOf } from "./collection.ts";
import { instant, memberId } from "./fields.ts";
import { notes } from "./notes.ts";
import {
  ayse,
  clientCollections,
  clientDocument,
  copyOf,
  idOf,
  instantAt,
  judge,
  mapOf,
  newDocument,
  onClient,
  plant,
  refusalOf,
  server,
  there,
  updateOf,
} from "./testing.ts";
import type { Write } from "./testing.ts";
import { isLawfulText, MAX_TEXT_DEPTH, plainToText, richText } from "./text.ts";

const wrong = { reason: "text", collection: "notes", record: idOf(1), path: "body" };

/** The body of the fixture's note, its first paragraph and that one's text. */
function bodyOf(doc: Y.Doc): { body: Y.XmlFragment; paragraph: Y.XmlElement; text: Y.XmlText } {
  const body = there(doc, notes, idOf(1)).get("body");
  const paragraph = body instanceof Y.XmlFragment ? body.get(0) : null;
  const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null;
  if (!(body instanceof Y.XmlFragment && paragraph instanceof Y.XmlElement && text instanceof Y.XmlText))
    throw new Error("fixture without a paragraph");
  return { body, paragraph, text };
}

/** An element with attributes of any kind, as another editor would write them. */
function element(name: string, attributes: Record<string, unknown> = {}): Y.XmlElement {
  const made = new Y.XmlElement(name);
  // Hint: Yjs types attributes as text, but stores any value.
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as string);
  return made;
}

describe("[C8] nodes", () => {
  test.each<[string, () => Y.XmlElement | Y.XmlText]>([
    ["an unknown node", () => element("script")],
    ["a node with a name that every object has", () => element("constructor")],
    ["a heading of level 9", () => element("heading", { level: 9 })],
    ["an unknown attribute", () => element("paragraph", { onclick: "alert(1)" })],
    ["an attribute that holds a type", () => element("mention", { id: new Y.Map() })],
    ["an attribute of an object", () => element("taskItem", { checked: { a: 1 } })],
    ["a mention with a long id", () => element("mention", { id: "x".repeat(300) })],
    ["an attribute on a run of text", () => withAttribute(new Y.XmlText("x"))],
  ])("[C8] refuses %s", (_name, make) => {
    expect(onClient((doc) => bodyOf(doc).body.insert(0, [make()]))).toEqual(wrong);
    expect(onClient((doc) => bodyOf(doc).paragraph.insert(0, [make()]))).toEqual(wrong);
    expect(onClient((doc) => bodyOf(doc).paragraph.insert(0, [make()]), server)).toEqual(wrong);
  });

  test.each<[string, () => Y.Item["content"]]>([
    ["a hook", () => new Y.ContentType(new Y.XmlHook("x"))],
    ["a map", () => new Y.ContentType(new Y.Map())],
    ["a list", () => new Y.ContentType(new Y.Array())],
    ["a text type that is not XML", () => new Y.ContentType(new Y.Text("x"))],
    ["a fragment", () => new Y.ContentType(new Y.XmlFragment())],
    ["a document", () => new Y.ContentDoc(new Y.Doc())],
    ["a plain value", () => new Y.ContentAny(["x"])],
    ["old JSON", () => new Y.ContentJSON(["x"])],
    ["bytes", () => new Y.ContentBinary(new Uint8Array(9))],
    ["an embed", () => new Y.ContentEmbed({ image: "x" })],
  ])("[C8] refuses %s anywhere in a text", (_name, content) => {
    for (const place of ["body", "paragraph", "text"] as const)
      expect(onClient((doc, at) => void plant(at, bodyOf(doc)[place], { content: content() }))).toEqual(wrong);
  });

  test("[C8] refuses what no reader of nodes would see: characters and formats between them", () => {
    for (const place of ["body", "paragraph"] as const) {
      const characters = new Y.ContentString("hidden");
      const format = new Y.ContentFormat("bold", {});
      expect(onClient((doc, at) => void plant(at, bodyOf(doc)[place], { content: characters }))).toEqual(wrong);
      expect(onClient((doc, at) => void plant(at, bodyOf(doc)[place], { content: format }))).toEqual(wrong);
    }
  });

  test.each([false, true])("[C8] refuses keys where no attribute belongs (dead: %s)", (isDead) => {
    for (const place of ["body", "paragraph", "text"] as const) {
      const hidden = { content: new Y.ContentAny(["x"]), key: "Ayşe Yılmaz, 0532…", isDead };
      expect(onClient((doc, at) => void plant(at, bodyOf(doc)[place], hidden))).toEqual(wrong);
    }
  });

  test("[C8] refuses several values in one attribute, of which only the last can be seen", () => {
    const write: Write = (doc, at) => {
      const heading = element("heading");
      bodyOf(doc).body.insert(0, [heading]);
      plant(at, heading, { content: new Y.ContentAny(["hidden", 1]), key: "level" });
    };
    expect(onClient(write)).toEqual(wrong);
  });

  test("[C8] refuses a text whose root is an element", () => {
    const values = { body: element("paragraph"), createdAt: instantAt(1), createdBy: ayse.member };
    const refusal = onClient((doc) => void rootOf(doc, notes).set(idOf(9), mapOf(values)));
    expect(refusal).toEqual({ reason: "schema", collection: "notes", record: idOf(9), path: "body" });
  });

  test("[C8] judges the text of a new record too", () => {
    const body = new Y.XmlFragment();
    body.insert(0, [element("video")]);
    const values = { body, createdAt: instantAt(1), createdBy: ayse.member };
    const refusal = onClient((doc) => void rootOf(doc, notes).set(idOf(9), mapOf(values)));
    expect(refusal).toEqual({ ...wrong, record: idOf(9) });
  });
});

function withAttribute(text: Y.XmlText): Y.XmlText {
  text.setAttribute("hidden", "x");
  return text;
}

describe("[C8] marks", () => {
  test.each<[string, Record<string, unknown>]>([
    ["an unknown mark", { strike: {} }],
    ["a mark with a name that every object has", { constructor: {} }],
    ["a mark without attributes", { bold: true }],
    ["a list as attributes", { bold: [] }],
    ["an unknown attribute", { bold: { onclick: "x" } }],
    ["a javascript: link", { link: { href: "javascript:alert(1)" } }],
    ["a javascript: link behind a space", { link: { href: " javascript:alert(1)" } }],
    ["a data: link", { link: { href: "data:text/html,x" } }],
    ["a link that is too long", { link: { href: `https://a.example/${"x".repeat(2100)}` } }],
    ["a link that is no text", { link: { href: { toString: "x" } } }],
  ])("[C8] refuses %s", (_name, marks) => {
    expect(onClient((doc) => bodyOf(doc).text.insert(0, "x", marks))).toEqual(wrong);
    expect(onClient((doc) => bodyOf(doc).text.format(0, 2, marks))).toEqual(wrong);
  });

  test.each<[string, Record<string, unknown>]>([
    ["bytes as attributes", { bold: new Uint8Array(0) }],
    ["attributes with another prototype", { bold: JSON.parse('{"__proto__": {"hidden": 1}}') }],
  ])("[C8] refuses %s, which only the second encoding can carry", (_name, marks) => {
    const base = clientDocument();
    const device = copyOf(base, clientCollections, 2);
    bodyOf(device).text.insert(0, "x", marks);
    const update = Y.encodeStateAsUpdateV2(device, Y.encodeStateVector(base));
    const context = { collections: clientCollections, author: ayse };
    expect(judge(base, update, { ...context, format: "v2" })).toEqual(wrong);
  });

  test("[C8] accepts every mark, its end, and every node of the schema", () => {
    const link = { href: "https://lumiso.example", target: "_blank", rel: "noopener", class: null };
    const write: Write = (doc) => {
      const { body, text } = bodyOf(doc);
      text.format(0, 3, { bold: {}, italic: {}, link });
      text.format(0, 2, { bold: null });
      const list = element("orderedList", { start: 1, type: null });
      const mention = element("mention", { id: "member-bora", label: "Bora", mentionSuggestionChar: "@" });
      list.insert(0, [element("listItem"), mention, element("hardBreak"), new Y.XmlText("x")]);
      const nodes = [element("heading", { level: 3 }), element("bulletList"), element("taskItem", { checked: true })];
      body.insert(1, [list, element("taskList"), ...nodes]);
    };
    expect(onClient(write)).toBeNull();
    expect(onClient(write, server)).toBeNull();
  });
});

/** Puts elements into each other, so many levels below a type, past the recursion of the ordinary way. */
function nest(transaction: Y.Transaction, top: Y.Item["parent"], levels: number): Y.Item[] {
  const items: Y.Item[] = [];
  let parent = top;
  for (let level = 0; level < levels; level += 1) {
    const type = element("bulletList");
    items.push(plant(transaction, parent, { content: new Y.ContentType(type) }));
    parent = type;
  }
  return items;
}

describe("[C8] depth", () => {
  const deep = { ...wrong, reason: "depth" };

  test("[C8] accepts the deepest text and refuses one level more, wherever it is added", () => {
    expect(onClient((doc, at) => void nest(at, bodyOf(doc).body, MAX_TEXT_DEPTH))).toBeNull();
    expect(onClient((doc, at) => void nest(at, bodyOf(doc).body, MAX_TEXT_DEPTH + 1))).toEqual(deep);
    const base = clientDocument();
    let items: Y.Item[] = [];
    base.transact((at) => void (items = nest(at, bodyOf(base).body, MAX_TEXT_DEPTH)));
    const last = items.at(-1)?.id;
    const write: Write = (doc, at) => {
      const item = last === undefined ? null : Y.getItem(doc.store, last);
      if (item instanceof Y.Item && item.content instanceof Y.ContentType) nest(at, item.content.type, 1);
    };
    expect(refusalOf(base, clientCollections, { write })).toEqual(deep);
  });

  test("[C8] refuses 20,000 levels without overflowing the stack", () => {
    expect(onClient((doc, at) => void nest(at, bodyOf(doc).body, 20_000))).toEqual(deep);
  });

  test("[C8] judges 20,000 levels that are deleted at once, or Yjs itself throws", () => {
    const device = copyOf(clientDocument(), clientCollections, 2);
    device.gc = false;
    const update = updateOf(device, (at) => {
      // Hint: from the innermost, because Yjs deletes what lies in an item by recursion.
      for (const item of nest(at, bodyOf(device).body, 20_000).toReversed()) item.delete(at);
    });
    expect([null, "RangeError"]).toContain(outcomeOf(update));
  });

  /** The judgement, or the name of what Yjs threw before it; the server takes the latter as malformed. */
  function outcomeOf(update: Uint8Array): unknown {
    try {
      return judge(clientDocument(), update, { collections: clientCollections, author: ayse });
    } catch (error) {
      return error instanceof Error ? error.name : error;
    }
  }
});

describe("[C6] texts of append-only records", () => {
  const letters = collection("letters", {
    class: "client",
    ids: "random",
    entries: { body: richText, at: instant, by: memberId },
    author: ["by"],
    appendOnly: { mutable: [] },
  });

  function letterDocument(): Y.Doc {
    const doc = newDocument([letters]);
    rootOf(doc, letters).set(idOf(1), mapOf({ body: plainToText("söz"), at: instantAt(1), by: ayse.member }));
    return doc;
  }

  test.each<[string, (body: Y.XmlFragment) => void]>([
    ["adding a paragraph", (body) => body.insert(0, [element("paragraph")])],
    ["deleting a paragraph", (body) => body.delete(0)],
  ])("[C6] refuses %s, even by the author, and accepts it from the server", (_name, edit) => {
    const write: Write = (doc) => {
      const body = there(doc, letters, idOf(1)).get("body");
      if (body instanceof Y.XmlFragment) edit(body);
    };
    const refusal = { reason: "append_only", collection: "letters", record: idOf(1), path: "body" };
    expect(refusalOf(letterDocument(), [letters], { write })).toEqual(refusal);
    expect(refusalOf(letterDocument(), [letters], { write, author: server })).toBeNull();
  });

  test("[C6] accepts a new one, text and all", () => {
    const doc = letterDocument();
    const update = Y.encodeStateAsUpdate(doc);
    expect(judge(newDocument([letters], 3), update, { collections: [letters], author: ayse })).toBeNull();
  });
});

describe("[M5] whole texts", () => {
  test("[M5] a lawful text is one, and hidden content makes it none", () => {
    const doc = clientDocument();
    const { body, paragraph } = bodyOf(doc);
    expect(isLawfulText(body)).toBe(true);
    expect(isLawfulText(paragraph)).toBe(false);
    expect(isLawfulText(new Y.Map())).toBe(false);
    doc.transact((at) => void plant(at, paragraph, { content: new Y.ContentFormat("bold", {}) }));
    expect(isLawfulText(body)).toBe(false);
  });

  test("[M5] a text that is too deep is none, without overflowing the stack", () => {
    const doc = clientDocument();
    doc.transact((at) => void nest(at, bodyOf(doc).body, 20_000));
    expect(isLawfulText(bodyOf(doc).body)).toBe(false);
  });
});
