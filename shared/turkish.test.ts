// Tests of Turkish text: folding, order, telephone numbers. The order is compared with the one the platform knows.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fold, phoneKey, phoneTokens, sortKey, tokensOf, toLowerTr } from "./turkish.ts";

const letters = "abcçdefgğhıijklmnoöpqrsştuüvwxyzABCÇDEFGĞHIİJKLMNOÖPQRSŞTUÜVWXYZ";
const word = fc.string({ unit: fc.constantFrom(...letters.split("")), minLength: 1, maxLength: 8 });
const collator = new Intl.Collator("tr", { sensitivity: "base" });

describe("folding", () => {
  test.each([
    ["Şule", "sule"],
    ["ŞULE", "sule"],
    ["SULE", "sule"],
    ["IĞDIR", "igdir"],
    ["Iğdır", "igdir"],
    ["ığdir", "igdir"],
    ["İSTANBUL", "istanbul"],
    ["Çağrı Öztürk", "cagri ozturk"],
    ["Kâmil Hakkı", "kamil hakki"],
    ["René", "rene"],
    ["I\u0307zmir", "izmir"],
  ])("[R1] %s is found as %s", (text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  test("[R1] folding twice changes nothing, and case never matters", () => {
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const text = words.join(" ");
        expect(fold(fold(text))).toBe(fold(text));
        expect(fold(text.toLocaleUpperCase("tr"))).toBe(fold(text));
        expect(toLowerTr(text)).toBe(text.toLocaleLowerCase("tr"));
      }),
    );
  });
});

describe("order", () => {
  const inKeyOrder = (left: string, right: string): number => {
    const [first, second] = [sortKey(left), sortKey(right)];
    return first < second ? -1 : Number(first > second);
  };

  test("[R2] is that of the Turkish alphabet over random words", () => {
    fc.assert(
      fc.property(word, word, (left, right) => {
        expect(inKeyOrder(left, right)).toBe(Math.sign(collator.compare(left, right)));
      }),
      { numRuns: 3000 },
    );
  });

  test("[R2] is that of the Turkish alphabet over random names with figures", () => {
    const name = fc.array(fc.oneof(word, fc.constantFrom("2", "10", "07")), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(name, name, (left, right) => {
        const [first, second] = [left.join(" "), right.join(" ")];
        expect(inKeyOrder(first, second)).toBe(Math.sign(collator.compare(first, second)));
      }),
      { numRuns: 1000 },
    );
  });

  test("[R2] puts spaces before signs, signs before figures, figures before letters, other scripts last", () => {
    const names = ["Ali Can", "Ali-Can", "Ali2", "Alican", "Çetin", "Deniz", "Işıl", "İpek", "Jale", "Şule", "Zerrin"];
    const mixed = [...names, "Иван"];
    expect(mixed.toReversed().toSorted(inKeyOrder)).toEqual(mixed);
  });

  test("[R2] leaves out lone accents and white space around", () => {
    expect(sortKey("  ali\u0316 ")).toBe(sortKey("Ali"));
    expect(sortKey("Âli")).toBe(sortKey("Ali"));
  });
});

describe("tokens", () => {
  test("[R3] are the folded words, once each", () => {
    expect(tokensOf("Ayşe-Nur  YILMAZ, yılmaz (2. çekim)")).toEqual(["ayse", "nur", "yilmaz", "2", "cekim"]);
    expect(tokensOf(" … ")).toEqual([]);
  });
});

describe("telephone numbers", () => {
  test.each([
    "+90 532 111 22 33",
    "+90 (532) 111-22-33",
    "+90 (0) 532 111 22 33",
    "90 532 111 22 33",
    "0090 532 111 22 33",
    "0532 111 22 33",
    "532 111 22 33",
  ])("[R4] %s has the one key of a Turkish number", (phone) => {
    expect(phoneKey(phone)).toBe("+905321112233");
    expect(phoneTokens(phone)).toEqual(["5321112233", "1112233", "05321112233"]);
  });

  test.each([
    ["+49 30 1234567", "+49301234567"],
    ["0049 30 1234567", "+49301234567"],
    ["444 0 555", "4440555"],
    ["0312 111 22 33", "+903121112233"],
    ["---", ""],
  ])("[R4] %s has the key %s", (phone, key) => {
    expect(phoneKey(phone)).toBe(key);
  });
});
