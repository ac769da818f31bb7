import { expect, test } from "vitest";
import { err, ok } from "../../../shared/result.ts";
import { parseTyped, writeTyped } from "./custom.ts";

test("[PE7] a number is read as people write it and written back the same", () => {
  expect(parseTyped("number", "1.250,5")).toEqual(ok(1250.5));
  expect(parseTyped("number", "1250.5")).toEqual(ok(1250.5));
  expect(parseTyped("number", "-3")).toEqual(ok(-3));
  expect(parseTyped("number", "12.500")).toEqual(ok(12_500));
  expect(parseTyped("number", "üç")).toEqual(err("number"));
  expect(parseTyped("number", "1e999")).toEqual(err("number"));
  for (const value of [0, -3, 1250.5, 12_500]) {
    expect(parseTyped("number", writeTyped(value, "tr")), String(value)).toEqual(ok(value));
    expect(parseTyped("number", writeTyped(value, "en")), String(value)).toEqual(ok(value));
  }
});

test("[PE7] each type takes only what fits it, and an empty field clears the value", () => {
  expect(parseTyped("text", "  Bebek  ")).toEqual(ok("Bebek"));
  expect(parseTyped("text", "x".repeat(256))).toEqual(err("text"));
  expect(parseTyped("textarea", "x".repeat(1000))).toEqual(ok("x".repeat(1000)));
  expect(parseTyped("email", "ayse")).toEqual(err("email"));
  expect(parseTyped("phone", "0532 abc")).toEqual(err("phone"));
  expect(parseTyped("date", "2026-02-30")).toEqual(err("date"));
  expect(parseTyped("date", "2026-02-28")).toEqual(ok("2026-02-28"));
  expect(parseTyped("email", "   ")).toEqual(ok(null));
});

test("[PE7] a value of another shape is shown as it is", () => {
  expect(writeTyped(["Albüm", "USB"], "tr")).toBe("Albüm, USB");
  expect(writeTyped(null, "tr")).toBe("");
  expect(writeTyped("12", "tr")).toBe("12");
});
