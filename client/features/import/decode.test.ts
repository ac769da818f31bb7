import { describe, expect, it } from "vitest";
import { decodeText, MAX_FILE_BYTES } from "./decode.ts";
import { utf16, utf8, windows1254 } from "./testing.ts";

const turkish = "Ad Soyad;Telefon\r\nŞule Işık Çağlar;0500 000 00 01\r\nİbrahim Öztürk Güneş;0500 000 00 02\r\n";
const mark = "\uFEFF";

const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

describe("decodeText", () => {
  it.each([
    ["UTF-8", utf8(turkish), "utf-8"],
    ["UTF-8 with mark", utf8(mark + turkish), "utf-8"],
    ["UTF-16 LE with mark", utf16(mark + turkish, "le"), "utf-16le"],
    ["UTF-16 BE with mark", utf16(mark + turkish, "be"), "utf-16be"],
    ["UTF-16 LE without mark", utf16(turkish, "le"), "utf-16le"],
    ["UTF-16 BE without mark", utf16(turkish, "be"), "utf-16be"],
    ["Windows-1254", windows1254(turkish), "windows-1254"],
  ])("[I1] reads %s", (_, bytes, encoding) => {
    expect(decodeText(bytes)).toEqual({ ok: true, value: { text: turkish, encoding, damaged: false } });
  });

  it("[I1] takes plain ASCII for UTF-8", () => {
    expect(decodeText(utf8("Ad,Telefon"))).toMatchObject({ ok: true, value: { encoding: "utf-8" } });
  });

  it("[I2] keeps a file UTF-8 in which one byte is broken", () => {
    const bytes = join(utf8(turkish), Uint8Array.of(0xc5, 0x41), utf8(turkish));
    expect(decodeText(bytes)).toEqual({
      ok: true,
      value: { text: `${turkish}\uFFFDA${turkish}`, encoding: "utf-8", damaged: true },
    });
  });

  it.each(["\r\n ", "\n\t"])("[I2] joins a letter that a fold (%j) has split", (fold) => {
    const bytes = join(utf8("NOTE:Ay"), Uint8Array.of(0xc5), utf8(fold), Uint8Array.of(0x9f), utf8("e\r\n"));
    expect(decodeText(bytes)).toEqual({
      ok: true,
      value: { text: `NOTE:Ayş${fold}e\r\n`, encoding: "utf-8", damaged: false },
    });
  });

  it.each([
    ["no bytes", new Uint8Array()],
    ["a mark alone", utf8(mark)],
    ["a UTF-16 mark alone", utf16(mark, "le")],
    ["blank lines", utf8(" \r\n\t\r\n")],
  ])("[I3] finds %s empty", (_, bytes) => {
    expect(decodeText(bytes)).toEqual({ ok: false, error: { type: "empty" } });
  });

  it("[I3] refuses more bytes than the limit, and takes as many", () => {
    expect(decodeText(new Uint8Array(5).fill(0x41), 4)).toEqual({
      ok: false,
      error: { type: "too_large", limitBytes: 4 },
    });
    expect(decodeText(new Uint8Array(4).fill(0x41), 4).ok).toBe(true);
    const huge = new Uint8Array(MAX_FILE_BYTES + 1);
    expect(decodeText(huge)).toEqual({ ok: false, error: { type: "too_large", limitBytes: MAX_FILE_BYTES } });
  });

  it.each([
    ["PDF", utf8("%PDF-1.7\nBEGIN:VCARD"), "pdf"],
    ["PNG", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13), "image"],
    ["JPEG", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16), "image"],
    ["ZIP", utf8("PK\u0003\u0004photos/a.jpg"), "archive"],
    ["a workbook", utf8("PK\u0003\u0004\u0014\u0000[Content_Types].xml"), "spreadsheet"],
    ["an old workbook", Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0), "spreadsheet"],
    ["zeros between text", utf8("Ad,Telefon\0\0\0Ayşe"), "unknown"],
    ["zeros", new Uint8Array(100), "unknown"],
    ["UTF-32", Uint8Array.of(0xff, 0xfe, 0, 0, 0x41, 0, 0, 0), "unknown"],
    ["control characters", Uint8Array.from({ length: 200 }, (__, at) => 1 + (at % 30)), "unknown"],
  ] as const)("[I3] refuses %s as no text", (_, bytes, looksLike) => {
    expect(decodeText(bytes)).toEqual({ ok: false, error: { type: "not_text", looksLike } });
  });
});
