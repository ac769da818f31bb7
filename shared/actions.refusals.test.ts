// Tests of what actions refuse: arguments outside their schema, and calls on what is not there or is there already.
import * as fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { allActions, findAction } from "./actions.ts";
import { err } from "./result.ts";
import {
  ayse,
  clientDocument,
  contactDocument,
  idOf,
  instantAt,
  runCall,
  studioDocument,
  updateOf,
} from "./testing.ts";

const how = (n: number) => ({ id: idOf(100 + n), at: instantAt(30 + n), by: ayse.member });

describe("arguments", () => {
  test.each(allActions.map((each) => [each.name, each] as const))(
    "[A2] %s takes nothing but its schema, and never throws",
    (_name, each) => {
      fc.assert(
        fc.property(fc.anything(), (args) => {
          if (v.is(each.args, args)) return;
          const doc = (each.class === "studio" ? studioDocument : clientDocument)();
          let result = null;
          const sent = updateOf(doc, () => {
            result = each.run({ doc, ...how(0) }, { action: each.name, version: 1, args });
          });
          expect(result).toMatchObject({ ok: false, error: { type: "invalid" } });
          expect(sent.length).toBe(2);
          expect(each.activity({ action: each.name, version: 1, args }, idOf(7))).toBeNull();
        }),
        { numRuns: 30 },
      );
    },
  );

  test.each([
    ["contact.edit", { name: "" }, "name"],
    ["contact.edit", { name: null }, "name"],
    ["contact.edit", { email: "ayşe" }, "email"],
    ["contact.edit", { phone: "call me" }, "phone"],
    ["contact.create", { name: "Ayşe", createdBy: "member-bora" }, "createdBy"],
    ["person.create", { statusId: "Yeni" }, "statusId"],
    ["person.setCustom", { fieldId: "a", value: "x" }, "fieldId"],
    ["notes.create", { text: "x".repeat(20_001) }, "text"],
    ["customFields.create", { label: "Etiket", type: "text", rank: "a0" }, "category"],
    ["customFields.create", { label: "Etiket", type: "text", category: "health", rank: "a0" }, "category"],
  ])("[A2][M8] %s refuses %j by the name of the argument, without its value", (name, args, path) => {
    const result = findAction(name)?.run({ doc: clientDocument(), ...how(0) }, { action: name, version: 1, args });
    expect(result).toEqual({ ok: false, error: { type: "invalid", fields: [path] } });
  });
});

describe("refusals", () => {
  test.each([
    ["contact.create", { name: "Ayşe" }, "exists"],
    ["person.create", { statusId: "new" }, "exists"],
    ["notes.create", { text: "" }, "exists"],
    ["notes.trash", { noteId: idOf(99) }, "not_found"],
  ])("[A2] %s %j: %s", (name, args, type) => {
    const doc = name.startsWith("contact") ? contactDocument() : clientDocument();
    const result = runCall(doc, { action: name, version: 1, args }, { ...how(0), id: idOf(1) });
    expect(result).toEqual({ ok: false, error: { type } });
  });

  test.each([...contactOnly(), ...clientOnly()])("[A2] %s on an empty document finds nothing", (name, args) => {
    const doc = new Y.Doc();
    expect(runCall(doc, { action: name, version: 1, args }, how(0))).toEqual(err({ type: "not_found" }));
  });

  function contactOnly(): [string, unknown][] {
    return [["contact.edit", { name: "x" }]];
  }

  function clientOnly(): [string, unknown][] {
    return [
      ["person.edit", { source: "web" }],
      ["person.setCustom", { fieldId: idOf(1), value: "x" }],
      ["person.moveStatus", { to: "won" }],
      ["person.trash", {}],
      ["person.restore", {}],
      ["studio.editProfile", { businessName: "x" }],
      ["customFields.trash", { fieldId: idOf(1), isTrashed: true }],
    ];
  }
});
