import { describe, expect, it } from "vitest";
import type { ContactsFile } from "./contacts.ts";
import { expectCounted, fixture, read, shortProblems } from "./testing.ts";

const brief = ({ contacts }: ContactsFile): string[][] =>
  contacts.map(({ name, phones, emails }) => [name, ...phones, ...emails]);

const files = [
  ["iphone.vcf", 3],
  ["android.vcf", 3],
  ["gmail.vcf", 2],
  ["outlook.vcf", 1],
  ["vcard4.vcf", 2],
  ["google-contacts.csv", 3],
  ["google-contacts-old.csv", 2],
  ["outlook-en.csv", 2],
  ["outlook-tr.csv", 2],
  ["address-book.csv", 2],
  ["excel-utf8.csv", 7],
  ["excel-1254.csv", 4],
  ["no-heading.txt", 3],
] as const;

describe("[I4] nothing is lost", () => {
  it.each(files)("[I4] makes every entry of %s a contact or a problem", (name, entries) => {
    const file = read(name, fixture(name));
    expect(file.entries).toBe(entries);
    expectCounted(file);
  });
});

describe("[I12] exports of phones and address books", () => {
  it("[I12] reads what an iPhone writes", () => {
    const file = read("iphone.vcf", fixture("iphone.vcf"));
    expect(file.contacts).toEqual([
      {
        line: 1,
        name: "Şule Yıldırım",
        phones: ["+90 500 000 00 11", "0212 000 00 11"],
        emails: ["sule@example.com"],
        address: "Çınar Sokak No: 5 D: 3, Moda, 34710 Kadıköy, İstanbul, Türkiye",
        note: "Düğün 14 Haziran, Moda. Dış çekim istiyor; albüm 30x40.\nAnnesi: Gül",
      },
      { line: 22, name: "Işık Çiçekçilik", phones: ["+90 (500) 000 00 12"], emails: [] },
      { line: 33, name: "Dr. İbrahim Çağrı Öztürk", phones: ["0500 000 00 13"], emails: ["ibrahim@example.org"] },
    ]);
    expect(shortProblems(file)).toEqual([
      "12 field_skipped birthday",
      "13 photo_skipped photo",
      "29 field_skipped other",
    ]);
  });

  it("[I12] reads what Android writes", () => {
    const file = read("android.vcf", fixture("android.vcf"));
    expect(file.contacts).toEqual([
      {
        line: 1,
        name: "Ayşe Güneş",
        phones: ["+905000000021", "02120000021"],
        emails: ["ayse@example.com"],
        address: "Gül Sokak No:7, 06690 Çankaya, Ankara, Türkiye",
        note: "Nişan çekimi, eylül.\nBebek çekimi de sordu.",
      },
      { line: 26, name: "Mehmet", phones: ["0500-000-00-22", "05000000023"], emails: [] },
      { line: 34, name: "05000000024", phones: ["05000000024"], emails: [] },
    ]);
    expect(shortProblems(file)).toEqual(["16 photo_skipped photo", "32 field_skipped other", "34 no_name name"]);
  });

  it("[I12] reads what Gmail writes", () => {
    const file = read("contacts.vcf", fixture("gmail.vcf"));
    expect(file.contacts.map(({ name, phones, emails }) => [name, ...phones, ...emails])).toEqual([
      ["Gülşah Işıldak", "0500 000 00 31", "gulsah@example.com", "gulsah.is@example.org"],
      ["Uğur Ünal", "+90 500 000 00 32"],
    ]);
    expect(shortProblems(file)).toEqual(["16 photo_skipped photo", "17 field_skipped other"]);
  });

  it("[I12] reads what Outlook writes in Windows-1254", () => {
    const file = read("outlook.vcf", fixture("outlook.vcf"));
    expect(file.contacts).toEqual([
      {
        line: 1,
        name: "Çiğdem Şahin",
        phones: ["0500 000 00 41", "(0212) 000 00 41", "0212 000 00 42"],
        emails: ["cigdem@example.com"],
        address: "Işık Cad. 12, 34330 Beşiktaş, İstanbul, Türkiye",
        note: "Katalog çekimi\nTeşekkürler",
      },
    ]);
    expect(file.encoding).toBe("windows-1254");
    expect(shortProblems(file)).toEqual(["5 field_skipped organisation"]);
  });

  it("[I12] reads version 4.0", () => {
    const file = read("vcard4.vcf", fixture("vcard4.vcf"));
    expect(file.contacts).toEqual([
      {
        line: 1,
        name: "Ömer Faruk Çelik",
        phones: ["+90-500-000-00-51", "+90-212-000-00-51"],
        emails: ["omer@example.com"],
        address: "Kale Mah. 3, Ankara",
        note: "Satır bir\nSatır iki",
      },
    ]);
    expect(shortProblems(file)).toEqual(["10 photo_skipped photo", "11 field_skipped birthday", "13 group_skipped"]);
  });
});

