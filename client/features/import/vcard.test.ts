import { describe, expect, it } from "vitest";
import { read, readCard, shortProblems, utf8, windows1254 } from "./testing.ts";

const first = (...lines: string[]): unknown => readCard(...lines).contacts[0];

describe("[I12] vCard", () => {
  it.each(["\r\n", "\n", "\r"])("[I12] reads lines that end in %j", (end) => {
    const text = ["BEGIN:VCARD", "FN:Ayşe", "TEL:0500 000 00 01", "END:VCARD", "BEGIN:VCARD", "FN:Ali", "END:VCARD"];
    expect(read("a.vcf", text.join(end)).contacts).toEqual([
      { line: 1, name: "Ayşe", phones: ["0500 000 00 01"], emails: [] },
      { line: 5, name: "Ali", phones: [], emails: [] },
    ]);
  });

  it("[I12] knows a vCard by its content, whatever its name", () => {
    expect(read("contacts.csv", "\n \nbegin:vcard\nFN:Ayşe\nend:vcard").source).toBe("vcard");
    expect(read("a.VCF", "some text\nBEGIN:VCARD\nFN:Ayşe\nEND:VCARD").source).toBe("vcard");
  });

  it("[I12] unfolds lines with a space and with a tab", () => {
    expect(first("FN:Ay", " şe Gü", "\tneş", "NOTE:bir", "  iki")).toMatchObject({
      name: "Ayşe Güneş",
      note: "bir iki",
    });
  });

  it("[I12] unfolds a folded property name", () => {
    expect(first("FN:Ayşe", "TEL;TYPE=CELL;TYPE=VO", " ICE:0500 000 00 01")).toMatchObject({
      phones: ["0500 000 00 01"],
    });
  });

  it("[I12] reads quoted-printable with soft line breaks", () => {
    const card = first(
      "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=47=C3=BC=6E=65=C5=",
      "=9F;=41=79=C5=9F=65;;;",
      "NOTE;QUOTED-PRINTABLE;CHARSET=utf-8:Bir=0D=0A=",
      " iki =3D ay",
    );
    expect(card).toMatchObject({ name: "Ayşe Güneş", note: "Bir\niki = ay" });
  });

  it("[I12] reads quoted-printable whose separators are encoded, and keeps a broken sequence", () => {
    expect(first("N;ENCODING=QUOTED-PRINTABLE:G=C3=BCne=C5=9F=3BAy=C5=9Fe")).toMatchObject({ name: "Ayşe Güneş" });
    expect(first("FN;ENCODING=QUOTED-PRINTABLE:Ay=C5=9Fe =Z1 50=")).toMatchObject({ name: "Ayşe =Z1 50=" });
  });

  it("[I12] never takes the end of a card for a soft line break", () => {
    const file = read("a.vcf", "BEGIN:VCARD\nFN;QUOTED-PRINTABLE:Ali=\nEND:VCARD\nBEGIN:VCARD\nFN:Can\nEND:VCARD");
    expect(file.contacts.map(({ name }) => name)).toEqual(["Ali=", "Can"]);
    expect(file.problems).toEqual([]);
  });

  it.each(["ISO-8859-9", "windows-1254", "latin5"])("[I12] reads quoted-printable in %s", (charset) => {
    expect(first(`FN;CHARSET=${charset};ENCODING=QUOTED-PRINTABLE:=DEule I=FE=FDk`)).toMatchObject({
      name: "Şule Işık",
    });
  });

  it("[I12] reads quoted-printable that names no charset, in UTF-8 and Windows-1254", () => {
    expect(first("FN;ENCODING=QUOTED-PRINTABLE:=C5=9Eule")).toMatchObject({ name: "Şule" });
    expect(first("FN;ENCODING=QUOTED-PRINTABLE:=DEule")).toMatchObject({ name: "Şule" });
  });

  it("[I12] reads base64 text", () => {
    expect(first("FN;ENCODING=BASE64;CHARSET=UTF-8:QXnFn2UgR8O8bmXFnw==")).toMatchObject({ name: "Ayşe Güneş" });
    expect(first("N;ENCODING=b:R8O8bmXFnztBecWfZTs7Ow==")).toMatchObject({ name: "Ayşe Güneş" });
  });

  it("[I12] undoes escaping", () => {
    const card = first("N:Gün\\;eş;A\\,B;;;", "NOTE:bir\\nİki\\NÜç\\, dört\\; beş \\\\n http\\://example.com \\x");
    expect(card).toMatchObject({
      name: "A,B Gün;eş",
      note: "bir\nİki\nÜç, dört; beş \\n http://example.com \\x",
    });
  });

  it("[I12] reads groups, quoted parameters, bare types and lower case", () => {
    const card = first(
      "item1.fn:Ayşe",
      'tel;type="work,voice";pref=1:0212 000 00 01',
      "item2.TEL;CELL:0500 000 00 01",
      'item3.EMAIL;X-NOTE="a:b;c":ayse@example.com',
    );
    expect(card).toMatchObject({ phones: ["0500 000 00 01", "0212 000 00 01"], emails: ["ayse@example.com"] });
  });

  it("[I12] reads a parameter with an unclosed quotation mark", () => {
    expect(first("FN:Ayşe", 'TEL;TYPE="CELL:0500 000 00 01')).toMatchObject({ phones: ["0500 000 00 01"] });
  });

  it("[I12] reads tel: and mailto: values", () => {
    const card = first("FN:Ayşe", "TEL;VALUE=uri:tel:+90-500-000-00-01;ext=5", "EMAIL:mailto:ayse@example.com");
    expect(card).toMatchObject({ phones: ["+90-500-000-00-01"], emails: ["ayse@example.com"] });
  });

  it("[I12] puts an address together as it stands on an envelope", () => {
    expect(first("FN:A", "ADR:;;Çınar Sk. 5;Kadıköy;İstanbul;34710;Türkiye")).toMatchObject({
      address: "Çınar Sk. 5, 34710 Kadıköy, İstanbul, Türkiye",
    });
    expect(first("FN:A", "ADR:;;Cad. No:1,D:2\\nKat 3,;;Ankara;;")).toMatchObject({
      address: "Cad. No:1, D:2, Kat 3, Ankara",
    });
    expect(first("FN:A", "LABEL;HOME:Çınar Sk. 5\\nKadıköy")).toMatchObject({ address: "Çınar Sk. 5, Kadıköy" });
  });

  it("[I12] joins several notes", () => {
    expect(first("FN:A", "NOTE:bir", "NOTE:iki")).toMatchObject({ note: "bir\niki" });
  });
});

