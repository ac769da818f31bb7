import { expect, test } from "vitest";
import * as v from "valibot";
import { createCustomField } from "../../../shared/studio.ts";
import { callOf, emptyField, problemsIn } from "./fields.ts";
import { rankAfter } from "./rank.ts";
import { zonesWith } from "./zones.ts";

test("[ST3] a field without a name or a category is not saved", () => {
  expect(problemsIn(emptyField)).toEqual({ label: "required", category: "category" });
  expect(callOf({ ...emptyField, label: "Bebeğin adı" }, [])).toBeNull();
  expect(callOf({ ...emptyField, label: "Bebeğin adı", category: "shoot" }, [])?.args).toEqual({
    label: "Bebeğin adı",
    type: "text",
    category: "shoot",
    rank: "a0",
  });
});

test("[ST3] a list of choices has at least two, each once", () => {
  const list = { ...emptyField, label: "Mekân", category: "shoot", type: "select" } as const;
  expect(problemsIn({ ...list, options: "Sahil\n\n Sahil " })).toEqual({ options: "options" });
  const made = callOf({ ...list, options: "Sahil\nOrman\n Sahil \n" }, ["a0"]);
  expect(made?.args).toMatchObject({ options: ["Sahil", "Orman"], rank: "a1" });
  expect(v.is(createCustomField.args, made?.args)).toBe(true);
});

test("[ST3] a new field stands after all others, however many there are", () => {
  const ranks: string[] = [];
  for (let count = 0; count < 500; count += 1) {
    const rank = rankAfter(ranks);
    expect(
      ranks.every((other) => other < rank),
      rank,
    ).toBe(true);
    expect(rank).toMatch(/^[A-Za-z0-9]{1,64}$/);
    ranks.push(rank);
  }
});

test("[ST1] a zone that is stored is among those to choose", () => {
  expect(zonesWith("Asia/Tokyo")).toContain("Asia/Tokyo");
  expect(zonesWith("Europe/Istanbul").filter((zone) => zone === "Europe/Istanbul")).toHaveLength(1);
});
