import * as fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { readContacts } from "./contacts.ts";
import type { ContactsFile } from "./contacts.ts";
import { problemFates } from "./entry.ts";
import type { ImportedContact } from "./entry.ts";
import { expectCounted, read, utf16, utf8, windows1254 } from "./testing.ts";
import { emailText, longText, phoneText, shortText } from "../../../shared/fields.ts";
import { MAX_TEXT_LENGTH } from "../../../shared/text.ts";

/** The time this thread computed since, which does not grow with what else the machine does. Units: ms. */
function msSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

const isLawful = ({ name, phones, emails, address, note }: ImportedContact): boolean =>
  v.is(shortText, name) &&
  phones.every((phone) => v.is(phoneText, phone)) &&
  emails.every((email) => v.is(emailText, email)) &&
  v.is(v.optional(longText), address) &&
  (note === undefined || (note !== "" && note.length <= MAX_TEXT_LENGTH)) &&
  [name, address, note].every(
    (text) => text === undefined || (text === text.trim() && text === text.normalize("NFC")),
  ) &&
  !/[\p{Bidi_Control}\0]/u.test(name + (note ?? ""));

function expectLawful(name: string, bytes: Uint8Array): void {
  const result = readContacts(name, bytes);
  if (!result.ok) return;
  expectCounted(result.value);
  expect(result.value.contacts.filter((contact) => !isLawful(contact))).toEqual([]);
  for (const { type, line } of result.value.problems) {
    expect(problemFates[type]).toBeDefined();
    expect(line).toBeGreaterThan(0);
  }
}

const pieces = fc.oneof(
  fc.constantFrom(
    "\r\n",
    "\n",
    "\r",
    " ",
    "\t",
    ",",
    ";",
    ":",
    '"',
    "=",
    "\\",
    "\\n",
    "=\r\n",
    "=C5=9E",
    "=Z",
    ".",
    "@",
    "\uFEFF",
  ),
  fc.constantFrom(
    "BEGIN:VCARD\n",
    "END:VCARD\n",
    "AGENT:\n",
    "FN:",
    "N:",
    "TEL;CELL:",
    "EMAIL:",
    "ADR:",
    "NOTE:",
    "ORG:",
    "KIND:group\n",
  ),
  fc.constantFrom(
    ";ENCODING=QUOTED-PRINTABLE",
    ";BASE64",
    ";CHARSET=UTF-8",
    ";CHARSET=x",
    "PHOTO",
    "item1.",
    "sep=;\n",
  ),
  fc.constantFrom(
    "Ad",
    "Soyad",
    "Telefon",
    "E-posta",
    "Adres",
    "Ayşe",
    "İIıi",
    "0500 000 00 01",
    "a@example.com",
    "\u202E",
    "\u0327",
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
);
const texts = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(""));
const names = fc.constantFrom("a.vcf", "a.csv", "a.txt", "");

