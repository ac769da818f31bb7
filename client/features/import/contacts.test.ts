import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { importLimits } from "./clean.ts";
import { MAX_ENTRIES, readContacts } from "./contacts.ts";
import { read, readCard, shortProblems, utf8 } from "./testing.ts";
import { emailText, longText, phoneText, shortText } from "../../../shared/fields.ts";
import { MAX_TEXT_LENGTH } from "../../../shared/text.ts";

describe("[I4] nothing is lost", () => {
  it("[I4] gives contacts and problems in the order of lines", () => {
    const file = read(
      "a.vcf",
      "x\nBEGIN:VCARD\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:B\nBDAY:1\nEND:VCARD\nTEL:x\nEND:VCARD\ny",
    );
    expect(file.contacts.map(({ line }) => line)).toEqual([2, 5]);
    expect(file.problems.map(({ line }) => line)).toEqual([1, 7, 9, 11]);
  });
});

describe("[I5] entries without a name", () => {
  it("[I5] take the number, else the e-mail address, as written", () => {
    expect(readCard("TEL:+90 (500) 000 00 01", "EMAIL:a@example.com").contacts[0]?.name).toBe("+90 (500) 000 00 01");
    const file = readCard("EMAIL:ayse@example.com");
    expect(file.contacts).toEqual([{ line: 1, name: "ayse@example.com", phones: [], emails: ["ayse@example.com"] }]);
    expect(file.problems).toEqual([{ line: 1, type: "no_name", field: "name", contactLine: 1 }]);
  });

  it("[I5] are reported when they have neither", () => {
    const file = readCard("NOTE:kim?", "TEL:yok");
    expect(file.contacts).toEqual([]);
    expect(shortProblems(file)).toEqual(["1 no_contact_data", "3 bad_phone phone"]);
  });
});

describe("[I6] text", () => {
  it.each([
    ["  Ayşe \t  Güneş ", "Ayşe Güneş"],
    ["Ays\u0327e Gu\u0308nes\u0327", "Ayşe Güneş"],
    ["\u202EAyşe\u202C \u2066Güneş\u2069\u200F", "Ayşe Güneş"],
    ["Ay\u0007şe\u200B Gü\u0085neş\u00AD", "Ayşe Gü neş\u00AD"],
    ["Ayşe\u00A0\u2003Güneş", "Ayşe Güneş"],
    ["Ayşe\\nGüneş", "Ayşe Güneş"],
    ["👩‍👧 Ayşe", "👩‍👧 Ayşe"],
  ])("[I6] cleans %j", (raw, name) => {
    expect(readCard(`FN:${raw}`).contacts[0]?.name).toBe(name);
  });

  it("[I6] keeps the lines of a note", () => {
    expect(readCard("FN:A", "NOTE: bir  \\n\\n\\n\\n iki\\tson ").contacts[0]?.note).toBe("bir\n\niki\\tson");
  });
});

describe("[I7] limits", () => {
  it("[I7] are those of a contact and of a note", () => {
    const takes = (schema: v.GenericSchema, length: number, make: (length: number) => string): boolean[] =>
      [length, length + 1].map((size) => v.is(schema, make(size)));
    const letters = (length: number): string => "a".repeat(length);
    expect(takes(shortText, importLimits.name, letters)).toEqual([true, false]);
    expect(takes(longText, importLimits.address, letters)).toEqual([true, false]);
    expect(takes(phoneText, importLimits.phone, (length) => "0".repeat(length))).toEqual([true, false]);
    expect(takes(emailText, importLimits.email, (length) => `a@${letters(length - 2)}`)).toEqual([true, false]);
    expect(importLimits.note).toBe(MAX_TEXT_LENGTH);
  });

  it.each([
    ["name", `FN:${"a".repeat(256)}`, "field_too_long"],
    ["phone", `TEL:${"1".repeat(21)}`, "field_too_long"],
    ["email", `EMAIL:${"a".repeat(243)}@example.com`, "field_too_long"],
    ["address", `ADR:;;${"a".repeat(1001)};;;;`, "field_too_long"],
    ["note", `NOTE:${"a".repeat(20_001)}`, "field_too_long"],
    ["phone", "TEL:1", "bad_phone"],
    ["phone", "TEL:0500 000 00 01 (anne)", "bad_phone"],
    ["phone", "TEL:1234567890123456", "bad_phone"],
    ["email", "EMAIL:ayse at example.com", "bad_email"],
    ["email", "EMAIL:ayse@", "bad_email"],
  ])("[I7] leave out the %s of %.20s… alone", (field, line, type) => {
    const file = readCard("ORG:Örnek", line);
    expect(file.contacts).toEqual([{ line: 1, name: "Örnek", phones: [], emails: [] }]);
    expect(file.problems).toContainEqual({ line: 3, type, field, contactLine: 1 });
  });

  it("[I7] take what just fits", () => {
    const email = `${"a".repeat(242)}@example.com`;
    const file = readCard(
      `FN:${"ş".repeat(255)}`,
      "TEL:+90 (500) 000 00 001",
      `EMAIL:${email}`,
      `NOTE:${"a".repeat(20_000)}`,
    );
    expect(file.problems).toEqual([]);
    expect(file.contacts[0]?.emails).toEqual([email]);
  });

  it("[I7] take a number without the spaces that make it too long", () => {
    expect(readCard("FN:A", "TEL:+90 (0500) - 000 - 00 - 01").contacts[0]?.phones).toEqual(["+9005000000001"]);
  });
});

