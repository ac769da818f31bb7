import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldOfHeading } from "./csv.columns.ts";
import type { ContactsFile } from "./contacts.ts";
import { tableRows } from "./csv.rows.ts";
import { fixture, read, shortProblems } from "./testing.ts";

const csv = (...lines: string[]): ContactsFile => read("a.csv", lines.join("\n"));
const brief = ({ contacts }: ContactsFile): string[][] =>
  contacts.map(({ name, phones, emails }) => [name, ...phones, ...emails]);
const fieldsOf = (file: ContactsFile): string[] =>
  file.source === "csv" ? file.mapping.columns.map(({ field }) => field) : [];

describe("[I16] delimiters and headings", () => {
  it.each([
    [",", '"Çınar Sk. 5, Moda"'],
    [";", "Çınar Sk. 5, Moda"],
    ["\t", "Çınar Sk. 5, Moda"],
  ])("[I16] finds the delimiter %j", (delimiter, address) => {
    const rows = [
      ["Ad Soyad", "Telefon", "Adres"],
      ["Ayşe Güneş", "0500 000 00 01", address],
    ];
    const file = csv(...rows.map((row) => row.join(delimiter)));
    expect(file).toMatchObject({ source: "csv", mapping: { delimiter, headingLine: 1 } });
    expect(file.contacts).toEqual([
      { line: 2, name: "Ayşe Güneş", phones: ["0500 000 00 01"], emails: [], address: "Çınar Sk. 5, Moda" },
    ]);
  });

  it("[I16] obeys a sep= line", () => {
    const file = csv("sep=;", "Ad;Telefon", "Ayşe;0500 000 00 01");
    expect(file).toMatchObject({ entries: 1, mapping: { delimiter: ";", headingLine: 2 } });
  });

  it("[I16] reports titles above the heading and passes over blank rows", () => {
    const file = csv("Müşteri listesi;;", ";;", "Ad Soyad;Telefon;Not", ";;", "", "Ayşe;0500 000 00 01;");
    expect(file.contacts.map(({ line }) => line)).toEqual([6]);
    expect(file.entries).toBe(2);
    expect(shortProblems(file)).toEqual(["1 row_before_heading"]);
  });

  it("[I16] counts lines across cells of several lines", () => {
    const file = csv("Ad,Not,Telefon", 'Ayşe,"bir', "iki", 'üç",0500 000 00 01', "Ali,,x");
    expect(file.contacts.map(({ line, note }) => [line, note])).toEqual([
      [2, "bir\niki\nüç"],
      [5, undefined],
    ]);
    expect(shortProblems(file)).toEqual(["5 bad_phone phone"]);
  });
});

