// Tests of long text outside the judgement of a change: links, plain text from and to it.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { isLawfulText, isSafeLink, MAX_TEXT_LENGTH, plainToText, textToPlain } from "./text.ts";

/** A text inside a document, since Yjs reads nothing outside one. */
function textOf(plain: string): Y.XmlFragment {
  const text = plainToText(plain);
  new Y.Doc().getMap("x").set("text", text);
  return text;
}

describe("links", () => {
  test.each(["https://lumiso.example/a?b#c", "http://a", "HTTPS://A", "mailto:a@b.example", "tel:+905321112233"])(
    "[M6] %s may stand in a link",
    (href) => {
      expect(isSafeLink(href)).toBe(true);
    },
  );

  test.each([
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " https://a",
    "\thttps://a",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "//a.example",
    "/a",
    "https:a",
    "",
    `https://a.example/${"x".repeat(2048)}`,
    null,
    5,
    { href: "https://a" },
  ])("[M6] %j may not", (href) => {
    expect(isSafeLink(href)).toBe(false);
  });
});

describe("plain text", () => {
  test("[M5] what is made from any plain text is lawful and says the same, line by line", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 20 })), (lines) => {
        const clean = lines.map((line) => line.replaceAll("\n", "")).filter(Boolean);
        const text = textOf(clean.join("\n"));
        expect(isLawfulText(text)).toBe(true);
        expect(textToPlain(text)).toBe(clean.join("\n"));
      }),
    );
  });

  test("[M5] reads lists, headings, breaks and mentions in order", () => {
    const text = textOf("Baş");
    const [list, item, paragraph] = ["bulletList", "listItem", "paragraph"].map((name) => new Y.XmlElement(name));
    const words = [new Y.XmlText("bir"), new Y.XmlElement("hardBreak"), new Y.XmlText("iki")];
    paragraph?.insert(0, words);
    item?.insert(0, paragraph === undefined ? [] : [paragraph]);
    list?.insert(0, item === undefined ? [] : [item]);
    text.insert(1, list === undefined ? [] : [list]);
    expect(textToPlain(text)).toBe("Baş\nbir\niki");
  });

  test("[M5] stops at the given length, and a huge text does not overflow the stack", () => {
    expect(textToPlain(textOf("abcdef"), 3)).toBe("abc");
    const doc = new Y.Doc();
    const text = doc.getXmlFragment("x");
    const many = Array.from({ length: 150_000 }, () => new Y.XmlElement("paragraph"));
    doc.transact(() => {
      for (let from = 0; from < many.length; from += 10_000) text.insert(from, many.slice(from, from + 10_000));
    });
    expect(textToPlain(text)).toBe("");
    expect(textToPlain(textOf("x\n".repeat(MAX_TEXT_LENGTH)))).toHaveLength(MAX_TEXT_LENGTH);
  });
});