describe("[I8] numbers", () => {
  it("[I8] come with mobile first and fax last, each once", () => {
    const file = readCard(
      "FN:A",
      "TEL;TYPE=FAX:0500 000 00 09",
      "TEL;TYPE=HOME:0212 000 00 01",
      "TEL:0500 000 00 02",
      "TEL;TYPE=CELL:+44 20 0000 0003",
      "TEL:+90 500 000 00 02",
      "EMAIL:A@example.com",
      "EMAIL:a@Example.com",
    );
    expect(file.contacts[0]).toMatchObject({
      phones: ["0500 000 00 02", "+44 20 0000 0003", "0212 000 00 01", "0500 000 00 09"],
      emails: ["A@example.com"],
    });
  });
});

describe("[I11] the same person twice", () => {
  const lines = (...cards: string[][]): unknown => {
    const text = cards.map((card) => ["BEGIN:VCARD", ...card, "END:VCARD", ""].join("\n")).join("");
    const file = read("a.vcf", text);
    expect(file.contacts).toHaveLength(cards.length);
    return file.problems.map(({ type, line, contactLine, otherLine }) => [type, line, contactLine, otherLine]);
  };

  it("[I11] is told by the same number or e-mail address in any writing", () => {
    expect(lines(["FN:A", "TEL:0500 000 00 01"], ["FN:B", "TEL:+905000000001"])).toEqual([
      ["duplicate_in_file", 5, 5, 1],
    ]);
    expect(lines(["FN:A", "EMAIL:a@example.com"], ["FN:B", "EMAIL:A@EXAMPLE.COM"])).toEqual([
      ["duplicate_in_file", 5, 5, 1],
    ]);
  });

  it("[I11] is told by the name only where one of the two has nothing else", () => {
    const reached = ["FN:Şule Işık", "TEL:0500 000 00 01"];
    expect(lines(reached, ["FN:ŞULE IŞIK"])).toEqual([["duplicate_in_file", 5, 5, 1]]);
    expect(lines(["FN:ŞULE IŞIK"], reached)).toEqual([["duplicate_in_file", 4, 4, 1]]);
    expect(lines(reached, ["FN:Şule Işık", "TEL:0500 000 00 02"])).toEqual([]);
  });
});

describe("[I21] refusals", () => {
  it.each([
    ["a vCard file without a card", "a.vcf", "<html>\n<body>hello</body>\n"],
    ["a heading without rows", "a.csv", "Ad,Telefon\n"],
  ])("[I21] finds no contacts in %s", (_, name, text) => {
    expect(readContacts(name, utf8(text))).toEqual({ ok: false, error: { type: "no_contacts" } });
  });

  it("[I21] refuses more cards and more rows than it can take", () => {
    const cards = utf8("BEGIN:VCARD\n".repeat(MAX_ENTRIES + 1));
    expect(readContacts("a.vcf", cards)).toEqual({ ok: false, error: { type: "too_many", limit: MAX_ENTRIES } });
    const rows = utf8(`Ad,Telefon\n${"a,1\n".repeat(MAX_ENTRIES + 1)}`);
    expect(readContacts("a.csv", rows)).toEqual({ ok: false, error: { type: "too_many", limit: MAX_ENTRIES } });
  });

  it("[I3] passes on why a file is no text", () => {
    expect(readContacts("a.csv", utf8("PK\u0003\u0004xl/workbook.xml"))).toEqual({
      ok: false,
      error: { type: "not_text", looksLike: "spreadsheet" },
    });
    expect(readContacts("a.csv", utf8("Ad,Telefon"), { limitBytes: 3 })).toMatchObject({
      error: { type: "too_large", limitBytes: 3 },
    });
  });
});