describe("[I13] names", () => {
  it.each([
    [["FN:Ayşe Güneş", "N:Güneş;Ayşe;;;"], "Ayşe Güneş"],
    [["N:Güneş;Ayşe;Su;Dr.;Jr."], "Dr. Ayşe Su Güneş Jr."],
    [["N:Çelik;Ömer,Faruk;;;", "FN:"], "Ömer Faruk Çelik"],
    [["FN: ", "N:;;;;", "NICKNAME:Aysu", "ORG:Güneş A.Ş."], "Aysu"],
    [["ORG:Işık Çiçekçilik;Moda"], "Işık Çiçekçilik, Moda"],
    [["FN:GÜNEŞ, Ayşe"], "GÜNEŞ, Ayşe"],
  ])("[I13] reads %j", (lines, name) => {
    expect(readCard(...lines).contacts.map((contact) => contact.name)).toEqual([name]);
  });
});

describe("[I10] what a card has and a contact has not", () => {
  it("[I10] names photos, birthdays, organisations and the rest once", () => {
    const file = readCard(
      "FN:Ayşe",
      "ORG:Güneş A.Ş.",
      "ORG:Başka",
      "BDAY:1990-01-01",
      "PHOTO;ENCODING=b:/9j/4AAQ",
      " AAAA",
      "PHOTO;VALUE=uri:https://example.com/a.jpg",
      "URL:https://example.com",
      "X-SKYPE:ayse",
      "REV:20240101",
      "TITLE:Müdür",
      "URL:",
      "CATEGORIES:myContacts",
    );
    expect(shortProblems(file)).toEqual([
      "3 field_skipped organisation",
      "5 field_skipped birthday",
      "6 photo_skipped photo",
      "9 field_skipped other",
    ]);
  });

  it("[I10] passes over the lines of a picture that are not folded", () => {
    const file = readCard(
      "FN:Ayşe",
      "PHOTO;ENCODING=BASE64;JPEG:",
      "/9j/4AAQSkZJRgABAQ",
      "AAAAAA==",
      "",
      "TEL:0500 000 00 01",
    );
    expect(file.contacts[0]?.phones).toEqual(["0500 000 00 01"]);
    expect(shortProblems(file)).toEqual(["3 photo_skipped photo"]);
  });

  it("[I10] takes the first of two addresses", () => {
    const file = readCard("FN:Ayşe", "ADR:;;Ev Sk. 1;;;;", "ADR:;;İş Sk. 2;;;;");
    expect(file.contacts[0]?.address).toBe("Ev Sk. 1");
    expect(shortProblems(file)).toEqual(["4 extra_value_skipped address"]);
  });

  it("[I10] takes 20 numbers of one card", () => {
    const file = readCard("FN:A", ...Array.from({ length: 30 }, (_, at) => `TEL:0500 000 01 ${at + 10}`));
    expect(file.contacts[0]?.phones).toHaveLength(20);
    expect(shortProblems(file)).toEqual(["23 extra_value_skipped phone"]);
  });
});