describe("[I17] headings", () => {
  it.each([
    ["Ad", "givenName"],
    ["ADI SOYADI", "name"],
    ["İSİM", "name"],
    ["isim", "name"],
    ["Müşteri Adı", "name"],
    ["SOYADI", "familyName"],
    ["Telefon No", "phone"],
    ["Gelin Tel.", "phone"],
    ["CEP TELEFONU", "mobile"],
    ["Gsm", "mobile"],
    ["İş Faksı", "fax"],
    ["E-Posta", "email"],
    ["e-posta adresi", "email"],
    ["Mail", "email"],
    ["E-mail 2 Address", "email"],
    ["E-mail Display Name", "ignored"],
    ["Phone 1 - Type", "ignored"],
    ["Asistanın Telefonu", "ignored"],
    ["TC Kimlik No", "ignored"],
    ["Müşteri No", "ignored"],
    ["Ev Adresi", "address"],
    ["İş Adresi Sokak", "street"],
    ["Home Street 2", "addressPart"],
    ["İş Adresi Posta Kodu", "addressPart"],
    ["Business Country/Region", "addressPart"],
    ["Notlar", "note"],
    ["Açıklama", "note"],
    ["Kapora", null],
    ["", null],
  ])("[I17] takes %j for %j", (heading, field) => {
    expect(fieldOfHeading(heading)).toBe(field);
  });

  it("[I17] takes İsim and Name beside a family name for the given name", () => {
    expect(brief(csv("İsim;Soyisim;Telefon", "Ayşe;Güneş;0500 000 00 01"))).toEqual([["Ayşe Güneş", "0500 000 00 01"]]);
    expect(brief(csv("Name,Surname,Phone", "Ayşe,Güneş,0500 000 00 01"))).toEqual([["Ayşe Güneş", "0500 000 00 01"]]);
  });

  it("[I17] judges a column with an unknown heading by its content", () => {
    const file = csv("Ad Soyad;Ulaşım;Sanal;Tarih", "Ayşe;0500 000 00 01;ayse@example.com;14.06.2025");
    expect(fieldsOf(file)).toEqual(["name", "phone", "email", "ignored"]);
  });

  it("[I17] judges a table without a heading by its content", () => {
    const file = read("liste.txt", fixture("no-heading.txt"));
    expect(brief(file)).toEqual([
      ["Selin Kurt", "0500 000 00 35", "selin@example.com"],
      ["Burak Taş", "0500 000 00 36"],
      ["Gizem Ay", "0500 000 00 37", "gizem@example.com"],
    ]);
    expect(file).toMatchObject({ mapping: { delimiter: "\t", headingLine: null } });
    expect(fieldsOf(file)).toEqual(["name", "phone", "email", "ignored", "ignored"]);
  });

  it("[I17] joins two columns of single words to one name, in their order", () => {
    const file = csv("Selin;Kurt;0500 000 00 35", "Burak;Taş;0500 000 00 36", "Gizem;Ay;0500 000 00 37");
    expect(brief(file).map(([name]) => name)).toEqual(["Selin Kurt", "Burak Taş", "Gizem Ay"]);
  });

  it("[I17] knows a first row that is unlike the others for a heading", () => {
    const file = csv("Kolon A;Kolon B", "Selin Kurt;0500 000 00 35", "Burak Taş;0500 000 00 36");
    expect(file).toMatchObject({ entries: 2, mapping: { headingLine: 1 } });
  });

  it("[I17] takes no identity number and no date for a telephone number", () => {
    const file = csv(
      "Selin Kurt;10000000146;12.05.2025;selin@example.com",
      "Burak Taş;10000000078;2025-05-13;b@example.com",
    );
    expect(fieldsOf(file)).toEqual(["name", "ignored", "ignored", "email"]);
  });

  it("[I17] guesses nothing where nobody can be reached", () => {
    const file = csv("Bugün hava güzel", "Yarın da öyle");
    expect(fieldsOf(file)).toEqual(["ignored"]);
    expect(shortProblems(file)).toEqual(["1 no_contact_data", "2 no_contact_data"]);
  });
});

describe("[I18] the mapping", () => {
  const text = "Ad Soyad;Telefon;Kapora\nAyşe;0500 000 00 01;5000\n;;\n";

  it("[I18] shows every column with its heading, its field and an example", () => {
    expect(read("a.csv", text)).toMatchObject({
      mapping: {
        columns: [
          { heading: "Ad Soyad", field: "name", sample: "Ayşe" },
          { heading: "Telefon", field: "phone", sample: "0500 000 00 01" },
          { heading: "Kapora", field: "ignored", sample: "5000" },
        ],
      },
    });
  });

  it("[I18] obeys a changed mapping", () => {
    const file = read("a.csv", text, { mapping: ["name", "ignored", "note"] });
    expect(file.contacts).toEqual([{ line: 2, name: "Ayşe", phones: [], emails: [], note: "5000" }]);
    expect(fieldsOf(file)).toEqual(["name", "ignored", "note"]);
    expect(read("a.csv", text, { mapping: ["name"] }).contacts[0]?.phones).toEqual([]);
  });

  it("[I18] obeys whether there is a heading", () => {
    const bare = "Selin Kurt;0500 000 00 35\nBurak Taş;0500 000 00 36\n";
    expect(brief(read("a.csv", bare, { hasHeading: true }))).toEqual([["Burak Taş", "0500 000 00 36"]]);
    expect(read("a.csv", text, { hasHeading: false, mapping: ["name", "phone"] })).toMatchObject({
      entries: 2,
      mapping: { headingLine: null },
    });
  });
});

