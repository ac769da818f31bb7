// Tests of what the compiler refuses: `tsc -b` fails here when one of these mistakes would pass. Rule: IN3.
import * as v from "valibot";
import { expect, test } from "vitest";
import { collection } from "../shared/collection.ts";
import { classify, nonPersonal, personal } from "./entry.ts";
import type { About, FieldClass } from "./entry.ts";

const letters = collection("letters", {
  class: "client",
  ids: "random",
  entries: { body: v.string(), iban: v.optional(v.string()) },
  families: { "seenBy:": v.boolean() },
});

const about = {
  subject: "customer",
  controller: "tenant",
  source: "studio",
  purposes: [{ id: "p3.1.3", basis: "contract" }],
  retention: ["cus.notes"],
  recipients: [],
} as const satisfies About;

const body = personal("2.2.3", "hide");
const seenBy = { "seenBy:": personal("2.3.1", "keep") };

test("[IN3] a field without a class is a compile error, and so is a class without a field", () => {
  const whole = classify(letters, { ...about, fields: { body, iban: body, ...seenBy } });
  // @ts-expect-error a field without a class
  const unclassified = classify(letters, { ...about, fields: { body, ...seenBy } });
  // @ts-expect-error a family without a class
  const withoutFamily = classify(letters, { ...about, fields: { body, iban: body } });
  // @ts-expect-error a class for a field that does not exist
  const tooMuch = classify(letters, { ...about, fields: { body, iban: body, ...seenBy, salary: body } });
  expect([whole, unclassified, withoutFamily, tooMuch].map((entry) => Object.keys(entry.fields).length)).toEqual([
    3, 2, 2, 4,
  ]);
});

test("[IN4] a category outside section 2 is a compile error, and so is a class without a reason or a mask", () => {
  // @ts-expect-error there is no such point in section 2
  const unknown: FieldClass = { category: "2.9.1", mask: "hide" };
  // @ts-expect-error not personal, but why?
  const withoutReason: FieldClass = { nonPersonal: true };
  // @ts-expect-error personal, but how is it masked?
  const withoutMask: FieldClass = { category: "2.2.1" };
  expect([unknown, withoutReason, withoutMask, nonPersonal("x")]).toHaveLength(4);
});

test("[IN5] an entry without purpose, or with an unknown purpose, basis or rule, is a compile error", () => {
  const fields = { body, iban: body, ...seenBy };
  // @ts-expect-error no purpose
  const aimless = classify(letters, { ...about, purposes: [], fields });
  // @ts-expect-error no such purpose
  const unknown = classify(letters, { ...about, purposes: [{ id: "p3.6.1", basis: "contract" }], fields });
  // @ts-expect-error no such basis
  const baseless = classify(letters, { ...about, purposes: [{ id: "p3.1.3", basis: "curiosity" }], fields });
  // @ts-expect-error no such rule
  const endless = classify(letters, { ...about, retention: ["cus.forever"], fields });
  expect([aimless, unknown, baseless, endless]).toHaveLength(4);
});
