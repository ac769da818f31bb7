import { describe, expect, test } from "vitest";
import { contentOf, reasonWord } from "./refused.ts";

const call = (args: unknown) => ({ action: "contact.edit", version: 1, args, id: "a", at: "2026-05-04T09:00:00.000Z" });

describe("what was put aside", () => {
  test("[UI19] is read field by field, and as the text it was", () => {
    expect(contentOf({ call: call({ name: "Ayşe", phone: null, tags: ["a"] }) })).toBe('name: Ayşe\ntags: ["a"]');
    expect(contentOf({ text: "Bir not" })).toBe("Bir not");
    expect(contentOf({})).toBe("");
    expect(contentOf({ call: call("odd") })).toBe("");
  });

  test("[UI19] gives a reason that a member understands", () => {
    expect(reasonWord("read_only")).toBe("read_only");
    expect(reasonWord("destructive")).toBe("other");
  });
});
