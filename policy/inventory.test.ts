// Tests that the inventory is a closed world. What the compiler holds is tested in inventory.types.test.ts, the server's
// tables in server/inventory.test.ts.
import { describe, expect, test } from "vitest";
import * as activity from "../shared/activity.ts";
import type { AnyCollection } from "../shared/collection.ts";
import { docClasses } from "../shared/document.ts";
import * as notes from "../shared/notes.ts";
import * as people from "../shared/people.ts";
import * as studio from "../shared/studio.ts";
import { customFieldCategory } from "./inventory.collections.ts";
import { collectionEntries, collectionsOf, inventoryRows } from "./inventory.ts";
import type { InventoryRow } from "./inventory.ts";
import { legalBases, purposes } from "./purposes.ts";
import { categories, retentionIds } from "./vocabulary.ts";

const rows = inventoryRows();
const personalRows = rows.filter((row) => "category" in row.class);
const nameOf = ({ store, place, field }: InventoryRow): string => `${store} ${place}.${field}`;

/** What a row's class rests on: the wording of its category, the reason, or what classifies it. */
function reasonOf({ class: fieldClass }: InventoryRow): string {
  if ("category" in fieldClass) return categories[fieldClass.category].en;
  return "nonPersonal" in fieldClass ? fieldClass.nonPersonal : fieldClass.classifiedBy;
}

const isIn = (row: InventoryRow, section: string): boolean =>
  "category" in row.class && row.class.category.startsWith(section);

const isCollection = (value: unknown): value is AnyCollection =>
  typeof value === "object" && value !== null && "entries" in value && "families" in value && "ids" in value;

const sharedModules: readonly (readonly [string, Record<string, unknown>])[] = [
  ["activity", activity],
  ["notes", notes],
  ["people", people],
  ["studio", studio],
];

describe("collections", () => {
  test("[IN1] the collections of a class are those of its entries", () => {
    for (const docClass of docClasses) {
      expect(collectionsOf(docClass)).toEqual(collectionEntries[docClass].map((entry) => entry.collection));
    }
    expect(collectionsOf("client").map(({ name }) => name)).toEqual(["person", "statusMoves", "notes", "activity"]);
    expect(collectionsOf("children")).toEqual([]);
  });

  test("[IN2] every collection that shared/ declares is registered once, under its own class", () => {
    const declared = sharedModules.flatMap(([, exported]) => Object.values(exported).filter(isCollection));
    const registered = docClasses.flatMap((docClass) => collectionsOf(docClass));
    expect(new Set(registered)).toEqual(new Set(declared));
    expect(registered.length).toBe(declared.length);
    for (const docClass of docClasses) {
      const names = collectionsOf(docClass).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(collectionsOf(docClass).every((each) => each.class === docClass)).toBe(true);
    }
  });

  test("[IN2] the list of modules above is complete", async () => {
    const { readdir, readFile } = await import("node:fs/promises");
    const folder = new URL("../shared/", import.meta.url);
    const files = (await readdir(folder)).filter((file) => file.endsWith(".ts") && !/test(ing)?\.ts$/.test(file));
    const texts = await Promise.all(files.map(async (file) => [file, await readFile(new URL(file, folder), "utf8")]));
    const declaring = texts.filter(([file, text]) => file !== "collection.ts" && / collection\(/.test(text ?? ""));
    expect(declaring.map(([file]) => file?.replace(".ts", ""))).toEqual(sharedModules.map(([name]) => name));
  });

  test("[IN3] every field of every collection has a class, and no class is left over", () => {
    for (const entry of Object.values(collectionEntries).flat()) {
      const { entries, families } = entry.collection;
      const fields = [...Object.keys(entries), ...Object.keys(families)];
      expect(Object.keys(entry.fields).toSorted()).toEqual(fields.toSorted());
    }
  });
});

describe("classes of fields", () => {
  test("[IN4] every field has exactly one class, with what it rests on", () => {
    const kindsOf = (row: InventoryRow) =>
      ["category", "nonPersonal", "classifiedBy"].filter((kind) => kind in row.class);
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.filter((row) => kindsOf(row).length !== 1).map(nameOf)).toEqual([]);
    expect(rows.filter((row) => reasonOf(row).length < 6).map(nameOf)).toEqual([]);
  });

  test("[IN4] no field is listed twice", () => {
    const names = rows.map(nameOf);
    expect(new Set(names).size).toBe(names.length);
  });

  test("[IN4] the categories are the points of section 2, in both languages", () => {
    const sections = Object.keys(categories).map((id) => id.slice(0, 3));
    expect(new Set(sections)).toEqual(new Set(["2.1", "2.2", "2.3", "2.4"]));
    for (const { tr, en } of Object.values(categories)) expect(tr.length * en.length).toBeGreaterThan(0);
  });

  test("[IN5] every personal field has a subject, a controller, purposes with a basis, a retention rule", () => {
    for (const { entry } of rows.filter((row) => !("nonPersonal" in row.class))) {
      expect(entry).toHaveProperty("controller");
      if (!("purposes" in entry)) continue;
      for (const { id, basis } of entry.purposes) expect([id in purposes, basis in legalBases]).toEqual([true, true]);
      for (const rule of entry.retention) expect(retentionIds).toContain(rule);
    }
  });

  test("[IN5] what says something about a customer has the studio as controller", () => {
    const ofCustomers = personalRows.filter((row) => isIn(row, "2.2"));
    const controllers = ofCustomers.map(({ entry }) => "controller" in entry && entry.controller);
    expect(new Set(controllers)).toEqual(new Set(["tenant"]));
  });

  test("[IN6] a custom field's values fall under section 2.2, whatever its definition says", () => {
    expect(Object.keys(customFieldCategory).toSorted()).toEqual([...studio.customFieldCategories].toSorted());
    for (const category of Object.values(customFieldCategory)) expect(category).toMatch(/^2\.2\./);
  });

  test("[IN7] contact details, names, secrets and texts are masked", () => {
    const kept = personalRows.filter((row) => "mask" in row.class && row.class.mask === "keep");
    const telling = /name|phone|email|address|body|label|password|token|hash|ip$|agent|text|html|value|result/i;
    // The name of a command is a word of a closed list.
    expect(kept.filter((row) => telling.test(row.field)).map(nameOf)).toEqual(["organisation.db commands.name"]);
    const free = personalRows.filter((row) => "freeText" in row.class);
    expect(free.map((row) => "mask" in row.class && row.class.mask)).toEqual(free.map(() => "hide"));
    expect(free.map(nameOf)).toContain("document:client notes.body");
  });

  test("[IN8] network addresses and browsers are in the sign-in log alone, and log lines have no place for persons", () => {
    const traces = personalRows.filter((row) => isIn(row, "2.3.3"));
    expect(traces.map(nameOf)).toEqual(["main.db sign_ins.ip", "main.db sign_ins.agent"]);
    const lines = personalRows.filter((row) => row.store === "log");
    expect(lines.map((row) => isIn(row, "2.3.5"))).toEqual([true, true]);
  });
});