describe("[I20] any input", () => {
  it("[I20] never throws and loses no entry of made-up text", () => {
    fc.assert(
      fc.property(names, texts, (name, text) => {
        expectLawful(name, utf8(text));
        expectLawful(name, utf8(`BEGIN:VCARD\n${text}`));
        expectLawful(name, utf16(text, "le"));
      }),
      { numRuns: 1500 },
    );
  });

  it("[I20] never throws on made-up bytes", () => {
    fc.assert(
      fc.property(names, fc.uint8Array({ maxLength: 300 }), (name, bytes) => {
        expectLawful(name, bytes);
        expectLawful(name, Uint8Array.of(...utf8("Ad,Telefon\nAyşe,"), ...bytes.filter((byte) => byte > 8)));
      }),
      { numRuns: 1500 },
    );
  });

  it("[I20] reads back every made-up person from a card and from a row", () => {
    const word = fc.stringMatching(/^[A-Za-zÇçĞğİıÖöŞşÜü]{1,12}$/);
    const person = fc.record({
      name: fc.array(word, { minLength: 1, maxLength: 3 }),
      digits: fc.integer({ min: 0, max: 9999 }),
      note: word,
    });
    fc.assert(
      fc.property(fc.array(person, { minLength: 1, maxLength: 20 }), (people) => {
        const expected = people.map(({ name, digits, note }) => [
          name.join(" "),
          `0500 000 ${String(digits).padStart(4, "0")}`,
          note,
        ]);
        const found = (file: ContactsFile): unknown =>
          file.contacts.map(({ name, phones, note }) => [name, phones[0], note]);
        const cards = expected.map(
          ([name, tel, note]) => `BEGIN:VCARD\r\nFN:${name}\r\nTEL:${tel}\r\nNOTE:${note}\r\nEND:VCARD\r\n`,
        );
        expect(found(read("a.vcf", cards.join("")))).toEqual(expected);
        const rows = [["Ad Soyad", "Telefon", "Not"], ...expected].map((row) => `${row.join(";")}\r\n`).join("");
        expect(found(read("a.csv", rows))).toEqual(expected);
        expect(found(read("a.csv", windows1254(rows)))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  const much = (text: string, characters = 2_000_000): string => text.repeat(characters / text.length);
  const hostile: readonly (readonly [what: string, name: string, make: () => string])[] = [
    ["one line", "a.csv", () => much("x", 5_000_000)],
    ["one property", "a.vcf", () => `BEGIN:VCARD\nNOTE:${much("x", 5_000_000)}\nEND:VCARD`],
    ["blanks inside every value", "a.vcf", () => `BEGIN:VCARD\nFN:a${much(" ")}b\nADR:;;a${much(" ")}b\nEND:VCARD`],
    ["parameters", "a.vcf", () => `BEGIN:VCARD\nTEL${much(";TYPE=A;")}:1\nEND:VCARD`],
    ["quotation marks without a colon", "a.vcf", () => `BEGIN:VCARD\n${much('"')}\nEND:VCARD`],
    ["folds", "a.vcf", () => `BEGIN:VCARD\nNOTE:x\n${much(" yy\n")}END:VCARD`],
    ["soft line breaks", "a.vcf", () => `BEGIN:VCARD\nNOTE;QUOTED-PRINTABLE:x=\n${much("yyy=\n")}END:VCARD`],
    ["backslashes", "a.vcf", () => `BEGIN:VCARD\nADR:${much("\\")}\nEND:VCARD`],
    [
      "accents",
      "a.vcf",
      () => `BEGIN:VCARD\nFN:a${"\u0327\u0301".repeat(500)}\nNOTE:a${much("\u0327\u0301")}\nEND:VCARD`,
    ],
    [
      "accents in many notes",
      "a.vcf",
      () => `BEGIN:VCARD\nNOTE:a${"\u0327\u0316".repeat(35_000)}\nEND:VCARD\n`.repeat(30),
    ],
    ["cards in cards", "a.vcf", () => "BEGIN:VCARD\nAGENT:\n".repeat(90_000)],
    ["quotation marks in a row", "a.csv", () => `ad,tel\n"${much('" x"')}`],
    ["quotation marks that never close", "a.csv", () => `ad,tel\n${'"a\n'.repeat(90_000)}`],
    [
      "quotation marks before blanks",
      "a.csv",
      () => `ad,tel\n${`"${'" x'.repeat(10_000)}${" \t".repeat(10_000)},\n`.repeat(60)}`,
    ],
    ["blanks in runs", "a.csv", () => much(`x${" ".repeat(249)}`)],
    ["delimiters", "a.csv", () => much(",")],
    ["empty lines", "a.csv", () => `a,b\n${much("\n")}`],
  ];

  it.each(hostile)("[I20] reads megabytes of %s in linear time", { timeout: 60_000 }, (_, name, make) => {
    const bytes = utf8(make());
    const before = process.threadCpuUsage();
    const result = readContacts(name, bytes);
    // Quadratic time would be minutes.
    expect(msSince(before)).toBeLessThan(20_000);
    if (result.ok) expectCounted(result.value);
  });

  it("[I20] reads 20,000 cards and 20,000 rows quickly", { timeout: 60_000 }, () => {
    const people = Array.from({ length: 20_000 }, (_, at) => ({
      name: `Ayşe Güneş ${at}`,
      tel: `0500 0${100_000 + at}`,
    }));
    const cards = people.map(
      ({ name, tel }) =>
        `BEGIN:VCARD\r\nVERSION:3.0\r\nN:Güneş;Ayşe;;;\r\nFN:${name}\r\nTEL;TYPE=CELL:${tel}\r\nNOTE:Düğün\\, dış çekim\r\nEND:VCARD\r\n`,
    );
    const rows = people.map(({ name, tel }) => `${name};${tel};"Düğün; dış çekim"\r\n`);
    const before = process.threadCpuUsage();
    expect(read("a.vcf", cards.join("")).contacts).toHaveLength(20_000);
    expect(read("a.csv", `Ad Soyad;Telefon;Not\r\n${rows.join("")}`).contacts).toHaveLength(20_000);
    // About one second for both; the rest is for a slow machine.
    expect(msSince(before)).toBeLessThan(10_000);
  });
});