describe("[I17] exports of address books and spreadsheets", () => {
  it("[I17] reads Google Contacts", () => {
    const file = read("contacts.csv", fixture("google-contacts.csv"));
    expect(file.contacts).toEqual([
      {
        line: 2,
        name: "Nazlı Doğan",
        phones: ["+90 500 000 00 61", "0212 000 00 61", "0212 000 00 62"],
        emails: ["nazli@example.com"],
        address: "Lale Sokak 4, Bornova, İzmir",
        note: '"Çocuk" çekimi,\nsabah olsun',
      },
      { line: 6, name: "Av. Kâmil Tuğrul Ekşi", phones: ["0500 000 00 63"], emails: [] },
      { line: 7, name: "Örnek Kafe", phones: [], emails: ["kafe@example.org"] },
    ]);
    expect(file.problems).toEqual([]);
  });

  it("[I17] reads the older Google form in UTF-16", () => {
    const file = read("google.csv", fixture("google-contacts-old.csv"));
    expect(file.encoding).toBe("utf-16le");
    expect(brief(file)).toEqual([
      ["İpek Şen", "0500 000 00 71", "ipek@example.com", "ipek.sen@example.org"],
      ["Barış", "0500 000 00 72"],
    ]);
    expect(file.problems).toEqual([]);
  });

  it("[I17] reads Outlook in English", () => {
    const file = read("outlook.csv", fixture("outlook-en.csv"));
    expect(brief(file)).toEqual([
      ["Hülya Koç", "0500 000 00 81", "0224 000 00 81", "0224 000 00 82", "hulya@example.com"],
      ["Tolga Aydın", "+90 (500) 000 00 83", "tolga@example"],
    ]);
    expect(file.contacts[0]).toMatchObject({
      address: "Menekşe Sk. 9, Nilüfer, Bursa, 16110",
      note: "Yenidoğan çekimi\nOcak",
    });
    expect(shortProblems(file)).toEqual(["4 bad_email email", "4 field_skipped organisation"]);
  });

  it("[I17] reads Outlook in Turkish", () => {
    const file = read("outlook.csv", fixture("outlook-tr.csv"));
    expect(file.encoding).toBe("windows-1254");
    expect(brief(file)).toEqual([
      ["Ferhat Güçlü", "0500 000 00 91", "0312 000 00 91", "ferhat@example.com"],
      ["Ezgi Su Türkoğlu", "0500 000 00 92"],
    ]);
    expect(file.contacts[0]).toMatchObject({ address: "Kızılay Mah. 2, Kat 3, Ankara", note: "Aile çekimi" });
    expect(file.problems).toEqual([]);
  });

  it("[I17] reads what other address books write", () => {
    const file = read("contacts.csv", fixture("address-book.csv"));
    expect(brief(file)).toEqual([
      ["Zehra Ak", "0500 000 00 14", "zehra@example.com"],
      ["Emre Can", "0500 000 00 15", "emre@example.com"],
    ]);
    expect(file.contacts[0]?.address).toBe("Papatya Sk. 1, Muğla");
  });

  it("[I17] reads Excel's CSV UTF-8", () => {
    const file = read("liste.csv", fixture("excel-utf8.csv"));
    expect(brief(file)).toEqual([
      ["Aslı Çetin", "0500 000 00 16", "asli@example.com"],
      ["Deniz Şimşek", "0500 000 00 17", "0500 000 00 18"],
      ["Can Ünlü", "can@example.com"],
      ["0500 000 00 19", "0500 000 00 19"],
      ["Aslı Çetin", "+90 500 000 00 16"],
    ]);
    expect(shortProblems(file)).toEqual([
      "1 row_before_heading",
      "5 bad_phone phone",
      "7 no_name name",
      "8 no_contact_data",
      "9 duplicate_in_file",
    ]);
  });

  it("[I17] reads Excel's CSV in Windows-1254", () => {
    const file = read("liste.csv", fixture("excel-1254.csv"));
    expect(file.encoding).toBe("windows-1254");
    expect(brief(file)).toEqual([
      ["Şeyma Gökçe", "0500 000 00 25", "seyma@example.com"],
      ["Yağız Işık", "0500 000 00 26"],
      ["Müge Çalışkan", "0500 000 00 27", "muge@example.org"],
      ["Onur", "0500 000 00 28"],
    ]);
    expect(shortProblems(file)).toEqual(["4 too_few_columns", "5 too_many_columns"]);
  });
});