describe("[I19] uneven and broken rows", () => {
  it("[I19] reports rows with more and with fewer columns and reads them", () => {
    const file = csv("Ad;Telefon;Not", "Ayşe;0500 000 00 01;iyi;fazla", "Ali;0500 000 00 02", "Can;0500 000 00 03;;;");
    expect(brief(file).map(([name]) => name)).toEqual(["Ayşe", "Ali", "Can"]);
    expect(shortProblems(file)).toEqual(["2 too_many_columns", "3 too_few_columns"]);
  });

  it("[I19] lets a quotation mark that is never closed cost its own row only", () => {
    const file = csv(
      "Ad,Telefon",
      'Ayşe "A,0500 000 00 01',
      '"Ali,0500 000 00 02',
      "Can,0500 000 00 03",
      '"Ece",0500 000 00 04',
    );
    expect(brief(file)).toEqual([
      ['Ayşe "A', "0500 000 00 01"],
      ["Ali", "0500 000 00 02"],
      ["Can", "0500 000 00 03"],
      ["Ece", "0500 000 00 04"],
    ]);
    expect(shortProblems(file)).toEqual(["3 broken_quotes"]);
  });

  it("[I19] lets text behind a closing quotation mark swallow no rows", () => {
    const file = csv("Ad,Telefon", '"Ali" Can,0500 000 00 02', '"Ece","0500 000 00 03"', '"Su "Su" Ak",0500 000 00 04');
    expect(brief(file)).toEqual([
      ["Ali Can", "0500 000 00 02"],
      ["Ece", "0500 000 00 03"],
      ['Su "Su" Ak', "0500 000 00 04"],
    ]);
    expect(shortProblems(file)).toEqual(["2 broken_quotes"]);
  });

  it("[I19] reads back any cells with their lines, across the parser's windows", () => {
    const cell = fc.stringMatching(/^[ab ",;\n"]{0,12}$/);
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 4000, maxLength: 6000 });
    fc.assert(
      fc.property(rows, (cells) => {
        const quoted = cells.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(","));
        let line = 1;
        const expected = cells.map((row, at) => {
          const begins = line;
          line += quoted[at]?.split("\n").length ?? 0;
          return { line: begins, cells: row, broken: false };
        });
        expect([...tableRows(quoted.join("\n"), ",")]).toEqual(expected);
      }),
      { numRuns: 5 },
    );
  });

  it("[I20] ends with a byte order mark in the last line", () => {
    expect(brief(csv("Ad,Telefon", "Ali,0500 000 00 02", "\uFEFF"))).toEqual([["Ali", "0500 000 00 02"]]);
  });

  it("[I19] reads on after many broken rows", () => {
    const file = csv("Ad,Telefon", ...Array.from({ length: 300 }, (_, at) => `"Kişi ${at},0500 000 0${100 + at}`));
    expect(file.contacts).toHaveLength(300);
    expect(file.contacts.at(-1)).toMatchObject({ line: 301, name: "Kişi 299" });
  });

  it("[I19] reads rows across the parser's windows without loss", () => {
    const rows = Array.from(
      { length: 5000 },
      (_, at) => `Kişi ${at},"0500 000 ${1000 + at}","not, ${"x".repeat(at % 50)}\nson"`,
    );
    const file = csv("Ad,Telefon,Not", ...rows);
    expect(file.contacts.map(({ name }) => name)).toEqual(rows.map((_, at) => `Kişi ${at}`));
    expect(file.contacts.at(-1)?.line).toBe(2 * 5000);
    expect(file.problems).toEqual([]);
  });
});

describe("[I8] values in cells", () => {
  it("[I8] splits cells of several complete numbers and addresses", () => {
    const file = csv(
      "Ad;Telefon;E-posta",
      '"Ayşe";"0500 000 00 01 / 0212 000 00 01";"a@example.com ::: b@example.com"',
      '"Ali";"0212/000 00 02";"c@example.com, d@example.com"',
      '"Can";"0500 000 00 03 / 04";',
    );
    expect(brief(file)).toEqual([
      ["Ayşe", "0500 000 00 01", "0212 000 00 01", "a@example.com", "b@example.com"],
      ["Ali", "0212 000 00 02", "c@example.com", "d@example.com"],
      ["Can"],
    ]);
    expect(shortProblems(file)).toEqual(["4 bad_phone phone"]);
  });

  it("[I8] takes off what a spreadsheet puts around a number", () => {
    const file = csv("Ad;Telefon", 'Ayşe;="05000000001"', "Ali;'05000000002", "Can;5,00E+09", "Ece;0500.000.00.04");
    expect(brief(file)).toEqual([["Ayşe", "05000000001"], ["Ali", "05000000002"], ["Can"], ["Ece", "0500 000 00 04"]]);
    expect(shortProblems(file)).toEqual(["4 bad_phone phone"]);
  });
});
