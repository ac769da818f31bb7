import { expect, test } from "vitest";
import * as v from "valibot";
import { findAction } from "../../../shared/actions.ts";
import type { ImportedContact } from "./entry.ts";
import { callsFor, chosen, findTwins, keysOf } from "./plan.ts";
import type { Known } from "./plan.ts";
import { fixture, read } from "./testing.ts";

const contact = (line: number, more: Partial<ImportedContact>): ImportedContact => ({
  line,
  name: `Kişi ${line}`,
  phones: [],
  emails: [],
  ...more,
});

const known: Known = {
  byPhone: new Map([["+905321234567", "Ayşe Yılmaz"]]),
  byEmail: new Map([["isil@ornek.com", "Işıl Demir"]]),
};
const nobody: Known = { byPhone: new Map(), byEmail: new Map() };

test("[IM5] somebody already there is found by number or address in any writing", () => {
  const candidates = findTwins(
    [
      contact(1, { phones: ["0532 123 45 67"] }),
      contact(2, { emails: ["IŞIL@ORNEK.COM"] }),
      contact(3, { phones: ["0533 000 00 00", "+90 532 1234567"] }),
      contact(4, { phones: ["0544 000 00 00"] }),
    ],
    known,
  );
  expect(candidates.map(({ twin }) => twin?.name ?? null)).toEqual(["Ayşe Yılmaz", "Işıl Demir", "Ayşe Yılmaz", null]);
  expect(candidates.map(({ twin }) => twin?.where ?? null)).toEqual(["studio", "studio", "studio", null]);
});

test("[IM5] the same person in two chosen files is found once the files lie together", () => {
  const candidates = findTwins(
    [contact(1, { phones: ["0532 123 45 67"] }), contact(1, { phones: ["+905321234567"] })],
    nobody,
  );
  expect(candidates.map(({ twin }) => twin)).toEqual([null, { where: "files", name: "Kişi 1" }]);
});

test("[IM5] twins are left out unless they are chosen", () => {
  const candidates = findTwins([contact(1, { phones: ["0532 123 45 67"] }), contact(2, {})], known);
  expect(chosen(candidates, new Set()).map(({ key }) => key)).toEqual([1]);
  expect(chosen(candidates, new Set([0])).map(({ key }) => key)).toEqual([0, 1]);
});

test("[IM5] the keys asked for are those of all numbers and addresses, once each", () => {
  const keys = keysOf([contact(1, { phones: ["0532 123 45 67", "+905321234567"], emails: ["A@b.co", "a@B.co"] })]);
  expect(keys).toEqual({ phones: ["+905321234567"], emails: ["a@b.co"] });
});

const subject = "3f0e9a0c-4a38-4f5e-9d39-0d5b5b1d2c11";
const batch = "9b2f4a36-1d0c-4b7e-8f3a-6a5c4d3e2f10";
const importOf = { batch, statusId: "new", words: { phones: "Diğer telefonlar", emails: "Diğer e-postalar" } };

test("[IM6] every contact of the fixtures gives calls whose arguments pass", () => {
  for (const name of [
    "iphone.vcf",
    "gmail.vcf",
    "android.vcf",
    "outlook.vcf",
    "google-contacts.csv",
    "outlook-tr.csv",
  ]) {
    for (const each of read(name, fixture(name)).contacts) {
      for (const { call } of callsFor(each, subject, importOf)) {
        const action = findAction(call.action);
        expect(
          action !== null && v.safeParse(action.args, call.args).success,
          `${name} ${each.line} ${call.action}`,
        ).toBe(true);
      }
    }
  }
});

test("[IM6] a person carries the import's id, and both documents lie in one act", () => {
  const calls = callsFor(contact(1, { phones: ["0532 123 45 67"] }), subject, importOf);
  expect(calls.map(({ doc }) => doc)).toEqual([`contact/${subject}`, `client/${subject}`]);
  expect(calls[1]?.call.args).toEqual({ statusId: "new", importBatchId: batch });
});

test("[IM7] the card's note and its further numbers become a note that fits", () => {
  const phones = ["0532 123 45 67", "0212 555 55 55"];
  const [, , short] = callsFor(contact(1, { phones, note: "Bahçe sever" }), subject, importOf);
  expect(short?.call.args).toEqual({ text: "Bahçe sever\nDiğer telefonlar: 0212 555 55 55" });
  const [, , long] = callsFor(contact(1, { phones, note: "x".repeat(20_000) }), subject, importOf);
  const { text } = v.parse(v.object({ text: v.string() }), long?.call.args);
  expect(text).toHaveLength(20_000);
  expect(text.endsWith("0212 555 55 55")).toBe(true);
});
