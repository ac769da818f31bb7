import { describe, expect, it } from "vitest";
import { accessTable, roles } from "../../policy/roles.ts";
import { docClasses } from "../../shared/document.ts";
import { rightsOf, roleWords } from "./roles.ts";

describe("what a role sees, in words", () => {
  it.each(roles)("[UI5] names every class of documents once for %s, as the guard's table has it", (role) => {
    const named = rightsOf(role).rights.flatMap(({ access, classes }) =>
      classes.map((each) => [each, access] as const),
    );
    expect(named.map(([each]) => each).toSorted()).toEqual([...docClasses].toSorted());
    expect(Object.fromEntries(named)).toEqual(accessTable[role]);
  });

  it("[UI5] says who runs the team, and only of them", () => {
    expect(roles.filter((role) => rightsOf(role).team)).toEqual(["owner"]);
  });

  it("[UI5] has a word for every role, class and kind of access in both languages", () => {
    for (const words of [roleWords.tr, roleWords.en]) {
      for (const role of roles) {
        expect(words[`role.${role}`]).not.toBe("");
        for (const docClass of docClasses) expect(words[`access.${accessTable[role][docClass]}`]).not.toBe("");
      }
    }
  });
});
