// Tests of document ids.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classOf, docClasses, docId, isDocId, isMemberId, isSubjectClass, parseDocId, subjectOf } from "./document.ts";
import { idOf } from "./testing.ts";

const subject = idOf(1);

describe("document ids", () => {
  test.each([
    ["studio", "studio", null],
    [`contact/${subject}`, "contact", subject],
    [`client/${subject}`, "client", subject],
    [`sessions/${subject}`, "sessions", subject],
    [`payments/${subject}`, "payments", subject],
    [`children/${subject}`, "children", subject],
    ["calendar/1900", "calendar", "1900"],
    ["calendar/2199", "calendar", "2199"],
    ["availability/member-ayse", "availability", "member-ayse"],
  ])("[M1] reads %s", (text, docClass, found) => {
    expect(parseDocId(text)).toEqual({ class: docClass, subject: found });
    const doc = docId(docClass as (typeof docClasses)[number], found);
    expect([doc, classOf(doc), subjectOf(doc)]).toEqual([text, docClass, found]);
  });

  test.each([
    "",
    "/",
    "studio/",
    `studio/${subject}`,
    "contact",
    "contact/",
    "contact/ayse",
    `contact/${subject}/`,
    `contact/${subject}x`,
    `contact/${subject}\n`,
    ` contact/${subject}`,
    `Contact/${subject}`,
    `contact/ABCDEF00-0000-4000-8000-000000000007`,
    `contact/00000000-0000-1000-8000-000000000001`,
    "calendar/26",
    "calendar/2200",
    "calendar/20261",
    "availability/ayse",
    `availability/${"a".repeat(65)}`,
    "availability/a/b/c/d/e",
    "__proto__",
    "constructor",
    `other/${subject}`,
  ])("[M1] takes %j for none", (text) => {
    expect([parseDocId(text), isDocId(text)]).toEqual([null, false]);
  });

  test("[M1] never throws, and what it reads it makes again", () => {
    const part = fc.oneof(fc.constantFrom(...docClasses, subject, "2026", "member-ayse", "/"), fc.string());
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
        const text = parts.join("");
        const name = parseDocId(text);
        expect(name === null ? text : docId(name.class, name.subject)).toBe(text);
      }),
    );
  });

  test("[M1] throws when class and subject do not fit together", () => {
    expect(() => docId("studio", subject)).toThrow("studio");
    expect(() => docId("contact")).toThrow("contact");
    expect(() => docId("calendar", subject)).toThrow("calendar");
  });

  test("[M1] knows which classes end with a person", () => {
    expect(docClasses.filter(isSubjectClass)).toEqual(["contact", "client", "sessions", "payments", "children"]);
  });

  test.each([
    ["abcdefgh", true],
    ["A_-45678", true],
    ["abcdefg", false],
    ["a".repeat(65), false],
    ["ayşe-bora", false],
    ["abcd efgh", false],
  ])("[M1] member id %s: %s", (text, isOne) => {
    expect(isMemberId(text)).toBe(isOne);
  });
});
