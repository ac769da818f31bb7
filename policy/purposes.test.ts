// Tests of the purposes and the legal bases.
import { expect, test } from "vitest";
import { inventoryRows } from "./inventory.ts";
import { legalBases, purposes } from "./purposes.ts";

test("[PU1] there are fifteen purposes, one for each point of section 3, in both languages", () => {
  const points = { "3.1": 4, "3.2": 4, "3.3": 3, "3.4": 3, "3.5": 1 };
  const ids = Object.entries(points).flatMap(([section, count]) =>
    Array.from({ length: count }, (_each, index) => `p${section}.${index + 1}`),
  );
  expect(Object.keys(purposes)).toEqual(ids);
  for (const { tr, en } of Object.values(purposes)) expect(tr.length * en.length).toBeGreaterThan(0);
  expect(new Set(Object.values(purposes).flatMap(({ tr, en }) => [tr, en])).size).toBe(30);
});

test("[PU2] every basis has its article, and marketing rests on explicit consent alone", () => {
  for (const article of Object.values(legalBases)) expect(article).toMatch(/^KVKK 5\/[12]/);
  const grounds = inventoryRows().flatMap(({ entry }) => ("purposes" in entry ? entry.purposes : []));
  const marketing = grounds.filter(({ id }) => id === "p3.5.1");
  expect(marketing.filter(({ basis }) => basis !== "explicit_consent")).toEqual([]);
});