describe("[I14] broken cards", () => {
  const names = (text: string): string[] => read("a.vcf", text).contacts.map(({ name }) => name);

  it("[I14] reads cards whose end is missing", () => {
    const text = "BEGIN:VCARD\nFN:Ali\nBEGIN:VCARD\nFN:Can\nEND:VCARD\nBEGIN:VCARD\nFN:Ece";
    expect(names(text)).toEqual(["Ali", "Can", "Ece"]);
    expect(shortProblems(read("a.vcf", text))).toEqual(["1 broken_card", "6 broken_card"]);
  });

  it("[I14] takes a card inside a card as an entry of its own", () => {
    const text = "BEGIN:VCARD\nFN:Ali\nAGENT:\nBEGIN:VCARD\nFN:Can\nEND:VCARD\nTEL:0500 000 00 01\nEND:VCARD";
    expect(read("a.vcf", text).contacts).toEqual([
      { line: 1, name: "Ali", phones: ["0500 000 00 01"], emails: [] },
      { line: 4, name: "Can", phones: [], emails: [] },
    ]);
    expect(read("a.vcf", text).problems).toEqual([]);
  });

  it("[I14] reports a card inside a value", () => {
    expect(shortProblems(readCard("FN:Ali", "AGENT:BEGIN:VCARD\\nFN:Can\\nEND:VCARD"))).toEqual([
      "3 field_skipped other",
    ]);
  });

  it("[I14] reports lines that are no property, once a card", () => {
    const file = readCard("FN:Ali", "nonsense", ":x", "more", "TEL:0500 000 00 01");
    expect(file.contacts[0]?.phones).toEqual(["0500 000 00 01"]);
    expect(shortProblems(file)).toEqual(["3 broken_card"]);
  });

  it("[I14] reports text between cards, once a place", () => {
    const text = "BEGIN:VCARD\nFN:Ali\nEND:VCARD\nEND:VCARD\n\nhello\nBEGIN:VCARD\nFN:Can\nEND:VCARD\nbye";
    expect(names(text)).toEqual(["Ali", "Can"]);
    expect(shortProblems(read("a.vcf", text))).toEqual(["4 text_outside_cards", "10 text_outside_cards"]);
  });

  it("[I14] takes no group for a person", () => {
    for (const kind of ["KIND:group", "X-ADDRESSBOOKSERVER-KIND:group"]) {
      const file = readCard("FN:Düğünler", kind, "MEMBER:urn:uuid:1");
      expect(file.contacts).toEqual([]);
      expect(shortProblems(file)).toEqual(["1 group_skipped"]);
    }
  });

  it("[I14] reads files put together, each with its byte order mark", () => {
    const card = "\uFEFFBEGIN:VCARD\r\nFN:Ali\r\nEND:VCARD\r\n";
    expect(names(card + card.replace("Ali", "Can"))).toEqual(["Ali", "Can"]);
  });
});

describe("[I15] charsets", () => {
  it("[I15] reports a charset that nobody knows and reads the value all the same", () => {
    const file = readCard("FN;CHARSET=KLINGON;ENCODING=QUOTED-PRINTABLE:=C5=9Eule", "TEL:0500 000 00 01");
    expect(file.contacts[0]?.name).toBe("Şule");
    expect(shortProblems(file)).toEqual(["2 unknown_charset name"]);
  });

  it("[I15] reports bytes that are not in the charset they name", () => {
    const file = readCard("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=DEule");
    expect(file.contacts[0]?.name).toBe("Şule");
    expect(shortProblems(file)).toEqual(["2 unknown_charset name"]);
  });

  it("[I15] reports a raw value that names another charset than the file's", () => {
    const card = (charset: string): Uint8Array => windows1254(`BEGIN:VCARD\nFN;CHARSET=${charset}:Şule\nEND:VCARD\n`);
    expect(shortProblems(read("a.vcf", card("ISO-8859-9")))).toEqual([]);
    expect(shortProblems(read("a.vcf", card("KOI8-R")))).toEqual(["2 unknown_charset name"]);
  });

  it("[I2] reports fields with unreadable characters and keeps them", () => {
    const bytes = [...utf8("BEGIN:VCARD\nFN:Ayşe "), 0xc5, ...utf8(" Güneş\nNOTE:İyi\nEND:VCARD\n")];
    const file = read("a.vcf", Uint8Array.from(bytes));
    expect(file.contacts[0]).toMatchObject({ name: "Ayşe \uFFFD Güneş", note: "İyi" });
    expect(shortProblems(file)).toEqual(["1 bad_characters name"]);
  });
});
